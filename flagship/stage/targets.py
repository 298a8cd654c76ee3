"""Where a link written by staff leads: an address of the storefront, as it stands after region and language."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from catalog.models import Category, Product
from services.foundation.house import house
from services.launches.models import Launch

from . import boutiques, texts


def leads_somewhere(target: str) -> bool:
    """Whether there is such a page, now: the route, and what its address names."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return False
    try:
        found = resolve(f"/{parts.path}", settings.STOREFRONT_URLCONF)
    except Resolver404:
        return False
    slug = found.kwargs.get("slug", "")
    named = {
        "piece": lambda: Product.objects.filter(slug=slug, parent=None, is_public=True).exists(),
        "collection": lambda: Category.objects.filter(slug=slug, is_public=True).exists(),
        "launch": lambda: Launch.objects.filter(slug=slug).exists(),
        "page": lambda: slug in texts.PAGES,
        "boutiques": lambda: bool(boutiques.of(house())),
    }
    return named[found.url_name]() if found.url_name in named else True
