"""A client asks for a later day, or for another card or box, until the packing scan."""

import io
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pypdf import PdfReader

from checkout import clock, slips
from checkout.order.models import Order
from services.delivery.models import Holiday
from services.gifting.models import PackingOption, Wrapping
from tests import makers
from tests.makers import work_off
from tests.orders.changing_doing import (
    SHANGHAI,
    URUMQI,
    confirmed,
    gift_form,
    hidden,
    nothing_happened,
    opened,
    words,
    working_day,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_later_day_is_noted_shown_and_can_be_taken_back(client):
    order = confirmed()
    wished = working_day(order, 8)
    address, form = opened(client, order, "day")
    assert client.post(address, form | {"on": wished.isoformat()}).status_code == 303
    order.refresh_from_db()
    assert (order.requested_on, order.due_on, order.promised_on < wished) == (wished, wished, True)
    page = words(client.get(f"/eu/en/orders/{order.number}/"))
    assert clock.day_words(wished) in page and "not before, as you asked" in page
    assert "letter.changed" in work_off()
    assert clock.day_words(wished) in mail.outbox[-1].body and "Not before this day, as you asked." in mail.outbox[-1].body
    address, form = opened(client, order, "day")
    assert client.post(address, form | {"act": "back"}).status_code == 303
    order.refresh_from_db()
    assert (order.requested_on, order.promised_anew_on, order.due_on) == (None, None, order.promised_on)
    assert [c.after for c in order.changes.all()] == [{"requested_on": wished.isoformat()}, {"requested_on": ""}]


def test_a_wish_taken_back_too_late_for_the_promise_moves_it_openly(client):
    order = confirmed()
    past = timezone.now().date() - timedelta(days=9)
    Order.objects.update(promised_on=past, bench_done_on=past, requested_on=timezone.now().date() + timedelta(days=20))
    address, form = opened(client, order, "day")
    assert client.post(address, {"shown": form["shown"], "act": "back"}).status_code == 409  # no day was agreed to
    assert client.post(address, form | {"act": "back"}).status_code == 303
    order.refresh_from_db()
    assert order.promised_on == past
    assert order.promised_anew_on == date.fromisoformat(form["day"]) > timezone.now().date()


def test_only_a_day_that_the_courier_can_keep_is_taken(client):
    order = confirmed()
    holiday = working_day(order, 5)
    Holiday.objects.create(region_id="eu", day=holiday, name="Fête")
    saturday = order.promised_on + timedelta(days=7 + 5 - order.promised_on.weekday())
    days = {
        order.promised_on - timedelta(days=1): "Please choose a day from",
        order.promised_on + timedelta(days=75): "Please choose a day from",
        saturday: "Our couriers rest",
        holiday: "Our couriers rest",
    }
    address, form = opened(client, order, "day")
    for day, said in days.items():
        answer = client.post(address, form | {"on": day.isoformat()})
        assert (answer.status_code, said in words(answer)) == (422, True), day
        assert f'value="{day.isoformat()}"' in words(answer)
    assert nothing_happened(order)


@pytest.mark.parametrize("typed", ["", "2026-02-31", "tomorrow", "9" * 500, "\u202e"])
def test_what_is_no_day_is_said_beside_the_field(client, typed):
    order = confirmed()
    address, form = opened(client, order, "day")
    answer = client.post(address, form | {"on": typed})
    assert answer.status_code == 422 and 'id="on-error"' in words(answer)
    assert nothing_happened(order)


def test_an_address_farther_away_overtakes_an_earlier_wish(client):
    order = confirmed("cn", **SHANGHAI)
    address, form = opened(client, order, "day")
    client.post(address, form | {"on": working_day(order, 1).isoformat()})
    address, form = opened(client, order, "address")
    asked = client.post(address, URUMQI | form)
    assert client.post(address, URUMQI | hidden(asked)).status_code == 303
    order.refresh_from_db()
    assert order.requested_on is None
    assert order.due_on == order.promised_anew_on
    assert order.changes.last().after["requested_on"] == ""


def test_the_card_is_rewritten_and_the_packing_too(client):
    order = confirmed(gift=makers.GIFT)
    address, form = opened(client, order, gift_form(order))
    wish = {"box": "ivory", "ribbon": "champagne", "card": "Pour toi,\r\ntoujours."}
    assert client.post(address, wish | form).status_code == 303
    kept = Wrapping.objects.get(order_line__order=order)
    assert (kept.box.code, kept.ribbon.code, kept.card_text) == ("ivory", "champagne", "Pour toi,\ntoujours.")
    change = order.changes.get()
    assert change.before == {"box": "Garnet box", "card": "For you,\nalways."}
    assert change.after == {"box": "Ivory box", "card": "Pour toi,\ntoujours."}
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(slips.pdf_of(order))).pages)
    assert "toujours." in text and "always." not in text


@pytest.mark.parametrize("card", ["x" * 300, "a\n" * 9 + "b", "𝕏 for you", "a\u202eb"])
def test_a_card_that_cannot_be_printed_is_said_beside_it(client, card):
    order = confirmed(gift=makers.GIFT)
    address, form = opened(client, order, gift_form(order))
    answer = client.post(address, {"box": "garnet", "ribbon": "champagne", "card": card} | form)
    assert answer.status_code == 422 and 'id="card-error"' in words(answer)
    assert nothing_happened(order)


def test_a_box_no_longer_offered_stays_with_who_has_it_and_goes_to_nobody_else(client):
    order = confirmed(gift=makers.GIFT)
    PackingOption.objects.filter(code="garnet", kind="box").update(is_offered=False)
    PackingOption.objects.filter(code="ivory", kind="box").update(is_offered=False)
    address, form = opened(client, order, gift_form(order))
    wish = {"box": "garnet", "ribbon": "champagne", "card": "Adieu."}
    refused = client.post(address, wish | form | {"box": "ivory"})
    assert refused.status_code == 422 and "no longer offered" in words(refused)
    assert client.post(address, wish | form).status_code == 303


def test_a_line_without_packing_has_no_card_to_change(client):
    order = confirmed()
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    other = confirmed(gift=makers.GIFT)
    for line in (order.lines.get().pk, other.lines.get().pk, 10**25):
        assert client.get(f"/eu/en/orders/{order.number}/change/gift/{line}/").status_code == 404
        assert client.post(f"/eu/en/orders/{order.number}/change/gift/{line}/", {"card": "x"}).status_code == 404
