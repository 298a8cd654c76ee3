"""Taking authorised money as parcels leave the house: all of it with the last one, the part of each before.

What is taken is a target, never a step: the provider is asked how much it has taken so far, and only what is missing is captured.
So a lost answer, a second click or a dead worker never takes twice. Where a card cannot be captured in parts, the rest is placed
anew with the card that the client saved for this order (`holding`).
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from services.foundation.book import writing
from services.foundation.outbox import posting
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState

from . import holding, parcels
from .order import moving
from .order.models import Order
from .order.states import OrderState

_LEFT = (OrderState.DISPATCHED, OrderState.HANDED_OVER)
_STANDING = (AttemptState.AUTHORISED, AttemptState.CAPTURED)


def due(order: Order) -> Decimal:
    """What has to be taken of the payer's order, in all, when this order (or parcel) leaves."""
    payer, price = order.payer, parcels.owed(order.payer)
    if not order.is_parcel:
        return price
    others = payer.parcels.exclude(pk=order.pk).exclude(status=OrderState.CANCELLED)
    if not others.exclude(status__in=_LEFT).exists():
        return price
    gone = others.filter(status__in=_LEFT).aggregate(sum=Sum("total_incl_tax"))["sum"] or Decimal(0)
    return min(price, gone + order.total_incl_tax)


def covered(payer: Order) -> Decimal:
    """What is taken of an order or can be taken, in its currency."""
    standing = Attempt.objects.filter(order=payer, state__in=_STANDING)
    return sum((_worth(attempt) for attempt in standing), Decimal(0))


def _worth(attempt: Attempt) -> Decimal:
    whole = attempt.amount if attempt.state == AttemptState.AUTHORISED else attempt.captured_amount
    return whole - attempt.refunded_amount


def take(order: Order, *, now: datetime) -> None:
    """Take what is due when this order leaves. Raises port.Declined where a hold is gone, port.Unknown."""
    payer = order.payer
    missing = due(order) - _taken(payer)
    rest = parcels.owed(payer) - due(order)
    for attempt in Attempt.objects.filter(order=payer, state=AttemptState.AUTHORISED).order_by("pk"):
        amount = min(missing, attempt.amount - attempt.captured_amount)
        if amount <= 0:
            continue
        keeps_rest = rest > 0 and attempt.takes_parts and attempt.captured_amount + amount < attempt.amount
        _take_of(attempt, attempt.captured_amount + amount, keeps_rest=keeps_rest)
        missing -= amount
    if rest > 0 and covered(payer) < parcels.owed(payer):
        holding.begin(payer.pk, now=now)
    elif rest <= 0:  # a hold that was placed at this very moment keeps nothing ready any more
        for attempt in Attempt.objects.filter(order=payer, state=AttemptState.AUTHORISED):
            posting.post("payment.let_go", key=f"let-go:{attempt.pk}", attempt_id=attempt.pk)


def _taken(payer: Order) -> Decimal:
    sums = Attempt.objects.filter(order=payer).aggregate(taken=Sum("captured_amount"), back=Sum("refunded_amount"))
    return (sums["taken"] or Decimal(0)) - (sums["back"] or Decimal(0))


def _take_of(attempt: Attempt, target: Decimal, *, keeps_rest: bool) -> None:
    """Bring what was taken of an authorisation up to a target. Raises port.Declined, port.Unknown."""
    known = port.payment(attempt.intent, currency=attempt.currency)
    if known.received < target:
        step = target - known.received
        key = f"capture:{attempt.idempotency_key}:{known.received}:{step}"
        known = port.capture(key=key, intent=attempt.intent, amount=step, currency=attempt.currency, keeps_rest=keeps_rest)
    with transaction.atomic():
        payer = moving.lock(attempt.order_id)
        before, is_over = attempt.captured_amount, known.status != "requires_capture"
        fresh = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.AUTHORISED, captured_amount=before).update(
            captured_amount=known.received, state=AttemptState.CAPTURED if is_over else AttemptState.AUTHORISED
        )
        if not fresh:
            return
        taken = known.received - before
        writing.captured(
            order_id=attempt.order_id,
            key=f"{attempt.intent}:{before}" if before else attempt.intent,
            currency=attempt.currency,
            amount=taken,
            was_authorised=attempt.amount - before if is_over else taken,
        )
        if parcels.owed(payer) < _taken(payer):  # a parcel was cancelled at this very moment
            parcels.give_back_excess(payer, because=f"captured:{attempt.pk}:{before}")


def release(attempt: Attempt) -> None:
    """Write that the rest of an authorisation is gone: given back by us, or let go by the bank. Inside a transaction."""
    to = AttemptState.CAPTURED if attempt.captured_amount else AttemptState.VOIDED
    if Attempt.objects.filter(pk=attempt.pk, state=AttemptState.AUTHORISED).update(state=to):
        writing.voided(
            order_id=attempt.order_id,
            key=attempt.intent,
            currency=attempt.currency,
            amount=attempt.amount - attempt.captured_amount,
        )
