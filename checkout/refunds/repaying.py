"""Between us and the provider, for money that goes back: asked once under a stored key, and asked about until it is known.

No call to the provider happens inside a transaction. A refund whose answer was lost is looked for among the payment's refunds
before it is asked for again: the provider forgets keys after a day, never a refund.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from services.foundation.book import writing
from services.foundation.outbox.posting import handles
from services.foundation.provider import port, rounds
from services.foundation.provider.models import Attempt

from . import asking
from .models import Refund, Repayment
from .refusals import DecidedAlready, ReasonNeeded
from .states import OPEN, RefundState, RepaymentState, Resolved

#: How long after the last question an open repayment is asked about again.
ASK_AGAIN = timedelta(minutes=30)


@handles("refund.repay")
def repay(repayment_id: int) -> None:
    """Send one repayment. Safe to repeat. Raises port.Unknown to be tried again."""
    repayment = Repayment.objects.select_related("attempt").get(pk=repayment_id)
    if repayment.state not in OPEN:
        return
    attempt, asked_before = repayment.attempt, repayment.asked_at is not None
    Repayment.objects.filter(pk=repayment.pk).update(asked_at=Now())
    known = _find(repayment) if asked_before else None
    if known is None:
        try:
            known = port.refund(
                key=repayment.idempotency_key, intent=attempt.intent, amount=repayment.amount, currency=attempt.currency
            )
        except port.Declined as no:
            known = _by_hand(repayment)
            if known is None:
                _failed(repayment, no.code)
                return
    _write(repayment, known)


def _find(repayment: Repayment) -> port.Refunded | None:
    attempt = repayment.attempt
    found = port.refunds_of(attempt.intent, currency=attempt.currency)
    return next((each for each in found if each.key == repayment.idempotency_key), None)


def _by_hand(repayment: Repayment) -> port.Refunded | None:
    """A refund of this amount that somebody made at the provider's: no other row of ours knows it."""
    attempt = repayment.attempt
    others = Repayment.objects.filter(attempt=attempt).exclude(pk=repayment.pk)
    mine = {name for pair in others.values_list("provider_id", "idempotency_key") for name in pair}
    for each in port.refunds_of(attempt.intent, currency=attempt.currency):
        if each.amount == repayment.amount and not {each.id, each.key} & mine and each.status in ("succeeded", "pending"):
            return each
    return None


@transaction.atomic
def _write(repayment: Repayment, known: port.Refunded) -> None:
    """Write what the provider says of a repayment, once. A bank can send back later what it took at first."""
    asking.lock(repayment.refund.order_id)
    repayment = Repayment.objects.select_related("attempt", "refund").get(pk=repayment.pk)
    Repayment.objects.filter(pk=repayment.pk).update(provider_id=known.id, asked_at=Now())
    repayment.provider_id = known.id
    if known.status == "succeeded" and repayment.state in OPEN:
        _done(repayment)
    elif known.status in ("failed", "canceled"):
        _failed(repayment, known.failure or known.status)
    elif repayment.state == RepaymentState.STARTED:
        Repayment.objects.filter(pk=repayment.pk).update(state=RepaymentState.PENDING)


def _done(repayment: Repayment) -> None:
    attempt = repayment.attempt
    Repayment.objects.filter(pk=repayment.pk).update(state=RepaymentState.DONE, done_at=Now())
    Attempt.objects.filter(pk=attempt.pk).update(refunded_amount=F("refunded_amount") + repayment.amount)
    writing.refunded(order_id=attempt.order_id, key=repayment.provider_id, currency=attempt.currency, amount=repayment.amount)
    _close(repayment.refund)


@transaction.atomic
def _failed(repayment: Repayment, why: str) -> None:
    """The money is with us again, or never left: the payments desk decides how it goes."""
    asking.lock(repayment.refund.order_id)
    repayment = Repayment.objects.select_related("attempt", "refund").get(pk=repayment.pk)
    if repayment.state == RepaymentState.FAILED:
        return
    attempt = repayment.attempt
    Repayment.objects.filter(pk=repayment.pk).update(state=RepaymentState.FAILED, failure=why[:60], done_at=None)
    if repayment.state == RepaymentState.DONE:
        Attempt.objects.filter(pk=attempt.pk).update(refunded_amount=F("refunded_amount") - repayment.amount)
        writing.refund_failed(
            order_id=attempt.order_id, key=repayment.provider_id, currency=attempt.currency, amount=repayment.amount
        )
    Refund.objects.filter(pk=repayment.refund_id).update(state=RefundState.FAILED)


def _close(refund: Refund) -> None:
    """A refund of which nothing is open or failed any more is done."""
    rest = refund.repayments.exclude(state=RepaymentState.DONE).filter(resolved="")
    if not rest.exists():
        Refund.objects.filter(pk=refund.pk).update(state=RefundState.DONE)
    elif not rest.filter(state=RepaymentState.FAILED).exists():
        Refund.objects.filter(pk=refund.pk).update(state=RefundState.ON_ITS_WAY)


@transaction.atomic
def resolve(refund: Refund, *, how: str, by_id: int, reason: str, now: datetime) -> None:
    """The payments desk's answer to a refund that failed: the same way once more, or a bank transfer it has made.

    Raises ReasonNeeded (a transfer names its reference) or DecidedAlready.
    """
    asking.lock(refund.order_id)
    found = list(refund.repayments.select_related("attempt", "refund__order").filter(state=RepaymentState.FAILED, resolved=""))
    if not found:
        raise DecidedAlready()
    if how == Resolved.TRANSFER and not reason.strip():
        raise ReasonNeeded()
    Repayment.objects.filter(pk__in=[each.pk for each in found]).update(resolved=how)
    number = Repayment.objects.filter(refund__order=refund.order_id).count()
    for each in found:
        if how == Resolved.TRANSFER:
            writing.paid_back_by_transfer(
                order_id=refund.order_id, key=each.idempotency_key, currency=refund.currency, amount=each.amount
            )
            continue
        number += 1
        again = Repayment(refund=refund, attempt=each.attempt, amount=each.amount)
        again.idempotency_key = asking.key(each.refund, number)
        asking.send(again)
    if refund.by_id != by_id:
        Refund.objects.filter(pk=refund.pk).update(decided_by=by_id)
    Refund.objects.filter(pk=refund.pk).update(decided_at=now, decision=reason.strip()[:200])
    _close(refund)


def heard(refund_id: str) -> None:
    """A webhook named a refund of the provider's: ask about ours. Raises port.Unknown."""
    repayment = Repayment.objects.select_related("attempt").filter(provider_id=refund_id).first()
    if repayment is None:
        return
    known = next(
        (each for each in port.refunds_of(repayment.attempt.intent, currency=repayment.attempt.currency) if each.id == refund_id),
        None,
    )
    if known:
        _write(repayment, known)


def ask_open(*, now: datetime) -> None:
    """What beat does: repayments that were begun and not heard of for a while."""
    stale = Repayment.objects.filter(Q(asked_at=None) | Q(asked_at__lt=now - ASK_AGAIN), state__in=OPEN)
    rounds.each(list(stale.order_by("asked_at").values_list("pk", flat=True)[:50]), repay, what="repayment")
