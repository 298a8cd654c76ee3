"""The day a piece is in the client's hands: bench days, then courier days, holidays and week-ends left out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .models import Holiday, Transit

PACKING_DAYS = 1
#: When a country has no row of its own.
USUAL_DAYS = 5
USUAL_CUT_OFF_HOUR = 14


@dataclass(frozen=True)
class Promise:
    """The promised day, and the day on which the bench must be done."""

    on: date
    bench_done_on: date


def working_days_after(start: date, days: int, holidays: frozenset[date]) -> date:
    """The day that lies `days` working days after `start` (Saturday and Sunday rest)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            days -= 1
    return day


def compute(
    now: datetime, *, zone: ZoneInfo, cut_off_hour: int, bench_days: int, transit_days: int, holidays: frozenset[date]
) -> Promise:
    """Pure. An order after the cut-off, or on a day of rest, begins with the next working day."""
    local = now.astimezone(zone)
    start = local.date()
    rests = start.weekday() >= 5 or start in holidays
    if rests or local.hour >= cut_off_hour:
        start = working_days_after(start, 1, holidays)
    bench_done = working_days_after(start, bench_days, holidays)
    return Promise(working_days_after(bench_done, PACKING_DAYS + transit_days, holidays), bench_done)


@dataclass(frozen=True)
class Way:
    """How a place is reached from a region: read once, it answers for any number of pieces."""

    zone: ZoneInfo
    cut_off_hour: int
    transit_days: int
    holidays: frozenset[date]

    def promise(self, *, bench_days: int, now: datetime) -> Promise:
        """The promise for a piece that needs so many working days at the bench."""
        return compute(
            now,
            zone=self.zone,
            cut_off_hour=self.cut_off_hour,
            bench_days=bench_days,
            transit_days=self.transit_days,
            holidays=self.holidays,
        )


def way_to(*, region_code: str, zone: ZoneInfo, country: str, subdivision: str, now: datetime) -> Way:
    """The way to a place, from the region's holidays and delivery times; two queries."""
    transit = transit_to(region_code, country, subdivision)
    holidays = Holiday.objects.filter(region_id=region_code, day__gte=now.date()).values_list("day", flat=True)
    return Way(
        zone,
        cut_off_hour=transit.cut_off_hour if transit else USUAL_CUT_OFF_HOUR,
        transit_days=transit.days if transit else USUAL_DAYS,
        holidays=frozenset(holidays),
    )


def promise(*, region_code: str, zone: ZoneInfo, country: str, subdivision: str, bench_days: int, now: datetime) -> Promise:
    """The promise for one address."""
    way = way_to(region_code=region_code, zone=zone, country=country, subdivision=subdivision, now=now)
    return way.promise(bench_days=bench_days, now=now)


def transit_to(region_code: str, country: str, subdivision: str) -> Transit | None:
    """The row for a place: its subdivision's, else its country's."""
    rows = Transit.objects.filter(region_id=region_code, country=country, subdivision__in=("", subdivision or ""))
    return max(rows, key=lambda row: bool(row.subdivision), default=None)
