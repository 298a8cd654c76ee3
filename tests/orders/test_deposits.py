"""Deposit and balance, from checkout to each stated outcome: paid, missed (the deposit binds, or not), the house failing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from checkout import balances, ending, fulfilling, part_payments, settling
from checkout.order.models import Consent, Order, OrderStatusChange
from checkout.order.states import OrderState
from checkout.refusals import CannotCancel, DepositBinds, NothingToPay
from services.deferred import offers
from services.deferred.models import EligibilityRule, Part, Plan
from services.deferred.refusals import WayGone
from services.deferred.states import PartState, PlanState
from services.engraving.models import Job
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider.models import Attempt
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, pay, place, total_of, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def with_deposit(standin, *, binding: bool = True, percent: int = 20, **more) -> Plan:
    """An order whose deposit is paid."""
    EligibilityRule.objects.filter(region="eu", kind="deposit").update(
        deposit_percent=percent, deposit_is_binding=binding, least=Decimal(100)
    )
    offers.all_rules.forget()
    bag = fill(variant(), **more)
    pay(place(bag, payment="deposit", agreement_words="I agree to deposit and balance"), standin)
    return Plan.objects.select_related("order").get()


def open_window(plan: Plan, *, closes_in: timedelta = timedelta(days=3)) -> Part:
    """The balance can be paid since an hour ago."""
    now = timezone.now()
    plan.parts.filter(number=2).update(opens_at=now - HOUR, closes_at=now + closes_in)
    return plan.parts.get(number=2)


def close_window(plan: Plan) -> None:
    now = timezone.now()
    plan.parts.filter(number=2).update(opens_at=now - 2 * HOUR, closes_at=now - MINUTE)


def pay_balance(plan: Plan, standin) -> None:
    page = part_payments.open_page(plan, [open_window(plan).pk], now=timezone.now())
    standin.pay(page)
    settling.settle(Attempt.objects.get(order=plan.order, purpose=part_payments.PURPOSE).pk, now=timezone.now())
    plan.refresh_from_db()
    plan.order.refresh_from_db()


def book(plan: Plan) -> dict[str, Decimal]:
    found = {account: writing.balance(plan.order_id, account) for account in Account}
    return {str(account.value): amount for account, amount in found.items() if amount}


class TestPaid:
    def test_the_deposit_is_held_and_the_whole_price_is_still_owed(self, standin):
        total = total_of(fill(variant()))
        plan = with_deposit(standin, engraved="A & P")
        deposit, balance = plan.parts.order_by("number")
        assert deposit.amount + balance.amount == plan.total == plan.order.total_incl_tax == total
        assert deposit.amount * 5 <= total and deposit.state == PartState.PAID and balance.state == PartState.DUE
        assert plan.order.status == OrderState.AWAITING_BALANCE and not plan.covers_dispatch
        held = book(plan)
        assert held["deposits"] == -deposit.amount and held["receivable"] == total and held["captured"] == deposit.amount
        assert Unit.objects.filter(order_line__order=plan.order).count() == 1  # kept for the client
        assert not Job.objects.exists()  # the bench waits for the balance
        assert Consent.objects.get(kind="deposit").text == "I agree to deposit and balance"
        work_off()
        assert "we keep your order" in mail.outbox[-1].subject and "double" in mail.outbox[-1].body

    def test_nothing_is_packed_or_sent_before_the_balance(self, standin):
        plan = with_deposit(standin)
        with pytest.raises(fulfilling.CannotMove):
            makers.close(plan.order)
        with pytest.raises(fulfilling.CannotMove):
            fulfilling.dispatch(plan.order, by_id=makers.packer(), now=timezone.now())

    def test_the_promised_day_waits_for_the_last_moment_of_the_balance(self, standin):
        plain = makers.totals_of(fill(variant())).promise.on
        plan = with_deposit(standin, engraved="A & P")
        closes = plan.parts.get(number=2).closes_at.astimezone(plan.zone).date()
        assert plan.order.promised_on > closes > plain
        assert plan.order.bench_done_on >= closes

    def test_with_the_balance_the_order_stands_and_the_bench_begins(self, standin):
        plan = with_deposit(standin, engraved="A & P")
        pay_balance(plan, standin)
        assert plan.state == PlanState.DONE and plan.covers_dispatch and plan.order.status == OrderState.CONFIRMED
        assert Job.objects.count() == 1
        assert book(plan).keys() <= {"captured", "sales", "tax", "shipping"}
        assert book(plan)["captured"] == plan.total
        mail.outbox.clear()
        assert work_off().count("letter.confirmed") == 1
        assert "balance is paid" in mail.outbox[-1].body
        settling.settle_open(now=timezone.now())
        balances.end_missed(now=timezone.now() + timedelta(days=30))
        plan.order.refresh_from_db()
        assert plan.order.status == OrderState.CONFIRMED

    def test_the_balance_is_paid_in_its_window_alone(self, standin):
        plan = with_deposit(standin)
        part = plan.parts.get(number=2)
        assert plan.payable(timezone.now()) is None
        with pytest.raises(NothingToPay):
            part_payments.open_page(plan, [part.pk], now=timezone.now())
        close_window(plan)
        with pytest.raises(NothingToPay):
            part_payments.open_page(plan, [part.pk], now=timezone.now())

    def test_a_form_cannot_pay_it_after_the_rules_changed(self):
        EligibilityRule.objects.filter(kind="deposit").update(is_offered=False)
        offers.all_rules.forget()
        with pytest.raises(WayGone):
            place(fill(variant()), payment="deposit")


class TestReminders:
    def test_each_comes_once_and_after_a_night_without_beat_only_the_last(self, standin):
        plan = with_deposit(standin)
        part = open_window(plan)
        work_off()
        mail.outbox.clear()
        for after, letters in ((timedelta(0), 1), (MINUTE, 1), (timedelta(days=2, hours=1), 2), (timedelta(days=2, hours=23), 3)):
            for _again in range(2):
                balances.remind(now=timezone.now() + after)
            work_off()
            assert len(mail.outbox) == letters, after
        assert [part.number, *Part.objects.filter(pk=part.pk).values_list("reminded", flat=True)] == [2, 3]
        assert "can be paid now" in mail.outbox[0].subject and "in time" in mail.outbox[2].subject

    def test_the_last_one_alone_after_a_silence(self, standin):
        plan = with_deposit(standin)
        open_window(plan, closes_in=HOUR)
        work_off()
        mail.outbox.clear()
        balances.remind(now=timezone.now())
        work_off()
        assert len(mail.outbox) == 1

    def test_none_comes_for_what_was_paid_meanwhile(self, standin):
        plan = with_deposit(standin)
        open_window(plan)
        balances.remind(now=timezone.now())
        pay_balance(plan, standin)
        mail.outbox.clear()
        work_off()
        balances.remind(now=timezone.now())
        assert not any("balance of your order" in letter.subject for letter in mail.outbox)


class TestMissed:
    def test_a_binding_deposit_is_kept_and_everything_else_is_free(self, standin):
        plan = with_deposit(standin, engraved="A & P")
        deposit = plan.parts.get(number=1).amount
        close_window(plan)
        mail.outbox.clear()
        for _again in range(2):
            balances.end_missed(now=timezone.now())
        work_off()
        plan.refresh_from_db()
        plan.order.refresh_from_db()
        assert plan.state == PlanState.MISSED and plan.order.status == OrderState.CANCELLED
        assert book(plan) == {"captured": deposit, "forfeited": -deposit}
        assert Attempt.objects.get().refunded_amount == 0
        assert not Unit.objects.filter(order_line__order=plan.order).exists()
        ended = [letter for letter in mail.outbox if "has ended" in letter.subject]
        assert len(ended) == 1 and "keeps the deposit" in ended[0].body
        assert OrderStatusChange.objects.filter(order=plan.order, new_status="cancelled", by_words="clock").count() == 1

    def test_an_advance_goes_back(self, standin):
        plan = with_deposit(standin, binding=False, percent=30)
        deposit = plan.parts.get(number=1).amount
        close_window(plan)
        balances.end_missed(now=timezone.now())
        work_off()
        plan.refresh_from_db()
        assert plan.state == PlanState.MISSED
        assert book(plan) == {"captured": deposit, "refunded": -deposit}
        assert Attempt.objects.get().refunded_amount == deposit
        assert any("advance" in letter.body and "goes back" in letter.body for letter in mail.outbox)

    def test_a_balance_being_paid_in_the_last_minute_is_waited_for(self, standin):
        plan = with_deposit(standin)
        page = part_payments.open_page(plan, [open_window(plan, closes_in=MINUTE).pk], now=timezone.now())
        balances.end_missed(now=timezone.now() + HOUR)
        plan.refresh_from_db()
        assert plan.state == PlanState.RUNNING
        standin.pay(page)
        settling.settle(Attempt.objects.get(purpose=part_payments.PURPOSE).pk, now=timezone.now())
        assert Order.objects.get().status == OrderState.CONFIRMED

    def test_a_page_left_open_and_unpaid_ends_it_all_the_same(self, standin):
        plan = with_deposit(standin)
        part_payments.open_page(plan, [open_window(plan, closes_in=MINUTE).pk], now=timezone.now())
        attempt = Attempt.objects.get(purpose=part_payments.PURPOSE)
        from services.foundation.provider import port

        port.close_page(attempt.session)
        settling.settle(attempt.pk, now=timezone.now())
        balances.end_missed(now=timezone.now() + HOUR)
        assert Plan.objects.get().state == PlanState.MISSED

    def test_what_was_missed_counts_against_a_way_that_asks_for_it(self, standin):
        from services.deferred import histories

        anna = makers.client_of("anna")
        plan = with_deposit(standin)
        Order.objects.update(user=anna)
        close_window(plan)
        balances.end_missed(now=timezone.now())
        assert histories.of_client(anna.pk, today=timezone.now().date()).missed


class TestCancelled:
    def test_until_the_window_opens_the_client_has_all_of_it_back(self, standin):
        plan = with_deposit(standin)
        deposit = plan.parts.get(number=1).amount
        ending.cancel(plan.order, by_id=None, by_words="client")
        work_off()
        assert book(plan) == {"captured": deposit, "refunded": -deposit}

    def test_from_then_on_a_binding_deposit_binds(self, standin):
        plan = with_deposit(standin)
        open_window(plan)
        with pytest.raises(DepositBinds):
            ending.cancel(plan.order, by_id=None, by_words="client")
        Plan.objects.update(deposit_is_binding=False)
        ending.cancel(plan.order, by_id=None, by_words="client")

    def test_the_balance_paid_and_cancelled_all_goes_back(self, standin):
        plan = with_deposit(standin)
        pay_balance(plan, standin)
        ending.cancel(plan.order, by_id=None, by_words="staff")
        work_off()
        assert book(plan) == {"captured": plan.total, "refunded": -plan.total}


class TestTheHouseFails:
    def test_a_binding_deposit_comes_back_double(self, standin):
        plan = with_deposit(standin)
        deposit, staff = plan.parts.get(number=1).amount, makers.packer()
        mail.outbox.clear()
        balances.fail(plan.order, by_id=staff)
        work_off()
        assert book(plan) == {"captured": deposit, "refunded": -deposit, "compensation": deposit, "receivable": -deposit}
        assert balances.owed_compensation(plan.order) == deposit
        assert "double" in mail.outbox[-1].body
        for _again in range(2):
            balances.pay_compensation(plan.order, by_id=staff)
        assert book(plan) == {"captured": deposit, "refunded": -deposit, "compensation": deposit, "transfers": -deposit}
        assert balances.owed_compensation(plan.order) == 0
        assert OrderStatusChange.objects.filter(order=plan.order, reason="compensation transferred", by_id=staff).count() == 1

    def test_also_after_the_balance(self, standin):
        plan = with_deposit(standin)
        pay_balance(plan, standin)
        balances.fail(plan.order, by_id=makers.packer())
        work_off()
        found = book(plan)
        assert found["refunded"] == -plan.total and found["compensation"] == plan.parts.get(number=1).amount

    def test_an_advance_comes_back_once(self, standin):
        plan = with_deposit(standin, binding=False)
        with pytest.raises(CannotCancel):
            balances.fail(plan.order, by_id=makers.packer())

    def test_staff_find_it_as_a_step_of_the_order(self, standin, client):
        plan = with_deposit(standin)
        client.force_login(makers.User.objects.create_superuser("boss@house.example", "x" * 12))
        page = client.get(reverse("admin:order_order_change", args=[plan.order_id])).content.decode()
        assert "The house cannot deliver" in page
        client.post(reverse("admin:order_act", args=[plan.order_id, "fail"]))
        page = client.get(reverse("admin:order_order_change", args=[plan.order_id])).content.decode()
        assert "The compensation was transferred" in page and "The house cannot deliver" not in page
        client.post(reverse("admin:order_act", args=[plan.order_id, "compensated"]))
        assert balances.owed_compensation(plan.order) == 0


class TestPages:
    def test_the_orders_page_tells_what_was_agreed_and_takes_the_balance(self, standin, client):
        plan = with_deposit(standin)
        address = f"/eu/en/orders/{plan.order.number}/"
        client.get(f"{address}?key={plan.order.access_key}")
        page = client.get(address).content.decode()
        assert "we keep your pieces" in page and "Pay the balance" not in page and "Cancel order" in page
        assert client.post(f"{address}pay/part/", follow=True).status_code == 200
        open_window(plan)
        page = client.get(address).content.decode()
        assert "Pay the balance" in page and "Cancel order" not in page
        answer = client.post(f"{address}pay/part/")
        assert answer["Location"].startswith(standin.url)

    def test_nobody_else_opens_its_page(self, standin, client):
        plan = with_deposit(standin)
        assert client.post(f"/eu/en/orders/{plan.order.number}/pay/part/").status_code == 404

    def test_the_laws_word_is_used_in_every_language(self, client):
        for region, language, words in (("cn", "zh-hans", "定金"), ("eu", "fr", "Acompte"), ("eu", "zh-hans", "订金")):
            page = client.get(f"/{region}/{language}/pieces/halo-band/").content.decode()
            assert words in page, (region, language)
        EligibilityRule.objects.filter(region="eu", kind="deposit").update(deposit_is_binding=True)
        offers.all_rules.forget()
        page = client.get("/eu/fr/pieces/halo-band/").content.decode()
        assert "Arrhes" in page and "Acompte" not in page

    def test_checkout_tells_the_later_day_of_a_deposit(self, client):
        EligibilityRule.objects.filter(region="eu", kind="deposit").update(least=Decimal(100))
        offers.all_rules.forget()
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        page = client.get("/eu/en/checkout/").content.decode()
        assert 'name="day:deposit"' in page and "at the latest" in page and "I agree to pay an advance" in page


class TestRules:
    def test_the_law_caps_a_binding_deposit_where_it_says_so(self, client):
        from tests.staff.test_merchandising import change_url, form_of

        client.force_login(makers.User.objects.create_superuser("boss@house.example", "x" * 12))
        for region, percent, is_refused in (("cn", "20.01", True), ("cn", "20", False), ("eu", "30", False)):
            found = EligibilityRule.objects.get(region=region, kind="deposit")
            url = change_url(found)
            answer = client.post(url, form_of(client, url, deposit_percent=percent, deposit_is_binding="on"))
            errors = answer.context["adminform"].form.errors if answer.status_code == 200 else {}
            assert ("deposit_percent" in errors) == is_refused, (region, percent, errors)
