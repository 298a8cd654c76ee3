"""For those who watch: whether the process lives, and whether it can serve."""

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse


def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("live", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponse:
    """The database answers; without it no page can be served. Redis is not asked: checkout works without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")
