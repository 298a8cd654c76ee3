"""Deciding to give money back: by one person up to a limit, by two above it, by itself where an order ends or is paid twice.

Everything that guards the money stands in one transaction with the order's row locked: what is left is read, divided, written as
repayments with their keys, taken off the plan and off the price in the book. The provider is asked after the commit: `repaying`.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from checkout import parcels
from checkout.order import moving
from checkout.order.models import Order
from services.deferred import agreeing, collecting
from services.deferred.models import Part, Plan
from services.deferred.states import PartState
from services.foundation.outbox import posting
from services.foundation.provider.models import Attempt, AttemptState

from . import noting, reckoning, waterfall
from .models import Refund, RefundLine, Repayment
from .reckoning import Purse, Reckoned, Wish
from .refusals import ChangedSince, DecidedAlready, MoreThanTaken, OwnRefund, PartWithProvider, ReasonNeeded
from .states import NOT_OF_PRICE, RefundKind, RefundState, Waterfall
from .waterfall import ZERO, Amount, Split


def lock(order_id: int) -> Order:
    """The order's row, locked: whoever moves its money waits here, so that no two give back the same."""
    return moving.lock(order_id)


@transaction.atomic
def ask(order: Order, wish: Wish, *, by_id: int | None, by_words: str, now: datetime, shown: str | None = None) -> Refund:
    """Give money back, or have it wait for a second person where staff give more than one of them may.

    ``shown`` is the version of what the person saw (`outlook`). Raises ReasonNeeded, NoRefundYet, NothingChosen, PiecesGone,
    MoreThanTaken, PartWithProvider or ChangedSince; then nothing has changed.
    """
    locked = lock(order.pk)
    if by_words == "staff" and not wish.reason.strip():
        raise ReasonNeeded()
    found = _purse(locked)
    reckoned = reckoning.reckon(wish, found)
    if shown is not None and shown != outlook(wish, found, reckoned).version:
        raise ChangedSince()
    refund = Refund(
        order=locked,
        kind=wish.kind,
        amount=reckoned.amount,
        tax=reckoned.tax + reckoned.delivery_tax,
        delivery=reckoned.delivery_net + reckoned.delivery_tax,
        currency=locked.currency,
        reason=wish.reason.strip(),
        by_id=by_id,
        by_words=by_words,
        at=now,
        state=RefundState.WAITING,
    )
    two = by_words == "staff" and reckoning.needs_two(refund.amount, refund.currency)
    if two:
        refund.save()
        _keep_lines(refund, reckoned)
        return refund
    return _begin(refund, found, reckoned, now=now)


@transaction.atomic
def approve(refund: Refund, *, by_id: int, now: datetime) -> Refund:
    """The second person agrees: what there is now is looked at anew. Raises OwnRefund, DecidedAlready, and what `ask` raises."""
    order = lock(refund.order_id)
    waiting = _waiting(refund)
    if waiting.by_id == by_id:
        raise OwnRefund()
    waiting.decided_by_id, waiting.decided_at = by_id, now
    if waiting.kind in (RefundKind.CANCELLED, *NOT_OF_PRICE):
        return _send(waiting, reckoning.purse(order))
    lines = {row.line_id: row.quantity for row in waiting.lines.all()}
    wish = Wish(waiting.kind, lines, waiting.amount, waiting.delivery > ZERO, waiting.reason)
    # What waited is decided upon now: it is no longer in its own way.
    Refund.objects.filter(pk=waiting.pk).update(state=RefundState.TAKEN_BACK, decided_by=None)
    found = _purse(order)
    reckoned = reckoning.reckon(wish, found)
    if reckoned.amount != waiting.amount:
        raise MoreThanTaken(most=reckoned.amount, currency=order.currency)
    RefundLine.objects.filter(refund=waiting).delete()
    return _begin(waiting, found, reckoned, now=now)


@transaction.atomic
def decline(refund: Refund, *, by_id: int, reason: str, now: datetime) -> None:
    """It does not go back; whoever asked takes it back himself. Raises ReasonNeeded or DecidedAlready."""
    lock(refund.order_id)
    waiting = _waiting(refund)
    own = waiting.by_id == by_id
    if not own and not reason.strip():
        raise ReasonNeeded()
    state = RefundState.TAKEN_BACK if own else RefundState.DECLINED
    Refund.objects.filter(pk=waiting.pk).update(state=state, decided_by=by_id, decided_at=now, decision=reason.strip()[:200])


def for_cancelled(order: Order, *, by_id: int | None, by_words: str, now: datetime, reason: str = "") -> Refund | None:
    """All that was taken for an order, locked, that is cancelled in this transaction; None where nothing was taken."""
    found = reckoning.purse(order)
    value = sum((each.amount for each in found.paid), ZERO)
    if not value:
        return None
    refund = Refund(
        order=order,
        kind=RefundKind.CANCELLED,
        amount=value,
        currency=order.currency,
        reason=reason[:200],
        key=f"cancelled:{order.pk}",
        by_id=by_id,
        by_words=by_words,
        at=now,
        state=RefundState.WAITING,
    )
    if by_words == "staff" and reckoning.needs_two(value, order.currency):
        refund.save()
        return refund
    return _send(refund, found)


def take_off(
    payer: Order, value: Decimal, *, kind: Any, key: str, by_id: int | None, by_words: str, now: datetime, reason: str = ""
) -> Refund | None:
    """A part of the price falls away in this transaction: a parcel that is cancelled, words that are left out of a lid.

    The payer's order is locked; the caller takes the part off the book. What is owed or only authorised is taken off at once;
    what was paid waits where staff give more than one of them may. None where nothing is left to give. Raises PartWithProvider.
    """
    found = _purse(payer)
    value = min(value, found.free)
    if value <= ZERO:
        return None
    parts = waterfall.split(value, owed=found.owed, held=found.held, paid=found.paid, rule=reckoning.rule_of(payer).waterfall)
    refund = Refund(
        order=payer,
        kind=kind,
        amount=value,
        currency=payer.currency,
        reason=reason[:200],
        key=key,
        by_id=by_id,
        by_words=by_words,
        at=now,
        state=RefundState.WAITING,
        less_owed=parts.less_owed,
        not_taken=parts.not_taken,
    )
    if found.plan and parts.cuts:
        refund.schedule = _agree_anew(found.plan, parts)
        collecting.close(found.plan)
    if by_words == "staff" and parts.to_pay_back and reckoning.needs_two(parts.to_pay_back, payer.currency):
        refund.save()
    else:
        _write(refund, parts)
    if parts.less_owed:
        posting.post("letter.money_back", key=f"letter:money-back:{refund.pk}", refund_id=refund.pk)
    if parcels.owed(payer) - value <= sum((each.amount for each in found.paid), ZERO):
        for attempt in Attempt.objects.filter(order=payer, state=AttemptState.AUTHORISED):  # nothing is left to be taken of it
            posting.post("payment.let_go", key=f"let-go:{attempt.pk}", attempt_id=attempt.pk)
    return refund


@transaction.atomic
def for_payment(attempt_id: int, *, now: datetime) -> Refund | None:
    """All of one payment that came for nothing: too late, twice, or for an order that had ended. Safe to call again."""
    order = lock(Attempt.objects.values_list("order_id", flat=True).get(pk=attempt_id))
    attempt = Attempt.objects.get(pk=attempt_id)
    key, value = f"late:{attempt.pk}", reckoning.left_of(attempt)
    if value <= ZERO or Refund.objects.filter(key=key).exists():
        return None
    refund = Refund(
        order=order,
        kind=RefundKind.LATE,
        amount=value,
        currency=attempt.currency,
        key=key,
        at=now,
        state=RefundState.WAITING,
    )
    return _write(refund, Split(returns=(Amount(attempt.pk, value),)))


@transaction.atomic
def for_excess(order_id: int, *, now: datetime) -> Refund | None:
    """What was captured beyond the price of an order without a plan, as when a parcel was cancelled while its money was taken.

    Safe to call again: what is on its way back is not counted.
    """
    order = lock(order_id)
    found = reckoning.purse(order)
    excess = sum((each.amount for each in found.paid), ZERO) - max(parcels.owed(order), ZERO) - found.waiting
    if excess <= ZERO or found.plan:
        return None
    refund = Refund(
        order=order, kind=RefundKind.CANCELLED, amount=excess, currency=order.currency, at=now, state=RefundState.WAITING
    )
    return _send(refund, found)


def _purse(order: Order) -> Purse:
    """What there is, with plan and parts locked. Raises PartWithProvider: what it does is not known yet."""
    plan = Plan.objects.select_for_update().filter(order=order).first()
    if plan:
        list(Part.objects.select_for_update().filter(plan=plan).order_by("pk"))
    found = reckoning.purse(order)
    if found.part_with_provider:
        raise PartWithProvider()
    return found


def _waiting(refund: Refund) -> Refund:
    found = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if found.state != RefundState.WAITING:
        raise DecidedAlready()
    return found


def _keep_lines(refund: Refund, reckoned: Reckoned) -> None:
    for row in reckoned.lines:
        row.refund = refund
    RefundLine.objects.bulk_create(reckoned.lines)


def _begin(refund: Refund, found: Purse, reckoned: Reckoned, *, now: datetime) -> Refund:
    """Take it off the price and off the plan, and send back what was paid. The order is locked."""
    parts = waterfall.split(
        reckoned.amount, owed=found.owed, held=found.held, paid=found.paid, rule=reckoning.rule_of(found.order).waterfall
    )
    refund.less_owed, refund.not_taken = parts.less_owed, parts.not_taken
    if found.plan and parts.cuts:
        refund.schedule = _agree_anew(found.plan, parts)
    _write(refund, parts)
    _keep_lines(refund, reckoned)
    noting.take_off(refund, reckoned, now=now)
    if found.plan and refund.kind == RefundKind.WHOLE:
        agreeing.cancel(found.plan)
    elif found.plan:
        collecting.close(found.plan)
    posting.post("letter.money_back", key=f"letter:money-back:{refund.pk}", refund_id=refund.pk)
    return refund


def _agree_anew(plan: Plan, parts: Split) -> list[dict[str, object]]:
    """The plan without what is no longer owed; returns what is still to be paid, as the client is told."""
    for cut in parts.cuts:
        part = Part.objects.get(plan=plan, number=cut.of)
        if cut.amount == part.amount:
            Part.objects.filter(pk=part.pk).update(state=PartState.CANCELLED)
        else:
            Part.objects.filter(pk=part.pk).update(amount=part.amount - cut.amount)
    Plan.objects.filter(pk=plan.pk).update(total=plan.total - parts.less_owed)
    left = Part.objects.filter(plan=plan, state__in=(PartState.DUE, PartState.DECLINED)).order_by("number")
    return [{"number": part.number, "due_on": part.due_on.isoformat(), "amount": str(part.amount)} for part in left]


def _send(refund: Refund, found: Purse) -> Refund:
    """Send back, out of the payments, all that the refund names."""
    return _write(refund, waterfall.split(refund.to_pay_back, owed=(), held=ZERO, paid=found.paid, rule=Waterfall.PAID_FIRST))


def _write(refund: Refund, parts: Split) -> Refund:
    """The refund and its repayments, each with its key, and the work that asks the provider after the commit."""
    refund.state = RefundState.ON_ITS_WAY if parts.returns else RefundState.DONE
    refund.save()
    number = Repayment.objects.filter(refund__order=refund.order_id).count()
    for back in parts.returns:
        number += 1
        send(Repayment(refund=refund, attempt_id=back.of, amount=back.amount, idempotency_key=key(refund, number)))
    return refund


def key(refund: Refund, number: int) -> str:
    """The key of an order's n-th repayment."""
    return f"repay:{refund.order.number}:{number}"


def send(repayment: Repayment) -> None:
    """Store a repayment, and have it asked for after the commit."""
    repayment.save()
    posting.post("refund.repay", key=f"repay:{repayment.pk}", repayment_id=repayment.pk)


def outlook(wish: Wish, found: Purse, reckoned: Reckoned) -> "Outlook":
    """What would happen, before anybody decides."""
    rule = reckoning.rule_of(found.order).waterfall
    parts = waterfall.split(reckoned.amount, owed=found.owed, held=found.held, paid=found.paid, rule=rule)
    return Outlook(reckoned, parts, reckoning.needs_two(reckoned.amount, found.order.currency))


class Outlook:
    """What a refund would do: its amounts, where they come from, and whether a second person is needed."""

    def __init__(self, reckoned: Reckoned, parts: Split, needs_two: bool):
        self.reckoned, self.parts, self.needs_two = reckoned, parts, needs_two

    @property
    def amount(self) -> Decimal:
        return self.reckoned.amount

    @property
    def version(self) -> str:
        """Changes when anything of it changes: what was shown is what is done."""
        said = [self.amount, self.parts.not_taken, self.needs_two, self.parts.cuts, self.parts.returns]
        return " ".join(str(each) for each in said)
