"""The same port against localstripe, a server we did not write, for all that it can answer.

It has no Checkout Sessions and no Idempotency-Key (see docs/decisions), so the pages stay with our stand-in.
"""

import shutil
import subprocess
import sys
import time
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from flagship.embedded.processes import free_port
from services.foundation.provider import port

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def localstripe(tmp_path_factory):
    """The server, in a folder of its own (it keeps its state in one file there)."""
    number = free_port()
    program = shutil.which("localstripe", path=str(Path(sys.executable).parent))
    home = tmp_path_factory.mktemp("localstripe")
    process = subprocess.Popen(
        [program, "--port", str(number), "--from-scratch"], cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{number}"
    deadline = time.monotonic() + 30
    while True:
        try:
            requests.get(f"{url}/v1/customers", auth=("sk_test_x", ""), timeout=1)
            break
        except requests.ConnectionError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def other(localstripe, settings):
    settings.PAYMENT_API_BASE = localstripe
    port._client.cache_clear()
    yield lambda path, **form: requests.post(localstripe + path, data=form, auth=("sk_test_x", ""), timeout=10).json()
    port._client.cache_clear()


def saved(post, number: str = "4242424242424242") -> tuple[str, str]:
    """A customer with a saved card."""
    customer = post("/v1/customers", email="anna@client.example")["id"]
    card = {"card[number]": number, "card[exp_month]": 12, "card[exp_year]": 2040, "card[cvc]": "123"}
    method = post("/v1/payment_methods", type="card", **card)["id"]
    post(f"/v1/payment_methods/{method}/attach", customer=customer)
    return customer, method


def charge(customer: str, method: str, amount: str = "583.33") -> port.Payment:
    return port.charge_saved(
        key=uuid.uuid4().hex,
        order_number="TEST",
        amount=Decimal(amount),
        currency="EUR",
        customer=customer,
        method=method,
        description="",  # localstripe knows no description of an intent
    )


def test_a_saved_method_is_charged(other):
    payment = charge(*saved(other))
    assert (payment.status, payment.amount) == ("succeeded", Decimal("583.33"))
    assert port.payment(payment.intent, currency="EUR").status == "succeeded"


def test_a_payment_is_refunded_in_parts(other):
    payment = charge(*saved(other))
    first = port.refund(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("100"), currency="EUR")
    second = port.refund(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("483.33"), currency="EUR")
    assert first != second


def test_an_uncaptured_payment_is_voided(other):
    customer, method = saved(other)
    made = other(
        "/v1/payment_intents",
        amount=175000,
        currency="eur",
        customer=customer,
        payment_method=method,
        capture_method="manual",
        confirm="true",
    )
    assert made["status"] == "requires_capture"
    assert port.payment(made["id"], currency="EUR").status == "requires_capture"
    assert port.void(key=uuid.uuid4().hex, intent=made["id"], currency="EUR").status == "canceled"


def test_an_unknown_payment_is_an_error_of_ours(other):
    import stripe

    with pytest.raises(stripe.InvalidRequestError):
        port.payment("pi_does_not_exist", currency="EUR")


def test_nobody_answering_is_unknown(settings):
    settings.PAYMENT_API_BASE = f"http://127.0.0.1:{free_port()}"
    port._client.cache_clear()
    with pytest.raises(port.Unknown):
        port.payment("pi_x", currency="EUR")
    port._client.cache_clear()
