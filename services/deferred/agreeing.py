"""Writing down what a client agreed to, and what becomes of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from services.foundation.provider.models import Attempt

from .ladder import COLLECT_AT
from .models import Part, Plan, Share
from .offers import Offer
from .states import PartState, PlanState


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
            next_try_at=datetime.combine(part.due_on, COLLECT_AT, zone) if part.number > 1 else None,
        )
        for part in offer.parts
    )
    return plan


def begin(plan: Plan, *, attempt: Attempt, customer: str, method: str, now: datetime) -> None:
    """The first part is paid: keep the method for the others. Safe to call again."""
    first = plan.parts.get(number=1)
    Part.objects.filter(pk=first.pk).exclude(state=PartState.PAID).update(state=PartState.PAID, paid_at=now)
    Share.objects.get_or_create(attempt=attempt, part=first, defaults={"amount": first.amount})
    Plan.objects.filter(pk=plan.pk, state=PlanState.AGREED).update(state=PlanState.RUNNING, customer=customer, method=method)


def cancel(plan: Plan) -> None:
    """Nothing more is collected. A charge already under way keeps its part until its outcome is known: see `collecting`."""
    Part.objects.filter(plan=plan, state__in=(PartState.DUE, PartState.DECLINED)).update(state=PartState.CANCELLED)
    Plan.objects.filter(pk=plan.pk).exclude(state=PlanState.DONE).update(state=PlanState.CANCELLED)
