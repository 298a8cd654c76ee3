"""A gift by link, from its payment to its thanks: accepted, declined, lapsed, called to mind.

Each act that ends the waiting locks the order's row, then moves the gift by compare-and-set: of an acceptance, a refusal, a
withdrawal and the clock exactly one wins, and the others are told. Money never changes by an acceptance, and goes back to the
giver alone. The address is the recipient's: nothing that the giver reads has it (see `order.reading`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from services.delivery import promising
from services.engraving import reserving, surfaces
from services.engraving.bench_days import BenchDays
from services.engraving.models import Inscription
from services.engraving.surfaces import LID, PIECE
from services.foundation.contacts import proving
from services.foundation.outbox import posting
from services.foundation.provider import rounds
from services.foundation.regions.roster import all_regions
from services.gifting import links
from services.gifting.models import GiftLink, GiftState

from . import ending, gift_choices, settling
from .changing import MOST_DAYS, Recipient, Window
from .order import moving
from .order.models import Line, Order, ShippingAddress
from .order.moving import move
from .order.states import OrderState
from .refusals import DayChanged, OtherCountry
from .totals import WORKING_DAYS_A_WEEK

#: The recipient leaves size and ribbon as the giver chose them.
NOTHING = gift_choices.Picked()


@dataclass(frozen=True)
class Work:
    """What one surface of a gift's line needs before it can be packed; ``method`` is empty for what is not engraved."""

    line: Line
    method: str
    not_before: date
    surface: str = PIECE


def _way(order: Order, country: str, subdivision: str, *, now: datetime) -> promising.Way:
    zone = all_regions()[order.region_code].time_zone
    return promising.way_to(region_code=order.region_code, zone=zone, country=country, subdivision=subdivision, now=now)


def _works(order: Order, way: promising.Way, *, now: datetime) -> list[Work]:
    """In the order in which every order claims: by piece. A piece made to order is the one that has no unit."""
    lines = order.lines.select_related("product__parent").prefetch_related(surfaces.kept()).annotate(ready=Count("units"))
    found = []

    def add(line: Line, kept: Inscription | None, days: int, surface: str) -> None:
        zone = kept.zone if kept is not None and kept.withdrawn_at is None else None
        done = way.bench_done(bench_days=days + (zone.work_days if zone else 0), now=now)
        if zone or surface == PIECE:
            found.append(Work(line, zone.method if zone else "", done, surface))

    for line in lines.order_by("product_id", "pk"):
        weeks = (line.product.piece.made_to_order_weeks or 0) if line.product and line.ready < line.quantity else 0
        add(line, line.inscription, weeks * WORKING_DAYS_A_WEEK, PIECE)
        add(line, line.lid_inscription, 0, LID)
    return found


def foreseen(order: Order, country: str, subdivision: str, *, now: datetime) -> promising.Promise | None:
    """The day on which the gift would be there if it were accepted now; None while the bench is full."""
    way = _way(order, country, subdivision, now=now)
    works = _works(order, way, now=now)
    engraved = [work for work in works if work.method]
    bench = reserving.free_days(since=min(work.not_before for work in engraved)) if engraved else BenchDays()
    days = [bench.take(work.method, quantity=work.line.quantity, not_before=work.not_before) for work in engraved]
    if None in days:
        return None
    return way.after_bench(max([work.not_before for work in works] + [day for day in days if day]))


def window(order: Order, country: str, subdivision: str, *, soonest: date, now: datetime) -> Window:
    """The days from which the recipient may choose: from the first possible, at most two months on."""
    holidays = _way(order, country, subdivision, now=now).holidays
    return Window(soonest, promising.working_days_before(soonest + timedelta(days=MOST_DAYS + 1), 1, holidays), holidays)


@contextmanager
def _held(gift: GiftLink) -> Iterator[tuple[Order, GiftLink]]:
    """Order, locked, and gift as they are now, until what is done with them is committed."""
    with transaction.atomic():
        order = moving.lock(gift.order_id)
        yield order, GiftLink.objects.get(pk=gift.pk)


def prove(gift: GiftLink, typed: str, *, now: datetime) -> None:
    """The recipient shows by the code he was sent that the named contact is his. Raises WrongCode."""
    proving.check(gift.contact, typed, now=now)
    with _held(gift) as (_order, held):
        if held.is_open and held.expires_at > now:
            links.open_by_recipient(held, now=now)


def accept(
    gift: GiftLink,
    to: Recipient,
    *,
    picked: gift_choices.Picked = NOTHING,
    not_before: date | None,
    agreed_day: date | None,
    language: str,
    now: datetime,
) -> Order:
    """The recipient says where it goes, in which size and ribbon, not before which day. The order is confirmed, the bench begins.

    ``agreed_day`` is the day he was shown. Raises GiftOver, OtherCountry, DayChanged, DayNotPossible, BenchFull, or what
    `gift_choices.take` raises; then nothing has changed.
    """
    with _held(gift) as (order, held):
        links.check_open(held, now=now)
        if to.country != held.country:
            raise OtherCountry(country=held.country)
        chosen = gift_choices.take(order, picked, now=now)
        promise = _reserve(order, to, now=now)
        if agreed_day and promise.on > agreed_day:
            raise DayChanged(on=promise.on, agreed=agreed_day)
        if not_before and not_before != promise.on:
            window(order, to.country, to.subdivision, soonest=promise.on, now=now).check(not_before)
            order.requested_on = not_before
        links.move(held, GiftState.ACCEPTED, by_words="recipient", now=now, words=chosen, accepted_at=now, language=language)
        address = ShippingAddress()
        address.write(asdict(to))
        address.save()
        order.shipping_address, order.promised_on, order.bench_done_on = address, promise.on, promise.bench_done_on
        order.save(update_fields=["shipping_address", "promised_on", "bench_done_on", "requested_on"])
        move(order, OrderState.CONFIRMED, by_words="recipient")
        settling.to_the_bench(order)
        posting.post("gift.accepted", key=f"gift:accepted:{held.pk}", gift_id=held.pk)
        posting.post("gift.noted", key=f"gift:noted:{held.pk}", gift_id=held.pk)
        return order


def _reserve(order: Order, to: Recipient, *, now: datetime) -> promising.Promise:
    """Claim the bench's places, and the day that follows from them. Raises BenchFull."""
    way = _way(order, to.country, to.subdivision, now=now)
    done = []
    for work in _works(order, way, now=now):
        done.append(work.not_before)
        if work.method:
            day = reserving.reserve(
                order_line_id=work.line.pk,
                surface=work.surface,
                method=work.method,
                quantity=work.line.quantity,
                not_before=work.not_before,
            )
            done.append(day)
    return way.after_bench(max(done))


def decline(gift: GiftLink, *, now: datetime) -> None:
    """The recipient would rather not have it: the giver is told, and has all back. Raises GiftOver or CannotCancel."""
    with _held(gift) as (order, held):
        links.check_open(held, now=now)
        _call_off(order, held, GiftState.DECLINED, by_words="recipient", reason="gift declined")


def lapse(gift_id: int, *, now: datetime) -> None:
    """End a gift that nobody accepted in time; one that was accepted a moment ago stays so."""
    with _held(GiftLink.objects.get(pk=gift_id)) as (order, held):
        if held.is_open and held.expires_at <= now:
            _call_off(order, held, GiftState.LAPSED, by_words="clock", reason="gift not accepted in time")


def _call_off(order: Order, held: GiftLink, to: Any, *, by_words: str, reason: str) -> None:
    ending.call_off(order, to, by_words=by_words, reason=reason)
    posting.post("gift.ended", key=f"gift:ended:{held.pk}", gift_id=held.pk)


def lapse_overdue(*, now: datetime) -> None:
    """What beat does: every gift whose time is over."""
    rounds.each(links.overdue(now=now), lambda pk: lapse(pk, now=now), what="overdue gift")


@transaction.atomic
def remind(*, now: datetime) -> None:
    """What beat does: the gentle reminders that are due, each once."""
    for pk, number in links.to_remind(now=now):
        posting.post("gift.reminder", key=f"gift:reminder:{pk}:{number}", gift_id=pk, number=number)


def thank(gift: GiftLink, typed: str, *, now: datetime) -> None:
    """A note to the giver, once. Raises what `links.thank` raises."""
    with transaction.atomic():
        links.thank(gift, typed, now=now)
        posting.post("gift.thanks", key=f"gift:thanks:{gift.pk}", gift_id=gift.pk)
