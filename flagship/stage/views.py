"""The home page, the launch page and the house's texts."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from catalog.showing import announced, cards, public_pieces
from services.foundation import formats
from services.foundation.house import house
from services.foundation.regions.roster import best_for
from services.foundation.units.availability import Reason

from . import boutiques as places
from . import facts, telling, texts
from .models import Kind


def door(request: HttpRequest) -> HttpResponse:
    """The bare address: to the region and language the browser asks for."""
    tags = [t.split(";")[0].strip().lower() for t in request.headers.get("Accept-Language", "").split(",")]
    best = best_for([t for t in tags if t] or ["en"])
    if best is None:
        return render(request, "stage/not_open.html", {"debug": settings.DEBUG}, status=503)
    response = HttpResponseRedirect(f"/{best[0].code}/{best[1]}/")
    response["Vary"] = "Accept-Language"
    return response


def home(request: HttpRequest) -> HttpResponse:
    """The house in sections, each from data."""
    told = telling.home(region=request.region, now=request.now)
    openings = [shown for shown in told if shown.section.kind == Kind.HERO]
    context = {
        "facts": facts.of_house(request),
        "told": told,
        "opening": openings[0] if openings else None,
        "over": told[0].section.kind == Kind.HERO and bool(told[0].section.scene or told[0].picture),
        "counts_down": any(shown.launch and shown.launch.reason == Reason.NOT_YET_OPEN for shown in told),
    }
    return render(request, "stage/home.html", context)


def launch(request: HttpRequest, slug: str) -> HttpResponse:
    """A launch: what, when, how many, and the rules."""
    found = get_object_or_404(announced(request.now), slug=slug)
    card = cards(public_pieces(request.now).filter(pk=found.piece_id), region=request.region, now=request.now)
    if not card:
        raise Http404
    return render(request, "stage/launch.html", {"launch": found, "card": card[0]})


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A text of the house: terms, privacy, delivery and returns, care, accessibility."""
    found = texts.page(slug, request.language)
    if found is None:
        raise Http404
    return render(request, "stage/page.html", {"page": found})


def boutiques(request: HttpRequest) -> HttpResponse:
    """Where the house has its doors, and whether they are open now."""
    found = places.of(house())
    if not found:
        raise Http404
    days = formats.locale().days["stand-alone"]["wide"]  # Babel counts from Monday, but begins with Sunday
    names = [str(days[number]) for number in range(7)]
    shown = [
        {
            "code": place.code,
            "name": place.name,
            "address": place.address,
            "telephone": place.telephone,
            "zone": place.zone,
            # Without its zone: a template would turn it into the region's.
            "closes": closes.replace(tzinfo=None) if (closes := place.closes_at(request.now)) else None,
            "opens": opens.replace(tzinfo=None) if (opens := place.opens_at(request.now)) else None,
            "week": list(zip(names, place.hours, strict=True)),
        }
        for place in found
    ]
    return render(request, "stage/boutiques.html", {"boutiques": shown, "names": formats.listed(place.name for place in found)})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the house's manner."""
    return render(request, "404.html", status=404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: an address, a form or a name of this house that cannot be read."""
    return render(request, "400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a room for others."""
    return render(request, "403.html", status=403)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: an old page, or cookies switched off."""
    return render(request, "403_csrf.html", status=403)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither database nor session, and so no request."""
    return render(None, "500.html", {"house": house()}, status=500)
