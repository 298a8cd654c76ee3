"""Promise against hand-over: what was shown, what was agreed last, and the day the client had it.

Three days stand on an order: `promised_on`, shown at placement and never changed; `promised_anew_on`, agreed to when a change of
the client moved it; `requested_on`, the later day he asked for. A promise is kept when the hand-over is not after the day
agreed last and not before the day asked for. How many also kept the first promise is told beside it, so that nothing hides.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from services.delivery import promising
from services.delivery.models import Holiday, Transit
from services.foundation.regions.roster import all_regions

from .order.models import Order
from .order.states import OrderState

#: How far back the page looks, in months, this one among them.
MONTHS = 12
#: Paid, promised, and still in the house.
IN_THE_HOUSE = (
    OrderState.UNDER_REVIEW,
    OrderState.CONFIRMED,
    OrderState.IN_ATELIER,
    OrderState.READY_TO_PACK,
    OrderState.PACKED,
)


@dataclass(frozen=True)
class Delivered:
    """One order that was handed over, on a day of its region."""

    order_id: int
    number: str
    region_code: str
    first: date
    due: date
    requested: date | None
    on: date

    @property
    def days(self) -> int:
        """Days after the day agreed last; early is negative."""
        return (self.on - self.due).days

    @property
    def is_late(self) -> bool:
        return self.on > self.due

    @property
    def is_too_early(self) -> bool:
        return self.requested is not None and self.on < self.requested

    @property
    def is_kept(self) -> bool:
        return not self.is_late and not self.is_too_early


@dataclass(frozen=True)
class Month:
    """One month of one region. ``median_days``: early is negative, late positive."""

    month: date
    region_code: str
    handed_over: int
    kept: int
    late: int
    too_early: int
    kept_first: int
    median_days: float


def by_month(delivered: Iterable[Delivered]) -> list[Month]:
    """Pure. Sums by month of the hand-over and region, the newest month first."""
    groups: dict[tuple[date, str], list[Delivered]] = defaultdict(list)
    for each in delivered:
        groups[each.on.replace(day=1), each.region_code].append(each)
    return [
        Month(
            month=month,
            region_code=region,
            handed_over=len(group),
            kept=sum(each.is_kept for each in group),
            late=sum(each.is_late for each in group),
            too_early=sum(each.is_too_early for each in group),
            kept_first=sum(each.on <= each.first for each in group),
            median_days=median(each.days for each in group),
        )
        for (month, region), group in sorted(groups.items(), key=lambda item: (-item[0][0].toordinal(), item[0][1]))
    ]


def late(delivered: Iterable[Delivered]) -> list[Delivered]:
    """Pure. Those that came late, the newest first."""
    return sorted((each for each in delivered if each.is_late), key=lambda each: each.on, reverse=True)


def delivered(*, now: datetime) -> list[Delivered]:
    """Every order handed over in the last twelve months, by the days of its region. One query."""
    first = _months_before(now.date(), MONTHS - 1)
    orders = Order.objects.filter(handed_over_at__date__gte=first - timedelta(days=1), promised_on__isnull=False).only(
        "number", "region_code", "promised_on", "promised_anew_on", "requested_on", "handed_over_at"
    )
    zones = {code: region.time_zone for code, region in all_regions().items()}
    found = [
        Delivered(
            order_id=order.pk,
            number=order.number,
            region_code=order.region_code,
            first=order.promised_on,
            due=order.due_on,
            requested=order.requested_on,
            on=order.handed_over_at.astimezone(zones[order.region_code]).date(),
        )
        for order in orders
    ]
    return [each for each in found if each.on >= first]  # in its region it may be another day than in UTC


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)


@dataclass(frozen=True)
class AtRisk:
    """An order still in the house although it should leave today, or should have left."""

    order: Order
    due: date
    leave_by: date
    today: date

    @property
    def is_overdue(self) -> bool:
        return self.leave_by < self.today


def at_risk(*, now: datetime) -> list[AtRisk]:
    """Orders not dispatched although their day less the courier's days is today or past, the most urgent first. Three queries."""
    return [each for each in in_the_house(now=now) if each.leave_by <= each.today]


def in_the_house(*, now: datetime, states: Any = IN_THE_HOUSE) -> list[AtRisk]:
    """Orders not dispatched, with the day by which each has to leave, the most urgent first. Three queries."""
    regions = all_regions()
    orders = Order.objects.filter(status__in=states, promised_on__isnull=False).select_related("shipping_address")
    ways = {(row.region_id, row.country, row.subdivision): row.days for row in Transit.objects.all()}
    rests: dict[str, set[date]] = defaultdict(set)
    for region, day in Holiday.objects.values_list("region_id", "day"):
        rests[region].add(day)
    found = []
    for order in orders:
        code, to = order.region_code, order.shipping_address
        country, place = (to.country_id, to.state) if to else ("", "")
        days = ways.get((code, country, place), ways.get((code, country, ""), promising.USUAL_DAYS))
        leave_by = promising.working_days_before(order.due_on, days, frozenset(rests[code]))
        today = now.astimezone(regions[code].time_zone).date()
        found.append(AtRisk(order, order.due_on, leave_by, today))
    return sorted(found, key=lambda each: (each.leave_by, each.due, each.order.pk))
