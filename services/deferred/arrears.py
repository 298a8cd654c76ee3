"""Parts that failed: what of a plan is owed today, and when the payments desk takes over from the clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, Sum

from services.foundation.house import house
from services.foundation.outbox import posting

from .models import Part, Plan
from .states import OWED, PAYABLE, PartState, PlanKind, PlanState

#: Parts that were declined and are still owed, whoever is at them.
FAILED = Q(failures__gt=0, state__in=OWED)


def owed_now(plan: Plan, *, today: date) -> list[Part]:
    """What a client owes of a plan today: parts that failed or have come due. What comes later is not asked for."""
    if plan.is_deposit or (plan.kind == PlanKind.AFTER_DELIVERY and plan.order.handed_over_at is None):
        return []  # a balance is paid on its order's page, in its window
    return list(plan.parts.filter(FAILED | Q(state__in=OWED, due_on__lte=today)).order_by("number"))


class Stage(StrEnum):
    """Where a plan that does not run as agreed stands; a plan is listed once, at the first that holds."""

    DESK = "desk"
    GRACE = "grace"
    TRIED = "tried"
    PAUSED = "paused"
    OUTSIDE = "outside"


@dataclass
class Row:
    """A plan at a stage: ``owed`` is what failed, in its currency, ``since`` when it first did, ``until`` what comes next."""

    plan: Plan
    stage: Stage
    owed: Decimal
    since: datetime | None
    until: datetime | None


def waiting(*, limit: int = 200) -> list[Row]:
    """Plans that failed, are paused or are with somebody outside, the longest waiting first; one query."""
    failed = Q(parts__failures__gt=0, parts__state__in=OWED)
    plans = (
        Plan.objects.filter(failed | Q(state__in=(PlanState.PAUSED, PlanState.HANDED_OVER)))
        .filter(state__in=PAYABLE)
        .select_related("order__user")
        .annotate(
            failed_sum=Sum("parts__amount", filter=failed, default=Decimal(0)),
            failed_since=Min("parts__failed_at", filter=failed),
            desk_since=Min("parts__with_desk_since", filter=failed),
            next_try=Min("parts__next_try_at", filter=failed),
            grace_end=Min("parts__grace_until", filter=failed),
        )
        .order_by("failed_since", "pk")
    )
    return [_row(plan) for plan in plans[:limit]]


def _row(plan: Any) -> Row:
    if plan.state == PlanState.HANDED_OVER:
        stage, until = Stage.OUTSIDE, None
    elif plan.state == PlanState.PAUSED:
        stage, until = Stage.PAUSED, None
    elif plan.desk_since:
        stage, until = Stage.DESK, None
    elif plan.grace_end:
        stage, until = Stage.GRACE, plan.grace_end
    else:
        stage, until = Stage.TRIED, plan.next_try
    return Row(plan, stage, plan.failed_sum, plan.failed_since, until)


def note_overdue(*, now: datetime, limit: int = 100) -> int:
    """What beat does: what was to be paid after delivery and was not is called to mind, with days of grace; returns how many."""
    with transaction.atomic():
        late = (
            Part.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=PartState.DUE, failures=0, next_try_at=None, plan__state=PlanState.RUNNING)
            .filter(plan__kind=PlanKind.AFTER_DELIVERY, plan__order__handed_over_at__isnull=False)
            .filter(due_on__lt=(now - timedelta(hours=12)).date())  # over in every zone of the earth
            .order_by("due_on", "id")[:limit]
        )
        ids = list(late.values_list("pk", flat=True))
        grace = now + timedelta(days=house().dunning.grace_days)
        Part.objects.filter(pk__in=ids).update(failures=1, failed_at=now, decline_code="not paid", grace_until=grace)
        for pk in ids:
            posting.post("letter.part_overdue", key=f"letter:part-overdue:{pk}:{now:%Y%m%d}", part_id=pk)
    return len(ids)


def give_to_desk(*, now: datetime, limit: int = 100) -> int:
    """What beat does: parts whose grace is over go to the payments desk, each told once to client and desk; returns how many."""
    with transaction.atomic():
        over = (
            Part.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state__in=(PartState.DUE, PartState.DECLINED), plan__state=PlanState.RUNNING, with_desk_since=None)
            .filter(next_try_at=None, grace_until__lte=now)
            .order_by("grace_until", "id")[:limit]
        )
        ids = list(over.values_list("pk", "tries"))
        Part.objects.filter(pk__in=[pk for pk, _tries in ids]).update(with_desk_since=now)
        for pk, tries in ids:
            posting.post("letter.part_with_desk", key=f"letter:part-with-desk:{pk}:{tries}", part_id=pk, tries=tries)
            posting.post("letter.desk_told", key=f"letter:desk-told:{pk}:{tries}", part_id=pk, tries=tries)
    return len(ids)


def try_soon(plan: Plan, *, now: datetime) -> None:
    """Another card was given: what failed is tried again at once, and its ladder begins anew. Inside a transaction.

    It counts as failed until it is paid: goods that are not sent yet go on waiting.
    """
    failed = plan.parts.filter(FAILED, state=PartState.DECLINED)
    failed.update(failures=1, failed_at=now, next_try_at=now, grace_until=None, with_desk_since=None)


def ladder_anew(plan: Plan) -> None:
    """Forget earlier declines of open parts: new days begin a ladder of their own. Inside a transaction."""
    plan.parts.filter(FAILED).update(failures=0, failed_at=None, decline_code="", grace_until=None, with_desk_since=None)
