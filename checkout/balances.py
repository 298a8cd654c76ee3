"""What is owed after a deposit or after delivery: called to mind in time, and what becomes of it when somebody fails.

Order before plan, as everywhere: a payment of the last minute is either seen here, or sees that the order has ended.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from services.deferred import agreeing, deposits
from services.deferred.models import Part, Plan
from services.deferred.states import PartState, PlanKind, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account, Entry
from services.foundation.outbox import posting
from services.foundation.provider import rounds

from . import ending
from .order import moving
from .order.models import Order, OrderStatusChange
from .order.states import OrderState
from .refusals import CannotCancel

#: States of a part that is the client's to pay, and that he is not paying at this moment.
_OPEN = (PartState.DUE, PartState.DECLINED)
#: So many days before it is due, what is paid after delivery is called to mind.
DUE_SOON_DAYS = 2
_PAID = "compensation transferred"


def remind(*, now: datetime) -> None:
    """What beat does: a letter when the balance can be paid, and one each as its end comes near; each once.

    After a night without beat only the last of them goes out.
    """
    parts = Part.objects.filter(plan__kind=PlanKind.DEPOSIT, plan__state=PlanState.RUNNING, state__in=_OPEN)
    parts = parts.filter(opens_at__lte=now, closes_at__gt=now, reminded__lte=len(deposits.REMIND_BEFORE))
    for part in parts.order_by("closes_at", "pk")[:500]:
        if part.opens_at and part.closes_at:
            _remind(part, deposits.reminder(part.opens_at, part.closes_at, now=now), "letter.balance")
    soon = (now + timedelta(days=DUE_SOON_DAYS)).date()
    after = Part.objects.filter(plan__kind=PlanKind.AFTER_DELIVERY, plan__state=PlanState.RUNNING, state__in=_OPEN)
    after = after.filter(plan__order__handed_over_at__isnull=False, due_on__lte=soon, reminded=0)
    for part in after.order_by("due_on", "pk")[:500]:
        _remind(part, 2, "letter.payment_due")


def _remind(part: Part, number: int, letter: str) -> None:
    with transaction.atomic():
        if Part.objects.filter(pk=part.pk, reminded__lt=number).update(reminded=number):
            posting.post(letter, key=f"{letter}:{part.pk}:{number}", part_id=part.pk, number=number)


def end_missed(*, now: datetime) -> None:
    """What beat does: every order whose balance was not paid in its window. One that is being paid this minute waits."""
    late = Part.objects.filter(plan__kind=PlanKind.DEPOSIT, plan__state=PlanState.RUNNING, state__in=_OPEN, closes_at__lte=now)
    orders = list(late.order_by("closes_at").values_list("plan__order_id", flat=True)[:100])
    rounds.each(orders, lambda pk: miss(pk, now=now), what="missed balance")


def miss(order_id: int, *, now: datetime) -> None:
    """End an order whose balance was not paid in its window: what was agreed becomes of the deposit, and the client is told."""
    with transaction.atomic():
        order = moving.lock(order_id)
        plan = Plan.objects.select_for_update().get(order=order)
        late = plan.parts.filter(state__in=_OPEN, closes_at__lte=now)
        if order.status != OrderState.AWAITING_BALANCE or plan.state != PlanState.RUNNING or not late.exists():
            return
        ending.undo(order, OrderState.CANCELLED, by_id=None, by_words="clock", reason="balance not paid in time", is_missed=True)
        posting.post("letter.balance_missed", key=f"letter:balance-missed:{order.pk}", order_id=order.pk)


def can_fail(order: Order, plan: Plan | None) -> bool:
    """Whether the house would owe more than it took if it failed now."""
    return order.can_be_cancelled and plan is not None and plan.deposit_is_binding and plan.state != PlanState.AGREED


def fail(order: Order, *, by_id: int, reason: str = "") -> None:
    """The house cannot deliver: all that was paid goes back, and a binding deposit once more. Raises CannotCancel.

    Above the house's limit a second person approves what goes back, as for every cancellation by staff. What is owed beyond what
    was paid goes by bank transfer (`pay_compensation`): no provider gives back more than it took.
    """
    with transaction.atomic():
        order = moving.lock(order.pk)
        plan = Plan.objects.filter(order=order).first()
        if plan is None or not can_fail(order, plan):
            raise CannotCancel()
        ending.cancel(order, by_id=by_id, by_words="staff", reason=reason or "the house cannot deliver")
        agreeing.compensate(plan)


def owed_compensation(order: Order) -> Decimal:
    """What the house still owes a client for having failed, in the order's currency."""
    if Entry.objects.filter(order=order, kind=writing.COMPENSATION_PAID).exists():
        return Decimal(0)
    return writing.balance(order.pk, Account.COMPENSATION)


@transaction.atomic
def pay_compensation(order: Order, *, by_id: int) -> None:
    """Staff say that the transfer has left the house's account; said twice, it is written once. The order's log says who."""
    order = moving.lock(order.pk)
    if owed_compensation(order):
        OrderStatusChange.objects.create(
            order=order, old_status=order.status, new_status=order.status, by_id=by_id, by_words="payments desk", reason=_PAID
        )
    writing.compensation_paid(order_id=order.pk, currency=order.currency, amount=owed_compensation(order))
