"""The bag: put in, change, take out, hold."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout.basket.models import Line
from services.foundation.units.models import Hold
from tests import makers
from tests.makers import variant
from tests.pages.doing import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_piece_taken_out_can_be_put_back_with_its_engraving(client):
    kept(client, "halo-band")
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    line = Line.objects.get()
    html = client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"act": "remove"}, follow=True).content.decode()
    assert "Put it back" in html and not Line.objects.exists()
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52", "quantity": "1"})
    assert Line.objects.get().inscription.text == "A & P 14.II"
    assert "Put it back" not in client.get("/eu/en/bag/").content.decode()


def test_the_bag_follows_into_another_region_with_its_prices(client):
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    assert "€1,750" in client.get("/eu/en/bag/").content.decode()
    assert "CN¥14,800" in client.get("/cn/en/bag/").content.decode()


def test_a_line_is_changed_and_taken_out(client):
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    line = Line.objects.get()
    client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"quantity": "3"})
    line.refresh_from_db()
    assert line.quantity == 3
    html = client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"quantity": "99"}, follow=True).content.decode()
    assert "Please ask us for more" in html
    client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"act": "remove"})
    assert not Line.objects.exists()


def test_nobody_touches_anothers_bag(client):
    bag = makers.fill(variant())
    client.post(f"/eu/en/bag/lines/{bag.lines.get().line_reference}/", {"act": "remove"})
    assert bag.lines.count() == 1


class TestAHoldThatRanOut:
    def test_it_is_held_again_from_the_bag_and_blocks_nothing(self, client):
        makers.open_launch()
        client.force_login(makers.client_of("carla"))
        form = {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"}
        client.post("/eu/en/bag/add/", form)
        Hold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        html = client.get("/eu/en/bag/").content.decode()
        assert "Hold it again" in html and ">Checkout<" not in html
        client.post(f"/eu/en/bag/lines/{Line.objects.get().line_reference}/", {"act": "hold"})
        html = client.get("/eu/en/bag/").content.decode()
        assert "We hold your exclusive" in html and ">Checkout<" in html

    def test_adding_it_again_renews_its_line(self, client):
        makers.open_launch()
        client.force_login(makers.client_of("carla"))
        form = {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"}
        client.post("/eu/en/bag/add/", form)
        Hold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        client.post("/eu/en/bag/add/", form)
        assert Line.objects.count() == Hold.objects.count() == 1
        assert "across all orders" in client.post("/eu/en/bag/add/", form, follow=True).content.decode()  # one each

    def test_checkout_extends_it_once(self, client):
        makers.open_launch()
        client.force_login(makers.client_of("carla"))
        client.post("/eu/en/bag/add/", {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"})
        first = Hold.objects.get().expires_at
        client.get("/eu/en/checkout/")
        second = Hold.objects.get().expires_at
        client.get("/eu/en/checkout/")
        assert first < second == Hold.objects.get().expires_at


@pytest.mark.parametrize("quantity", ["3", "99", "9" * 5000, "-1", "٣"])
def test_one_inscription_is_for_one_piece(client, quantity):
    kept(client, "halo-band")
    form = {"piece": "halo-band", "metal": "yellow", "size": "52", "quantity": quantity}
    assert client.post("/eu/en/bag/add/", form).status_code == 302
    assert not Line.objects.filter(quantity__gt=1).exists()
