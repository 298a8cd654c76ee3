"""The provider's other methods: what it publishes is read rightly, and the stand-in answers as it does."""

import json
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
import stripe
from django.utils import timezone

from services.foundation.provider import capabilities, port
from services.foundation.provider.methods import METHODS
from services.foundation.provider.models import Capability

HERE = Path(__file__).parent


def published(name: str) -> stripe.StripeObject:
    """An object as the provider's reference shows it (https://docs.stripe.com/api), read by its own SDK."""
    return stripe.StripeObject.construct_from(json.loads((HERE / name).read_text()), "sk_test")


@pytest.fixture
def sdk(monkeypatch):
    """The provider's SDK with published answers instead of a connection."""
    calls = SimpleNamespace(
        accounts=SimpleNamespace(retrieve_current=lambda: published("account.json")),
        checkout=SimpleNamespace(sessions=SimpleNamespace(retrieve=lambda *_args: published("klarna_session.json"))),
    )
    monkeypatch.setattr(port, "_client", lambda: SimpleNamespace(v1=calls))


def test_an_account_says_what_it_may_do(sdk, db):
    said = port.capabilities()
    assert said["klarna_payments"] == "active" and said["afterpay_clearpay_payments"] == "pending"
    capabilities.ask(now=timezone.now())
    assert set(Capability.objects.filter(is_active=True).values_list("method", flat=True)) == {"affirm", "alma", "klarna"}
    assert capabilities.offered("klarna", currency="EUR") and not capabilities.offered("klarna", currency="CNY")
    assert not capabilities.offered("afterpay_clearpay", currency="USD") and not capabilities.offered("alipay", currency="CNY")


def test_a_paid_page_of_klarna_is_one_payment_that_was_received_whole(sdk):
    view = port.session("cs_test_a11YYufWQzNY63zpQ6QSNRQhkUpVph4WRmzW0zWJO2znZKdVujZ0N0S22u", currency="EUR")
    payment = view.payment
    assert view.status == "complete" and payment.status == "succeeded" and payment.intent == "pi_3MtwBwLkdIwHu7ix28a3tqPa"
    assert payment.amount == payment.received == Decimal("1750.00") and payment.capturable == 0


def a_page(method: str, currency: str = "EUR", **more) -> port.Page:
    facts = {"capture_later": False, "save_method": False} | more
    return port.open_page(
        key=uuid.uuid4().hex,
        order_number="TEST",
        amount=Decimal("1750.00"),
        currency=currency,
        description="Order TEST",
        email="anna@client.example",
        language="fr",
        success_url="https://house.example/ok",
        cancel_url="https://house.example/back",
        expires_at=timezone.now() + timedelta(minutes=31),
        method=method,
        **facts,
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_stand_in_opens_a_page_for_each_and_is_paid_whole_when_the_client_agrees(standin, method):
    page = a_page(method)
    refused = requests.post(page.url, data={"agree": "no"}, allow_redirects=False, timeout=10)
    assert refused.status_code == 402
    view = port.session(page.session, currency="EUR")
    assert view.status == "open" and view.payment.decline_code == "payment_method_provider_decline"
    agreed = requests.post(page.url, data={"agree": "yes"}, allow_redirects=False, timeout=10)
    assert (agreed.status_code, agreed.headers["Location"]) == (303, "https://house.example/ok")
    payment = port.session(page.session, currency="EUR").payment
    assert payment.status == "succeeded" and payment.received == Decimal("1750.00")
    assert port.refund(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("1750.00"), currency="EUR")


def test_a_method_the_account_may_not_use_is_refused(standin):
    standin.call("POST", "/_standin/capabilities", {"klarna_payments": "inactive"})
    try:
        with pytest.raises(port.MethodRefused):
            a_page("klarna")
        assert port.capabilities()["klarna_payments"] == "inactive"
    finally:
        standin.call("POST", "/_standin/capabilities", {"klarna_payments": "active"})
