"""Until when a client can change an order himself: until it is packed, and from when on that may happen.

The bench done, a parcel is packed from the morning of the next working day on. What needs no bench is packed on the day its
order begins, once the courier's cut-off has closed that day's orders. The packing scan decides; the clock foretells it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.delivery import promising
from services.foundation.formats import day_words, zone_words
from services.foundation.regions.roster import all_regions

from .order.models import Order
from .order.reading import OrderView
from .order.states import OrderState

#: The hour, local, at which the packing bench begins its day.
MORNING = 9


@dataclass(frozen=True)
class Clock:
    """From when on it may be packed, in the region's zone, and how long until then (zero once it has passed)."""

    packing_begins: datetime
    left: timedelta

    @property
    def has_passed(self) -> bool:
        return self.left <= timedelta(0)

    @property
    def day(self) -> str:
        return day_words(self.packing_begins)

    @property
    def hour(self) -> str:
        return f"{self.packing_begins:%H:%M}"

    @property
    def zone(self) -> str:
        return zone_words(self.packing_begins.tzinfo)  # type: ignore[arg-type]

    @property
    def left_words(self) -> str:
        """The time left in whole days and hours, in the active language."""
        days, hours = self.left.days, self.left.seconds // 3600
        said = [ngettext("%(n)s day", "%(n)s days", days) % {"n": days}] if days else []
        if hours:
            said.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
        if len(said) == 2:
            return _("%(days)s and %(hours)s") % {"days": said[0], "hours": said[1]}
        return said[0] if said else _("less than an hour")


def needs_bench(*, placed_on: date, bench_done_on: date, engraved: bool, holidays: frozenset[date]) -> bool:
    """Pure. Whether the bench works on an order: it is engraved, or done later than an order without work ever begins.

    A piece made to order takes weeks; without any work the "bench" is done on the order's first day, which is the day it was
    placed or, after the cut-off, the next working day.
    """
    return engraved or bench_done_on > promising.working_days_after(placed_on, 1, holidays)


def packing_begins(
    *, bench_done_on: date, needs_bench: bool, cut_off_hour: int, zone: ZoneInfo, holidays: frozenset[date]
) -> datetime:
    """Pure. The earliest moment at which the parcel may be packed, in the region's zone."""
    if needs_bench:
        morning = promising.working_days_after(bench_done_on, 1, holidays)
        return datetime.combine(morning, time(MORNING), tzinfo=zone)
    return datetime.combine(bench_done_on, time(cut_off_hour), tzinfo=zone)


def compute(begins: datetime, *, now: datetime) -> Clock:
    """Pure. The clock at a moment; the time left is real time, also over a change of the clocks."""
    return Clock(begins, max(begins.astimezone(UTC) - now.astimezone(UTC), timedelta(0)))


def of(view: OrderView, *, now: datetime) -> Clock | None:
    """The clock of an order that can be changed, in two queries; None when it has none (packed, ended, or without a promise)."""
    return of_all([view], now=now)[0]


def of_all(views: Sequence[OrderView], *, now: datetime) -> list[Clock | None]:
    """The clocks of the parcels of one order, in two queries."""
    open_ones = [each for each in views if _can_have_one(each.order)]
    if not open_ones:
        return [None for _view in views]
    order = open_ones[0].order
    region = all_regions()[order.region_code]
    ways = promising.ways_to(region, {_place_of(each) for each in open_ones}, now=order.date_placed)
    return [_of(each, ways[_place_of(each)], now=now) if _can_have_one(each.order) else None for each in views]


def _can_have_one(order: Order) -> bool:
    return order.can_be_changed and order.bench_done_on is not None and order.promise is not None


def _place_of(view: OrderView) -> tuple[str, str]:
    return (view.address.country_id, view.address.state) if view.address else ("", "")


def _of(view: OrderView, way: promising.Way, *, now: datetime) -> Clock:
    order, zone = view.order, way.zone
    done_on = order.bench_done_on or order.date_placed.astimezone(zone).date()
    begins = packing_begins(
        bench_done_on=done_on,
        needs_bench=needs_bench(
            placed_on=order.date_placed.astimezone(zone).date(),
            bench_done_on=done_on,
            engraved=any(line.engraved for line in view.lines),
            holidays=way.holidays,
        ),
        cut_off_hour=way.cut_off_hour,
        zone=zone,
        holidays=way.holidays,
    )
    if order.status == OrderState.READY_TO_PACK:  # the bench was done sooner than planned
        begins = min(begins, now.astimezone(zone))
    return compute(begins, now=now)
