"""Authorised now, taken as it leaves: kept ready while the house is not done, taken parcel by parcel, never twice."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from checkout import capturing, ending, fulfilling, holding, settling
from checkout.order.models import Order
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState
from tests import makers
from tests.makers import attempt_of, fill, pay, place, variant, work_off
from tests.parcels import paid, parcels_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
NO_PARTS, NO_MORE = "5555555555554444", "4000000000000341"


def soon() -> datetime:
    """When the bank would let go of what it keeps ready since a moment ago."""
    return timezone.now() + timedelta(days=6)


def authorised(standin, card: str = "4242424242424242") -> Order:
    return pay(place(fill(variant())), standin, card)


def send(order: Order) -> None:
    makers.pack(order)
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())


def states(order: Order) -> list[str]:
    return list(order.attempts.order_by("pk").values_list("state", flat=True))


def balanced(order: Order) -> None:
    held = sum(a.amount - a.captured_amount for a in order.attempts.filter(state=AttemptState.AUTHORISED))
    taken = sum(a.captured_amount for a in order.attempts.all())
    assert writing.balance(order.pk, Account.AUTHORISED) == held
    assert writing.balance(order.pk, Account.CAPTURED) == taken


def test_a_hold_is_placed_anew_before_the_bank_lets_it_go_and_the_old_one_is_given_back(standin):
    order = authorised(standin)
    first = attempt_of(order)
    assert first.hold_until > timezone.now() + timedelta(days=6)
    holding.renew_due(now=timezone.now())
    assert order.attempts.count() == 1
    for _twice in range(2):
        holding.renew_due(now=soon())
    assert order.attempts.count() == 2
    work_off()
    assert states(order) == [AttemptState.VOIDED, AttemptState.AUTHORISED]
    assert port.payment(first.intent, currency="EUR").status == "canceled"
    balanced(order)
    send(order)
    assert attempt_of(order).captured_amount == order.total_incl_tax
    balanced(order)
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


@pytest.mark.parametrize("fault", ["answer_lost", "reset"])
def test_a_new_hold_whose_answer_was_lost_is_found_not_placed_again(standin, fault):
    order = authorised(standin)
    attempt = holding.begin(order.pk, now=soon())
    standin.fault(fault, method="POST", prefix="/v1/payment_intents")
    with pytest.raises(port.Unknown):
        holding.place(attempt.pk)
    standin.call("DELETE", "/_standin/keys")
    holding.renew_due(now=soon())
    work_off()
    assert states(order) == [AttemptState.VOIDED, AttemptState.AUTHORISED]
    intents = set(order.attempts.values_list("intent", flat=True))
    charges = [each["payment_intent"] for each in standin.call("GET", "/_standin/charges")]
    assert sum(each in intents for each in charges) == 2
    balanced(order)


def test_where_the_bank_says_no_the_client_confirms_his_card_and_the_parcel_waits(standin, client):
    order = authorised(standin, NO_MORE)
    holding.renew_due(now=soon())
    mail.outbox.clear()
    work_off()
    assert states(order) == [AttemptState.AUTHORISED, AttemptState.DECLINED]
    letter = next(each for each in mail.outbox if "confirm your card" in each.subject)
    assert order.number in letter.body
    port.void(key="the bank", intent=order.attempts.order_by("pk")[0].intent, currency="EUR")
    settling.hold_ended(order.attempts.order_by("pk")[0].intent)
    makers.pack(order)
    with pytest.raises(fulfilling.NotPaid):
        fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    page = f"/eu/en/orders/{order.number}/"
    assert "Confirm the card" in client.get(page).content.decode()
    answer = client.post(f"{page}confirm-card/")
    assert client.post(f"{page}confirm-card/")["Location"] == answer["Location"]
    standin.pay(answer["Location"])
    settling.settle(attempt_of(order).pk, now=timezone.now())
    work_off()
    assert states(order)[-1] == AttemptState.AUTHORISED
    assert "Confirm the card" not in client.get(page).content.decode()
    order.refresh_from_db()
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    assert attempt_of(order).captured_amount == order.total_incl_tax
    balanced(order)


def test_nobody_else_confirms_a_card_and_nobody_before_it_is_needed(standin, client):
    order = authorised(standin)
    assert client.post(f"/eu/en/orders/{order.number}/confirm-card/").status_code == 404
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    client.post(f"/eu/en/orders/{order.number}/confirm-card/")
    assert order.attempts.count() == 1


def test_a_hold_that_comes_after_the_end_is_given_back(standin):
    order = authorised(standin)
    attempt = holding.begin(order.pk, now=soon())
    ending.cancel(order, by_id=None, by_words="client")
    holding.place(attempt.pk)
    work_off()
    assert set(states(order)) == {AttemptState.VOIDED}
    balanced(order)


@pytest.mark.parametrize("card", ["4242424242424242", NO_PARTS])
def test_each_parcel_takes_its_own_part_of_the_money(standin, card):
    order = paid(standin)
    if card == NO_PARTS:  # as the card answered when it was paid
        Attempt.objects.filter(order=order).update(takes_parts=False)
    first, second = parcels_of(order)
    send(first)
    taken = sum(order.attempts.values_list("captured_amount", flat=True))
    assert taken == first.total_incl_tax
    work_off()
    balanced(order)
    assert order.attempts.count() == (2 if card == NO_PARTS else 1)
    send(second)
    assert sum(order.attempts.values_list("captured_amount", flat=True)) == order.total_incl_tax
    assert set(states(order)) == {AttemptState.CAPTURED}
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    balanced(order)


def test_the_second_parcel_waits_where_the_bank_does_not_keep_the_rest(standin):
    order = paid(standin)
    Attempt.objects.filter(order=order).update(takes_parts=False, method="pm_gone")
    first, second = parcels_of(order)
    send(first)
    work_off()
    assert states(order) == [AttemptState.CAPTURED, AttemptState.DECLINED]
    makers.pack(second)
    with pytest.raises(fulfilling.NotPaid):
        fulfilling.dispatch(second, by_id=makers.packer(), now=timezone.now())


def test_a_capture_whose_answer_was_lost_is_not_taken_twice(standin):
    order = paid(standin)
    first, _second = parcels_of(order)
    makers.pack(first)
    standin.fault("answer_lost", method="POST", prefix="/v1/payment_intents")
    with pytest.raises(port.Unknown):
        fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    standin.call("DELETE", "/_standin/keys")
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    attempt = order.attempts.get()
    assert attempt.captured_amount == first.total_incl_tax
    assert port.payment(attempt.intent, currency="EUR").received == first.total_incl_tax
    assert capturing.covered(order) == order.total_incl_tax
    balanced(order)
