"""The home page, the launch page and the house's texts."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from catalog.showing import cards, collections, head_of_collections, public_pieces
from services.foundation.house import house as house_configuration
from services.foundation.regions.roster import best_for
from services.launches.models import Launch

from . import texts


def door(request: HttpRequest) -> HttpResponse:
    """The bare address: to the region and language the browser asks for."""
    tags = [t.split(";")[0].strip().lower() for t in request.headers.get("Accept-Language", "").split(",")]
    best = best_for([t for t in tags if t] or ["en"])
    if best is None:
        return render(request, "stage/not_open.html", status=503)
    response = HttpResponseRedirect(f"/{best[0].code}/{best[1]}/")
    response["Vary"] = "Accept-Language"
    return response


def home(request: HttpRequest) -> HttpResponse:
    """The house in sections, each from data."""
    first = list(public_pieces(request.now)[:8])
    heads = dict(head_of_collections(request.now))
    launched = set(Launch.objects.values_list("piece_id", flat=True))
    others = public_pieces(request.now).filter(pk__in={*heads.values(), *launched} - {piece.pk for piece in first})
    shown = {card.piece.pk: card for card in cards([*first, *others], region=request.region, now=request.now)}
    context = {
        "cards": [shown[piece.pk] for piece in first],
        "launches": [card for card in shown.values() if card.launch],
        "collections": [(found, shown.get(heads.get(found.pk))) for found in collections()],
        "said": house_configuration().texts,
    }
    return render(request, "stage/home.html", context)


def launch(request: HttpRequest, slug: str) -> HttpResponse:
    """A launch: what, when, how many, and the rules."""
    found = get_object_or_404(Launch.objects.select_related("piece"), slug=slug)
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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the house's manner."""
    return render(request, "404.html", status=404)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: an old page, or cookies switched off."""
    return render(request, "403_csrf.html", status=403)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither database nor session."""
    return render(None, "500.html", status=500)
