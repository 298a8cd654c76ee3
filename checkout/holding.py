"""Keeping an authorised amount ready while the house is not done: placed anew before the bank lets it go.

The card was saved for this order, and the client was told so. The new hold is placed first, the old one is given back after it;
where the bank says no, the client gets a letter with the way to its page, and the parcel waits. An outcome that is not known is
asked of the provider, never placed again.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from services.deferred.models import Plan
from services.foundation.book import writing
from services.foundation.outbox import posting
from services.foundation.outbox.posting import handles
from services.foundation.provider import port, rounds
from services.foundation.provider.models import OPEN_STATES, Attempt, AttemptState
from services.foundation.regions.links import storefront

from . import letters, parcels, provider_pages
from .order import moving
from .order.models import Order
from .order.states import OVER, OrderState
from .refusals import NothingToPay

#: The purpose of an attempt that keeps an amount ready, not the order's first.
PURPOSE = "hold"
#: So long before the bank lets it go an authorisation is placed anew.
AHEAD = timedelta(hours=36)
#: Nothing is kept ready for what has left, or ended, or was not paid at first.
_NO_MORE = (*OVER, OrderState.AWAITING_PAYMENT, OrderState.DISPATCHED, OrderState.HANDED_OVER)


def renew_due(*, now: datetime) -> None:
    """What beat does: authorisations that will soon lapse while their order is still in the house, and unknown outcomes."""
    soon = Attempt.objects.filter(state=AttemptState.AUTHORISED, hold_until__lte=now + AHEAD)
    orders = list(soon.exclude(order__status__in=_NO_MORE).order_by("hold_until").values_list("order_id", flat=True)[:50])
    rounds.each(dict.fromkeys(orders), lambda pk: _renew(pk, now), what="hold of order")
    open_ones = Attempt.objects.filter(purpose=PURPOSE, state=AttemptState.STARTED, session="", asked_at__isnull=False)
    rounds.each(list(open_ones.values_list("pk", flat=True)[:50]), place, what="hold")


def _renew(order_id: int, now: datetime) -> None:
    begin(order_id, now=now)


def begin(order_id: int, *, now: datetime) -> Attempt | None:
    """Store the attempt to keep ready what is still to be taken of an order; None where nothing is, or one is under way.

    Without a saved card the client is asked at once.
    """
    with transaction.atomic():
        order = moving.lock(order_id)
        amount = _missing(order, now)
        mine = Attempt.objects.filter(order=order, purpose=PURPOSE)
        if amount <= 0 or order.status in _NO_MORE or mine.filter(state__in=OPEN_STATES).exists():
            return None
        card = Attempt.objects.filter(order=order).exclude(method="").order_by("pk").last()
        attempt = _new(order, amount, customer=card.customer if card else "", method=card.method if card else "")
        if card is None:
            _refused(attempt, "no_saved_method")
            return None
        posting.post("payment.hold", key=f"hold:{attempt.pk}", attempt_id=attempt.pk)
        return attempt


def _missing(order: Order, now: datetime) -> Decimal:
    """What neither is taken nor will be kept ready for long enough."""
    if Plan.objects.filter(order=order).exists():
        return Decimal(0)
    rows = Attempt.objects.filter(order=order, state__in=(AttemptState.AUTHORISED, AttemptState.CAPTURED))
    lasting = Decimal(0)
    for each in rows:
        lapses = each.state == AttemptState.AUTHORISED and each.hold_until and each.hold_until <= now + AHEAD
        whole = each.amount if each.state == AttemptState.AUTHORISED and not lapses else each.captured_amount
        lasting += whole - each.refunded_amount
    return parcels.owed(order) - lasting


def _new(order: Order, amount: Decimal, **more: Any) -> Attempt:
    number = Attempt.objects.filter(order=order, purpose=PURPOSE).count() + 1
    key = f"hold:{order.number}:{number}"
    return Attempt.objects.create(
        order=order, purpose=PURPOSE, amount=amount, currency=order.currency, idempotency_key=key, **more
    )


@handles("payment.hold")
def place(attempt_id: int) -> None:
    """Ask the bank to keep the amount ready, with the saved card. Safe to repeat. Raises port.Unknown to be tried again."""
    attempt = Attempt.objects.select_related("order").get(pk=attempt_id)
    if attempt.state != AttemptState.STARTED or attempt.session:
        return
    asked_before = attempt.asked_at is not None
    Attempt.objects.filter(pk=attempt.pk).update(asked_at=Now())
    key, currency = attempt.idempotency_key, attempt.currency
    try:
        known = port.find_charge(key=key, customer=attempt.customer, currency=currency) if asked_before else None
        if known is None:
            known = port.charge_saved(
                key=key,
                order_number=attempt.order.number,
                amount=attempt.amount,
                currency=currency,
                customer=attempt.customer,
                method=attempt.method,
                description=attempt.order.number,
                capture_later=True,
            )
    except port.Declined as no:
        _refused(attempt, no.code, no.intent)
        return
    if known.status == "requires_capture":
        with transaction.atomic():
            moving.lock(attempt.order_id)
            fresh = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED).update(
                state=AttemptState.AUTHORISED, intent=known.intent, hold_until=known.hold_until, takes_parts=known.takes_parts
            )
            if fresh:
                writing.authorised(order_id=attempt.order_id, key=known.intent, currency=currency, amount=attempt.amount)
                replaced(attempt)
    elif known.status != "processing":
        _refused(attempt, known.decline_code or known.status, known.intent)


def replaced(attempt: Attempt) -> None:
    """A new hold stands: those before it are given back, or itself where its order has ended. Order locked, in a transaction."""
    order = Order.objects.get(pk=attempt.order_id)
    older = Attempt.objects.filter(order=order, state=AttemptState.AUTHORISED, pk__lt=attempt.pk)
    for each in [attempt] if order.status in _NO_MORE else older:
        posting.post("payment.let_go", key=f"let-go:{each.pk}", attempt_id=each.pk)


@transaction.atomic
def _refused(attempt: Attempt, code: str, intent: str = "") -> None:
    """The bank says no: the client is asked, once for each attempt. What was kept ready before stays until it lapses."""
    open_ones = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED)
    if open_ones.update(state=AttemptState.DECLINED, decline_code=code[:60], intent=intent):
        posting.post("letter.hold_refused", key=f"letter:hold-refused:{attempt.pk}", attempt_id=attempt.pk)


def needs_client(order: Order, attempts: list[Attempt], *, has_plan: bool) -> bool:
    """Whether the client has to confirm his card again: what was kept ready is gone, or will be, and the bank said no."""
    if has_plan or order.status in _NO_MORE or order.is_parcel:
        return False
    holds = [each for each in attempts if each.purpose == PURPOSE]
    if holds:
        return holds[-1].state not in (AttemptState.AUTHORISED, AttemptState.CAPTURED)
    standing = (AttemptState.AUTHORISED, AttemptState.CAPTURED)
    return bool(attempts) and not any(each.state in standing for each in attempts)


def open_page(order: Order, *, now: datetime) -> str:
    """The provider's page on which the client lets his bank keep the amount ready again; the same page while it is open.

    Raises NothingToPay, or port.Unknown.
    """
    with transaction.atomic():
        locked = moving.lock(order.pk)
        mine = Attempt.objects.filter(order=locked, purpose=PURPOSE).order_by("pk")
        attempt = mine.filter(state__in=OPEN_STATES, page_expires_at__gt=now + provider_pages.SHORTEST).last()
        if attempt is None and _missing(locked, now) <= 0:
            raise NothingToPay()
        if attempt is None:
            attempt = _new(locked, _missing(locked, now), page_expires_at=now + provider_pages.LIVES)
    if attempt.page_url:
        return attempt.page_url
    with storefront(order.region_code, order.language):
        description = _("Order %(number)s") % {"number": order.number}
    return provider_pages.open_for(attempt, order, description=description)


@handles("letter.hold_refused")
def write_refused(attempt_id: int) -> None:
    """The bank no longer keeps the amount ready: what the client can do. Not sent once it is kept again."""
    attempt = Attempt.objects.select_related("order").get(pk=attempt_id)
    order = attempt.order
    if order.status in _NO_MORE or _kept_since(attempt):
        return
    with storefront(order.region_code, order.language):
        subject = _("Please confirm your card again: order %(number)s") % {"number": order.number}
        letters.send(order, "hold_refused", subject, move=attempt.pk, amount=attempt.amount)


def _kept_since(attempt: Attempt) -> bool:
    newer = Attempt.objects.filter(order=attempt.order_id, purpose=PURPOSE, pk__gt=attempt.pk)
    return newer.filter(state__in=(AttemptState.AUTHORISED, AttemptState.CAPTURED)).exists()
