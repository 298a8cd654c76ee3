"""Words in another language than their page say so, for those who hear the page."""

import re

import pytest
from django.utils.translation import override

from services.delivery.models import SavedAddress
from services.foundation.formats import language_of
from tests import makers
from tests.makers import place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
CHINESE = {
    **{"name": "王小明", "mobile": "+8613800138000", "country": "CN", "subdivision": "上海市", "city": "上海市"},
    **{"district": "静安区", "line1": "南京西路 1515 号", "line2": "", "postcode": "200040"},
}


@pytest.mark.parametrize(
    ("page", "text", "tag"),
    [
        *(("en", "永远爱你", "zh"), ("fr", "A & 永", "zh"), ("en", "𠮷", "zh")),
        *(("en", "愛してる", "ja"), ("zh-hans", "愛してる", "ja"), ("fr", "사랑해", "ko")),
        *(("zh-hans", "永远爱你", ""), ("en", "A & P", ""), ("zh-hans", "A & P", ""), ("en", "", ""), ("en", None, "")),
    ],
)
def test_a_script_tells_its_language_on_a_page_in_another(page, text, tag):
    with override(page):
        assert language_of(text) == tag


def test_an_engraving_and_a_card_in_hanzi_are_named_on_every_page_that_shows_them(client, standin):
    page, form = "/eu/en/pieces/halo-band/engrave/", {"inscription": "永", "face": "kai"}
    shown = re.search(r'name="proof" value="(\w+)"', client.post(page, {**form, "act": "show"}).content.decode())[1]
    client.post(page, {**form, "proof": shown, "spelling": "yes", "final_sale": "yes", "act": "keep"})
    client.post("/eu/en/pieces/halo-band/gift/", {"box": "garnet", "ribbon": "champagne", "card": "致小明", "act": "keep"})
    piece = client.get("/eu/en/pieces/halo-band/").content.decode()
    assert 'alt="永" lang="zh"' in piece and re.search(r'lang="zh">致小明', piece)
    panel = client.get("/eu/en/pieces/halo-band/gift/").content.decode()
    assert re.search(r'<textarea[^>]*lang="zh"[^>]*>致小明', panel) and re.search(r'alt="致小明\s*" lang="zh"', panel)
    assert re.search(r'<textarea id="inscription"[^>]*lang="zh"', client.get("/eu/en/pieces/halo-band/engrave/").content.decode())
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    for page in ("bag/", "checkout/"):
        html = client.get(f"/eu/en/{page}").content.decode()
        assert re.search(r'lang="zh">“永”', html) and re.search(r'lang="zh">致小明', html), page
        assert 'lang="zh">致小明' not in client.get(f"/eu/zh-hans/{page}").content.decode()


def test_an_address_in_china_is_named_on_an_english_page_and_whole(client, standin):
    order = place(makers.fill(variant()))
    order.shipping_address.write(CHINESE)
    order.shipping_address.save()
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    html = client.get(f"/eu/en/orders/{order.number}/").content.decode()
    address = re.search(r"<h2>Deliver to</h2>\s*<p.*?</p>", html, re.DOTALL)[0]
    for line in ("王小明", "上海市 上海市 静安区", "南京西路 1515 号"):
        assert f'<span lang="zh">{line}</span><br>' in address
    assert "200040" in address and "China" in address and "+8613800138000" in address


def test_kept_addresses_are_shown_by_the_same_words(client):
    user = makers.client_of("anna")
    SavedAddress.objects.create(client=user, **CHINESE)
    client.force_login(user)
    html = client.get("/eu/en/account/addresses/").content.decode()
    assert re.search(r'lang="zh">上海市 上海市 静安区', html) and "+8613800138000" in html and "200040" in html


def test_names_outside_the_pages_language_are_named(client):
    english = client.get("/cn/en/").content.decode()
    assert len(re.findall(r"<(?:span|a)[^>]* lang=\"zh\">", english.split("<footer")[1])) >= 2  # seller and ICP number
    assert 'lang="zh"' not in client.get("/eu/en/boutiques/").content.decode().split("<main")[1].split("</main>")[0]


def test_what_is_written_into_an_address_comes_out_of_it(client, standin):
    order = place(makers.fill(variant()))
    order.shipping_address.write(CHINESE)
    order.shipping_address.save()
    order.shipping_address.refresh_from_db()
    assert order.shipping_address.fields == CHINESE
