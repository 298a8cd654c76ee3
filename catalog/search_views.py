"""The search page, and suggestions while a question is typed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from services.foundation.house import house
from services.foundation.memory import Kept

from . import leafing
from .models import Category, Occasion, Picture, Product
from .search import answering, suggesting
from .search.answering import Answer
from .search.finding import LONGEST
from .search.tokens import visible
from .showing import cards, collections, occasions, public_pieces

A_PAGE = 24


def _kinds() -> list[str]:
    pieces = public_pieces(timezone.now()).order_by("product_class__slug").distinct()
    return list(pieces.values_list("product_class__slug", flat=True))


#: Kinds of which there are public pieces, by their codes.
kinds: Kept[list[str]] = Kept(_kinds)


def search(request: HttpRequest) -> HttpResponse:
    """Pieces found by words in any language, best first; without a question the house's occasions and collections."""
    typed = visible(request.GET.get("q", "")[: LONGEST * 10])
    asked = typed[:LONGEST].strip()
    answer = answering.answer(asked, now=request.now, insist=request.GET.get("exact") == "yes") if asked else Answer("")
    leaf = leafing.leaf(request, answer.ids, A_PAGE)
    order = {pk: n for n, pk in enumerate(leaf["page"].object_list)}
    pieces = sorted(public_pieces(request.now).filter(pk__in=order), key=lambda piece: order[piece.pk]) if order else []
    context = {
        "answer": answer,
        "asked": asked,
        "said": answer.shown_for or asked,
        "was_cut": len(typed) > LONGEST,
        **leaf,
        "found": cards(pieces, region=request.region, now=request.now) if pieces else [],
    }
    return render(request, "catalog/search.html", context)


def suggest(request: HttpRequest) -> HttpResponse:
    """At most eight suggestions as a fragment of HTML: pieces, collections, kinds, occasions. Three queries, and what is kept."""
    asked = visible(request.GET.get("q", "")[: LONGEST * 10])[:LONGEST].strip()
    context: dict[str, Any] = {"asked": asked, "said": asked, "count": 0}
    if suggesting.is_enough(asked):
        answer = answering.answer(asked, now=request.now, unfinished=True)
        said = answer.shown_for or asked
        others: dict[str, list[Any]] = {
            "collections": [found for found in collections(request.now) if suggesting.is_called(said, _names(found))],
            "kinds": [code for code in kinds() if code and suggesting.is_called(said, house().search_words("kind", code))],
            "occasions": [found for found in occasions(request.now) if suggesting.is_called(said, _names(found))],
        }
        others = {name: found[: suggesting.MOST_OTHERS] for name, found in others.items()}
        taken = sum(len(found) for found in others.values())
        ids = [] if answer.only_some else answer.ids[: min(suggesting.MOST_PIECES, suggesting.MOST - taken)]
        context |= {"said": said, "pieces": _with_pictures(ids, request.now), "count": len(ids) + taken, **others}
    response = render(request, "catalog/suggestions.html", context)
    patch_cache_control(response, private=True, max_age=60)
    response["X-Robots-Tag"] = "noindex"
    return response


def _names(named: Category | Occasion) -> list[str]:
    """What it is called in every language."""
    return [getattr(named, f"name_{language}") or "" for language in ("en", "zh_hans", "fr")]


def _with_pictures(ids: list[int], now: datetime) -> list[tuple[Product, Picture | None]]:
    """Pieces in this order, each with its first picture. Two queries."""
    if not ids:
        return []
    pieces = public_pieces(now).in_bulk(ids)
    first = Picture.objects.filter(piece__in=ids, is_ready=True).order_by("piece_id", "position", "id").distinct("piece_id")
    pictures = {picture.piece_id: picture for picture in first}
    return [(pieces[pk], pictures.get(pk)) for pk in ids if pk in pieces]
