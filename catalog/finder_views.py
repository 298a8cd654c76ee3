"""The gift finder: an occasion, a person, a budget, and the pieces that answer them. Its state is its address."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, format_skeleton
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from services.delivery import feasts, places
from services.delivery.models import Calendar
from services.foundation import formats
from services.foundation.house import house

from . import filtering, leafing, reaching
from .models import Occasion
from .search import finder
from .search.finder import Wish
from .showing import cards, occasions, public_pieces

A_PAGE = 24


@dataclass(frozen=True)
class Asked:
    """What an address asks for. ``wish`` is its budget, occasion and person as the finder reads them."""

    occasion: Occasion | None
    person: str
    budget: filtering.Budget
    wish: Wish
    where: reaching.Wish

    @property
    def is_any(self) -> bool:
        """Whether it asks for anything, so that the page shows a choice among all gifts."""
        return bool(self.occasion or self.person or any(self.budget.typed.values()) or self.where.is_asked)

    def address(self, wish: Wish) -> str:
        """The address of this question with another wish: what it gives up is left out."""
        kept = {
            "occasion": self.occasion.slug if self.occasion and wish.pieces is not None else "",
            "for": self.person if wish.kinds else "",
            "from": _plain(wish.least),
            "to": _plain(wish.most),
        }
        kept |= {name: self.where.typed[name] for name in ("place", "by") if self.where.is_asked}
        return "?" + urlencode({name: value for name, value in kept.items() if value})


def gifts(request: HttpRequest) -> HttpResponse:
    """Gifts, best first."""
    asked = _read(request)
    everything = cards(public_pieces(request.now).select_related("product_class"), region=request.region, now=request.now)
    everything = reaching.dated(everything, asked.where, region=request.region, engraved=False, now=request.now)
    late = finder.fitting(everything, asked.wish)
    everything = reaching.in_time(everything, asked.where)
    found = finder.fitting(everything, asked.wish)
    earliest = min((card.arrives for card in late if card.arrives), default=None) if not found else None
    unbounded = Wish(asked.wish.pieces, asked.wish.kinds)
    budgets = finder.ranges(finder.fitting(everything, unbounded))
    loosened = None if found else finder.loosened(everything, asked.wish)
    leaf = leafing.leaf(request, found, A_PAGE)
    page = leaf["page"]
    context: dict[str, Any] = {
        **leaf,
        "asked": asked,
        "wish": asked.where,
        "places": places.offered(request.region),
        "named_days": reaching.named_days(request),
        "earliest": earliest,
        "earliest_address": leafing.question(request.GET, by=str(earliest)) if earliest else "",
        "remembered_address": leafing.question(request.GET, **asked.where.says) if asked.where.is_remembered else "",
        "occasions": occasions(request.now),
        "day": _day(asked.occasion, request.now.astimezone(request.region.time_zone).date()),
        "people": [(code, house().label("recipient", code)) for code in _people()],
        "budgets": [
            (low, high, asked.address(Wish(asked.wish.pieces, asked.wish.kinds, low, high)), (low, high) == _budget(asked.wish))
            for low, high in budgets
        ],
        "any_budget": asked.address(unbounded) if _budget(asked.wish) != (None, None) else "",
        "loosened": loosened,
        "loosened_address": asked.address(loosened.wish) if loosened else "",
        "is_narrowed": asked.is_any,
        "share": page.object_list[0].picture if page.object_list else None,
    }
    return render(request, "catalog/gifts.html", context)


def _read(request: HttpRequest) -> Asked:
    """The question of an address; what it names and the house does not have is not asked for."""
    occasion = next((found for found in occasions(request.now) if found.slug == request.GET.get("occasion")), None)
    person = request.GET.get("for", "")
    person = person if person in _people() else ""
    budget = filtering.budget(request.GET)
    wish = Wish(
        pieces=frozenset(occasion.pieces.values_list("pk", flat=True)) if occasion else None,
        kinds=frozenset(_people()[person]) if person else frozenset(),
        least=budget.least,
        most=budget.most,
    )
    return Asked(occasion, person, budget, wish, reaching.read(request))


def _people() -> dict[str, list[str]]:
    """Who may be given something, and the kinds that suit: the house's own labels."""
    return {code: words["kinds"] for code, words in house().raw.get("labels", {}).get("recipient", {}).items()}


def _budget(wish: Wish) -> finder.Range:
    return (wish.least, wish.most)


def _plain(amount: Decimal | None) -> str:
    """An amount as it is typed: 1500, or 1500.50."""
    return "" if amount is None else f"{amount.normalize():f}"


def _day(occasion: Occasion | None, today: date) -> str:
    """When an occasion falls next, in words of the active language; empty when it has no day. A day of the moon says its year."""
    feast = occasion.feast if occasion else None
    on = feasts.falls_on(feast.calendar, feast.month, feast.day, after=today) if feast else None
    if feast is None or on is None:
        return ""
    where = formats.locale()
    if feast.calendar == Calendar.GREGORIAN:
        return str(format_skeleton("MMMMd", on, locale=where))
    words = str(format_date(on, "long", locale=where))
    return f"{words}（{feasts.by_the_moon(on)}）" if where.language == "zh" else words
