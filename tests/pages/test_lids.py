"""Words on the lid of the box, on the pages: panel and preview, bag, order, second eyes, a refused word, a gift."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkout.basket.models import Line
from services.engraving import appealing, word_rules, working
from services.engraving.models import Appeal, Inscription, Job, WordRule, Zone
from services.engraving.surfaces import LID
from services.gifting.models import PackingOption
from tests import makers
from tests.makers import GIFT, fill, on_lid, pay, place, variant, work_off
from tests.pages.test_gift_links import open_gift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PIECE = "/eu/en/pieces/halo-band/"
PACKING = {"box": "garnet", "ribbon": "champagne", "card": "For you", "face": "roman"}
BAND = {"piece": "halo-band", "metal": "yellow", "size": "52"}


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()
    word_rules.forget()


def write(client, page: str, text: str = "For Berthe", **more):
    """As a client without script does: show the proof, tick both boxes beside it, keep."""
    form = {"inscription": text, "face": "roman", **more}
    shown = re.search(r'name="proof" value="(\w+)"', client.post(page, {**form, "act": "show"}).content.decode())
    proof = shown.group(1) if shown else ""
    return client.post(page, {"spelling": "yes", "final_sale": "yes", **form, "proof": proof, "act": "keep"})


class TestBeforeTheBag:
    def test_a_box_is_chosen_first_and_its_lid_comes_next(self, client):
        answer = client.get(f"{PIECE}lid/", follow=True)
        assert "choose a box first" in answer.content.decode()
        panel = client.post(f"{PIECE}gift/?metal=yellow&size=52", {**PACKING, "metal": "yellow", "act": "lid"})
        assert (panel.status_code, panel.url) == (303, f"{PIECE}lid/?metal=yellow&size=52")
        html = client.get(panel.url).content.decode()
        assert "Words on the lid" in html and "Garnet box" in html and "box with my words" in html
        assert "Lupercal" not in html

    def test_what_is_kept_goes_into_the_bag_and_is_seen_on_the_way(self, client):
        client.post(f"{PIECE}gift/", {**PACKING, "act": "lid"})
        assert write(client, f"{PIECE}lid/").url.startswith(PIECE)
        for page in (PIECE, f"{PIECE}gift/", f"{PIECE}lid/"):
            assert "For Berthe" in client.get(page).content.decode()
        client.post("/eu/en/bag/add/", BAND)
        kept = Inscription.objects.get(bag_line__isnull=False)
        assert (kept.surface, kept.text) == (LID, "For Berthe")
        for page in ("/eu/en/bag/", "/eu/en/checkout/"):
            html = client.get(page).content.decode()
            assert "On the lid of the box" in html and kept.proof_sha256 in html

    def test_consent_counts_for_the_proof_beside_which_it_was_given(self, client):
        client.post(f"{PIECE}gift/", {**PACKING, "act": "lid"})
        form = {"inscription": "Other", "face": "roman", "spelling": "yes", "final_sale": "yes", "proof": "0" * 64, "act": "keep"}
        answer = client.post(f"{PIECE}lid/", form)
        assert answer.status_code == 422 and "Other" in answer.content.decode()

    def test_another_box_takes_the_words_off_and_says_so(self, client):
        client.post(f"{PIECE}gift/", {**PACKING, "act": "lid"})
        write(client, f"{PIECE}lid/")
        answer = client.post(f"{PIECE}gift/", {**PACKING, "box": "ivory", "act": "keep"}, follow=True)
        assert "belonged to the lid of the other box" in answer.content.decode()
        assert "For Berthe" not in client.get(f"{PIECE}gift/").content.decode()

    def test_a_box_whose_lid_takes_nothing_is_refused_beside_the_field(self, client):
        Zone.objects.filter(box__code="ivory").delete()
        answer = client.post(f"{PIECE}gift/", {**PACKING, "box": "ivory", "card": "Kept words", "act": "lid"})
        html = answer.content.decode()
        assert answer.status_code == 422 and "takes no engraving" in html and "Kept words" in html

    def test_without_any_zone_nobody_hears_of_lids(self, client):
        Zone.objects.filter(box__isnull=False).delete()
        assert "lid" not in client.get(f"{PIECE}gift/").content.decode().lower().replace("valid", "")
        assert client.get(f"{PIECE}lid/").status_code == 404

    def test_the_preview_and_the_lid_are_drawn(self, client):
        for query in ("", "&place", "&alone"):
            answer = client.get(f"/eu/en/boxes/garnet/preview.svg?inscription=For+Berthe&face=roman{query}")
            assert answer["Content-Type"] == "image/svg+xml" and "<path" in answer.content.decode()
        lid = client.get("/eu/en/boxes/garnet/lid.svg").content.decode()
        assert PackingOption.objects.get(code="garnet", kind="box").colour in lid and "style=" not in lid
        assert client.get("/eu/en/boxes/garnet/preview.svg?inscription=" + "W" * 200).status_code == 422
        for nowhere in ("boxes/nobody/lid.svg", "boxes/nobody/preview.svg", "boxes/champagne/lid.svg"):
            assert client.get(f"/eu/en/{nowhere}").status_code == 404


class TestInTheBag:
    def reference(self, client) -> str:
        client.post(f"{PIECE}gift/", {**PACKING, "act": "keep"})
        client.post("/eu/en/bag/add/", BAND)
        return Line.objects.latest("pk").line_reference

    def test_the_lid_is_engraved_changed_and_left_plain(self, client):
        page = f"/eu/en/bag/lines/{self.reference(client)}/lid/"
        assert "Engrave the lid" in client.get("/eu/en/bag/").content.decode()
        assert write(client, page).url == "/eu/en/bag/"
        write(client, page, "For Anna")
        assert Inscription.objects.get().text == "For Anna"
        assert "Change the words on the lid" in client.get("/eu/en/bag/").content.decode()
        client.post(page, {"act": "forget", "inscription": "For Anna"})
        assert not Inscription.objects.exists()

    def test_taken_out_and_put_back_it_has_its_words_again(self, client):
        reference = self.reference(client)
        write(client, f"/eu/en/bag/lines/{reference}/lid/")
        client.post(f"/eu/en/bag/lines/{reference}/", {"act": "remove"})
        assert not Inscription.objects.exists()
        client.post("/eu/en/bag/add/", {**BAND, "quantity": "1"})
        assert Inscription.objects.get().text == "For Berthe"

    def test_nobody_else_reaches_it(self, client):
        reference = self.reference(client)
        for page in ("lid/", "lid/second-look/"):
            assert Client().get(f"/eu/en/bag/lines/{reference}/{page}").status_code == 404

    def test_a_second_pair_of_eyes_sees_the_lid(self, client):
        reference = self.reference(client)
        write(client, f"/eu/en/bag/lines/{reference}/lid/")
        html = client.post(f"/eu/en/bag/lines/{reference}/lid/second-look/").content.decode()
        link = re.search(r'value="https?://[^/"]+(/[^"]+/looks/[^"]+)"', html).group(1)
        other = Client()
        page = other.get(link)["Location"]
        html = other.get(page).content.decode()
        assert "For Berthe" in html and "Garnet box" in html and "lid.svg" in html and "€" not in html
        assert other.get(page.rstrip("/") + "/proof.svg")["Content-Type"] == "image/svg+xml"
        other.post(page, {"name": "Ida", "act": "approve"})
        assert "Ida approves the proof" in client.get("/eu/en/bag/").content.decode()


class TestOnTheOrder:
    @pytest.fixture
    def order(self, standin):
        return pay(place(fill(variant(), gift=GIFT, lid=on_lid())), standin)

    @pytest.fixture
    def visitor(self, client, order):
        client.get(f"{self.page(order)}?key={order.access_key}")
        return client

    def page(self, order, more: str = "") -> str:
        return f"/eu/en/orders/{order.number}/{more}"

    def test_the_page_shows_the_proof_and_the_clock(self, visitor, order):
        html = visitor.get(self.page(order)).content.decode()
        kept = Inscription.objects.get(order_line__order=order)
        assert kept.proof_sha256 in html and "Atelier, lid: Waiting" in html
        assert "you can change its words until the engraver takes it up" in html and "A lid without words: Halo band" in html
        assert "Can be returned within" in html

    def test_the_panel_changes_it_until_it_is_taken_up(self, visitor, order):
        line = order.lines.get().pk
        opened = visitor.get(self.page(order, f"change/lid/{line}/"))
        assert "For Berthe" in visitor.get(opened.url).content.decode()
        assert write(visitor, opened.url, "For Anna").url == self.page(order)
        assert Inscription.objects.get(order_line__order=order).text == "For Anna"
        staff = makers.User.objects.create_user("ida@house.example", is_staff=True)
        working.take_up(Job.objects.get(), by_id=staff.pk)
        for address in (f"change/lid/{line}/", f"change/lid/{line}/off/"):
            assert visitor.get(self.page(order, address)).url == self.page(order)
        assert "For any change of its words" in visitor.get(self.page(order)).content.decode()

    def test_it_is_left_out_after_a_confirmation(self, visitor, order):
        off = self.page(order, f"change/lid/{order.lines.get().pk}/off/")
        shown = re.search(r'name="shown" value="([^"]+)"', visitor.get(off).content.decode()).group(1)
        proof = Inscription.objects.get(order_line__order=order).proof_sha256
        html = visitor.post(off, {"shown": shown}, follow=True).content.decode()
        assert "The lid stays plain" in html and proof not in html
        assert visitor.get(self.page(order, f"change/lid/{order.lines.get().pk}/of/none/")).url == self.page(order)

    def test_the_box_stays_and_the_page_says_why(self, visitor, order):
        page = self.page(order, f"change/gift/{order.lines.get().pk}/")
        shown = re.search(r'name="shown" value="([^"]+)"', visitor.get(page).content.decode()).group(1)
        answer = visitor.post(page, {**PACKING, "box": "ivory", "card": "Kept", "shown": shown, "act": "keep"})
        assert answer.status_code == 422 and "so the box stays" in answer.content.decode() and "Kept" in answer.content.decode()

    def test_nobody_else_reaches_it(self, client, order):
        line = order.lines.get().pk
        for address in (f"change/lid/{line}/", f"change/lid/{line}/off/", f"lid/{line}/second-look/"):
            assert client.get(self.page(order, address)).status_code == 404
            assert client.post(self.page(order, address), {}).status_code == 404

    def test_a_second_pair_of_eyes_of_the_order_is_the_lids_own(self, visitor, order):
        line = order.lines.get().pk
        assert "For Berthe" in visitor.get(self.page(order, f"lid/{line}/second-look/")).content.decode()
        assert visitor.get(self.page(order, f"second-look/{line}/")).status_code == 404


def test_a_refused_word_is_asked_about_and_comes_back_to_the_lid(client):
    WordRule.objects.create(word="lupercal", region_id="eu", reason="it is only a test.", owner="legal@house.example")
    word_rules.forget()
    client.post(f"{PIECE}gift/", {**PACKING, "act": "lid"})
    html = write(client, f"{PIECE}lid/", "Lupercal").content.decode()
    ask = re.search(r'href="([^"]+engrave/ask/[^"]+)"', html).group(1).replace("&amp;", "&")
    assert "box=garnet" in ask
    form = {"inscription": "Lupercal", "face": "roman", "zone": "middle", "box": "garnet", "contact": "anna@client.example"}
    client.post(ask, form)
    appeal = Appeal.objects.get()
    assert appeal.zone.box.code == "garnet" and appeal.piece.slug == "halo-band"
    staff = makers.User.objects.create_user("ada@house.example", is_staff=True)
    appealing.decide(appeal.pk, approves=True, answer="It is a name.", by_id=staff.pk, now=timezone.now())
    work_off()
    token = appealing.new_link(appeal, now=timezone.now())
    answer = client.get(reverse("word-appeal-decided", "flagship.storefront", args=[token]).join(["/eu/en", ""]), follow=True)
    assert "Lupercal" in answer.content.decode()
    write(client, f"{PIECE}lid/", "Lupercal")
    client.post("/eu/en/bag/add/", BAND)
    assert Inscription.objects.get().text == "Lupercal"


def test_the_recipient_of_a_gift_by_link_sees_the_lid_and_no_price(client, standin):
    gift = makers.given(standin, gift=GIFT, lid=on_lid())
    html = open_gift(client, gift)
    assert "On the lid of the box" in html and Inscription.objects.get(order_line__isnull=False).proof_sha256 in html
    assert "€" not in html


def test_bad_addresses_and_numbers_are_met_kindly(client):
    client.post(f"{PIECE}gift/", {**PACKING, "act": "keep"})
    assert client.get(f"{PIECE}lid/?zone=nowhere&face=nobody&inscription=A").status_code == 200
    assert client.get("/eu/en/pieces/nowhere/lid/").status_code == 404
