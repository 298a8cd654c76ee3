"""The engraving panel: where, what, how, review; from the piece, from the bag and from an order."""

import json
import re
from html import unescape

import pytest
from django.utils import translation

from checkout.basket.models import Line
from services.engraving.models import Inscription, Zone
from services.engraving.reviewing import words_of
from tests import makers
from tests.pages.doing import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

BAND, PLATE = "/eu/en/pieces/halo-band/engrave/", "/eu/en/pieces/filament-plate/engrave/"


def opened(client, page: str = BAND, **typed) -> str:
    answer = client.get(page, typed)
    assert answer.status_code == 200
    return answer.content.decode()


def buttons(html: str, name: str) -> list[str]:
    return [unescape(value) for value in re.findall(rf'<button[^>]* name="{name}" value="([^"]*)"', html)]


class TestWhere:
    def test_every_place_of_a_piece_is_offered(self, client):
        html = opened(client)
        assert re.findall(r'name="zone" value="(\w+)"', html) == ["outside", "inside"]
        assert "Outer face" in html and "Inside the ring" in html

    def test_a_place_has_the_measures_of_the_chosen_size(self, client):
        assert "46 × 2.4 mm" in opened(client, zone="inside", size="48")
        small, large = (opened(client, zone="inside", size=size, inscription="A" * 24, face="roman") for size in ("48", "60"))
        assert fit(small) > fit(large)

    def test_a_place_no_picture_shows_stands_beside_the_piece(self, client):
        html = opened(client, zone="inside", size="52", metal="platinum", inscription="Always")
        assert 'class="on-piece"' not in html and "front-platinum" in html
        assert re.search(r'class="place"[^>]*alt="Proof: “Always”, Inside the ring"', html)

    def test_the_place_is_kept_and_stands_in_the_panel_again(self, client):
        text = "Always yours"
        shown = re.search(r'name="proof" value="(\w+)"', opened(client, zone="inside", size="52", inscription=text, face="roman"))
        ticks = {"spelling": "yes", "final_sale": "yes", "proof": shown[1], "placed": "inside"}
        form = {"zone": "inside", "size": "52", "inscription": text, "face": "roman", **ticks, "act": "keep"}
        assert client.post(BAND, form).status_code == 302
        assert 'value="inside" checked' in opened(client, size="52")
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        assert Inscription.objects.get().zone.code == "inside"
        reference = Line.objects.get().line_reference
        assert 'value="inside" checked' in opened(client, f"/eu/en/bag/lines/{reference}/engrave/")

    def test_ticks_set_beside_one_place_do_not_count_for_another(self, client):
        shown = re.search(r'name="proof" value="(\w+)"', opened(client, zone="inside", size="52", inscription="A", face="roman"))
        ticks = {"spelling": "yes", "final_sale": "yes", "proof": shown[1], "placed": "outside"}
        form = {"zone": "inside", "size": "52", "inscription": "A", "face": "roman", **ticks, "act": "keep"}
        assert client.post(BAND, form).status_code == 422


def fit(html: str) -> int:
    return int(re.search(r"Fills (\d+) % of the width", html)[1])


class TestWhat:
    def test_a_sign_or_a_date_goes_behind_the_text_without_script(self, client):
        html = client.post(BAND, {"inscription": "Anna", "face": "roman", "add": "♥"}).content.decode()
        assert "Anna ♥</textarea>" in html and 'name="proof"' in html
        assert "♥" in buttons(html, "add")

    def test_a_day_is_offered_in_the_forms_the_place_takes(self, client):
        forms = buttons(opened(client, day="2026-08-19", inscription=""), "add")
        assert {"2026.08.19", "XIX·VIII·MMXXVI", "二〇二六年八月十九日"} <= set(forms)
        assert buttons(opened(client, day="2026-13-40"), "add")[-1] == "🐾"

    def test_initials_take_neither_signs_nor_dates(self, client):
        assert buttons(opened(client, PLATE, face="monogram", day="2026-08-19"), "add") == []

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("M" * 30, "shorter"),
            ("Anna\nPaul", "On one line"),
            ("Anna 💛", "Use our sign"),
            ("A\u200bB", "Use the text without it"),
        ],
    )
    def test_what_does_not_fit_comes_with_repairs_that_do(self, client, text, kind):
        html = opened(client, inscription=text, face="roman")
        assert 'class="error"' in html
        offered = buttons(html, "use")
        if kind == "shorter":
            assert all("|" in value for value in offered)
            return
        assert kind in html and offered
        for value in offered:
            mended = client.post(BAND, {"inscription": text, "face": "roman", "use": value}).content.decode()
            assert 'class="error"' not in mended and 'name="proof"' in mended
            assert unescape(re.search(r"<textarea[^>]*>\n?([^<]*)<", mended)[1]) == value.partition("|")[2]

    def test_a_repair_is_only_applied_by_its_button(self, client):
        assert "A\u200bB" in opened(client, inscription="A\u200bB", face="roman")


class TestHow:
    def test_every_typeface_is_shown_in_itself(self, client):
        html = opened(client, PLATE)
        assert len(re.findall(r'type="radio" name="face"', html)) == 7
        for address in re.findall(r'src="([^"]*/engraving/(?:faces|signs)/[^"]*)"', html):
            answer = client.get(address)
            assert answer["Content-Type"] == "image/svg+xml" and b"<path" in answer.content
            assert "immutable" in answer["Cache-Control"] and "default-src 'none'" in answer["Content-Security-Policy"]
        assert client.get("/eu/en/engraving/faces/none.svg").status_code == 404
        assert client.get("/eu/en/engraving/signs/none.svg").status_code == 404


class TestReview:
    def test_letters_are_repeated_and_look_alikes_named(self, client):
        html = opened(client, PLATE, inscription="Il\n己", face="roman")
        assert html.count('<ol class="letters"') == 2
        assert all(words in html for words in ("capital I", "small l", "jǐ"))

    @pytest.mark.parametrize(("place", "language"), [("eu/en", "en"), ("eu/fr", "fr"), ("cn/zh-hans", "zh-hans")])
    def test_in_every_language(self, client, place, language):
        html = opened(client, f"/{place}/pieces/halo-band/engrave/", inscription="Il", face="roman")
        with translation.override(language):
            assert unescape(html).count(words_of("I")) == 1


class TestFromAnOrder:
    @pytest.fixture
    def order(self, standin):
        bag = makers.fill(makers.variant("halo-band", size="54"), engraved="A & P")
        found = makers.pay(makers.place(bag), standin)
        makers.work_off()
        return found

    def test_the_panel_knows_the_orders_size_and_moves_it_to_another_place(self, client, order):
        client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
        before = Inscription.objects.get(order_line__order=order)
        Zone.objects.create(
            piece=before.zone.piece, code="stamp", name="Stamp", method="hot stamp", width_mm=20, height_mm=6, faces=["roman"]
        )
        page = client.get(f"/eu/en/orders/{order.number}/change/engraving/{order.lines.get().pk}/")["Location"]
        html = opened(client, page, zone="inside", inscription="Always", face="roman")
        assert "52 × 2.4 mm" in html and 'value="stamp"' not in html  # 54 mm round, less the joint; another bench is not offered
        shown = re.search(r'name="proof" value="(\w+)"', html)[1]
        form = {"zone": "inside", "inscription": "Always", "face": "roman", "proof": shown, "placed": "inside"}
        assert client.post(page, {**form, "spelling": "yes", "final_sale": "yes", "act": "keep"}).status_code == 302
        now = Inscription.objects.get(order_line__order=order)
        assert (now.zone.code, now.size, now.width_mm, now.text) == ("inside", "54", "52.00", "Always")


class TestDrawing:
    def test_the_place_is_sent_to_the_browser(self, client):
        sent = json.loads(unescape(re.search(r'data-place="([^"]*)"', opened(client, size="52"))[1]))
        assert (sent["zone"], sent["mm"]) == ("outside", ["14.00", "2.30"])
        assert sent["picture"]["quad"] and set(sent["tables"]) == {"roman", "capitals", "kai", "symbols"}
        hanzi = client.get(sent["hanzi"]["kai"], {"of": "爱"})
        assert hanzi.json()["units"]["爱"] and "immutable" in hanzi["Cache-Control"]
        assert client.get(sent["hanzi"]["kai"].replace("kai/", "kai/0")).status_code == 404

    def test_the_place_itself_is_drawn_before_a_word_is_written(self, client):
        drawn = client.get(f"{BAND}preview.svg", {"place": "", "zone": "inside", "size": "52"})
        assert drawn.status_code == 200 and b"<path" in drawn.content
        assert client.get(f"{BAND}preview.svg", {"zone": "inside", "inscription": ""}).status_code == 422


def test_what_was_kept_before_is_still_kept_from_the_first_place(client):
    assert kept(client, "halo-band").status_code == 302
