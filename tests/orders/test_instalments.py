"""The house's own instalments: offered by rules, checked again when the order is placed, and what they cost in the book."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from checkout import ending, part_payments
from checkout.order.models import Consent, Order
from services.deferred import collecting, histories, offers
from services.deferred.models import EligibilityRule, Part, Plan
from services.deferred.refusals import WayGone
from services.deferred.states import PartState, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account
from tests.makers import attempt_of, buyer, client_of, fill, pay, place, total_of, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def rule(parts: int = 12, region: str = "eu", **changed) -> EligibilityRule:
    found = EligibilityRule.objects.get(region=region, kind="instalments", parts=parts)
    for name, value in changed.items():
        setattr(found, name, value)
    found.save()
    offers.all_rules.forget()
    return found


def collect_all(plan: Plan) -> None:
    """Beat, month after month, until nothing is left."""
    now = timezone.now()
    for month in range(1, plan.parts.count()):
        for part in collecting.claim_due(now=now + timedelta(days=32 * month)):
            collecting.collect(part, now=now)


def test_a_year_with_a_cost_is_collected_whole_and_the_book_balances(standin):
    bag = fill(variant(), quantity=2)
    total = total_of(bag)
    order = pay(place(bag, payment="instalments:12", agreement_words="I agree to twelve parts"), standin)
    plan = Plan.objects.get()
    assert plan.cost > 0 and plan.total == total + plan.cost and plan.parts.count() == 12
    assert attempt_of(order).captured_amount == plan.parts.first().amount
    assert writing.balance(order.pk, Account.RECEIVABLE) == part_payments.owed(plan)
    assert writing.balance(order.pk, Account.FINANCING) == -plan.cost
    assert Consent.objects.get(kind="instalments").text == plan.agreement == "I agree to twelve parts"
    assert order.payment_method == "instalments"
    collect_all(plan)
    plan.refresh_from_db()
    assert plan.state == PlanState.DONE
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    assert writing.balance(order.pk, Account.CAPTURED) == plan.total


def test_what_was_agreed_stands_though_the_house_changes_its_rules(standin):
    order = pay(place(fill(variant(), quantity=2), payment="instalments:12"), standin)
    before = list(Part.objects.values_list("amount", flat=True))
    rule(rate=Decimal(20))
    rule(3, is_offered=False)
    assert list(Part.objects.filter(plan__order=order).values_list("amount", flat=True)) == before


def test_a_cancelled_plan_owes_no_cost(standin):
    order = pay(place(fill(variant(), quantity=2), payment="instalments:12"), standin)
    ending.cancel(order, by_id=None, by_words="client")
    work_off()
    for account in (Account.RECEIVABLE, Account.FINANCING):
        assert writing.balance(order.pk, account) == 0
    assert set(Part.objects.values_list("state", flat=True)) == {PartState.PAID, PartState.CANCELLED}


@pytest.mark.parametrize(
    "changed",
    [{"is_offered": False}, {"least": Decimal(19_000)}, {"kinds": ["gloves"]}, {"launches": "only"}, {"paid_orders": 1}],
)
def test_a_way_that_does_not_hold_is_refused_by_the_server_whatever_the_form_says(changed):
    rule(**changed)
    with pytest.raises(WayGone):
        place(fill(variant(), quantity=2), payment="instalments:12")
    assert not Order.objects.exists()


@pytest.mark.parametrize("forged", ["instalments:5", "instalments:0", "after-delivery", "nothing", ""])
def test_a_way_the_house_has_not_is_refused(forged):
    with pytest.raises(WayGone):
        place(fill(variant()), payment=forged)


def test_a_bare_kind_of_a_form_kept_from_before_means_its_first(standin):
    pay(place(fill(variant()), payment="instalments"), standin)
    assert Plan.objects.get().parts.count() == 3


class TestHistory:
    def test_counts_orders_that_were_handed_over_and_are_paid(self, standin):
        anna, today = client_of("anna"), timezone.now().date()
        who = buyer(user=anna)
        order = pay(place(fill(variant(), who=who), who=who), standin)
        assert histories.of_client(anna.pk, today=today).paid_orders == 0
        order.attempts.update(state="captured", captured_amount=order.total_incl_tax)
        Order.objects.update(handed_over_at=timezone.now())
        assert histories.of_client(anna.pk, today=today).paid_orders == 1
        assert not histories.of_client(None, today=today).is_known
        order.attempts.update(refunded_amount=order.total_incl_tax)
        assert histories.of_client(anna.pk, today=today).paid_orders == 0

    def test_counts_what_is_still_owed_as_missed_until_it_is_paid(self, standin):
        anna, now = client_of("anna"), timezone.now()
        who = buyer(user=anna)
        pay(place(fill(variant(), who=who), who=who, payment="instalments"), standin, "4000000000000341")
        assert histories.of_client(anna.pk, today=now.date()).missed == 0
        [part] = collecting.claim_due(now=now + timedelta(days=32))
        collecting.collect(part, now=now)
        assert histories.of_client(anna.pk, today=now.date()).missed == 1
        Part.objects.filter(pk=part).update(state=PartState.PAID)
        assert histories.of_client(anna.pk, today=now.date()).missed == 0

    def test_a_second_order_opens_a_way_that_asks_for_one(self, standin):
        anna = client_of("anna")
        who = buyer(user=anna)
        rule(24, least=Decimal(500))
        with pytest.raises(WayGone) as no:
            place(fill(variant(), who=who), who=who, payment="instalments:24")
        assert "second order" in no.value.sentence()
        order = pay(place(fill(variant(), who=who), who=who), standin)
        order.attempts.update(state="captured", captured_amount=order.total_incl_tax)
        Order.objects.update(handed_over_at=timezone.now())
        pay(place(fill(variant(), who=who), who=who, payment="instalments:24"), standin)
        assert Plan.objects.get().parts.count() == 24


class TestPages:
    def test_a_piece_says_what_can_be_had_and_why_not_otherwise(self, client):
        page = client.get("/eu/en/pieces/halo-band/").content.decode()
        assert "Or up to" in page and "monthly instalments without interest" in page
        assert "24 monthly instalments" in page and "For orders from" in page
        assert "Payment at a later date is not offered in your region" in client.get("/us/en/pieces/halo-band/").content.decode()

    def test_a_piece_of_which_nothing_can_be_paid_later_says_so_in_one_line(self, client):
        EligibilityRule.objects.update(least=Decimal(100_000), most=Decimal(200_000))
        offers.all_rules.forget()
        page = client.get("/eu/en/pieces/halo-band/").content.decode()
        assert "not for this piece at the moment" in page and "€100,000" in page

    def test_checkout_shows_each_schedule_with_its_dates_before_it_is_agreed_to(self, client):
        rule(least=Decimal(100))
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        page = client.get("/eu/en/checkout/").content.decode()
        first = timezone.now().year + 1
        assert 'value="instalments:12"' in page and f"{first}" in page and "I agree to pay in 12 monthly" in page

    def test_a_guest_is_told_to_sign_in_where_history_counts(self, client):
        rule(24, least=Decimal(100))
        assert "please sign in" in client.get("/eu/en/pieces/halo-band/").content.decode()
