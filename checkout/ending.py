"""How an order ends before it is sent: cancelled by client or staff, or lapsed because nobody paid."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from services.deferred import agreeing
from services.deferred.models import Plan
from services.engraving import commissioning, reserving
from services.engraving.models import Job
from services.engraving.refusals import JobTakenUp
from services.foundation.book import writing
from services.foundation.outbox import posting
from services.foundation.provider import port, rounds
from services.foundation.provider.models import OPEN_STATES, Attempt, AttemptState
from services.foundation.units import claiming
from services.gifting import links, stock
from services.gifting.models import GiftState
from services.gifting.refusals import GiftOver
from services.launches import opening

from . import awaiting_size, parcels, settling
from .order import moving
from .order.models import Line, Order, of_order
from .order.moving import CannotMove, move
from .order.states import CANCELLABLE, CANCELLABLE_BY_STAFF, OrderState
from .refunds import asking, reckoning
from .refunds.states import RefundKind
from .refusals import AdviserCancels, CannotCancel, DepositBinds, GiftAccepted
from .transfers import offering
from .transfers import reckoning as by_bank


def cancel(order: Order, *, by_id: int | None, by_words: str, reason: str = "") -> None:
    """Cancel before the bench: units, places and plan are freed, money goes back, a letter goes out.

    Of an order with several recipients all that was not sent goes, or of one parcel just this one.

    Raises CannotCancel, GiftAccepted (what somebody has accepted, the house alone takes back), DepositBinds, AdviserCancels where
    the region's rule says so, or, of one parcel, PartWithProvider while a part of its plan is being paid.
    """
    with transaction.atomic():
        # Jobs before the order, as the bench locks them, so that the two never wait for each other in a circle.
        lines = Line.objects.filter(of_order("order", order.whole_id or order.pk))
        list(Job.objects.select_for_update(of=("self",)).filter(inscription__order_line__in=lines).order_by("pk"))
        order = moving.lock(order.pk)
        if order.is_parcel:
            _cancel_parcel(order, by_id=by_id, by_words=by_words, reason=reason)
            return
        if order.status not in _allowed(by_words):
            raise CannotCancel()
        _check_rule(order, by_words)
        plan = Plan.objects.filter(order=order).first()
        if plan and by_words == "client" and plan.binds(timezone.now()):
            raise DepositBinds()
        gift = links.of_order(order.pk)
        if gift and gift.is_accepted and by_words == "client":
            raise GiftAccepted()
        was_known = gift is not None and gift.state not in (GiftState.PREPARED, GiftState.WAITING)
        undo(order, OrderState.CANCELLED, by_id=by_id, by_words=by_words, reason=reason)
        posting.post("letter.cancelled", key=f"letter:cancelled:{order.pk}", order_id=order.pk)
        if gift and (was_known or gift.house_writes):
            posting.post("gift.withdrawn", key=f"gift:withdrawn:{gift.pk}", gift_id=gift.pk)


def call_off(order: Order, gift: Any, *, by_words: str, reason: str) -> None:
    """End an order, locked, whose gift was declined or not accepted in time: everything is free again, the giver has all back.

    Raises CannotCancel; then nothing has changed.
    """
    undo(order, OrderState.CANCELLED, by_id=None, by_words=by_words, reason=reason, gift=gift)


def lapse(order: Order, *, now: datetime) -> None:
    """End an order nobody paid. First close the provider's pages, so that it cannot be paid a moment later."""
    for attempt in Attempt.objects.filter(order=order, state__in=OPEN_STATES).exclude(session=""):
        port.close_page(attempt.session)
        settling.settle(attempt.pk, now=now)
    with transaction.atomic():
        order = moving.lock(order.pk)
        if order.status != OrderState.AWAITING_PAYMENT:
            return
        undo(order, OrderState.LAPSED, by_id=None, by_words="clock", reason="not paid in time")
        posting.post("letter.lapsed", key=f"letter:lapsed:{order.pk}", order_id=order.pk)


def _cancel_parcel(order: Order, *, by_id: int | None, by_words: str, reason: str) -> None:
    """One parcel of several, locked with its whole; without any other the whole order ends.

    Raises CannotCancel, AdviserCancels or PartWithProvider.
    """
    whole = order.payer
    if whole.status != OrderState.CONFIRMED or order.status not in _allowed(by_words) - {OrderState.UNDER_REVIEW}:
        raise CannotCancel()
    _check_rule(order, by_words)
    if not whole.parcels.exclude(pk=order.pk).exclude(status=OrderState.CANCELLED).exists():
        cancel(whole, by_id=by_id, by_words=by_words, reason=reason)
        return
    _free(order, OrderState.CANCELLED, by_id=by_id, by_words=by_words, reason=reason)
    asking.take_off(
        whole,
        order.total_incl_tax,
        kind=RefundKind.CANCELLED,
        key=f"cancelled:{order.pk}",
        now=timezone.now(),
        by_id=by_id,
        by_words=by_words,
        reason=reason,
    )
    parcels.write_off(order)
    posting.post("invoice.give_back", key=f"invoice:cancelled:{order.pk}", order_id=order.pk)
    parcels.follow(order, by_id=by_id)
    posting.post("letter.cancelled", key=f"letter:cancelled:{order.pk}", order_id=order.pk)


def _free(order: Order, to: Any, *, by_id: int | None, by_words: str, reason: str) -> None:
    """What an order, or a parcel, holds is free again. Raises CannotCancel."""
    lines = list(order.lines.values_list("pk", flat=True))
    try:
        commissioning.withdraw(lines)
        move(order, to, by_id=by_id, by_words=by_words, reason=reason)
    except (CannotMove, JobTakenUp):
        raise CannotCancel() from None
    claiming.free(order_line_ids=lines)
    reserving.release(lines)
    awaiting_size.end(lines)
    opening.give_back(lines)
    stock.give_back(lines)


def undo(
    order: Order,
    to: Any,
    *,
    by_id: int | None,
    by_words: str,
    reason: str,
    gift: Any = GiftState.WITHDRAWN,
    is_missed: bool = False,
) -> None:
    """Free all that an order, locked, holds, and send back what was paid, or of a missed balance what was agreed.

    Raises CannotCancel.
    """
    try:
        links.end(order.pk, gift, by_words=by_words, now=timezone.now())
    except GiftOver:
        raise CannotCancel() from None
    for each in (order, *parcels.standing(order)):
        if each.status not in _allowed(by_words):
            raise CannotCancel()
        _free(each, to, by_id=by_id, by_words=by_words, reason=reason)
    plan = Plan.objects.filter(order=order).first()
    goes_back = True
    if plan and is_missed:
        goes_back = agreeing.miss(plan)
    elif plan:
        agreeing.cancel(plan)
    writing.cancelled(order_id=order.pk, number=order.number)
    if order.payment_method == offering.WAY:
        by_bank.ended(order)
    posting.post("invoice.give_back", key=f"invoice:cancelled:{order.pk}", order_id=order.pk)
    for attempt in Attempt.objects.filter(order=order):
        if attempt.state == AttemptState.AUTHORISED:
            posting.post("payment.give_back", key=f"give-back:{attempt.pk}", attempt_id=attempt.pk)
        elif attempt.state in OPEN_STATES and attempt.session:
            posting.post("payment.close_page", key=f"close:{attempt.pk}", attempt_id=attempt.pk)
    if goes_back:
        asking.for_cancelled(order, by_id=by_id, by_words=by_words, now=timezone.now(), reason=reason)


def _allowed(by_words: str) -> frozenset[Any]:
    return CANCELLABLE_BY_STAFF if by_words == "staff" else CANCELLABLE


def _check_rule(order: Order, by_words: str) -> None:
    """Whether clients of the region cancel what they have paid themselves. Raises AdviserCancels."""
    if by_words == "client" and order.status != OrderState.AWAITING_PAYMENT and not reckoning.rule_of(order).client_cancels:
        raise AdviserCancels()


def lapse_unpaid(*, now: datetime) -> None:
    """What beat does: every order past its time to pay. One that the provider cannot be asked about waits."""
    overdue = Order.objects.filter(status=OrderState.AWAITING_PAYMENT, pay_until__lt=now).order_by("pay_until")
    waiting = {order.pk: order for order in overdue[:100]}
    rounds.each(waiting, lambda pk: lapse(waiting[pk], now=now), what="overdue order")
