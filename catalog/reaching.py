"""Date-first shopping: a client says where and by when, and sees what can be kept there by then.

What he says stands in the address of the page and is remembered for the next one, up to the checkout.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from services.delivery import feasts, places, promising
from services.delivery.places import Place
from services.engraving import reserving
from services.engraving.bench_days import BenchDays
from services.foundation import days
from services.foundation.refusal import Refusal
from services.foundation.regions.models import Region
from services.foundation.units.availability import Reason

from .offering import Offer
from .showing import Card

SESSION_KEY = "destination"
#: Promises are made for ten months ahead: further on no house knows its holidays.
FURTHEST = timedelta(days=300)
#: A made-to-order week at the bench, in working days.
A_WEEK = 5


@dataclass
class Wish:
    """Where and by when. ``typed`` is what stands in the fields, ``errors`` the sentences beside them."""

    place: Place | None = None
    by: date | None = None
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_asked: bool = False  # it stands in this page's address, so the page shows only what can be kept

    @property
    def narrows(self) -> bool:
        """Whether the page shows only what arrives in time."""
        return self.is_asked and self.by is not None and not self.errors

    @property
    def is_remembered(self) -> bool:
        """Whether it was said on a page before, and so is told here but narrows nothing."""
        return not self.is_asked and bool(self.place or self.by)

    @property
    def says(self) -> dict[str, str]:
        """What an address says that asks for it."""
        return {name: words for name, words in self.typed.items() if words}


def read(request: HttpRequest) -> Wish:
    """What this page's address says, else what was said on a page before. What is sound is remembered."""
    region, asked = request.region, "place" in request.GET or "by" in request.GET
    kept = request.session.get(SESSION_KEY, {}) if not asked else {}
    source = request.GET if asked else kept if kept.get("region") == region.code else {}
    wish = Wish(typed={name: str(source.get(name, "")).strip()[:60] for name in ("place", "by")}, is_asked=asked)
    today = request.now.astimezone(region.time_zone).date()
    if wish.typed["place"]:
        try:
            wish.place = places.find(wish.typed["place"], region=region)
        except Refusal as no:
            wish.errors["place"] = no.sentence()
    if wish.typed["by"]:
        wish.by, wrong = _day(wish.typed["by"], today)
        if wrong:
            wish.errors["by"] = wrong
    if not asked and wish.errors:  # remembered, and passed since
        return Wish(typed={"place": "", "by": ""})
    if asked and not wish.errors:
        _remember(request, wish)
    return wish


def _day(typed: str, today: date) -> tuple[date | None, str]:
    day = days.read(typed)
    if day is None:
        return None, _("Please choose a day of the calendar.")
    if day < today:
        return None, _("This day has passed. Please choose one that is still to come.")
    if day > today + FURTHEST:
        return None, _("We promise days up to ten months ahead. Please choose an earlier one, or ask an adviser.")
    return day, ""


def _remember(request: HttpRequest, wish: Wish) -> None:
    said = {"region": request.region.code, "place": wish.place.code if wish.place else "", "by": wish.typed["by"]}
    if not said["place"] and not said["by"]:
        request.session.pop(SESSION_KEY, None)
    elif request.session.get(SESSION_KEY) != said:
        request.session[SESSION_KEY] = said


def way(region: Region, place: Place | None, *, now: datetime) -> promising.Way:
    """The way to a place; without one, to the region's first country."""
    to = place or Place(region.countries[0])
    return promising.way_to(
        region_code=region.code, zone=region.time_zone, country=to.country, subdivision=to.subdivision, now=now
    )


def bench_days(*, weeks: int | None, is_ready: bool, engraving_days: int = 0) -> int:
    """Working days before a piece can be packed: its engraving, and its making when none lies ready."""
    return engraving_days + (0 if is_ready else (weeks or 0) * A_WEEK)


def engraved_promise(
    by_way: promising.Way, *, bench: BenchDays, method: str, bench_days: int, now: datetime
) -> promising.Promise | None:
    """The promise for an engraved piece, by the bench's free places; None when the bench is full as far as it is planned."""
    day = bench.day_for(method, not_before=by_way.bench_done(bench_days=bench_days, now=now))
    return by_way.after_bench(day) if day else None


def dated(cards: Iterable[Card], wish: Wish, *, region: Region, engraved: bool, now: datetime) -> list[Card]:
    """The cards with the day each of their offers can be in the client's hands, where he asked; None for what cannot be had.

    Two queries, a third for engraved pieces (the bench's free places), none where nothing was asked.
    """
    if not wish.is_asked or wish.errors:
        return list(cards)
    by_way = way(region, wish.place, now=now)
    bench = reserving.free_days(since=now.date()) if engraved else BenchDays()
    known: dict[tuple[int, str, datetime], date | None] = {}

    def arrival(card: Card, offer: Offer) -> date | None:
        if offer.price is None or offer.reason not in (Reason.AVAILABLE, Reason.MADE_TO_ORDER, Reason.NOT_YET_OPEN):
            return None
        needed = bench_days(
            weeks=card.piece.made_to_order_weeks,
            is_ready=offer.availability.free > 0,
            engraving_days=(card.engraving_days or 0) if engraved else 0,
        )
        begins = max(now, card.launch.opens_at) if card.launch else now
        asked = needed, card.engraving_method or "", begins
        if asked not in known:
            known[asked] = _on(engraved_promise(by_way, bench=bench, method=asked[1], bench_days=needed, now=begins))
        return known[asked]

    return [replace(card, offers=[replace(offer, arrives=arrival(card, offer)) for offer in card.offers]) for card in cards]


def _on(promise: promising.Promise | None) -> date | None:
    return promise.on if promise else None


def in_time(cards: list[Card], wish: Wish) -> list[Card]:
    """The cards that arrive by the day that was asked for, each with the offers that do; all of them where none was."""
    by = wish.by
    if not wish.narrows or by is None:
        return cards
    narrowed = (card.narrowed(lambda offer: offer.arrives is not None and offer.arrives <= by) for card in cards)
    return [card for card in narrowed if card]


def named_days(request: HttpRequest) -> list[feasts.Day]:
    """The days with a name that this region offers."""
    today = request.now.astimezone(request.region.time_zone).date()
    return feasts.coming(request.region.code, today=today, within_days=FURTHEST.days)
