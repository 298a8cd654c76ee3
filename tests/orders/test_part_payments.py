"""Parts that a client pays himself: one page at a time, and never beside the collection by beat."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import ending, part_payments, settling
from checkout.refusals import NothingToPay, PartUnderWay
from services.deferred import collecting
from services.deferred.models import Part, Plan, Share
from services.deferred.states import PartState, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState
from tests.makers import variant
from tests.orders.test_payment import fill, pay, place, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
LATER = timedelta(days=32)


@pytest.fixture
def plan(standin) -> Plan:
    pay(place(fill(variant()), payment="instalments"), standin)
    return Plan.objects.get()


def rest(plan: Plan) -> list[int]:
    return list(plan.parts.filter(number__gt=1).values_list("pk", flat=True))


def settle(plan: Plan) -> None:
    for attempt in Attempt.objects.filter(order=plan.order, purpose=part_payments.PURPOSE):
        settling.settle(attempt.pk, now=timezone.now())


def states(plan: Plan) -> list[str]:
    return list(plan.parts.order_by("number").values_list("state", flat=True))


def test_all_that_is_left_is_paid_at_once_and_the_plan_is_done(standin, plan):
    page = part_payments.open_page(plan, rest(plan), now=timezone.now())
    assert states(plan) == [PartState.PAID, PartState.PAYING, PartState.PAYING]
    assert part_payments.open_page(plan, rest(plan), now=timezone.now()) == page
    standin.pay(page)
    settle(plan)
    settle(plan)
    plan.refresh_from_db()
    assert plan.state == PlanState.DONE and part_payments.owed(plan) == 0
    assert writing.balance(plan.order_id, Account.RECEIVABLE) == 0
    attempt = Attempt.objects.get(purpose=part_payments.PURPOSE)
    assert sum(share.amount for share in Share.objects.filter(attempt=attempt)) == attempt.amount == attempt.captured_amount
    assert plan.method == attempt.method != ""


def test_beat_leaves_a_part_alone_while_its_page_is_open(standin, plan):
    second = rest(plan)[:1]
    part_payments.open_page(plan, second, now=timezone.now())
    assert collecting.claim_due(now=timezone.now() + LATER) == []
    ids = collecting.claim_due(now=timezone.now() + 2 * LATER)
    assert ids == rest(plan)[1:]
    with pytest.raises(PartUnderWay):
        part_payments.open_page(plan, rest(plan), now=timezone.now())


def test_another_choice_of_parts_closes_the_page_before(standin, plan):
    first = part_payments.open_page(plan, rest(plan)[:1], now=timezone.now())
    part_payments.open_page(plan, rest(plan), now=timezone.now())
    assert standin.pay(first)[0] == 410
    assert states(plan) == [PartState.PAID, PartState.PAYING, PartState.PAYING]


def test_what_was_paid_before_its_page_could_be_closed_is_not_asked_again(standin, plan):
    standin.pay(part_payments.open_page(plan, rest(plan)[:1], now=timezone.now()))
    with pytest.raises(NothingToPay):
        part_payments.open_page(plan, rest(plan), now=timezone.now())
    assert states(plan) == [PartState.PAID, PartState.PAID, PartState.DUE]


def test_a_page_left_unpaid_gives_its_parts_back_to_beat(standin, plan):
    part_payments.open_page(plan, rest(plan), now=timezone.now())
    port.close_page(Attempt.objects.get(purpose=part_payments.PURPOSE).session)
    settle(plan)
    assert states(plan) == [PartState.PAID, PartState.DUE, PartState.DUE]
    assert collecting.claim_due(now=timezone.now() + LATER) == rest(plan)[:1]


def test_a_page_nobody_could_open_is_given_up_when_it_is_over(standin, plan):
    standin.fault("reset", method="POST", prefix="/v1/checkout/sessions")
    with pytest.raises(port.Unknown):
        part_payments.open_page(plan, rest(plan), now=timezone.now())
    part_payments.give_up_unseen(now=timezone.now())
    assert PartState.PAYING in states(plan)
    part_payments.give_up_unseen(now=timezone.now() + timedelta(minutes=40))
    assert states(plan) == [PartState.PAID, PartState.DUE, PartState.DUE]
    assert Attempt.objects.get(purpose=part_payments.PURPOSE).state == AttemptState.LAPSED


def test_what_is_paid_for_a_cancelled_order_goes_back(standin, plan):
    page = part_payments.open_page(plan, rest(plan), now=timezone.now())
    standin.pay(page)
    ending.cancel(plan.order, by_id=None, by_words="client")
    settle(plan)
    work_off()
    for attempt in Attempt.objects.filter(order=plan.order):
        assert attempt.refunded_amount == attempt.captured_amount == attempt.amount
    assert set(states(plan)) == {PartState.PAID, PartState.CANCELLED}
    assert writing.balance(plan.order_id, Account.RECEIVABLE) == 0


def test_a_failed_part_is_paid_with_another_card_which_is_kept(standin):
    pay(place(fill(variant()), payment="instalments"), standin, "4000000000000341")
    plan = Plan.objects.get()
    [part] = collecting.claim_due(now=timezone.now() + LATER)
    collecting.collect(part, now=timezone.now() + LATER)
    assert Part.objects.get(pk=part).state == PartState.DECLINED
    assert not Plan.objects.get().covers_dispatch
    before = plan.method
    standin.pay(part_payments.open_page(plan, [part], now=timezone.now()))
    settle(plan)
    plan.refresh_from_db()
    assert plan.method != before and plan.covers_dispatch
    [last] = collecting.claim_due(now=timezone.now() + 2 * LATER)
    collecting.collect(last, now=timezone.now() + 2 * LATER)
    plan.refresh_from_db()
    assert plan.state == PlanState.DONE


def test_a_window_not_yet_open_or_closed_takes_nothing(standin, plan):
    now, hour = timezone.now(), timedelta(hours=1)
    for opens, closes in ((now + hour, now + 2 * hour), (now - hour, now)):
        Part.objects.filter(pk__in=rest(plan)).update(opens_at=opens, closes_at=closes)
        with pytest.raises(NothingToPay):
            part_payments.open_page(plan, rest(plan), now=now)
    Part.objects.filter(pk__in=rest(plan)).update(opens_at=now, closes_at=now + hour)
    assert part_payments.open_page(plan, rest(plan), now=now)
