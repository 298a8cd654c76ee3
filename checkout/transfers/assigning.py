"""To which order a line of a statement belongs: said by its reference or by a named person, and taken back by another row.

The order is locked before the line, as everywhere. Two people at once: the second sees what the first has left.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from checkout import settling
from checkout.order import moving
from checkout.order.models import Order
from checkout.order.states import OrderState
from services.foundation.outbox import posting

from . import overpaying, reckoning
from .models import Assignment, LineState, StatementLine, Transfer
from .refusals import DecidedMeanwhile, GoneBack, NotByTransfer, NothingLeft, OtherCurrency, ReasonMissing


@transaction.atomic
def assign(
    line_id: int, order_id: int, *, now: datetime, by_id: int | None, amount: Decimal | None = None, while_awaited: bool = False
) -> Assignment:
    """Give a line, or so much of it, to an order; an order that is then paid stands, and its client is told.

    ``while_awaited``: only while the order still waits for money. Raises NothingLeft, OtherCurrency, NotByTransfer or
    DecidedMeanwhile; then nothing has changed.
    """
    order = moving.lock(order_id)
    line = _locked(line_id)
    if not Transfer.objects.filter(order=order).exists():
        raise NotByTransfer(number=order.number)
    if line.currency != order.currency:
        raise OtherCurrency(line=line.currency, order=order.currency)
    if while_awaited and (order.status != OrderState.AWAITING_PAYMENT or line.state != LineState.OPEN):
        raise DecidedMeanwhile()
    left = left_of(line)
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        raise NothingLeft(left=left, currency=line.currency)
    made = Assignment.objects.create(line=line, order=order, amount=amount, by_id=by_id, at=now)
    reckoning.move(order, amount, kind=reckoning.RECEIVED, key=f"transferred:{made.pk}")
    state = LineState.ASSIGNED if amount == left else LineState.OPEN
    StatementLine.objects.filter(pk=line.pk).update(state=state, aside_because="", aside_by=None, aside_at=None)
    _follow(order, made, now=now)
    return made


def _follow(order: Order, made: Assignment, *, now: datetime) -> None:
    """What follows from money that came in: the order stands once nothing is owed; of a part the client is told what remains."""
    if order.status != OrderState.AWAITING_PAYMENT:
        return  # of one that stands, or has ended, staff are asked: see `overpaying`
    if reckoning.owed(order) <= 0:
        settling.stand(order, by_words="payment", now=now)
        posting.post("invoice.issue", key=f"invoice:paid:{order.pk}", order_id=order.pk)
    else:
        posting.post("letter.transfer", key=f"letter:transfer:{order.pk}:part:{made.pk}", order_id=order.pk, why="part")


@transaction.atomic
def undo(assignment_id: int, *, by_id: int, reason: str, now: datetime) -> Assignment:
    """Take an assignment back, whole, by a row that says who and why. An order that is not paid then is held for review.

    Raises ReasonMissing, DecidedMeanwhile when it was taken back before, or GoneBack when the money was sent to the client.
    """
    if not reason.strip():
        raise ReasonMissing()
    found = Assignment.objects.select_related("line").get(pk=assignment_id)
    order = moving.lock(found.order_id)
    line = _locked(found.line_id)
    if found.undoes_id or Assignment.objects.filter(undoes=found).exists():
        raise DecidedMeanwhile()
    made = Assignment.objects.create(
        line=line, order=order, amount=-found.amount, undoes=found, by_id=by_id, reason=reason.strip()[:200], at=now
    )
    reckoning.move(order, -found.amount, kind=reckoning.TAKEN_BACK, key=f"transferred:{made.pk}")
    if overpaying.undecided(order) < 0 or reckoning.received(order) < 0:
        raise GoneBack(number=order.number)  # and takes all of this back
    StatementLine.objects.filter(pk=line.pk).update(state=LineState.OPEN)
    if reckoning.owed(order) > 0 and order.status == OrderState.CONFIRMED:
        words = "its transfer belongs to another order"
        moving.move(order, OrderState.UNDER_REVIEW, by_id=by_id, by_words="payments desk", reason=words)
    return made


@transaction.atomic
def put_aside(line_id: int, *, by_id: int, reason: str, now: datetime) -> None:
    """A line that is no client's order: rent, a fee, what an adviser has cleared. Raises ReasonMissing or DecidedMeanwhile."""
    if not reason.strip():
        raise ReasonMissing()
    moved = StatementLine.objects.filter(pk=line_id, state=LineState.OPEN).update(
        state=LineState.PUT_ASIDE, aside_because=reason.strip()[:200], aside_by_id=by_id, aside_at=now
    )
    if not moved:
        raise DecidedMeanwhile()


def take_up(line_id: int) -> None:
    """A line that was put aside is to be decided again. Raises DecidedMeanwhile."""
    if not StatementLine.objects.filter(pk=line_id, state=LineState.PUT_ASIDE).update(state=LineState.OPEN):
        raise DecidedMeanwhile()


def left_of(line: StatementLine) -> Decimal:
    """What of a line no order has; nothing of one that went out."""
    given = Assignment.objects.filter(line=line).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    return max(line.amount, Decimal(0)) - given


def _locked(line_id: int) -> StatementLine:
    """The line's row, locked: its guard against two people who assign it at once."""
    return StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
