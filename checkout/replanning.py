"""What the bench can no longer keep: seen by staff first, told to the client when they confirm the new day.

A machine that is down or an engraver who is ill moves reserved places to other days (`reserving.plan_ahead`). Where an order has
days in hand, nothing is said; where a promise breaks, it is listed until somebody answers for the new day.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from services.delivery import promising
from services.delivery.models import Holiday, Transit
from services.engraving import reserving
from services.engraving.models import OPEN_JOBS, BenchSlot, Job, JobState
from services.engraving.surfaces import LID, PIECE
from services.foundation.outbox import posting
from services.foundation.regions.roster import all_regions
from services.gifting import links

from .order import moving
from .order.models import ChangeKind, Order, OrderChange
from .order.states import OrderState
from .refusals import SeenBefore

#: Paid, and the bench has still to do with it.
AT_THE_BENCH = (OrderState.UNDER_REVIEW, OrderState.CONFIRMED, OrderState.IN_ATELIER)


@dataclass(frozen=True)
class Broken:
    """An order whose promise the bench cannot keep. ``possible``: the day it can; None while it waits for a piece."""

    order: Order
    due: date
    possible: date | None
    #: Jobs that wait for a piece.
    waiting: tuple[Job, ...] = ()


@dataclass(frozen=True)
class _Ways:
    """Holidays and delivery times of all regions, read once."""

    days: dict[tuple[str, str, str], Transit]
    rests: dict[str, frozenset[date]]

    def possible(self, order: Order, *, done_on: date, now: datetime) -> date:
        """The day on which an order can be handed over when the bench is done with it on a day."""
        code, to = order.region_code, order.shipping_address
        country, place = (to.country_id, to.state) if to else ("", "")
        transit = self.days.get((code, country, place)) or self.days.get((code, country, ""))
        zone = all_regions()[code].time_zone
        return promising.anew(
            now,
            zone=zone,
            cut_off_hour=transit.cut_off_hour if transit else promising.USUAL_CUT_OFF,
            bench_done_on=max(done_on, now.astimezone(zone).date()),
            transit_days=transit.days if transit else promising.USUAL_DAYS,
            holidays=self.rests.get(code, frozenset()),
        )


def _ways() -> _Ways:
    rests: dict[str, set[date]] = defaultdict(set)
    for region, day in Holiday.objects.values_list("region_id", "day"):
        rests[region].add(day)
    days = {(row.region_id, row.country, row.subdivision): row for row in Transit.objects.all()}
    return _Ways(days, {region: frozenset(found) for region, found in rests.items()})


def broken(*, now: datetime) -> list[Broken]:
    """Every order whose promise the bench cannot keep as it is planned now, the earliest promise first. Four queries."""
    jobs: dict[int, list[Job]] = defaultdict(list)
    open_jobs = Job.objects.filter(state__in=OPEN_JOBS, inscription__order_line__order__status__in=AT_THE_BENCH)
    for job in open_jobs.select_related("inscription__order_line__order__shipping_address"):
        jobs[job.inscription.order_line.order_id].append(job)
    if not jobs:
        return []
    lines = {job.inscription.order_line_id: order_id for order_id, each in jobs.items() for job in each}
    days: dict[int, date] = {}
    for line_id, day in BenchSlot.objects.filter(order_line__in=lines).values_list("order_line").annotate(last=Max("day")):
        days[lines[line_id]] = max(day, days.get(lines[line_id], day))
    ways, found = _ways(), []
    for order_id, each in jobs.items():
        order = each[0].inscription.order_line.order
        if order.due_on is None:
            continue
        waiting = tuple(job for job in each if job.state == JobState.FAILED)
        done_on = max(day for day in (days.get(order_id), order.bench_done_on, now.date()) if day)
        possible = None if waiting else ways.possible(order, done_on=done_on, now=now)
        if possible is None or possible > order.due_on:
            found.append(Broken(order, order.due_on, possible, waiting))
    return sorted(found, key=lambda each: (each.due, each.order.pk))


@transaction.atomic
def promise_anew(order: Order, *, shown: date | None, by_id: int, now: datetime) -> OrderChange:
    """Staff confirm the new day that the page showed, and the client is told. Raises SeenBefore when it is another by now."""
    locked = moving.lock(order.pk)
    found = {each.order.pk: each.possible for each in broken(now=now)}
    possible = found.get(locked.pk)
    if possible is None or possible != shown:
        raise SeenBefore()
    change = _move_promise(locked, possible, by_id=by_id, now=now)
    posting.post("letter.promised_anew", key=f"letter:promised-anew:{change.pk}", change_id=change.pk)
    return change


def follow_bench(order: Order, *, done_on: date, by_id: int | None, now: datetime) -> None:
    """The bench is done with an order on another day than planned; a promise that breaks by it moves. The order is locked."""
    order.bench_done_on = max(day for day in (done_on, order.bench_done_on) if day)
    order.save(update_fields=["bench_done_on"])
    possible = _ways().possible(order, done_on=order.bench_done_on, now=now)
    if order.due_on and possible > order.due_on:
        _move_promise(order, possible, by_id=by_id, now=now)


def _move_promise(order: Order, to: date, *, by_id: int | None, now: datetime) -> OrderChange:
    before = {"promise": order.promise.isoformat() if order.promise else ""}
    after = {"promise": to.isoformat()}
    if order.requested_on:  # the new promise has overtaken it
        before["requested_on"], after["requested_on"] = order.requested_on.isoformat(), ""
    order.promised_anew_on, order.requested_on = to, None
    order.save(update_fields=["promised_anew_on", "requested_on"])
    change = OrderChange.objects.create(
        order=order, kind=ChangeKind.PROMISE, before=before, after=after, by_id=by_id, by_words="atelier", at=now
    )
    gift = links.of_order(order.pk)
    if gift:  # whoever waits for it is not whoever gets the order's letters
        posting.post("gift.new_day", key=f"gift:new-day:{change.pk}", gift_id=gift.pk, change_id=change.pk)
    return change


def bench_moved(order_lines: list[int]) -> None:
    """The planner moved places: jobs and the orders' own bench days follow, their promises do not. Safe to run twice."""
    both = [(line, surface) for line in order_lines for surface in (PIECE, LID)]
    days = {each: last for each in both if (last := reserving.last_day(*each))}  # none: given back since
    for (line, surface), last in days.items():
        jobs = Job.objects.filter(inscription__order_line=line, inscription__surface=surface, state__in=OPEN_JOBS)
        jobs.update(due_on=last)
    for (line, _surface), last in days.items():
        Order.objects.filter(lines=line, bench_done_on__lt=last).update(bench_done_on=last)
