"""Collecting the parts on their days with the saved method. An unknown outcome is asked about, never charged again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from services.foundation.book import writing
from services.foundation.house import house
from services.foundation.outbox import posting
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState

from . import ladder
from .models import Part, Plan, Share
from .states import OWED, PAYABLE, PartState, PlanState


def claim_due(*, now: datetime, limit: int = 50) -> list[int]:
    """Mark due parts as being collected, each by one worker only; returns their ids."""
    with transaction.atomic():
        parts = list(
            Part.objects.select_for_update(skip_locked=True)
            .filter(plan__state=PlanState.RUNNING, state__in=(PartState.DUE, PartState.DECLINED), next_try_at__lte=now)
            .order_by("next_try_at", "id")
            .values_list("pk", flat=True)[:limit]
        )
        Part.objects.filter(pk__in=parts).update(state=PartState.COLLECTING)
    return parts


def collect(part_id: int, *, now: datetime) -> None:
    """Charge one claimed part. The attempt with its key is stored first, so that a crash can be settled by asking.

    Raises port.Unknown: the part stays "being collected", and the next round asks before it charges.
    """
    begun = _begin(part_id)
    if begun is None:
        return
    part, attempt, fresh = begun
    plan, order, key = part.plan, part.plan.order, attempt.idempotency_key
    try:
        # Asked and charged as it was first stored: the client may have given another card since.
        known = None if fresh else port.find_charge(key=key, customer=attempt.customer, currency=plan.currency)
        if known and known.status == "requires_payment_method":
            raise port.Declined(known.decline_code or "declined", known.intent)
        paid = known or port.charge_saved(
            key=key,
            order_number=order.number,
            amount=attempt.amount,
            currency=attempt.currency,
            customer=attempt.customer,
            method=attempt.method,
            description=f"{order.number} {part.number}",
        )
    except port.Declined as no:
        _declined(part, attempt, no, now)
        return
    if paid.status == "succeeded":
        _paid(part, attempt, paid.intent, now)
    elif paid.status in ("requires_action", "requires_payment_method", "canceled"):
        _declined(part, attempt, port.Declined(paid.decline_code or paid.status, paid.intent), now)
    # Anything else ("processing") is not decided yet: the part stays claimed and is asked about again.


@transaction.atomic
def _begin(part_id: int) -> tuple[Part, Attempt, bool] | None:
    """Store the attempt to charge a part, unless its plan was cancelled or paused before; None when there is nothing to charge.

    A charge that was begun before comes to its end, whatever became of the plan.
    """
    part = Part.objects.select_related("plan__order").get(pk=part_id)
    if part.state != PartState.COLLECTING:
        return None
    plan, order = Plan.objects.select_for_update().get(pk=part.plan_id), part.plan.order
    key = f"part:{order.number}:{part.number}:{part.tries}"
    attempt = Attempt.objects.filter(idempotency_key=key).first()
    if attempt:
        return part, attempt, False
    if plan.state == PlanState.CANCELLED:
        Part.objects.filter(pk=part.pk, state=PartState.COLLECTING).update(state=PartState.CANCELLED)
        return None
    if plan.state != PlanState.RUNNING:
        give_back(Part.objects.filter(pk=part.pk, state=PartState.COLLECTING))
        return None
    attempt = Attempt.objects.create(
        idempotency_key=key,
        order=order,
        purpose=f"part:{part.number}",
        amount=part.amount,
        currency=plan.currency,
        captures_at_once=True,
        customer=plan.customer,
        method=plan.method,
    )
    Share.objects.create(attempt=attempt, part=part, amount=part.amount)
    return part, attempt, True


@transaction.atomic
def _paid(part: Part, attempt: Attempt, intent: str, now: datetime) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.CAPTURED, intent=intent, captured_amount=attempt.amount, asked_at=now
    )
    if not Part.objects.filter(pk=part.pk, state=PartState.COLLECTING).update(state=PartState.PAID, paid_at=now):
        return
    writing.captured(
        order_id=attempt.order_id, key=intent, currency=attempt.currency, amount=attempt.amount, was_authorised=0 * attempt.amount
    )
    # Locked, so that a cancellation either sees this payment or is seen here.
    plan = Plan.objects.select_for_update().get(pk=part.plan_id)
    if plan.state == PlanState.CANCELLED:
        posting.post("payment.give_back", key=f"give-back:{attempt.pk}", attempt_id=attempt.pk)
        return
    close(plan)
    posting.post("letter.part_paid", key=f"letter:part-paid:{part.pk}", part_id=part.pk)


@transaction.atomic
def _declined(part: Part, attempt: Attempt, no: port.Declined, now: datetime) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.DECLINED, decline_code=no.code, intent=no.intent, asked_at=now
    )
    if Plan.objects.select_for_update().get(pk=part.plan_id).state == PlanState.CANCELLED:
        Part.objects.filter(pk=part.pk, state=PartState.COLLECTING).update(state=PartState.CANCELLED)
        return
    failed_at = part.failed_at if part.failures and part.failed_at else now
    step = ladder.after_decline(
        no.code,
        failures=part.failures + 1,
        failed_at=failed_at,
        rules=house().dunning,
        zone=ZoneInfo(part.plan.zone_name),
        now=now,
    )
    moved = Part.objects.filter(pk=part.pk, state=PartState.COLLECTING, tries=part.tries).update(
        state=PartState.DECLINED,
        tries=part.tries + 1,
        failures=part.failures + 1,
        failed_at=failed_at,
        decline_code=no.code[:60],
        next_try_at=step.try_at,
        grace_until=step.grace_until,
    )
    if not moved:
        return
    facts = {"part_id": part.pk, "tries": part.tries + 1}
    posting.post("letter.part_declined", key=f"letter:part-declined:{part.pk}:{part.tries}", **facts)


def give_back(parts: QuerySet[Part]) -> None:
    """Parts that are with nobody any more are what they were before: declined, or due. Inside a transaction."""
    ids = list(parts.values_list("pk", flat=True))
    Part.objects.filter(pk__in=ids, failures__gt=0).update(state=PartState.DECLINED)
    Part.objects.filter(pk__in=ids, failures=0).update(state=PartState.DUE)


def close(plan: Plan) -> None:
    """A plan, locked, of which nothing is owed any more is done."""
    if not Part.objects.filter(plan=plan, state__in=OWED).exists():
        Plan.objects.filter(pk=plan.pk, state__in=PAYABLE).update(state=PlanState.DONE)


def unsettled() -> list[int]:
    """Parts whose charge was begun and never answered."""
    return list(Part.objects.filter(state=PartState.COLLECTING).values_list("pk", flat=True))
