"""Where a link written by staff leads: an address of the storefront, as it stands after region and language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from catalog.models import Category, Product
from services.foundation.house import house
from services.launches.models import Launch

from . import boutiques, texts


def route_of(target: str) -> tuple[str, str] | None:
    """The name of the route to which a link leads, and the slug it names; None when there is no such page."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    try:
        found = resolve(f"/{parts.path}", settings.STOREFRONT_URLCONF)
    except Resolver404:
        return None
    return found.url_name or "", found.kwargs.get("slug", "")


def leads_somewhere(target: str) -> bool:
    """Whether there is such a page, or will be: the route, and what its address names, whatever its schedule."""
    found = route_of(target)
    if found is None:
        return False
    route, slug = found
    named = {
        "piece": lambda: Product.objects.filter(slug=slug, parent=None, is_public=True).exists(),
        "collection": lambda: Category.objects.filter(slug=slug, is_public=True).exists(),
        "launch": lambda: Launch.objects.filter(slug=slug, is_public=True).exists(),
        "page": lambda: slug in texts.PAGES,
        "boutiques": lambda: bool(boutiques.of(house())),
    }
    return named[route]() if route in named else True
