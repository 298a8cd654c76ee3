"""The payments desk's steps about a plan: who may take them, each with its reason, and what the client is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkout.order.models import Order
from checkout.order.states import OrderState
from flagship.clients import erasing, telling
from services.deferred import collecting, desk
from services.deferred.models import Part, Plan, PlanAct
from services.deferred.refusals import NotNow, UnderWay
from services.deferred.states import ActKind, PartState, PlanState
from tests import makers
from tests.makers import buyer, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MONTH = timedelta(days=32)


def failed(standin, name: str = "anna") -> Plan:
    order = pay(place(fill(variant(), who=buyer(name)), who=buyer(name), payment="instalments"), standin, "4000000000000341")
    plan = Plan.objects.get(order=order)
    now = timezone.now() + MONTH
    for pk in collecting.claim_due(now=now):
        collecting.collect(pk, now=now)
    return plan


@pytest.fixture
def plan(standin) -> Plan:
    found = failed(standin)
    work_off()
    mail.outbox.clear()
    return found


def by() -> int:
    return makers.User.objects.get_or_create(email="desk@house.example", defaults={"is_staff": True})[0].pk


def days_from(start: int, plan: Plan) -> dict:
    opened = plan.parts.exclude(state=PartState.PAID).order_by("number")
    return {part.number: timezone.now().date() + timedelta(days=start + 30 * n) for n, part in enumerate(opened)}


def test_the_page_is_for_the_desk_and_read_by_advisers(client, staff, plan):
    address = reverse("arrears-plan", args=[plan.pk])
    for path in (reverse("arrears"), address):
        client.logout()
        assert client.get(path).status_code == 302
        assert staff("Merchandiser").get(path).status_code == 403
        assert staff("Client adviser").get(path).status_code == 200
        assert staff("Payments desk").get(path).status_code == 200
    assert "Next steps" not in staff("Client adviser").get(address).content.decode()
    assert staff("Client adviser").post(address, {"act": "pause", "reason": "x"}).status_code == 403
    assert not PlanAct.objects.exists()


def test_it_lists_each_plan_at_its_stage(staff, plan):
    said = staff("Payments desk").get(reverse("arrears")).content.decode()
    assert plan.order.number in said and "Tried again (1)" in said


def test_more_plans_ask_no_more_of_the_database(staff, plan, standin):
    desk_client = staff("Payments desk")
    desk_client.get(reverse("arrears"))
    with CaptureQueriesContext(connection) as one:
        desk_client.get(reverse("arrears"))
    failed(standin, "berthe")
    failed(standin, "carla")
    with CaptureQueriesContext(connection) as three:
        desk_client.get(reverse("arrears"))
    assert len(three) == len(one)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
@pytest.mark.parametrize("act", [kind.value for kind in ActKind])
def test_no_step_without_a_reason_and_nothing_typed_is_lost(staff, plan, act, reason):
    days = {f"day-{number}": day.isoformat() for number, day in days_from(3, plan).items()}
    answer = staff("Payments desk").post(reverse("arrears-plan", args=[plan.pk]), {"act": act, "reason": reason, **days})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "Please write why" in said
    assert act != "new dates" or all(day in said for day in days.values())
    assert not PlanAct.objects.exists()
    plan.refresh_from_db()
    assert plan.state == PlanState.RUNNING


def test_a_call_is_written_down_and_tells_nobody(staff, plan):
    answer = staff("Payments desk").post(
        reverse("arrears-plan", args=[plan.pk]), {"act": "call", "reason": "Pays on Friday."}, follow=True
    )
    assert "Pays on Friday." in answer.content.decode()
    act = PlanAct.objects.get()
    assert (act.kind, act.by.email) == (ActKind.CALL, "payments.desk@house.example")
    work_off()
    assert mail.outbox == []


def test_a_paused_plan_collects_nothing_until_new_days_are_agreed(plan):
    now = timezone.now()
    desk.pause(plan.pk, reason="In hospital until spring.", by_id=by(), now=now)
    plan.refresh_from_db()
    assert plan.state == PlanState.PAUSED and not plan.covers_dispatch
    assert collecting.claim_due(now=now + 10 * MONTH) == []
    work_off()
    [letter] = mail.outbox
    assert "paused" in letter.subject and "hospital" not in letter.body  # the reason stays in the house
    with pytest.raises(NotNow):
        desk.pause(plan.pk, reason="again", by_id=by(), now=now)
    days = days_from(40, plan)
    act = desk.agree_days(plan.pk, days, reason="Agreed on the telephone.", by_id=by(), now=now)
    assert act.after == {str(number): day.isoformat() for number, day in days.items()}
    plan.refresh_from_db()
    assert plan.state == PlanState.RUNNING and plan.covers_dispatch
    assert not Part.objects.filter(plan=plan, failures__gt=0).exists()
    work_off()
    assert len(mail.outbox) == 2 and "New days" in mail.outbox[1].subject
    assert collecting.claim_due(now=now + timedelta(days=39)) == []
    [part] = collecting.claim_due(now=now + timedelta(days=42))
    collecting.collect(part, now=now + timedelta(days=42))  # under a new key, the card is asked again
    assert Part.objects.get(pk=part).failures == 1 and Part.objects.get(pk=part).tries == 2


def test_what_was_claimed_before_a_pause_is_not_charged_after_it(plan, standin):
    now = timezone.now() + 2 * MONTH
    claimed = collecting.claim_due(now=now)
    desk.pause(plan.pk, reason="asked", by_id=by(), now=now)
    before = len(standin.call("GET", "/_standin/charges"))
    for part in claimed:
        collecting.collect(part, now=now)
    assert len(standin.call("GET", "/_standin/charges")) == before
    assert set(Part.objects.filter(pk__in=claimed).values_list("state", flat=True)) == {PartState.DECLINED, PartState.DUE}


@pytest.mark.parametrize("wrong", ["missing", "past", "order", "far", "nonsense"])
def test_days_that_cannot_be_are_answered_beside_the_field(staff, plan, wrong):
    days = {f"day-{number}": day.isoformat() for number, day in days_from(3, plan).items()}
    days["day-3"] = {
        "missing": "",
        "past": "2020-01-01",
        "order": days["day-2"],
        "far": "2099-01-01",
        "nonsense": "2026-02-31",
    }[wrong]
    answer = staff("Payments desk").post(
        reverse("arrears-plan", args=[plan.pk]), {"act": "new dates", "reason": "Agreed.", **days}
    )
    assert answer.status_code == 422
    assert "Part 3:" in answer.content.decode() and "Agreed." in answer.content.decode()
    assert not PlanAct.objects.exists()


def test_no_new_days_while_a_part_is_with_the_provider(plan):
    Part.objects.filter(plan=plan, number=2).update(state=PartState.COLLECTING)
    with pytest.raises(UnderWay):
        desk.agree_days(plan.pk, days_from(3, plan), reason="x", by_id=by(), now=timezone.now())


def test_a_plan_handed_over_is_collected_no_more_and_may_still_be_paid(plan, standin):
    from checkout import part_payments, settling
    from services.foundation.provider.models import Attempt

    desk.hand_over(plan.pk, reason="No answer to three letters.", by_id=by(), now=timezone.now())
    assert collecting.claim_due(now=timezone.now() + 10 * MONTH) == []
    work_off()
    assert len(mail.outbox) == 1
    opened = list(plan.parts.exclude(state=PartState.PAID).values_list("pk", flat=True))
    standin.pay(part_payments.open_page(plan, opened, now=timezone.now()))
    settling.settle(Attempt.objects.get(purpose="parts").pk, now=timezone.now())
    plan.refresh_from_db()
    assert plan.state == PlanState.DONE
    assert desk.acts_of(plan) == set()


def test_what_was_done_is_never_changed(plan):
    act = desk.note_call(plan.pk, reason="said", by_id=by(), now=timezone.now())
    with pytest.raises(TypeError):
        act.save()
    with pytest.raises(TypeError):
        act.delete()


def test_a_client_whose_plan_is_paused_is_not_erased_and_later_nothing_written_about_him_stays(plan):
    client = makers.client_of("anna")
    Order.objects.filter(pk=plan.order_id).update(user=client, status=OrderState.HANDED_OVER)
    act = desk.pause(plan.pk, reason="In hospital until spring.", by_id=by(), now=timezone.now())
    assert telling.everything(client, now=timezone.now())["orders"][0]["instalments"]["arranged"][0]["reason"] == act.reason
    for state in (PlanState.PAUSED, PlanState.HANDED_OVER):
        Plan.objects.update(state=state)
        with pytest.raises(erasing.NotFinished):
            erasing.erase(client, now=timezone.now())
    Plan.objects.update(state=PlanState.DONE)
    erasing.erase(client, now=timezone.now())
    assert PlanAct.objects.get().reason == "–" and PlanAct.objects.get().by_id == by()
