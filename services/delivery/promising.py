"""The day a piece is in the client's hands: bench days, then courier days, holidays and week-ends left out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.foundation.regions.models import Region

from .models import Holiday, Transit

PACKING_DAYS = 1
#: When a country has no row of its own.
USUAL_DAYS, USUAL_CUT_OFF = 5, 14


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
        if works(day, holidays):
            days -= 1
    return day


def working_days_before(end: date, days: int, holidays: frozenset[date]) -> date:
    """The day that lies `days` working days before `end`: what leaves then arrives on `end`."""
    day = end
    while days > 0:
        day -= timedelta(days=1)
        if works(day, holidays):
            days -= 1
    return day


def working_days_between(start: date, end: date, holidays: frozenset[date]) -> int:
    """How many working days lie after `start`, up to and with `end`."""
    return sum(works(start + timedelta(days=n), holidays) for n in range(1, (end - start).days + 1))


def works(day: date, holidays: frozenset[date]) -> bool:
    """Whether bench and courier work on a day (Saturday and Sunday rest)."""
    return day.weekday() < 5 and day not in holidays


def first_day(now: datetime, *, zone: ZoneInfo, cut_off_hour: int, holidays: frozenset[date]) -> date:
    """Pure. The working day with which what is asked for now begins: today, or the next after the cut-off or a day of rest."""
    local = now.astimezone(zone)
    late = local.hour >= cut_off_hour or not works(local.date(), holidays)
    return working_days_after(local.date(), 1, holidays) if late else local.date()


def anew(
    now: datetime,
    *,
    zone: ZoneInfo,
    cut_off_hour: int,
    bench_done_on: date | None,
    transit_days: int,
    holidays: frozenset[date],
) -> date:
    """Pure. The day an order that is not packed yet can be handed over: packed after the bench, but not in the past.

    ``bench_done_on`` is the day on which the bench will be done, or was; None when it is done and only packing is left.
    """
    packed_on = first_day(now, zone=zone, cut_off_hour=cut_off_hour, holidays=holidays)
    if bench_done_on:
        packed_on = max(packed_on, working_days_after(bench_done_on, PACKING_DAYS, holidays))
    return working_days_after(packed_on, transit_days, holidays)


@dataclass(frozen=True)
class Way:
    """How a place is reached from a region: read once, it answers for any number of pieces. An order after the cut-off, or on
    a day of rest, begins with the next working day. ``charge`` is in the region's currency."""

    zone: ZoneInfo
    cut_off_hour: int
    transit_days: int
    holidays: frozenset[date]
    charge: Decimal = Decimal(0)

    def bench_done(self, *, bench_days: int, now: datetime) -> date:
        """The first day on which the bench can be done with a piece that needs so many working days there."""
        start = first_day(now, zone=self.zone, cut_off_hour=self.cut_off_hour, holidays=self.holidays)
        return working_days_after(start, bench_days, self.holidays)

    def after_bench(self, bench_done_on: date) -> Promise:
        """The promise for what the bench is done with on a day."""
        return Promise(working_days_after(bench_done_on, PACKING_DAYS + self.transit_days, self.holidays), bench_done_on)

    def promise(self, *, bench_days: int, now: datetime) -> Promise:
        """The promise for a piece that needs so many working days at the bench."""
        return self.after_bench(self.bench_done(bench_days=bench_days, now=now))


def way_to(*, region_code: str, zone: ZoneInfo, country: str, subdivision: str, now: datetime) -> Way:
    """The way to a place, from the region's holidays and delivery times; two queries."""
    transit = transit_to(region_code, country, subdivision)
    return Way(
        zone,
        cut_off_hour=transit.cut_off_hour if transit else USUAL_CUT_OFF,
        transit_days=transit.days if transit else USUAL_DAYS,
        holidays=holidays_of(region_code, since=now.date()),
        charge=transit.charge if transit else Decimal(0),
    )


def ways_to(region: Region, places: Collection[tuple[str, str]], *, now: datetime) -> dict[tuple[str, str], Way]:
    """The ways to several places, each a country and its province or state; two queries, however many they are."""
    holidays, rows = holidays_of(region.code, since=now.date()), {}
    for row in Transit.objects.filter(region=region, country__in={country for country, _place in places}):
        rows[row.country, row.subdivision] = row
    found = {}
    for country, place in places:
        row = rows.get((country, place or "")) or rows.get((country, ""))
        found[country, place] = Way(
            region.time_zone,
            cut_off_hour=row.cut_off_hour if row else USUAL_CUT_OFF,
            transit_days=row.days if row else USUAL_DAYS,
            holidays=holidays,
            charge=row.charge if row else Decimal(0),
        )
    return found


def broker_countries(region: Region) -> list[str]:
    """Countries outside a region to which parcels go whose customs papers reach the broker alone, never the recipient."""
    rows = Transit.objects.filter(region=region, customs_to_broker=True).exclude(country__in=region.countries)
    return sorted(set(rows.values_list("country", flat=True)))


def holidays_of(region_code: str, *, since: date) -> frozenset[date]:
    """The region's holidays from a day on."""
    return frozenset(Holiday.objects.filter(region_id=region_code, day__gte=since).values_list("day", flat=True))


def transit_to(region_code: str, country: str, subdivision: str) -> Transit | None:
    """The row for a place: its subdivision's, else its country's."""
    rows = Transit.objects.filter(region_id=region_code, country=country, subdivision__in=("", subdivision or ""))
    return max(rows, key=lambda row: bool(row.subdivision), default=None)
