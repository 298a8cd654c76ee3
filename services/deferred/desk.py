"""What the payments desk does about a plan: each act by a named person and with a reason, written down once.

The client is told of all but a call. What the provider is at when a plan is paused comes to its end: see `collecting`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from services.foundation.outbox import posting
from services.foundation.plain_text import plain

from . import arrears
from .ladder import COLLECT_AT
from .models import Part, Plan, PlanAct
from .refusals import DaysWrong, NotNow, ReasonMissing, UnderWay
from .states import PLAN_MOVES, WITH_PROVIDER, ActKind, PartState, PlanKind, PlanState

MOST_OF_REASON = 500
#: How far away an agreed day may lie.
FARTHEST = timedelta(days=3 * 366)
#: Plans whose days a person may agree anew: a balance has its window by law and agreement.
_MOVABLE = (PlanKind.INSTALMENTS, PlanKind.AFTER_DELIVERY)


def acts_of(plan: Plan) -> set[str]:
    """What can be done about a plan as it stands."""
    if plan.state not in (PlanState.RUNNING, PlanState.PAUSED, PlanState.HANDED_OVER):
        return set()
    found = {ActKind.CALL}
    if plan.kind in _MOVABLE:
        found.add(ActKind.NEW_DATES)
        found |= {ActKind.PAUSE} if PlanState.PAUSED in PLAN_MOVES[plan.state] else set()
        found |= {ActKind.HAND_OVER} if PlanState.HANDED_OVER in PLAN_MOVES[plan.state] else set()
    return {str(kind) for kind in found}


@transaction.atomic
def note_call(plan_id: int, *, reason: str, by_id: int, now: datetime) -> PlanAct:
    """Somebody spoke with the client; ``reason`` says what was said. Raises ReasonMissing, NotPlain, NotNow."""
    return _write(_locked(plan_id, ActKind.CALL), ActKind.CALL, reason, by_id=by_id, now=now)


@transaction.atomic
def pause(plan_id: int, *, reason: str, by_id: int, now: datetime) -> PlanAct:
    """Nothing is collected until new days are agreed; goods not yet sent wait. Raises ReasonMissing, NotPlain, NotNow."""
    return _moved(_locked(plan_id, ActKind.PAUSE), PlanState.PAUSED, ActKind.PAUSE, reason, by_id=by_id, now=now)


@transaction.atomic
def hand_over(plan_id: int, *, reason: str, by_id: int, now: datetime) -> PlanAct:
    """Somebody outside collects it now, or the law; the client may still pay here. Raises ReasonMissing, NotPlain, NotNow."""
    plan = _locked(plan_id, ActKind.HAND_OVER)
    return _moved(plan, PlanState.HANDED_OVER, ActKind.HAND_OVER, reason, by_id=by_id, now=now)


@transaction.atomic
def agree_days(plan_id: int, days: Mapping[int, date], *, reason: str, by_id: int, now: datetime) -> PlanAct:
    """New days for every open part, by its number, as they were agreed with the client; a paused plan runs again.

    Raises DaysWrong when a day is missing, past, too far or before that of an earlier part; UnderWay while a part is with the
    provider; ReasonMissing, NotPlain, NotNow.
    """
    plan = _locked(plan_id, ActKind.NEW_DATES)
    parts = list(Part.objects.select_for_update().filter(plan=plan).order_by("number"))
    if any(part.state in WITH_PROVIDER for part in parts):
        raise UnderWay()
    opened = [part for part in parts if part.state in (PartState.DUE, PartState.DECLINED)]
    zone = ZoneInfo(plan.zone_name)
    _check_days(opened, days, today=now.astimezone(zone).date())
    before = {str(part.number): part.due_on.isoformat() for part in opened}
    after = {str(part.number): days[part.number].isoformat() for part in opened}
    act = _write(plan, ActKind.NEW_DATES, reason, by_id=by_id, now=now, before=before, after=after)
    arrears.ladder_anew(plan)
    for part in opened:
        on = days[part.number]
        try_at = datetime.combine(on, COLLECT_AT, zone) if plan.kind == PlanKind.INSTALMENTS else None
        Part.objects.filter(pk=part.pk).update(state=PartState.DUE, due_on=on, next_try_at=try_at)
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.RUNNING)
    return act


def _check_days(opened: list[Part], days: Mapping[int, date], *, today: date) -> None:
    last = today
    for part in opened:
        day = days.get(part.number)
        if day is None:
            raise DaysWrong(number=part.number, why="missing")
        if day <= today or day > today + FARTHEST:
            raise DaysWrong(number=part.number, why="past" if day <= today else "far")
        if day <= last:
            raise DaysWrong(number=part.number, why="order")
        last = day
    if not opened:
        raise NotNow()


def _locked(plan_id: int, kind: Any) -> Plan:
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if kind not in acts_of(plan):
        raise NotNow()
    return plan


def _moved(plan: Plan, to: Any, kind: Any, reason: str, *, by_id: int, now: datetime) -> PlanAct:
    Plan.objects.filter(pk=plan.pk).update(state=to)
    return _write(plan, kind, reason, by_id=by_id, now=now)


def _write(plan: Plan, kind: Any, reason: str, *, by_id: int, now: datetime, **days: dict[str, str]) -> PlanAct:
    reason = plain(reason).strip()
    if not reason or len(reason) > MOST_OF_REASON:
        raise ReasonMissing(most=MOST_OF_REASON)
    act = PlanAct.objects.create(plan=plan, kind=kind, reason=reason, by_id=by_id, at=now, **days)
    if kind != ActKind.CALL:
        posting.post("letter.plan_act", key=f"letter:plan-act:{act.pk}", act_id=act.pk)
    return act


def forget_words(client_id: int) -> None:
    """A client is erased: what was written about him goes; who did what and when stays."""
    PlanAct.objects.filter(plan__order__user_id=client_id).update(reason="–")
