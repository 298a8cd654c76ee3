"""Changing the crafts of a piece that lies in the bag, from bag and checkout."""

import re

import pytest

from checkout.basket.models import Line
from services.engraving.models import Inscription
from services.gifting.models import Wrapping
from tests.pages.doing import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

BAND = {"piece": "halo-band", "metal": "yellow", "size": "52"}


def line_in_bag(client, quantity: int = 1) -> str:
    """Puts the band into the bag; returns its line's reference."""
    client.post("/eu/en/bag/add/", {**BAND, "quantity": quantity})
    return Line.objects.latest("pk").line_reference


def engrave(client, reference: str, text: str, **more):
    page = f"/eu/en/bag/lines/{reference}/engrave/"
    shown = re.search(r'name="proof" value="(\w+)"', client.get(page, {"inscription": text, "face": "roman"}).content.decode())
    form = {"inscription": text, "face": "roman", "spelling": "yes", "final_sale": "yes", "act": "keep", **more}
    return client.post(page, {**form, "proof": shown[1] if shown else ""})


def test_a_piece_in_the_bag_is_engraved_and_engraved_anew(client):
    reference = line_in_bag(client)
    assert engrave(client, reference, "FIRST").url == "/eu/en/bag/"
    assert Inscription.objects.get(bag_line__line_reference=reference).text == "FIRST"
    engrave(client, reference, "SECOND")
    assert Inscription.objects.get(bag_line__line_reference=reference).text == "SECOND"
    assert "SECOND" in client.get(f"/eu/en/bag/lines/{reference}/engrave/").content.decode()


def test_the_engraving_is_taken_off_in_the_bag(client):
    kept(client, "halo-band", "A LINE")
    reference = line_in_bag(client)
    client.post(f"/eu/en/bag/lines/{reference}/engrave/", {"act": "forget", "inscription": "A LINE"})
    assert not Inscription.objects.filter(bag_line__line_reference=reference).exists()


def test_an_engraving_without_its_ticks_is_not_kept_and_loses_nothing(client):
    reference = line_in_bag(client)
    answer = engrave(client, reference, "HALF", spelling="")
    refused = client.post(f"/eu/en/bag/lines/{reference}/engrave/", {"inscription": "HALF", "face": "roman", "act": "keep"})
    assert refused.status_code == 422 and "HALF" in refused.content.decode()
    assert answer.status_code in (302, 422)


def test_a_piece_in_the_bag_is_packed_from_the_checkout_and_what_was_typed_is_still_there(client):
    reference = line_in_bag(client)
    typed = {"email": "anna@client.example", "name": "Anna Test", "country": "FR", "act": f"gift:{reference}"}
    panel = client.post("/eu/en/checkout/", typed)
    assert panel.url == f"/eu/en/bag/lines/{reference}/gift/?back=checkout"
    kept_form = {"box": "garnet", "ribbon": "champagne", "card": "For you", "act": "keep"}
    assert client.post(panel.url, kept_form).url == "/eu/en/checkout/"
    checkout = client.get("/eu/en/checkout/").content.decode()
    assert 'value="anna@client.example"' in checkout and "For you" in checkout
    client.post(panel.url, {**kept_form, "act": "forget"})
    assert not Wrapping.objects.exists()


def test_two_of_a_kind_are_not_engraved_and_the_sentence_says_what_to_do(client):
    reference = line_in_bag(client, quantity=2)
    answer = engrave(client, reference, "BOTH")
    assert answer.status_code == 422 and "set the quantity to one" in answer.content.decode()
    answer = client.post(
        f"/eu/en/bag/lines/{reference}/gift/", {"box": "garnet", "ribbon": "champagne", "card": "", "act": "keep"}
    )
    assert answer.status_code == 422 and "set the quantity to one" in answer.content.decode()


def test_nobody_opens_the_panels_of_another_bag(client):
    from django.test import Client

    reference = line_in_bag(client)
    stranger = Client()
    for panel in ("engrave", "gift"):
        assert stranger.get(f"/eu/en/bag/lines/{reference}/{panel}/").status_code == 404
        assert stranger.post(f"/eu/en/bag/lines/{reference}/{panel}/", {"act": "forget"}).status_code == 404
    assert client.get(f"/eu/en/bag/lines/{reference}/gift/").status_code == 200


def test_a_piece_that_takes_no_engraving_has_no_panel(client):
    from services.engraving.models import Zone

    reference = line_in_bag(client)
    assert "engrave/" in client.get("/eu/en/bag/").content.decode()
    Zone.objects.filter(piece__slug="halo-band").delete()
    assert client.get(f"/eu/en/bag/lines/{reference}/engrave/").status_code == 404
    assert f"{reference}/engrave/" not in client.get("/eu/en/bag/").content.decode()


@pytest.mark.parametrize("craft", ["engrave", "gift"])
def test_taking_a_craft_off_several_pieces_is_refused_kindly(client, craft):
    reference = line_in_bag(client, quantity=2)
    form = {"act": "forget", "inscription": "A LINE", "box": "garnet", "ribbon": "champagne", "card": ""}
    answer = client.post(f"/eu/en/bag/lines/{reference}/{craft}/", form)
    assert answer.status_code == 422 and "one" in answer.content.decode()
