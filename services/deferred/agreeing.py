"""Writing down what a client agreed to, and what becomes of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from services.foundation.book import writing
from services.foundation.provider.models import Attempt

from .ladder import COLLECT_AT
from .models import Part, Plan, Share
from .offers import Offer
from .states import OWED, PartState, PlanKind, PlanState


@transaction.atomic
def agree(*, order_id: int, offer: Offer, agreement: str, language: str, zone: ZoneInfo, now: datetime) -> Plan:
    """Store what was agreed to. Of instalments the first is paid on the provider's page, the others collected on their days.

    Runs inside the placement's transaction.
    """
    plan = Plan.objects.create(
        order_id=order_id,
        kind=offer.kind,
        total=offer.total,
        cost=offer.cost,
        currency=offer.currency,
        agreement=agreement,
        language=language,
        zone_name=zone.key,
        deposit_is_binding=offer.rule.is_deposit and offer.rule.deposit_is_binding,
        due_days=offer.rule.due_days if offer.kind == PlanKind.AFTER_DELIVERY else None,
        agreed_at=now,
    )
    Part.objects.bulk_create(
        Part(
            plan=plan,
            number=part.number,
            due_on=part.due_on,
            amount=part.amount,
            opens_at=part.opens_at,
            closes_at=part.closes_at,
            # What is not collected the client pays himself: in his window, or after delivery.
            next_try_at=datetime.combine(part.due_on, COLLECT_AT, zone)
            if part.number > 1 and offer.kind == PlanKind.INSTALMENTS
            else None,
        )
        for part in offer.parts
    )
    return plan


def begin(plan: Plan, *, attempt: Attempt, customer: str, method: str, now: datetime) -> None:
    """The first part is paid: keep the method for the others, or hold the deposit. Safe to call again."""
    first = plan.parts.get(number=1)
    Part.objects.filter(pk=first.pk).exclude(state=PartState.PAID).update(state=PartState.PAID, paid_at=now)
    Share.objects.get_or_create(attempt=attempt, part=first, defaults={"amount": first.amount})
    Plan.objects.filter(pk=plan.pk, state=PlanState.AGREED).update(state=PlanState.RUNNING, customer=customer, method=method)
    if plan.is_deposit:
        writing.deposit_held(order_id=plan.order_id, currency=plan.currency, amount=first.amount)


def begin_unpaid(plan: Plan) -> None:
    """Nothing is paid before delivery: what was agreed runs at once."""
    Plan.objects.filter(pk=plan.pk, kind=PlanKind.AFTER_DELIVERY, state=PlanState.AGREED).update(state=PlanState.RUNNING)


def handed_over(plan: Plan, *, now: datetime) -> list[int]:
    """The client has the pieces: what is owed after delivery has its day now. Returns the parts that are still to be paid."""
    if plan.kind != PlanKind.AFTER_DELIVERY:
        return []
    due_on = now.astimezone(plan.zone).date() + timedelta(days=plan.due_days or 0)
    Part.objects.filter(plan=plan, state__in=OWED).update(due_on=due_on)
    return list(Part.objects.filter(plan=plan, state__in=OWED).values_list("pk", flat=True))


def cancel(plan: Plan) -> None:
    """Nothing more is collected. A charge already under way keeps its part until its outcome is known: see `collecting`.

    A deposit is held no longer: it is owed to the client, and goes back with everything that was paid.
    """
    _end(plan, PlanState.CANCELLED)
    if plan.is_deposit:
        writing.deposit_released(order_id=plan.order_id, currency=plan.currency, amount=_deposit(plan))


def miss(plan: Plan) -> bool:
    """The balance was not paid in time. Answers whether the deposit goes back: a binding one is kept by the house."""
    _end(plan, PlanState.MISSED)
    act = writing.deposit_forfeited if plan.deposit_is_binding else writing.deposit_released
    act(order_id=plan.order_id, currency=plan.currency, amount=_deposit(plan))
    return not plan.deposit_is_binding


def _end(plan: Plan, to: Any) -> None:
    Part.objects.filter(plan=plan, state__in=(PartState.DUE, PartState.DECLINED)).update(state=PartState.CANCELLED)
    Plan.objects.filter(pk=plan.pk).exclude(state=PlanState.DONE).update(state=to)


def _deposit(plan: Plan) -> Decimal:
    """The deposit that was paid."""
    return sum(plan.parts.filter(number=1, state=PartState.PAID).values_list("amount", flat=True), Decimal(0))


def compensate(plan: Plan) -> Decimal:
    """The house fails: besides the deposit it owes the same amount again, for a binding one. Answers that amount."""
    amount = _deposit(plan) if plan.deposit_is_binding else Decimal(0)
    if amount:
        writing.compensated(order_id=plan.order_id, currency=plan.currency, amount=amount)
    return amount
