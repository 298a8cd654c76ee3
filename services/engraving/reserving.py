"""Reserving the bench: a day that is promised is a row that is claimed. One SKIP LOCKED statement, as for pieces of stock.

Places at the bench are written ahead, by beat and whenever staff change a station; a day of rest takes its free places away and
moves the reserved ones on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Count, FilteredRelation, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from services.foundation.outbox import posting

from .bench_days import BenchDays, FreeDay
from .models import BenchSlot, Inscription, Station
from .refusals import BenchFull
from .surfaces import PIECE

#: How far ahead the bench is planned: the furthest day a client can ask for, and the making of a piece before it.
AHEAD = timedelta(days=430)


def free_days(*, since: date) -> BenchDays:
    """What the stations have left from a day on. One query, whatever is asked of it."""
    free = FilteredRelation("slots", condition=Q(slots__order_line=None, slots__day__gte=since))
    rows = (
        Station.objects.filter(is_active=True)
        .annotate(place=free)
        .values("pk", "methods", "place__day")
        .annotate(free=Count("place"))
        .order_by()
    )
    days = [FreeDay(row["place__day"], row["pk"], frozenset(row["methods"]), row["free"]) for row in rows if row["free"]]
    return BenchDays(days, served={method for row in rows for method in row["methods"]})


def reserve(*, order_line_id: int, surface: str = PIECE, method: str, quantity: int, not_before: date) -> date:
    """Claim a place for a surface of each piece of an order line, the earliest there are; returns the day of the last.

    Runs inside the placement's transaction. Raises BenchFull, and the caller's transaction gives back what was claimed.
    """
    if not Station.objects.filter(is_active=True, methods__contains=[method]).exists():
        return not_before
    if _claim(order_line_id, surface, method, quantity, not_before) < quantity:
        raise BenchFull()
    return _of(order_line_id, surface).aggregate(last=Max("day"))["last"]


def _of(order_line_id: int, surface: str) -> QuerySet[BenchSlot]:
    return BenchSlot.objects.filter(order_line_id=order_line_id, surface=surface)


def _claim(order_line_id: int, surface: str, method: str, quantity: int, not_before: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE engraving_benchslot SET order_line_id = %s, surface = %s WHERE id IN (
                   SELECT slot.id FROM engraving_benchslot slot JOIN engraving_station station ON station.id = slot.station_id
                   WHERE slot.order_line_id IS NULL AND slot.day >= %s AND station.is_active AND %s = ANY(station.methods)
                   ORDER BY slot.day, cardinality(station.methods), station.id, slot.number
                   LIMIT %s FOR UPDATE OF slot SKIP LOCKED)""",
            [order_line_id, surface, not_before, method, quantity],
        )
        return cursor.rowcount


def release(order_line_ids: Iterable[int], *, surface: str | None = None) -> int:
    """Give back the places of lines that were cancelled, or (``surface``) whose engraving was withdrawn; returns how many."""
    slots = BenchSlot.objects.filter(order_line_id__in=list(order_line_ids))
    return (slots.filter(surface=surface) if surface else slots).update(order_line=None, surface="")


def release_after(order_line_id: int, surface: str, day: date) -> int:
    """Give back the places of a line's surface that lie after a day; those until then were used. Returns how many."""
    return _of(order_line_id, surface).filter(day__gt=day).update(order_line=None, surface="")


def last_day(order_line_id: int, surface: str) -> date | None:
    """The day on which a surface of a line's last piece is engraved; None when nothing is reserved for it."""
    return _of(order_line_id, surface).aggregate(last=Max("day"))["last"]


@dataclass(frozen=True)
class Moved:
    """A place that had to be given another day."""

    order_line_id: int
    before: date
    after: date


@transaction.atomic
def plan_ahead(*, today: date) -> list[Moved]:
    """Make the places agree with the stations, from today on; safe to repeat. Returns what was reserved and had to move.

    Missing places are written; those of a day of rest, of a closed station or beyond its pieces a day are taken away. What was
    reserved there moves to the next free place, the earliest promise first. Raises BenchFull when there is none.
    """
    with connection.cursor() as cursor:  # one planner at a time
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('bench', 0))")
    stations = list(Station.objects.prefetch_related("rests"))
    last = today + AHEAD
    for station in stations:
        rests = {rest.day for rest in station.rests.all()}
        BenchSlot.objects.bulk_create(
            (
                BenchSlot(station=station, day=day, number=number)
                for day in _days(today, last)
                if station.is_active and day.weekday() in station.weekdays and day not in rests
                for number in range(1, station.pieces_a_day + 1)
            ),
            ignore_conflicts=True,
            batch_size=2000,
        )
    gone = {station: BenchSlot.objects.filter(_gone(station), station=station, day__gte=today) for station in stations}
    for slots in gone.values():  # all of them first, so that nothing moves to a place that goes as well
        slots.filter(order_line=None).delete()
    moved = [_move_on(slot) for slot in _reserved(gone.values())]
    for slots in gone.values():  # given back meanwhile
        slots.delete()
    if moved:  # jobs and orders follow after the commit: whoever locks them asks for places while he holds them
        posting.post("bench.moved", order_lines=sorted({each.order_line_id for each in moved}))
    return moved


def _reserved(gone: Iterable[QuerySet[BenchSlot]]) -> list[BenchSlot]:
    """What is reserved among the places that go, locked: whose piece was promised for the earliest day is moved first."""
    lost = [pk for slots in gone for pk in slots.values_list("pk", flat=True)]
    promise = Coalesce("order_line__order__promised_anew_on", "order_line__order__promised_on")
    rows = BenchSlot.objects.filter(pk__in=lost).annotate(promise=promise).select_related("station").order_by("pk")
    # A cancelled order may have given its place back meanwhile.
    slots = [slot for slot in rows.select_for_update(of=("self",)) if slot.order_line_id is not None]
    return sorted(slots, key=lambda slot: (slot.promise or date.max, slot.day, slot.pk))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _gone(station: Station) -> Q:
    if not station.is_active:
        return Q()
    at_rest = Q(day__in=[rest.day for rest in station.rests.all()])
    return at_rest | Q(number__gt=station.pieces_a_day) | ~Q(day__iso_week_day__in=[day + 1 for day in station.weekdays])


def _move_on(slot: BenchSlot) -> Moved:
    line_id, surface, method = slot.order_line_id, slot.surface, _method_of(slot, slot.station)
    keeps = set(_of(line_id, surface).values_list("pk", flat=True))
    if _claim(line_id, surface, method, 1, slot.day) < 1:
        raise BenchFull()
    new = _of(line_id, surface).exclude(pk__in=keeps).get()
    slot.delete()
    return Moved(line_id, slot.day, new.day)


def _method_of(slot: BenchSlot, station: Station) -> str:
    kept = Inscription.objects.filter(order_line_id=slot.order_line_id, surface=slot.surface)
    method = kept.values_list("zone__method", flat=True).first()
    return method or station.methods[0]
