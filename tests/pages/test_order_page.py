"""The order's page: whose it is, and cancelling."""

import pytest

from checkout.order.states import OrderState
from tests import makers
from tests.makers import place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_nobody_sees_anothers_order(client, standin):
    order = place(makers.fill(variant()))
    for path in ("", "cancel/", "return/"):
        assert client.get(f"/eu/en/orders/{order.number}/{path}").status_code == 404
    assert client.post(f"/eu/en/orders/{order.number}/pay/").status_code == 404
    assert client.get(f"/eu/en/orders/{order.number}/?key=wrong").status_code == 404
    answer = client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}", follow=True)
    assert answer.status_code == 200
    assert order.access_key not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]


def test_a_client_cancels_in_two_steps(client, standin):
    order = makers.pay(place(makers.fill(variant())), standin)
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    assert "Yes, cancel this order" in client.get(f"/eu/en/orders/{order.number}/cancel/").content.decode()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    html = client.post(f"/eu/en/orders/{order.number}/cancel/", follow=True).content.decode()
    assert "goes back to your card" in html
