"""What search engines read: every public page in every region and language, and what they should leave alone."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.showing import announced, collections, public_pieces
from services.foundation.house import house
from services.foundation.regions.links import absolute
from services.foundation.regions.roster import all_regions

from . import boutiques
from .texts import PAGES

#: Personal pages, the same in every region and language.
PRIVATE = ("bag", "checkout", "orders", "account", "wishes", "sign-in")


def _pages(now: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every public page as the name of its route and its arguments. Three queries."""
    yield "home", ()
    yield "listing", ()
    yield "gifts", ()
    yield "search", ()
    yield from (("collection", (found.slug,)) for found in collections(now))
    yield from (("piece", (slug,)) for slug in public_pieces(now).values_list("slug", flat=True))
    yield from (("launch", (slug,)) for slug in announced(now).values_list("slug", flat=True))
    yield from (("page", (slug,)) for slug in PAGES)
    if boutiques.of(house()):
        yield "boutiques", ()


def sitemap(request: HttpRequest) -> HttpResponse:
    """sitemap.xml; one file takes 50,000 addresses, which is 5,000 pieces in nine regions and languages."""
    places = [(region.code, language) for region in all_regions().values() for language in region.languages]
    addresses = [
        absolute(name, region=region, language=language, args=args)
        for name, args in _pages(request.now)
        for region, language in places
    ]
    return render(request, "stage/sitemap.xml", {"addresses": addresses}, content_type="application/xml")


def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: nobody looks behind the shop or into a bag."""
    lines = ["User-agent: *", "Disallow: /staff/", "Disallow: /provider/"]
    lines += [f"Disallow: /*/{page}/" for page in PRIVATE]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap', 'flagship.urls')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
