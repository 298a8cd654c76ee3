"""What was given back, as its client reads it on the pages of his order and of his plan, and in his own data."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkout import fulfilling
from checkout.order.models import Order
from checkout.refunds import asking, repaying
from checkout.refunds.models import Refund, RefundLimit, RegionRule, Repayment
from checkout.refunds.reckoning import Wish
from checkout.refunds.states import RefundKind, Resolved, Waterfall
from flagship.clients import telling
from services.deferred import collecting
from services.foundation.formats import money
from services.foundation.provider.models import Attempt
from tests import makers
from tests.languages import english_in, words_of
from tests.makers import buyer, client_of, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def anna(client):
    RefundLimit.objects.update(amount=Decimal(10**9))
    user = client_of("anna")
    client.force_login(user)
    return user


def sent(anna, standin, *, payment: str = "full") -> Order:
    who = buyer("anna", anna)
    order = pay(place(fill(variant(), who=who), who=who, payment=payment), standin)
    makers.pack(order)
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    return order


def give(order: Order, amount: str | Decimal) -> Refund:
    wish = Wish(RefundKind.AMOUNT, amount=Decimal(amount), reason="The clasp")
    return asking.ask(order, wish, by_id=None, by_words="staff", now=timezone.now())


def said(client, order: Order, page: str = "", language: str = "en") -> str:
    answer = client.get(f"/eu/{language}/orders/{order.number}/{page}")
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def test_it_is_on_its_way_and_then_given_back(client, anna, standin):
    order = sent(anna, standin)
    assert "Given back to you" not in said(client, order)
    give(order, "120.50")
    assert "To your card · On its way" in said(client, order)
    work_off()
    page = said(client, order)
    assert "To your card · Given back" in page and "€120.50" in page


def test_what_waits_for_a_second_person_is_not_promised(client, anna, standin):
    order = sent(anna, standin)
    RefundLimit.objects.update(amount=Decimal(1))
    waiting = give(order, "120.50")
    assert "Given back to you" not in said(client, order)
    asking.decline(waiting, by_id=makers.packer(), reason="Worn", now=timezone.now())
    assert "Given back to you" not in said(client, order)


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans"])
def test_in_the_middle_of_a_plan_both_pages_say_what_came_back_and_what_is_less_owed(client, anna, standin, language):
    RegionRule.objects.update_or_create(region_id="eu", defaults={"waterfall": Waterfall.PAID_FIRST})
    order = sent(anna, standin, payment="instalments")
    [part] = collecting.claim_due(now=timezone.now() + timedelta(days=32))
    collecting.collect(part, now=timezone.now())
    refund = give(order, order.total_incl_tax - 100)
    work_off()
    assert refund.repayments.count() == 2 and refund.less_owed
    for page in ("", "plan/"):
        words = said(client, order, page, language)
        if language == "en":
            for amount in (refund.less_owed, refund.amount, *refund.repayments.values_list("amount", flat=True)):
                assert money(amount, "EUR") in words
            assert words.count("To your card · Given back") == 2 and "Taken off what is still to be paid" in words
        else:
            assert not english_in(words.replace("Anna Test", "").replace("A & P", "")), english_in(words)


def test_what_a_bank_sent_back_is_said_and_then_how_it_went(client, anna, standin):
    order = sent(anna, standin)
    refund = give(order, "120.50")
    Repayment.objects.update(state="failed")
    Refund.objects.update(state="failed")
    assert "Your bank did not take it; we see to it" in said(client, order)
    repaying.resolve(refund, how=Resolved.TRANSFER, by_id=makers.packer(), reason="BT 7", now=timezone.now())
    page = said(client, order)
    assert "By bank transfer · Given back" in page and "To your card" not in page


def test_a_method_is_called_by_its_name(client, anna, standin):
    order = sent(anna, standin)
    give(order, "120.50")
    Attempt.objects.update(page_method="alipay")
    assert "To your account with Alipay 支付宝" in said(client, order)


def test_more_of_it_asks_no_more(client, anna, standin):
    order = sent(anna, standin)

    def queries() -> tuple[int, int]:
        found = []
        for act in (lambda: said(client, order), lambda: telling.everything(anna, now=timezone.now())):
            act()
            with CaptureQueriesContext(connection) as seen:
                act()
            found.append(len(seen))
        return tuple(found)

    give(order, 1)
    work_off()
    one = queries()
    for n in range(2, 7):
        give(order, n)
    work_off()
    assert queries() == one
    assert one[1] <= 26


def test_a_client_takes_it_with_him(client, anna, standin):
    order = sent(anna, standin)
    give(order, "120.50")
    work_off()
    [told] = telling.everything(anna, now=timezone.now())["orders"][0]["money_back"]
    assert (told["kind"], told["state"], told["amount"]) == ("amount", "done", Decimal("120.50"))
    [back] = told["sent_back"]
    assert back["provider_reference"].startswith("re_") and back["amount"] == Decimal("120.50") and back["given_back_at"]
