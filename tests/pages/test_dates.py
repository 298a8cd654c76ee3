"""Date-first shopping through the pages: where and by when, and only what can be kept."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from catalog.models import Product
from services.delivery.models import Feast, Holiday, Transit
from services.engraving.models import Zone
from services.foundation.regions.models import Region
from services.foundation.units.models import Unit
from tests.makers import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def pieces(page) -> set[str]:
    """The pieces on a listing."""
    return set(re.findall(r'href="/eu/en/pieces/([a-z0-9-]+)/["?]', page.content.decode()))


def arrival(client, slug: str, query: str = "?place=FR") -> date:
    """The day that the piece's page promises, by the day the checkout's form would carry."""
    response = client.get(f"/eu/en/pieces/{slug}/{query}")
    return response.context["promise"].on


def test_the_listing_shows_only_what_can_be_there_by_the_day(client):
    everything = pieces(client.get("/eu/en/pieces/"))
    soon = arrival(client, "halo-band")
    in_time = pieces(client.get(f"/eu/en/pieces/?place=FR&by={soon}"))
    assert "halo-band" in in_time
    assert in_time < everything  # what is made to order, or not yet open, is not there by then
    for slug in in_time:
        assert arrival(client, slug) <= soon
    assert pieces(client.get(f"/eu/en/pieces/?place=FR&by={soon - timedelta(days=1)}")) == set()


def test_engraving_counts_when_only_engraved_pieces_are_asked_for(client):
    soon = arrival(client, "halo-band")
    Zone.objects.update(work_days=3)
    assert "halo-band" in pieces(client.get(f"/eu/en/pieces/?place=FR&by={soon}"))
    assert "halo-band" not in pieces(client.get(f"/eu/en/pieces/?place=FR&by={soon}&engravable=yes"))


def test_a_piece_that_is_sold_out_arrives_on_no_day(client):
    far = date.today() + timedelta(days=200)
    Unit.objects.filter(variant__parent__slug="halo-band").delete()
    Product.objects.filter(slug="halo-band").update(made_to_order_weeks=None)
    assert "halo-band" not in pieces(client.get(f"/eu/en/pieces/?place=FR&by={far}"))


def test_couriers_and_holidays_move_the_day(client):
    soon = arrival(client, "halo-band")
    Holiday.objects.create(region_id="eu", day=soon, name="A day of rest")
    assert arrival(client, "halo-band") > soon
    Transit.objects.filter(region_id="eu", country="FR").update(days=9)
    assert arrival(client, "halo-band") > soon + timedelta(days=5)


def test_nothing_in_time_names_the_first_day_that_can_be_kept(client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = client.get(f"/eu/en/pieces/?place=FR&by={tomorrow}")
    assert "Nothing can be there by" in page.content.decode()
    first = page.context["earliest"]
    assert pieces(client.get(f"/eu/en/pieces/?place=FR&by={first}"))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("place=Atlantis&by=", "We do not deliver there"),
        ("place=FR&by=2020-01-01", "This day has passed"),
        ("place=FR&by=someday", "Please choose a day of the calendar"),
        ("place=FR&by=2026-02-31", "Please choose a day of the calendar"),
        ("place=FR&by=9999-12-31", "up to ten months ahead"),
    ],
)
@pytest.mark.parametrize("where", ["pieces/", "pieces/halo-band/"])
def test_what_cannot_be_read_gets_its_sentence_and_hides_nothing(client, where, query, sentence):
    page = client.get(f"/eu/en/{where}?{query}")
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "halo-band" in page.content.decode()
    assert "Please write an amount" not in page.content.decode()


def test_a_city_of_china_may_be_typed_in_pinyin_and_reads_in_the_language_of_the_page(client):
    assert "Chengdu" in client.get("/cn/en/pieces/halo-band/?place=chengdu").content.decode()
    page = client.get("/cn/zh-hans/pieces/halo-band/?place=chengdu").content.decode()
    assert "成都市" in page
    assert "Suzhou" not in page and "苏州市（江苏省）" in client.get("/cn/zh-hans/pieces/?place=suzhou").content.decode()


def test_place_and_day_are_remembered_up_to_the_checkout(client):
    client.get("/cn/en/pieces/?place=Chengdu&by=")
    assert "in Chengdu" in client.get("/cn/en/pieces/halo-band/").content.decode()
    assert "You look for Chengdu" in client.get("/cn/en/pieces/").content.decode()
    client.post("/cn/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    checkout = client.get("/cn/en/checkout/")
    assert checkout.context["typed"].values["subdivision"] == "四川省"
    assert checkout.context["typed"].values["city"] == "成都市"
    # In another region it is another world.
    assert "Chengdu" not in client.get("/eu/en/pieces/halo-band/").content.decode()


def test_a_remembered_day_that_has_passed_is_forgotten(client):
    client.get("/eu/en/")
    session = client.session
    session["destination"] = {"region": "eu", "place": "FR", "by": "2020-01-01"}
    session.save()
    page = client.get("/eu/en/pieces/")
    assert page.status_code == 200
    assert "This day has passed" not in page.content.decode()


def test_a_named_day_can_be_chosen_and_is_offered_only_in_its_regions(client):
    from services.delivery import feasts

    feasts.offered.forget()
    eve = Feast.objects.get(code="spring-festival")
    page = client.get("/cn/zh-hans/pieces/").content.decode()
    assert "除夕" in page and eve.code
    assert "平安夜" not in page  # not offered in China
    assert "Christmas Eve" in client.get("/eu/en/pieces/").content.decode()


def test_the_piece_says_whether_the_day_can_be_kept_with_an_engraving_too(client):
    Zone.objects.update(work_days=30)
    plain = arrival(client, "halo-band")
    page = client.get(f"/eu/en/pieces/halo-band/?place=FR&by={plain}").content.decode()
    assert "In time for" in page and "With an engraving on" in page
    late = client.get(f"/eu/en/pieces/halo-band/?place=FR&by={plain - timedelta(days=1)}").content.decode()
    assert "We cannot keep" in late


def test_a_date_filter_asks_no_more_queries_for_more_pieces(client):
    from tests.pages.test_budgets import copies, queries

    def page():
        return queries(lambda: client.get(f"/eu/en/pieces/?place=FR&by={date.today() + timedelta(days=60)}"))

    copies(0, 4)
    few = page()
    copies(4, 20)
    assert page() <= few


def test_the_promise_that_was_shown_stands_on_the_order(standin):
    from tests.makers import fill, variant

    order = place(fill(variant()))
    assert order.promised_on is not None
    assert Region.objects.filter(pk=order.region_code).exists()
