"""Orders whose engraving waits for a size: the sizer that travels first, and the promise that is made when the size is known.

While one piece waits, the whole order has no promised day and no place at the bench is reserved for that piece: a day that moves
with every week of silence would be no promise. Its unit is held all the time.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Count

from services.delivery import promising
from services.engraving import reserving
from services.engraving.models import BenchSlot, Inscription
from services.foundation.regions.roster import all_regions

from .order.models import Line, Order, Sizer
from .order.states import SizerState
from .totals import WORKING_DAYS_A_WEEK

#: A sizer that is still of use.
OPEN = (SizerState.TO_SEND, SizerState.SENT)


def begin(order: Order, *, now: datetime) -> None:
    """A sizer for each piece that waits, once the order is paid; safe to call again."""
    for line_id in Inscription.objects.filter(order_line__order=order, withdrawn_at=None, waits_for_size=True).values_list(
        "order_line_id", flat=True
    ):
        Sizer.objects.get_or_create(line_id=line_id, defaults={"wanted_at": now})


def end(order_line_ids: Collection[int]) -> None:
    """Nobody needs these sizers any more: the order ended, or the piece comes without its engraving."""
    Sizer.objects.filter(line_id__in=order_line_ids, state__in=OPEN).update(state=SizerState.CANCELLED)


def waits(order: Order) -> bool:
    """Whether a piece of the order still waits for its size."""
    return Inscription.objects.filter(order_line__order=order, withdrawn_at=None, waits_for_size=True).exists()


def way_of(order: Order, *, now: datetime) -> promising.Way:
    """How the order reaches its address, from now on."""
    to = order.shipping_address
    return promising.way_to(
        region_code=order.region_code,
        zone=all_regions()[order.region_code].time_zone,
        country=to.country_id if to else "",
        subdivision=to.state if to else "",
        now=now,
    )


def weeks_of(order_line_id: int) -> int:
    """The weeks of making of a piece that is made to order and was never in stock."""
    line = Line.objects.select_related("product__parent").annotate(pieces=Count("units")).get(pk=order_line_id)
    return (line.product.piece.made_to_order_weeks or 0) if line.product and line.pieces < line.quantity else 0


def promise(order: Order, *, now: datetime, weeks: int = 0) -> date | None:
    """Promise the order's day, once nothing of it waits any more: from what the bench has reserved, and from now on.

    ``weeks``: of making, that a piece needs besides. The order is locked. None while another piece still waits, or when a day
    stood already.
    """
    if order.promised_on or waits(order):
        return None
    way = way_of(order, now=now)
    reserved = BenchSlot.objects.filter(order_line__order=order).order_by("-day").values_list("day", flat=True).first()
    made = way.bench_done(bench_days=weeks * WORKING_DAYS_A_WEEK, now=now)
    order.bench_done_on = max(day for day in (made, reserved, order.bench_done_on) if day)
    order.promised_on = way.after_bench(order.bench_done_on).on
    if order.requested_on and order.requested_on <= order.promised_on:  # a wish that the promise has overtaken
        order.requested_on = None
    order.save(update_fields=["bench_done_on", "promised_on", "requested_on"])
    return order.promised_on


def estimate(order: Order, *, now: datetime) -> date | None:
    """The day it would be if every size were confirmed now as ordered; said as such, and promised by nobody."""
    waiting = Inscription.objects.filter(order_line__order=order, withdrawn_at=None, waits_for_size=True)
    rows = list(waiting.select_related("zone", "order_line").order_by("order_line_id"))
    if not rows:
        return None
    way = way_of(order, now=now)
    bench, days = None, [way.bench_done(bench_days=0, now=now), order.bench_done_on]
    for kept in rows:
        first = way.bench_done(bench_days=kept.zone.work_days, now=now)
        bench = bench or reserving.free_days(since=way.bench_done(bench_days=0, now=now))
        days.append(bench.take(kept.zone.method, quantity=kept.order_line.quantity, not_before=first) or first)
    return way.after_bench(max(day for day in days if day)).on
