"""The provider's ledger as our port reads it: movements with their fees, holds, payouts, and every page of them."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from django.utils import timezone

from services.foundation.provider import port, statements
from tests.provider.test_port import EUR, paid


@pytest.fixture
def fresh(standin):
    """A provider to whom nobody has paid yet."""
    standin.call("DELETE", "/_standin/objects")
    return standin


def span() -> dict:
    now = timezone.now()
    return {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}


def test_a_capture_and_a_refund_move_money_and_a_hold_does_not(fresh):
    held = paid(fresh)
    assert list(statements.movements(**span())) == []
    (hold,) = statements.holds(**span())
    assert (hold.intent, hold.amount, hold.currency) == (held.intent, Decimal("1750"), EUR)
    port.capture(key=uuid.uuid4().hex, intent=held.intent, amount=Decimal("1000"), currency=EUR)
    refund = port.refund(key=uuid.uuid4().hex, intent=held.intent, amount=Decimal("400"), currency=EUR).id
    back, charge = statements.movements(**span())
    assert (charge.kind, charge.amount, charge.fee, charge.net) == ("charge", Decimal("1000"), Decimal("29"), Decimal("971"))
    assert (back.kind, back.amount, back.fee, back.source) == ("refund", Decimal("-400"), 0, refund)
    assert charge.intent == back.intent == held.intent and charge.fee_as_paid == Decimal("29")
    assert list(statements.holds(**span())) == []


def test_a_hold_that_was_given_back_stands_no_more(fresh):
    held = paid(fresh)
    port.void(key=uuid.uuid4().hex, intent=held.intent, currency=EUR)
    assert list(statements.holds(**span())) == [] and list(statements.movements(**span())) == []


def test_a_payout_is_the_sum_of_its_movements(fresh):
    payment = paid(fresh, later=False)
    port.refund(key=uuid.uuid4().hex, intent=payment.intent, amount=Decimal("100"), currency=EUR)
    assert list(statements.payouts(**span())) == []  # not yet available
    fresh.call("POST", "/_standin/payouts")
    (payout,) = statements.payouts(**span())
    moved = list(statements.movements_of(payout.id))
    assert payout.status == "paid" and sum(each.net for each in moved) == payout.amount
    assert {each.kind for each in moved} == {"charge", "refund"}


def test_every_page_is_walked(fresh):
    for amount in range(1, 231):
        fresh.call("POST", "/_standin/adjustments", {"amount": amount, "currency": "eur"})
    moved = list(statements.movements(**span()))
    assert sorted(each.amount for each in moved) == [Decimal(n) / 100 for n in range(1, 231)]


def test_a_page_that_fails_is_unknown_and_never_a_shorter_list(fresh):
    for amount in range(1, 121):
        fresh.call("POST", "/_standin/adjustments", {"amount": amount, "currency": "eur"})
    walk = statements.movements(**span())
    next(walk)
    fresh.fault("http_500", prefix="/v1/balance_transactions")
    with pytest.raises(port.Unknown):
        list(walk)


def test_the_lists_have_the_published_shape(fresh):
    payment = paid(fresh, later=False)
    fresh.call("POST", "/_standin/payouts")

    def ask(path):
        return requests.get(fresh.url + path, auth=("sk_test_x", ""), timeout=10).json()

    page = ask("/v1/balance_transactions?limit=1&type=charge")
    assert (page["object"], page["url"], page["has_more"]) == ("list", "/v1/balance_transactions", False)
    fields = {"id", "object", "amount", "available_on", "created", "currency", "description", "exchange_rate", "fee"}
    fields |= {"fee_details", "net", "reporting_category", "source", "status", "type"}
    assert fields <= set(page["data"][0])
    payout = {"id", "object", "amount", "arrival_date", "automatic", "balance_transaction", "created", "currency", "destination"}
    payout |= {"livemode", "metadata", "method", "source_type", "status", "type"}
    assert payout <= set(ask("/v1/payouts")["data"][0])
    assert ask(f"/v1/charges?payment_intent={payment.intent}")["data"][0]["balance_transaction"].startswith("txn_")
    assert ask("/v1/balance_transactions?limit=101")["error"]["param"] == "limit"


def test_a_fee_is_told_in_the_currency_in_which_the_client_paid(fresh):
    """Published shape of a charge settled in another currency: the rate leads from what was paid to what was settled."""
    payment = paid(fresh, later=False)
    (charge,) = fresh.call("GET", "/_standin/charges")
    moved = {"id": charge["balance_transaction"], "object": "balance_transaction", "currency": "usd", "exchange_rate": 1.1}
    fresh.call("PATCH", "/_standin/objects", moved | {"amount": 192500, "fee": 5583, "net": 186917})
    (found,) = statements.movements(**span())
    assert (found.amount, found.currency, found.settled_in) == (Decimal("1750"), EUR, "USD")
    assert (found.net, found.fee_as_paid, found.intent) == (Decimal("1869.17"), Decimal("50.75"), payment.intent)
