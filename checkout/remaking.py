"""When engraving fails: the spoiled piece leaves the stock, another takes its place, and the client hears the truth.

Of a lid it is the box that is spoiled, an article of the packing bench; its piece waits where it is.

Everything in one transaction, the job locked before its order as everywhere at the bench: the piece, a new place at the bench,
a new card, the promise where it has to move, and the letter. Without another piece the job waits, and the client has a choice.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from services.delivery import promising
from services.engraving import commissioning, reserving, working
from services.engraving.models import FailReason, Job, JobState
from services.engraving.refusals import BenchFull, JobElsewhere, NoPieceYet, PieceMissing, ReasonMissing
from services.foundation.outbox import posting
from services.foundation.regions.roster import all_regions
from services.foundation.units import claiming
from services.foundation.units.models import Unit
from services.gifting import stock
from services.gifting.refusals import OutOfStock

from . import replanning
from .order import moving
from .order.models import Line, Order
from .totals import WORKING_DAYS_A_WEEK


def fail(job: Job, *, reason: str, words: str, unit_ids: Collection[int], by_id: int, now: datetime) -> bool:
    """A job that failed. ``unit_ids``: the spoiled pieces of its line; none needed where it has one piece, or none in stock.

    Answers whether it begins anew already; False when it waits for a piece. Raises ReasonMissing, PieceMissing, HeldByColleague
    or JobElsewhere; then nothing has changed.
    """
    if reason not in FailReason.values:
        raise ReasonMissing()
    working.check_held(job, by_id=by_id)
    with transaction.atomic():
        _lock(job)
        line = Line.objects.select_related("product__parent", "order").get(inscription__job=job)
        order = moving.lock(line.order_id)
        spoiled = [] if job.inscription.is_lid else _spoiled(line, unit_ids)
        commissioning.move(job, JobState.FAILED, by_id=by_id, reason=reason, words=words, taken_by_id=None)
        if job.inscription.is_lid:
            stock.spoil(line.wrapping.box, order_line_id=line.pk, by_id=by_id)
        else:
            because = f"{order.number}: {FailReason(reason).label} {words}"
            claiming.spoil(order_line_id=line.pk, unit_ids=spoiled, because=because)
        today = now.astimezone(all_regions()[order.region_code].time_zone).date()
        reserving.release_after(line.pk, job.inscription.surface, today)
        return _begin_anew(job, order, line, had_stock=bool(spoiled), by_id=by_id, now=now, tell_if_waiting=True)


def resume(job: Job, *, by_id: int, now: datetime) -> None:
    """A piece has come for a job that waits for one. Raises NoPieceYet, or JobElsewhere."""
    with transaction.atomic():
        if _lock(job).state != JobState.FAILED:
            raise JobElsewhere(state=_lock(job).state)
        line = Line.objects.select_related("product__parent").get(inscription__job=job)
        order = moving.lock(line.order_id)
        if not _begin_anew(job, order, line, had_stock=True, by_id=by_id, now=now, tell_if_waiting=False):
            raise NoPieceYet()


def _lock(job: Job) -> Job:
    return Job.objects.select_for_update(of=("self",)).get(pk=job.pk)


def _spoiled(line: Line, unit_ids: Collection[int]) -> list[int]:
    """The pieces that are spoiled. A piece that was made to order has never been in stock. Raises PieceMissing."""
    mine = list(Unit.objects.filter(order_line=line).values_list("pk", flat=True))
    if len(mine) <= 1:
        return mine
    named = [pk for pk in mine if pk in unit_ids]
    if not named:
        raise PieceMissing()
    return named


def _begin_anew(job: Job, order: Order, line: Line, *, had_stock: bool, by_id: int, now: datetime, tell_if_waiting: bool) -> bool:
    """Back into the queue with another piece and another day; or the letter that says there is none."""
    weeks = _another_box(line) if job.inscription.is_lid else _another_piece(line, had_stock=had_stock)
    if weeks is None:
        return _wait(job, order, tell=tell_if_waiting)
    done_on = _reserve(job, order, line, weeks=weeks, now=now)
    if done_on is None:
        return _wait(job, order, tell=tell_if_waiting)
    working.void_card(job)
    commissioning.move(job, JobState.WAITING, by_id=by_id, due_on=done_on, remakes=job.remakes + 1)
    before = order.due_on
    replanning.follow_bench(order, done_on=done_on, by_id=by_id, now=now)
    _tell(job, order, before=before if order.due_on != before else None, waits=False)
    return True


def _another_piece(line: Line, *, had_stock: bool) -> int | None:
    """The weeks until there is a piece to begin anew with: none where one was in stock; None where none will come."""
    if not had_stock:
        return line.product.piece.made_to_order_weeks or 0
    missing = line.quantity - Unit.objects.filter(order_line=line).count()
    if missing:
        missing -= claiming.claim_instead(order_line_id=line.pk, variant_id=line.product_id, quantity=missing)
    return (line.product.piece.made_to_order_weeks or None) if missing else 0


def _another_box(line: Line) -> int | None:
    """The same for a lid: 0 where the shelf has another box, else None."""
    try:
        stock.exchange([(line.wrapping.box, line.pk)], [])
    except OutOfStock:
        return None
    return 0


def _reserve(job: Job, order: Order, line: Line, *, weeks: int, now: datetime) -> date | None:
    """The day of another place at the bench: the next working day that has one, since whoever waits twice goes first."""
    region = all_regions()[order.region_code]
    today = now.astimezone(region.time_zone).date()
    holidays = promising.holidays_of(order.region_code, since=today)
    first = promising.working_days_after(today, weeks * WORKING_DAYS_A_WEEK + 1, holidays)
    try:
        with transaction.atomic():  # a place or two may have been claimed before there were no more
            return reserving.reserve(
                order_line_id=line.pk,
                surface=job.inscription.surface,
                method=job.inscription.zone.method,
                quantity=line.quantity,
                not_before=first,
            )
    except BenchFull:
        return None


def _wait(job: Job, order: Order, *, tell: bool) -> bool:
    if tell:
        _tell(job, order, before=None, waits=True)
    return False


def _tell(job: Job, order: Order, *, before: date | None, waits: bool) -> None:
    move = job.moves.order_by("-pk").values_list("pk", flat=True).first()
    facts = {"order_id": order.pk, "job_id": job.pk, "before": before.isoformat() if before else "", "waits": waits}
    posting.post("letter.remade", key=f"letter:remade:{move}", move_id=move, **facts)
