"""Alipay, WeChat Pay and pay-later methods of the provider: one charge to us, offered while the account may use them."""

from datetime import timedelta

import pytest
import requests
from django.core import mail
from django.utils import timezone

from checkout import ending, settling
from checkout.order.models import Consent, Order
from checkout.order.states import OrderState
from services.deferred import offers
from services.deferred.models import Plan
from services.deferred.refusals import WayGone
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider import capabilities
from services.foundation.provider.models import Attempt, AttemptState
from services.foundation.regions.models import Region
from tests.makers import attempt_of, fill, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def account(standin):
    """The account may use everything; answers how to take a capability away."""

    def may(**states: str) -> None:
        standin.call("POST", "/_standin/capabilities", {f"{name}_payments": state for name, state in states.items()})
        capabilities.ask(now=timezone.now())

    may(klarna="active", alipay="active")
    yield may
    may(klarna="active", alipay="active")


def agree(page: str, said: str = "yes") -> int:
    return requests.post(page, data={"agree": said}, allow_redirects=False, timeout=10).status_code


def settle(order: Order) -> None:
    for attempt in Attempt.objects.filter(order=order):
        settling.settle(attempt.pk, now=timezone.now())
    order.refresh_from_db()


def test_klarna_is_one_charge_to_us_and_makes_no_plan(account):
    order = place(fill(variant()), payment="provider:klarna", agreement_words="")
    assert agree(settling.open_page(order, now=timezone.now())) == 303
    settle(order)
    assert order.status == OrderState.CONFIRMED and order.payment_method == "klarna"
    assert not Plan.objects.exists() and set(Consent.objects.values_list("kind", flat=True)) == {"terms"}
    paid = attempt_of(order)
    assert paid.state == AttemptState.CAPTURED and paid.captured_amount == order.total_incl_tax
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    work_off()
    assert "It is paid with Klarna." in mail.outbox[-1].body
    ending.cancel(order, by_id=None, by_words="client")
    work_off()
    assert Attempt.objects.get().refunded_amount == order.total_incl_tax


def test_it_is_offered_while_the_account_may_use_it_and_where_it_takes_the_currency(account, client):
    def codes(region: str) -> set[str]:
        return {rule.code for rule in offers.rules_of(Region.objects.get(pk=region)) if rule.kind == "provider"}

    assert codes("eu") >= {"provider:klarna", "provider:alipay"} and "provider:klarna" not in codes("cn")
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.get("/eu/en/checkout/").content.decode()
    assert "as you agree with Klarna on its page" in page and "Alipay 支付宝" in page
    account(klarna="inactive")
    assert "provider:klarna" not in codes("eu")
    assert "Klarna" not in client.get("/eu/en/checkout/").content.decode()
    with pytest.raises(WayGone):
        place(fill(variant()), payment="provider:klarna")


def test_an_account_that_lost_it_since_falls_back_to_cards(account, standin):
    order = place(fill(variant()), payment="provider:klarna")
    account(klarna="inactive")
    page = settling.open_page(order, now=timezone.now())
    assert standin.pay(page)[0] == 303
    settle(order)
    assert order.status == OrderState.CONFIRMED
    assert list(order.attempts.order_by("pk").values_list("page_method", "state")) == [("klarna", "lapsed"), ("card", "captured")]


def test_a_client_who_is_refused_there_pays_by_card_instead(account, standin, client):
    order = place(fill(variant()), payment="provider:klarna")
    first = settling.open_page(order, now=timezone.now())
    assert agree(first, "no") == 402
    address = f"/eu/en/orders/{order.number}/"
    client.get(f"{address}?key={order.access_key}")
    assert "Pay by card instead" in client.get(address).content.decode()
    answer = client.post(f"{address}pay/", {"method": "card"})
    assert answer["Location"].startswith(standin.url) and answer["Location"] != first
    assert agree(first) == 410  # nobody pays twice
    assert standin.pay(answer["Location"])[0] == 303
    settle(order)
    assert order.status == OrderState.CONFIRMED


def test_what_was_agreed_to_a_moment_before_is_not_asked_for_again(account):
    order = place(fill(variant()), payment="provider:klarna")
    agree(settling.open_page(order, now=timezone.now()))
    settling.by_card(order, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED and order.attempts.count() == 1


def test_a_silent_provider_leaves_what_was_known(account, standin):
    standin.fault("http_500", method="GET", prefix="/v1/account")
    from checkout.tasks import ask_capabilities

    ask_capabilities()
    assert "klarna" in capabilities.active()


def test_the_page_of_an_order_that_lapsed_takes_nothing(account):
    order = place(fill(variant()), payment="provider:alipay")
    page = settling.open_page(order, now=timezone.now())
    ending.lapse(order, now=timezone.now() + timedelta(hours=1))
    assert agree(page) == 410
