"""What every template may use."""

from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """Region and clock of the request."""
    return {"region": getattr(request, "region", None), "now": getattr(request, "now", None)}
