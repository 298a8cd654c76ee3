"""A day compared with the provider: fees into the book, every difference a row, none forgotten, none invented."""

import uuid
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
import requests
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from checkout import settling
from checkout.invoicing import issuing
from checkout.reconciling import daily, resolving, tasks
from checkout.reconciling.models import Difference, Movement, Payout, Report
from checkout.refunds import repaying
from checkout.refunds.models import Repayment
from services.foundation.book import writing
from services.foundation.book.models import Account, Entry
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState
from tests import makers
from tests.makers import attempt_of, fill, given, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def fresh(standin):
    standin.call("DELETE", "/_standin/objects")
    return standin


def compare(*, later: timedelta = timedelta(hours=2)) -> Report:
    """Today, as somebody would who compares it when its payments have settled."""
    now = timezone.now()
    return daily.compare(now.astimezone(UTC).date(), now=now + later)


def a_paid_order(standin):
    """Charged at once."""
    return given(standin).order


def stranger(standin, amount: int = 5000) -> str:
    """Somebody was charged at the provider's, and the house knows nothing of it; returns the payment."""

    def ask(path, **form):
        return requests.post(standin.url + path, data=form, auth=("sk_test_x", ""), timeout=10).json()

    card = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": 12, "card[exp_year]": 2040}
    method = ask("/v1/payment_methods", **card)["id"]
    return ask("/v1/payment_intents", amount=amount, currency="eur", payment_method=method, confirm="true")["id"]


def open_ones() -> list[tuple]:
    return list(Difference.objects.filter(state="open").order_by("pk").values_list("kind", "thing"))


def test_a_day_that_agrees_has_no_difference_and_its_fees_in_the_book(fresh):
    order = a_paid_order(fresh)
    settling.give_back(attempt_of(order).pk)
    work_off()
    held = pay(place(fill(variant(), who=makers.buyer("b")), who=makers.buyer("b")), fresh)
    report = compare()
    assert (report.movements, report.found) == (2, 0) and open_ones() == []
    fee = (order.total_incl_tax * 29 / 1000).quantize(Decimal("0.01"))
    assert writing.balance(order.pk, Account.FEES) == fee == -writing.balance(order.pk, Account.WITHHELD)
    assert writing.balance(order.pk, Account.CAPTURED) == order.total_incl_tax  # what the client paid stays what it was
    assert {m.order_id for m in Movement.objects.all()} == {order.pk}
    assert writing.balance(held.pk, Account.FEES) == 0


def test_comparing_again_changes_nothing(fresh):
    order = a_paid_order(fresh)
    stranger(fresh)
    first = compare()
    entries = Entry.objects.count()
    again = compare()
    assert first.pk == again.pk and Difference.objects.count() == 1 and Entry.objects.count() == entries
    assert Movement.objects.count() == 2
    assert order.book_entries.filter(kind="fee").count() == 1


def test_money_that_nobody_here_knows_is_told(fresh):
    intent = stranger(fresh)
    fresh.call("POST", "/_standin/adjustments", {"amount": -700, "currency": "eur"})
    compare()
    kinds = dict(open_ones())
    assert set(kinds) == {"missing here"} and Difference.objects.filter(thing=intent, theirs=Decimal("50")).exists()
    assert Difference.objects.filter(facts__startswith="adjustment", theirs=Decimal("-7")).exists()


def test_a_refund_somebody_made_at_the_providers_is_told(fresh):
    order = a_paid_order(fresh)
    intent = attempt_of(order).intent
    refund = port.refund(key=uuid.uuid4().hex, intent=intent, amount=Decimal("10"), currency="EUR").id
    compare()
    (found,) = Difference.objects.all()
    assert (found.kind, found.thing, found.order) == ("missing here", refund, order)


def test_money_in_our_book_that_the_provider_never_had_is_told(fresh):
    order = a_paid_order(fresh)
    writing.captured(order_id=order.pk, key="pi_invented", currency="EUR", amount=Decimal(5), was_authorised=Decimal(0))
    compare()
    assert open_ones() == [("missing there", "pi_invented")]


@pytest.mark.parametrize("card", ["4000000000007726", "4000000000005126"])
def test_a_refund_that_is_pending_or_comes_back_is_no_difference(fresh, card):
    """Published test cards: a refund that waits, and one that the bank sends back."""
    order = place(fill(variant("arc-bangle"), who=makers.buyer("p")), who=makers.buyer("p"))
    Attempt.objects.filter(order=order).update(captures_at_once=True)
    pay(order, fresh, card)
    settling.give_back(attempt_of(order).pk)
    work_off()
    compare()
    assert open_ones() == []
    fresh.call("POST", "/_standin/refunds")
    for repayment in Repayment.objects.all():
        repaying.heard(repayment.provider_id)
    compare()
    assert open_ones() == []
    assert Movement.objects.exclude(kind="charge").count() == (2 if card.endswith("5126") else 1)


def test_another_amount_and_another_fee_are_told(fresh):
    order = a_paid_order(fresh)
    (charge,) = fresh.call("GET", "/_standin/charges")
    moved = {"id": charge["balance_transaction"], "object": "balance_transaction"}
    fresh.call("PATCH", "/_standin/objects", moved | {"amount": charge["amount"] - 1})
    compare()
    assert {kind for kind, _thing in open_ones()} == {"amount", "fee"}
    assert Difference.objects.get(kind="amount").ours == order.total_incl_tax


def test_a_hold_that_stands_for_one_of_us_only_is_told_and_agrees_once_it_is_settled(fresh):
    order = pay(place(fill(variant())), fresh)
    attempt = attempt_of(order)
    port.void(key=f"by-hand:{attempt.intent}", intent=attempt.intent, currency="EUR")  # at the provider's own pages
    compare()
    assert open_ones() == [("state", attempt.intent)]
    settling.hold_ended(attempt.intent)
    compare()
    assert open_ones() == [] and Difference.objects.get().state == "agrees"


def test_a_capture_whose_answer_was_lost_agrees_once_it_is_written(fresh):
    order = place(fill(variant()))
    page = settling.open_page(order, now=timezone.now())
    Attempt.objects.filter(order=order).update(captures_at_once=True)
    fresh.pay(page)
    settling.settle(attempt_of(order).pk, now=timezone.now())
    attempt = attempt_of(order)
    taken = port.capture(key="lost", intent=attempt.intent, amount=attempt.amount, currency="EUR")
    compare()
    assert ("missing here", attempt.intent) in open_ones() and ("state", attempt.intent) in open_ones()
    writing.captured(
        order_id=order.pk,
        key=attempt.intent,
        currency="EUR",
        amount=taken.received,
        was_authorised=attempt.amount,
    )
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.CAPTURED, captured_amount=taken.received)
    compare()
    assert open_ones() == []


def test_payouts_are_kept_and_must_add_up_and_arrive(fresh):
    a_paid_order(fresh)
    (payout,) = fresh.call("POST", "/_standin/payouts")
    assert compare().payouts == 1 and open_ones() == []
    assert Movement.objects.filter(payout=payout["id"]).count() == 1
    fresh.call("PATCH", "/_standin/objects", {**payout, "amount": payout["amount"] + 1, "status": "failed"})
    compare()
    assert {kind for kind, _thing in open_ones()} == {"payout", "state"}
    fresh.call("PATCH", "/_standin/objects", payout)
    compare()
    assert open_ones() == [] and Payout.objects.get().status == "paid"


@pytest.mark.parametrize("list_of", ["balance_transactions", "payouts", "charges"])
def test_a_provider_that_does_not_answer_leaves_the_day_to_the_next_hour(fresh, list_of, monkeypatch):
    a_paid_order(fresh)
    tomorrow = timezone.now() + timedelta(days=1, hours=4)
    fresh.fault("http_500", prefix=f"/v1/{list_of}", times=1)
    monkeypatch.setattr(tasks.timezone, "now", lambda: tomorrow)
    tasks.compare_with_the_provider()
    assert not Report.objects.exists() and not Movement.objects.exists() and not Entry.objects.filter(kind="fee").exists()
    tasks.compare_with_the_provider()
    assert Report.objects.count() == 1 and daily.days_to_compare(now=tomorrow) == []
    assert len(daily.days_to_compare(now=tomorrow + timedelta(days=3))) == 3


def test_before_anybody_has_paid_there_is_nothing_to_compare():
    assert daily.days_to_compare(now=timezone.now()) == []


def test_a_difference_is_resolved_with_a_reason_and_stays_so(fresh):
    stranger(fresh)
    compare()
    found, by = Difference.objects.get(), makers.packer()
    with pytest.raises(resolving.NoReason):
        resolving.resolve(found.pk, reason="  ok ", by_id=by, now=timezone.now())
    resolving.resolve(found.pk, reason="A test of the provider's, refunded there.", by_id=by, now=timezone.now())
    with pytest.raises(resolving.SettledBefore):
        resolving.resolve(found.pk, reason="Once more.", by_id=by, now=timezone.now())
    compare()
    assert Difference.objects.get().state == "resolved"


def test_the_client_never_reads_of_fees(fresh, client):
    from tests.pages.test_receipts import read_pdf, text_of

    order = a_paid_order(fresh)
    compare()
    issuing.issue(order.pk, now=timezone.now())
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    text = text_of(read_pdf(client.get(f"/eu/en/orders/{order.number}/receipt.pdf")))
    fee = (order.total_incl_tax * 29 / 1000).quantize(Decimal("0.01"))
    assert f"{fee}" not in text


class TestBehindTheShop:
    @pytest.fixture
    def enter(self, client):
        from django.contrib.auth.models import Group

        def enter(role):
            user = makers.User.objects.create_user(f"{role.replace(' ', '.').lower()}@house.example", is_staff=True)
            user.groups.add(Group.objects.get(name=role))
            client.force_login(user)
            return client

        return enter

    def test_the_desk_reads_and_settles(self, fresh, enter):
        stranger(fresh)
        compare()
        work_off()
        desk, found = enter("Payments desk"), Difference.objects.get()
        for name in ("report", "movement", "payout", "difference"):
            assert desk.get(reverse(f"admin:reconciling_{name}_changelist")).status_code == 200
        page = reverse("admin:reconciling_difference_change", args=[found.pk])
        assert "Settle the difference" in desk.get(page).content.decode()
        act = reverse("admin:reconciling_resolve", args=[found.pk])
        desk.get(act)
        desk.post(act, {"reason": ""})
        found.refresh_from_db()
        assert found.state == "open"
        desk.post(act, {"reason": "Refunded at the provider's."})
        found.refresh_from_db()
        assert found.state == "resolved" and found.resolved_by.email == "payments.desk@house.example"
        assert LogEntry.objects.get(object_id=found.pk).change_message == "Refunded at the provider's."

    def test_others_do_not(self, fresh, enter):
        stranger(fresh)
        compare()
        adviser, found = enter("Client adviser"), Difference.objects.get()
        assert adviser.get(reverse("admin:reconciling_difference_changelist")).status_code == 403
        assert adviser.post(reverse("admin:reconciling_resolve", args=[found.pk]), {"reason": "Because."}).status_code == 403
