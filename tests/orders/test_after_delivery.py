"""Paid after delivery: for clients the house knows; the order stands at once, and is due so many days after it is handed over."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from checkout import balances, ending, fulfilling, part_payments, settling
from checkout.order.models import Order
from checkout.order.states import OrderState
from services.deferred import histories, offers
from services.deferred.models import EligibilityRule, Plan
from services.deferred.refusals import WayGone
from services.deferred.states import PartState, PlanState
from services.engraving.models import Job
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider.models import Attempt
from tests import makers
from tests.makers import BY_LINK, buyer, client_of, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def who(standin):
    """A client of whom one order is paid and handed over."""
    anna = buyer(user=client_of("anna"))
    order = pay(place(fill(variant(), who=anna), who=anna), standin)
    order.attempts.update(state="captured", captured_amount=order.total_incl_tax)
    Order.objects.update(status=OrderState.HANDED_OVER, handed_over_at=timezone.now())
    work_off()
    mail.outbox.clear()
    return anna


def trusted(who, **more) -> Plan:
    place(fill(variant(), who=who, **more), who=who, payment="after-delivery", agreement_words="I agree to pay after delivery")
    return Plan.objects.select_related("order").get()


def deliver(plan: Plan) -> None:
    staff, now = makers.packer(), timezone.now()
    makers.pack(plan.order, by_id=staff)
    plan.order.refresh_from_db()
    fulfilling.dispatch(plan.order, by_id=staff, now=now)
    fulfilling.hand_over(plan.order, by_id=staff, now=now)


def test_it_stands_as_soon_as_it_is_placed_and_nothing_is_charged(who):
    plan = trusted(who, engraved="A & P")
    assert plan.state == PlanState.RUNNING and plan.covers_dispatch and plan.order.status == OrderState.CONFIRMED
    assert not Attempt.objects.filter(order=plan.order).exists()
    assert Job.objects.filter(inscription__order_line__order=plan.order).count() == 1
    assert writing.balance(plan.order_id, Account.RECEIVABLE) == plan.total == plan.order.total_incl_tax
    work_off()
    assert "Nothing is paid now" in mail.outbox[-1].body


def test_it_is_due_so_many_days_after_it_is_handed_over_and_called_to_mind(who, standin):
    plan = trusted(who)
    deliver(plan)
    part, now = plan.parts.get(), timezone.now()
    assert part.due_on == now.astimezone(plan.zone).date() + timedelta(days=14)
    mail.outbox.clear()
    work_off()
    assert [m.subject for m in mail.outbox if "payment of your order" in m.subject]
    mail.outbox.clear()
    for days, letters in ((11, 0), (12, 1), (13, 1)):
        balances.remind(now=now + timedelta(days=days))
        work_off()
        assert len(mail.outbox) == letters, days
    page = part_payments.open_page(plan, [part.pk], now=now)
    standin.pay(page)
    settling.settle(Attempt.objects.get(order=plan.order).pk, now=now)
    plan.refresh_from_db()
    assert plan.state == PlanState.DONE and writing.balance(plan.order_id, Account.RECEIVABLE) == 0
    work_off()
    assert "Your payment has been received" in mail.outbox[-1].body


def test_it_can_be_paid_before_delivery_and_is_not_asked_for_again(who, standin):
    plan = trusted(who)
    standin.pay(part_payments.open_page(plan, [plan.payable(timezone.now()).pk], now=timezone.now()))
    settling.settle(Attempt.objects.get(order=plan.order).pk, now=timezone.now())
    work_off()
    mail.outbox.clear()
    deliver(plan)
    work_off()
    assert not any("payment of your order" in letter.subject for letter in mail.outbox)
    assert plan.parts.get().state == PartState.PAID


def test_cancelled_before_the_bench_nothing_is_owed(who):
    plan = trusted(who)
    ending.cancel(plan.order, by_id=None, by_words="client")
    plan.refresh_from_db()
    assert plan.state == PlanState.CANCELLED and writing.balance(plan.order_id, Account.RECEIVABLE) == 0
    assert plan.parts.get().state == PartState.CANCELLED


def test_whoever_owes_what_is_overdue_has_it_no_longer(who):
    plan = trusted(who)
    deliver(plan)
    later = timezone.now().date() + timedelta(days=15)
    assert histories.of_client(who.user.pk, today=later).missed == 1
    plan.parts.update(due_on=timezone.now().date() - timedelta(days=1))
    with pytest.raises(WayGone):
        place(fill(variant(), who=who), who=who, payment="after-delivery")


def test_it_is_for_clients_the_house_knows_and_for_what_goes_to_them(who, standin):
    with pytest.raises(WayGone):
        place(fill(variant()), payment="after-delivery")
    stranger = buyer("berta", client_of("berta"))
    with pytest.raises(WayGone):
        place(fill(variant(), who=stranger), who=stranger, payment="after-delivery")
    with pytest.raises(WayGone):
        place(fill(variant(), who=who), who=who, payment="after-delivery", gift=BY_LINK)


def test_its_page_and_checkout_say_when_it_is_due(who, client):
    client.force_login(who.user)
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.get("/eu/en/checkout/").content.decode()
    assert 'value="after-delivery"' in page and "within 14 days of delivery" in page
    plan = trusted(who)
    page = client.get(f"/eu/en/orders/{plan.order.number}/").content.decode()
    assert "Within 14 days of delivery" in page and "Pay now" in page
    assert EligibilityRule.objects.get(region="eu", kind="after-delivery").due_days == plan.due_days == 14
    assert offers.rules_of(makers.Region.objects.get(pk="us")) == []
