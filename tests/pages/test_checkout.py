"""From the bag to the order, in every region and language."""

import html
import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from checkout.basket.models import Basket
from checkout.order.models import Consent, Order
from checkout.order.states import OrderState
from tests import makers
from tests.makers import place
from tests.pages.doing import FORM, kept, start_checkout, start_checkout_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_whole_purchase_without_script(client, standin):
    kept(client, "halo-band")
    client.post("/eu/en/pieces/halo-band/gift/", {"box": "garnet", "ribbon": "champagne", "card": "For you", "act": "keep"})
    assert client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})["Location"] == "/eu/en/bag/"
    bag = client.get("/eu/en/bag/").content.decode()
    assert "A &amp; P 14.II" in bag and "For you" in bag and "Checkout" in bag
    page = client.get("/eu/en/checkout/")
    hidden = dict(re.findall(r'name="(total|placement|day)" value="([^"]+)"', page.content.decode()))
    answer = client.post("/eu/en/checkout/", FORM | hidden)
    assert answer.status_code == 303
    assert answer["Location"].startswith(standin.url)
    order = Order.objects.get()
    _status, back = standin.pay(answer["Location"])
    path = back.replace("http://127.0.0.1:8000", "")
    client.get(path, follow=True)
    html = client.get(f"/eu/en/orders/{order.number}/").content.decode()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    assert "A &amp; P 14.II" in html and "Confirmed" in html
    # The back button and a second click show the same order, never a second one.
    again = client.post("/eu/en/checkout/", FORM | hidden)
    assert again["Location"].endswith(f"/orders/{order.number}/")
    assert Order.objects.count() == 1
    assert client.get("/eu/en/bag/").content.decode().count("Your bag is empty") >= 1


def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_do(client):
    hidden = start_checkout(client)
    answer = client.post("/eu/en/checkout/", FORM | hidden | {"postcode": "1", "mobile": "12", "name": "Änna <b>", "terms": ""})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Änna &lt;b&gt;" in html and "Please check the postcode" in html and "Please check the mobile" in html
    assert "Please read and accept the terms" in html
    assert not Order.objects.exists()
    assert "Änna &lt;b&gt;" in client.get("/eu/en/checkout/").content.decode()  # the second visit


def test_a_changed_total_is_shown_and_asked_again(client):
    hidden = start_checkout(client)
    answer = client.post("/eu/en/checkout/", FORM | hidden | {"total": "1.00"})
    assert answer.status_code == 409
    assert "total has changed" in answer.content.decode()
    assert not Order.objects.exists()


def test_an_answer_that_never_arrived_leads_back_to_the_order(client, standin):
    """The web process died between placement and payment: the session still names the bag that has become an order."""
    hidden = start_checkout(client)
    bag = Basket.objects.get()
    bag.placement_key = uuid.UUID(hidden["placement"])
    order = place(bag)
    assert f"/eu/en/orders/{order.number}/" in client.get("/eu/en/bag/").content.decode()
    for _again in range(2):
        html = client.get("/eu/en/checkout/", follow=True).content.decode()
        assert order.number in html and "Pay now" in html
    assert client.post(f"/eu/en/orders/{order.number}/pay/")["Location"].startswith(standin.url)


def test_a_provider_that_is_away_leaves_an_order_that_can_be_paid(client, standin):
    hidden = start_checkout(client)
    standin.fault("http_500", method="POST", prefix="/v1/checkout")
    answer = client.post("/eu/en/checkout/", FORM | hidden, follow=True)
    html = answer.content.decode()
    assert "Your order is kept" in html and "Pay now" in html
    assert Order.objects.get().status == OrderState.AWAITING_PAYMENT


def test_a_foreign_number_is_no_chinese_mobile(client):
    client.post("/cn/zh-hans/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    answer = client.post("/cn/zh-hans/checkout/", {"country": "CN", "mobile": "+33 6 12 34 56 78", "act": "place"})
    assert 'id="mobile-error"' in answer.content.decode()


def test_china_without_script_offers_the_cities_of_the_province(client):
    client.post("/cn/zh-hans/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.post("/cn/zh-hans/checkout/", {"country": "CN", "subdivision": "四川省", "city": "成都市", "act": "update"})
    html = page.content.decode()
    assert "<option selected>四川省</option>" in html and "<option selected>成都市</option>" in html and "武侯区" in html


def test_signing_in_from_checkout_loses_nothing(client):
    start_checkout(client)
    answer = client.post("/eu/en/checkout/", {"name": "Anna Test", "line1": "12 rue de Rivoli", "act": "sign-in"})
    assert answer["Location"] == f"/eu/en/sign-in/?{urlencode({'next': '/eu/en/checkout/'})}"
    assert "12 rue de Rivoli" in client.get("/eu/en/checkout/").content.decode()


def test_a_schedule_that_changed_is_shown_and_asked_again(client, standin):
    page = start_checkout_page(client)
    hidden = dict(re.findall(r'name="(total|placement|day)" value="([^"]+)"', page))
    stale = {"payment": "instalments:3", "agreement:instalments:3": "I agree to something else"}
    answer = client.post("/eu/en/checkout/", FORM | hidden | stale)
    assert answer.status_code == 409 and "instalments have changed" in answer.content.decode()
    shown = html.unescape(re.search(r'name="agreement:instalments:3" value="([^"]+)"', page).group(1))
    answer = client.post("/eu/en/checkout/", FORM | hidden | {"payment": "instalments:3", "agreement:instalments:3": shown})
    assert answer.status_code == 303
    assert Consent.objects.get(kind="instalments").text == shown


def test_a_later_day_is_shown_and_asked_again(client):
    hidden = start_checkout(client)
    early = (timezone.now() + timedelta(days=1)).date().isoformat()
    answer = client.post("/eu/en/checkout/", FORM | hidden | {"day": early})
    assert answer.status_code == 409 and "day of delivery has changed" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_form_of_another_bag_is_not_placed(client):
    hidden = start_checkout(client)
    answer = client.post("/eu/en/checkout/", FORM | hidden | {"placement": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert not Order.objects.exists()


ADDRESSES = {
    "cn": {"country": "CN", "subdivision": "上海市", "city": "上海市", "district": "静安区", "mobile": "138 0013 8000"},
    "eu": {"country": "FR", "city": "Paris", "postcode": "75001", "mobile": "+33 6 12 34 56 78"},
    "us": {"country": "US", "subdivision": "NY", "city": "New York", "postcode": "10019", "mobile": "+1 212 555 1234"},
}


@pytest.mark.parametrize("way", ["full", "instalments"])
@pytest.mark.parametrize("language", ["zh-hans", "en", "fr"])
@pytest.mark.parametrize("region", ["cn", "eu", "us"])
def test_an_order_is_placed_and_paid_in_every_region_and_language(client, standin, region, language, way):
    if way not in makers.Region.objects.get(pk=region).payment_methods:
        return
    home = f"/{region}/{language}/"
    client.post(f"{home}bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    form = {
        "email": "a@client.example",
        "name": "Anna",
        "line1": "1 Main Street",
        "payment": way,
        "terms": "yes",
        "act": "update",
    }
    page = client.post(f"{home}checkout/", form | ADDRESSES[region] | {"act": "update"}).content.decode()
    found = re.findall(r'name="(total|placement|day|agreement:instalments:3)" value="([^"]*)"', page)
    hidden = {name: html.unescape(value) for name, value in found}
    answer = client.post(f"{home}checkout/", form | ADDRESSES[region] | hidden | {"act": "place"})
    assert answer.status_code == 303, re.findall(r'class="(?:note note-)?error"[^>]*>([^<]+)', answer.content.decode())
    _status, back = standin.pay(answer["Location"])
    assert "Anna" in client.get(back.replace("http://127.0.0.1:8000", ""), follow=True).content.decode()
    assert Order.objects.get().status == OrderState.CONFIRMED
