"""Our port against the stand-in, over real HTTP with the provider's own SDK."""

import json
import time
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import requests
import stripe
from django.utils import timezone

from services.foundation.provider import port
from services.foundation.provider.standin.webhooks import signature

EUR = "EUR"


def a_page(key: str = "", *, later: bool = True, save: bool = False, amount: str = "1750.00", expires=None) -> port.Page:
    return port.open_page(
        key=key or uuid.uuid4().hex,
        order_number="TEST",
        amount=Decimal(amount),
        currency=EUR,
        description="Order TEST",
        email="anna@client.example",
        language="fr",
        success_url="https://house.example/ok",
        cancel_url="https://house.example/back",
        expires_at=expires or timezone.now() + timedelta(minutes=31),
        capture_later=later,
        save_method=save,
    )


def paid(standin, **how) -> port.Payment:
    page = a_page(**how)
    assert standin.pay(page.url) == (303, "https://house.example/ok")
    return port.session(page.session, currency=EUR).payment


def test_a_page_authorises_and_is_captured_in_part(standin):
    payment = paid(standin)
    assert (payment.status, payment.capturable, payment.received) == ("requires_capture", Decimal("1750"), 0)
    done = port.capture(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("1000"), currency=EUR)
    assert (done.status, done.received) == ("succeeded", Decimal("1000"))
    with pytest.raises(port.Declined):  # the rest was released
        port.capture(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("750"), currency=EUR)


def test_an_authorisation_is_voided_once(standin):
    payment = paid(standin)
    assert port.void(key="void:" + payment.intent, intent=payment.intent, currency=EUR).status == "canceled"
    assert port.void(key="void:" + payment.intent, intent=payment.intent, currency=EUR).status == "canceled"
    with pytest.raises(port.Declined):
        port.capture(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("1750"), currency=EUR)


def test_never_more_is_refunded_than_was_captured(standin):
    payment = paid(standin, later=False)
    assert payment.status == "succeeded"
    port.refund(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("1000"), currency=EUR)
    with pytest.raises(port.Declined):
        port.refund(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("751"), currency=EUR)


def test_the_same_key_answers_the_same_page_and_other_parameters_are_refused(standin):
    key = uuid.uuid4().hex
    expires = timezone.now() + timedelta(minutes=31)
    assert a_page(key, expires=expires) == a_page(key, expires=expires)
    with pytest.raises(stripe.IdempotencyError):
        a_page(key, expires=expires, amount="11")


@pytest.mark.parametrize(("card", "code"), [("4000000000000002", "generic_decline"), ("4000000000009995", "insufficient_funds")])
def test_a_declined_card_leaves_the_page_open_for_another(standin, card, code):
    page = a_page()
    assert standin.pay(page.url, card)[0] == 402
    view = port.session(page.session, currency=EUR)
    assert (view.status, view.payment.decline_code) == ("open", code)
    assert standin.pay(page.url)[0] == 303
    assert port.session(page.session, currency=EUR).payment.status == "requires_capture"


def test_three_d_secure_asks_and_can_be_refused(standin):
    page = a_page()
    status, _ = standin.pay(page.url, "4000002500003155")
    assert status == 200
    assert requests.post(page.url, data={"challenge": "no"}, allow_redirects=False, timeout=10).status_code == 402
    standin.pay(page.url, "4000002500003155")
    assert requests.post(page.url, data={"challenge": "yes"}, allow_redirects=False, timeout=10).status_code == 303
    assert port.session(page.session, currency=EUR).payment.status == "requires_capture"


def charge(payment: port.Payment, key: str) -> port.Payment:
    return port.charge_saved(
        key=key, order_number="TEST", amount=Decimal("583.33"), currency=EUR, customer=payment.customer,
        method=payment.method, description="part 2",
    )  # fmt: skip


def test_a_saved_method_is_charged_while_the_client_is_away(standin):
    payment = paid(standin, later=False, save=True)
    key = uuid.uuid4().hex
    first, second = charge(payment, key), charge(payment, key)
    assert first.status == "succeeded"
    assert first.intent == second.intent


def test_a_saved_method_can_be_declined_later(standin):
    page = a_page(later=False, save=True)
    standin.pay(page.url, "4000000000000341")
    payment = port.session(page.session, currency=EUR).payment
    with pytest.raises(port.Declined) as no:
        charge(payment, uuid.uuid4().hex)
    assert no.value.code == "generic_decline"


def test_a_closed_page_takes_no_money(standin):
    page = a_page()
    port.close_page(page.session)
    port.close_page(page.session)
    assert standin.pay(page.url)[0] == 410
    assert port.session(page.session, currency=EUR).status == "expired"


@pytest.mark.parametrize("kind", ["http_500", "reset", "answer_lost"])
def test_a_lost_answer_is_unknown_and_the_same_key_finds_out(standin, kind):
    payment = paid(standin)
    standin.fault(kind, method="POST", prefix="/v1/payment_intents")
    key = uuid.uuid4().hex
    with pytest.raises(port.Unknown):
        port.capture(key=key, intent=payment.intent, amount=Decimal("1750"), currency=EUR)
    done = port.capture(key=key, intent=payment.intent, amount=Decimal("1750"), currency=EUR)
    assert done.received == Decimal("1750")


def test_only_the_providers_signature_is_believed(settings):
    payload = json.dumps(
        {"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": {}}}
    ).encode()
    good = signature(settings.PAYMENT_WEBHOOK_SECRET, payload, int(time.time()))
    assert port.read_event(payload, good)["id"] == "evt_1"
    old = signature(settings.PAYMENT_WEBHOOK_SECRET, payload, int(time.time()) - 3600)
    for header in ("", "t=1,v1=00", signature("whsec_other", payload, int(time.time())), old):
        with pytest.raises(ValueError):
            port.read_event(payload, header)
    with pytest.raises(ValueError):
        port.read_event(payload + b" ", good)
