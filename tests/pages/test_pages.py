"""The storefront's pages as a browser without script sees them."""

import html
import json
import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.utils import timezone

from checkout import settling
from checkout.basket.models import Basket, Line
from checkout.order.models import Consent, Order
from checkout.order.states import OrderState
from services.foundation.contacts.models import Code
from services.foundation.contacts.senders import MemorySender
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.units.models import Hold
from tests import makers
from tests.makers import place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
FORM = {
    "email": "anna@client.example",
    "mobile": "06 12 34 56 78",
    "name": "Anna Test",
    "country": "FR",
    "city": "Paris",
    "line1": "12 rue de Rivoli",
    "postcode": "75001",
    "payment": "full",
    "terms": "yes",
    "act": "place",
}
PAGES = [
    "",
    "pieces/",
    "pieces/halo-band/",
    "pieces/halo-band/engrave/",
    "pieces/halo-band/gift/",
    "collections/arc/",
    "search/?q=halo",
]
PAGES += ["bag/", "sign-in/", "launches/festoon-chain-wallet/", "pieces/festoon-chain-wallet/", "about/terms/", "about/imprint/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("place", ["cn/zh-hans", "eu/fr", "us/en"])
def test_every_page_answers_in_every_region_and_language(client, page, place):
    answer = client.get(f"/{place}/{page}")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert f'lang="{place.split("/")[1]}"' in html
    assert len(re.findall("<h1", html)) == 1
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_no_english_is_left_on_a_chinese_or_french_page(client):
    """Words of the interface that would show that a text was forgotten."""
    for region in ("cn/zh-hans", "eu/fr"):
        for page in PAGES:
            html = client.get(f"/{region}/{page}").content.decode()
            text = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|head).*?</\1>", "", html))
            for word in (r"\bAdd to bag\b", r"\bBag\b", r"\bYour\b", r"\bthe\b", r"\bPlease\b", r"\bPrevious\b", r"\bPieces\b"):
                found = re.search(word, text.replace("English", ""))
                assert not found, (region, page, text[max(0, found.start() - 40) : found.end() + 40])


def test_the_door_leads_to_the_browsers_region(client):
    for accepted, home in {
        "zh-CN,zh;q=0.9": "/cn/zh-hans/",
        "fr-FR": "/eu/fr/",
        "en-US,en": "/us/en/",
        "ja": "/cn/zh-hans/",
    }.items():
        assert client.get("/", headers={"Accept-Language": accepted})["Location"] == home


@pytest.mark.parametrize(
    "address", ["/eu/en/pieces/nothing/", "/eu/en/orders/AAAAA-BBBBB/", "/eu/de/", "/xx/en/", "/eu/en/about/nothing/"]
)
def test_what_is_not_here_is_said_in_the_houses_manner(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert b"<h1" in answer.content


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("手镯", "arc-bangle"), ("shouzhuo", "arc-bangle"), ("bangle", "arc-bangle"), ("bracelet", "arc-bangle"),
        ("钻戒", "halo-ring"), ("diamond ring", "halo-ring"), ("bague diamant", "halo-ring"), ("AR-1001", "arc-bangle"),
        ("项链", "filament-pendant"), ("porte-cartes", "festoon-card-case"), ("皮", "festoon-card-case"),
    ],
)  # fmt: skip
def test_search_finds_in_three_languages(client, asked, slug):
    html = client.get("/eu/en/search/", {"q": asked}).content.decode()
    assert f"/pieces/{slug}/" in html


def test_search_that_finds_nothing_offers_the_collections(client):
    html = client.get("/eu/en/search/", {"q": "zzzz<script>"}).content.decode()
    assert "&lt;script&gt;" in html and "/collections/arc/" in html


def test_filters_combine_and_stay_in_the_address(client):
    def found(**query):
        html = client.get("/eu/en/pieces/", query).content.decode()
        return set(re.findall(r"/eu/en/pieces/([a-z-]+)/", html))

    everything = found()
    assert len(everything) == 8
    leather = found(metal="leather")
    assert leather == {"festoon-chain-wallet", "festoon-card-case"}
    assert found(kind="ring", stone="diamond") == {"halo-ring"}
    assert found(metal="leather", stone="diamond") == set()
    assert found(engravable="yes") < everything


def test_the_listing_narrows_by_size_and_price_and_says_what_it_cannot_read(client):
    def found(query: str) -> set[str]:
        return set(re.findall(r'href="/eu/en/pieces/([\w-]+)/"', client.get(f"/eu/en/pieces/?{query}").content.decode()))

    assert found("size=54") == {"halo-ring", "halo-band"}
    assert found("from=1000&to=2000") == {"halo-band", "filament-plate", "festoon-chain-wallet"}
    assert found("from=1 000&to=2,000&size=54") == {"halo-band"}
    assert found("size=nowhere") == set()
    html = client.get("/eu/en/pieces/?from=cheap&to=-5").content.decode()
    assert "amount in figures" in html and 'value="cheap"' in html and "8 pieces" in html


def kept(client, slug: str, text: str = "A & P 14.II", **more):
    """Show a text's proof, tick both boxes beside it, and keep it, as a client does without script."""
    page = f"/eu/en/pieces/{slug}/engrave/"
    form = {"inscription": text, "face": "roman"}
    shown = re.search(r'name="proof" value="(\w+)"', client.post(page, {**form, "act": "show"}).content.decode())
    ticks = {"spelling": "yes", "final_sale": "yes", "proof": shown.group(1) if shown else ""}
    return client.post(page, {**form, **ticks, "act": "keep", **more})


def test_engraving_is_refused_kindly_and_nothing_typed_is_lost(client):
    for text, words in (
        ("M" * 60, "At the smallest size"),
        ("A\u202eB", "invisible"),
        ("爱🙂", "do not engrave 🙂"),
        ("", "Please write"),
    ):
        answer = kept(client, "halo-band", text)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert words in html
        if text:
            assert text in html
    answer = kept(client, "halo-band", final_sale="")
    assert answer.status_code == 302  # any value of a box counts as ticked
    answer = client.post("/eu/en/pieces/halo-band/engrave/", {"inscription": "A", "face": "roman", "act": "keep"})
    assert answer.status_code == 422


def test_what_is_kept_is_what_was_shown(client):
    """Ticks set beside another text, or beside no proof at all, do not count: the proof is shown and asked about again."""
    page = "/eu/en/pieces/halo-band/engrave/"
    ticked = {"face": "roman", "spelling": "yes", "final_sale": "yes", "act": "keep"}
    answer = client.post(page, {"inscription": "A & P", **ticked})
    html = answer.content.decode()
    assert answer.status_code == 422 and "look at the proof" in html and 'value="yes" checked' not in html
    proof_of_that = re.search(r'name="proof" value="(\w+)"', html).group(1)
    answer = client.post(page, {"inscription": "A & B", "proof": proof_of_that, **ticked})
    assert answer.status_code == 422 and "A &amp; B" in answer.content.decode()
    assert client.session.get("kept", {}) == {}
    answer = client.post(
        page, {"inscription": "A & P", "face": "roman", "spelling": "yes", "proof": proof_of_that, "act": "keep"}
    )
    assert answer.status_code == 422 and "tick both boxes" in answer.content.decode()
    assert client.post(page, {"inscription": "A & P", "proof": proof_of_that, **ticked}).status_code == 302


def test_the_proof_lies_on_the_chosen_metal(client):
    html = client.get("/eu/en/pieces/halo-band/engrave/?metal=platinum&inscription=A&face=roman").content.decode()
    assert "front-platinum" in html and "front-yellow" not in html
    stamped = client.get(
        "/eu/en/pieces/festoon-card-case/engrave/preview.svg?metal=ink&inscription=A&face=roman"
    ).content.decode()
    assert "#e3c68a" in stamped  # foil, not a cut


class TestReasons:
    """Why a piece cannot be had in one size never hides that another can."""

    @pytest.fixture
    def sizes(self):
        gone, held, free = (variant(size=size) for size in ("48", "50", "52"))
        for piece in (gone, held, free):
            piece.piece.made_to_order_weeks = None
            piece.piece.save()
        makers.keep_units(gone, 0)
        return gone, held, free

    def test_a_sold_out_size_is_named_and_the_others_stay_open(self, client, sizes):
        html = client.get("/eu/en/pieces/halo-band/?metal=yellow&size=48").content.decode()
        assert "sold out in this size" in html and "Add to bag" not in html
        assert "size=52#order" in html
        assert "Add to bag" in client.get("/eu/en/pieces/halo-band/?metal=yellow&size=52").content.decode()

    def test_a_piece_in_another_bag_says_so(self, client, sizes):
        Product = type(sizes[1])
        Product.objects.filter(pk=sizes[1].parent_id).update(is_scarce=True)
        makers.keep_units(sizes[1], 1)
        makers.fill(Product.objects.get(pk=sizes[1].pk))
        html = client.get("/eu/en/pieces/halo-band/?metal=yellow&size=50").content.decode()
        assert "in other clients’ bags" in html and "Add to bag" not in html

    def test_a_size_that_does_not_exist_is_asked_for_never_guessed(self, client):
        answer = client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "99"}, follow=True)
        assert "choose a metal and a size" in answer.content.decode()
        assert not Line.objects.exists()


def test_a_piece_taken_out_can_be_put_back_with_its_engraving(client):
    kept(client, "halo-band")
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    line = Line.objects.get()
    html = client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"act": "remove"}, follow=True).content.decode()
    assert "Put it back" in html and not Line.objects.exists()
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52", "quantity": "1"})
    assert Line.objects.get().inscription.text == "A & P 14.II"
    assert "Put it back" not in client.get("/eu/en/bag/").content.decode()


def test_the_language_changes_and_the_question_stays(client):
    html = client.get("/eu/en/search/?q=halo").content.decode()
    assert 'href="/eu/fr/search/?q=halo"' in html


@pytest.mark.parametrize("panel", ["engrave", "gift"])
def test_a_panel_opens_with_the_chosen_size_and_without_the_forms_token_in_its_address(client, panel):
    form = {"piece": "halo-band", "metal": "platinum", "size": "54", "csrfmiddlewaretoken": "x", "act": "open"}
    answer = client.post(f"/eu/en/pieces/halo-band/{panel}/", form)
    assert (answer.status_code, answer["Location"]) == (303, f"/eu/en/pieces/halo-band/{panel}/?metal=platinum&size=54")


def test_the_proof_is_a_picture_that_can_do_nothing(client):
    answer = client.get("/eu/en/pieces/halo-band/engrave/preview.svg", {"inscription": "<script>", "face": "roman", "alone": ""})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert "script" not in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


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


def start_checkout_page(client) -> str:
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    return client.get("/eu/en/checkout/").content.decode()


def start_checkout(client, slug: str = "halo-band", metal: str = "yellow", size: str = "52") -> dict[str, str]:
    client.post("/eu/en/bag/add/", {"piece": slug, "metal": metal, "size": size})
    page = client.get("/eu/en/checkout/").content.decode()
    return dict(re.findall(r'name="(total|placement)" value="([^"]+)"', page))


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


def sign_in(client, contact: str) -> str:
    client.post("/eu/en/sign-in/", {"contact": contact})
    work_off()
    return re.search(r"\b(\d{6})\b", mail.outbox[-1].body).group(1)


def test_a_client_signs_in_with_a_code_and_finds_his_orders(client):
    code = sign_in(client, "Carla@Client.example")
    assert client.post("/eu/en/sign-in/code/", {"code": "000000"}).status_code == 422
    answer = client.post("/eu/en/sign-in/code/", {"code": code}, follow=True)
    assert answer.status_code == 200
    user = makers.User.objects.get(email="carla@client.example")
    assert user.email_verified_at
    order = place(makers.fill(variant(), who=makers.buyer("carla", user)), who=makers.buyer("carla", user))
    assert order.number in client.get("/eu/en/account/").content.decode()
    assert client.get(f"/eu/en/orders/{order.number}/").status_code == 200
    assert code not in str(Code.objects.values().get())
    assert code not in str(list(OutboxJob.objects.values_list("facts", flat=True)))  # nor in the work that sent it


def test_a_code_bears_five_tries(client):
    code = sign_in(client, "carla@client.example")
    for _n in range(5):
        client.post("/eu/en/sign-in/code/", {"code": "000000" if code != "000000" else "111111"})
    assert client.post("/eu/en/sign-in/code/", {"code": code}).status_code == 422


def test_codes_are_not_sent_without_end(client):
    for _n in range(6):
        answer = client.post("/eu/en/sign-in/", {"contact": "carla@client.example"})
    assert "several codes" in answer.content.decode()
    assert Code.objects.count() == 5


def test_an_exclusive_asks_to_sign_in_and_comes_back(client):
    makers.open_launch()
    answer = client.post("/eu/en/bag/add/", {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"})
    chosen = "/eu/en/pieces/arc-bangle-small-diamonds/?metal=yellow&size=16#order"
    assert answer["Location"] == f"/eu/en/sign-in/?{urlencode({'next': chosen})}"


def test_before_its_moment_an_exclusive_shows_the_countdown_and_sells_nothing(client):
    html = client.get("/eu/en/pieces/festoon-chain-wallet/").content.decode()
    assert "Add to bag" not in html and "Not open yet" in html
    client.post("/eu/en/bag/add/", {"piece": "festoon-chain-wallet", "metal": "garnet", "size": ""})
    assert not Line.objects.exists()
    launch = makers.Launch.objects.get(piece__slug="festoon-chain-wallet")
    launch.opens_at = timezone.now()
    launch.save()
    assert "Add to bag" in client.get("/eu/en/pieces/festoon-chain-wallet/").content.decode()


def test_a_redirect_after_sign_in_stays_in_the_house(client):
    code = sign_in(client, "carla@client.example")
    answer = client.post("/eu/en/sign-in/code/?next=//evil.example/", {"code": code, "next": "//evil.example/"})
    assert answer["Location"].startswith("/eu/en/")


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


HOSTILE = ["\x00", "a\x00b", "'\"><script>", "\u202e" * 5, "𝕏" * 300, "-1", "9" * 40, "../../etc/passwd", "%00", "NaN", "1e999"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_is_a_500(client, text):
    start_checkout(client)
    line = Line.objects.get()
    answers = [
        client.get("/eu/en/search/", {"q": text}),
        client.get("/eu/en/pieces/", {"page": text, "metal": text, "sort": text, "kind": text}),
        client.get("/eu/en/pieces/halo-band/", {"metal": text, "size": text}),
        client.get("/eu/en/pieces/halo-band/engrave/", {"inscription": text, "face": text}),
        client.get("/eu/en/pieces/halo-band/engrave/preview.svg", {"inscription": text, "face": text}),
        client.post("/eu/en/pieces/halo-band/engrave/", {"inscription": text, "face": text, "act": text}),
        client.post("/eu/en/pieces/halo-band/gift/", {"box": text, "ribbon": text, "card": text, "act": "keep"}),
        client.post("/eu/en/bag/add/", {"piece": text, "metal": text, "size": text}),
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": text, "size": text}),
        client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"quantity": text}),
        client.post("/eu/en/checkout/", dict.fromkeys(FORM, text) | {"act": "place", "total": text, "placement": text}),
        client.post("/eu/en/checkout/", FORM | {"total": text, "placement": text}),
        client.post("/eu/en/sign-in/", {"contact": text}),
        client.post("/eu/en/sign-in/code/", {"code": text}),
        client.get("/eu/en/account/", {"next": text}),
        client.get("/eu/en/orders/AAAAA-BBBBB/", {"key": text}),
    ]
    assert [a.status_code for a in answers if a.status_code >= 500] == []
    assert all("<script>" not in a.content.decode(errors="replace").replace("&lt;script&gt;", "") for a in answers if a.content)


def test_a_form_without_its_token_is_refused_in_the_houses_words():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/eu/fr/sign-in/", {"contact": "anna@client.example"})
    assert answer.status_code == 403
    assert "ouverte trop longtemps" in answer.content.decode()


def test_a_client_with_a_mobile_number_alone_signs_in_orders_and_hears_of_it(client, standin):
    MemorySender.sent.clear()
    client.post("/cn/zh-hans/sign-in/", {"contact": "138 0013 8000"})
    work_off()
    [(to, text)] = MemorySender.sent
    assert to == "+8613800138000" and "验证码" in text
    answer = client.post("/cn/zh-hans/sign-in/code/", {"code": re.search(r"\b(\d{6})\b", text).group(1)}, follow=True)
    assert "+8613800138000" in answer.content.decode()
    user = makers.User.objects.get(mobile="+8613800138000")
    assert user.mobile_verified_at and not user.email
    client.post("/cn/zh-hans/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.get("/cn/zh-hans/checkout/").content.decode()
    hidden = dict(re.findall(r'name="(total|placement|day)" value="([^"]+)"', page))
    form = {
        "email": "",
        "mobile": "138 0013 8000",
        "name": "王小明",
        "country": "CN",
        "subdivision": "上海市",
        "city": "上海市",
        "district": "静安区",
        "line1": "南京西路 1515 号",
        "payment": "full",
        "terms": "yes",
        "act": "place",
    }
    answer = client.post("/cn/zh-hans/checkout/", form | hidden)
    assert answer.status_code == 303
    standin.pay(answer["Location"])
    order = Order.objects.get()
    settling.settle(order.attempts.get().pk, now=timezone.now())
    MemorySender.sent.clear()
    work_off()
    [(to, text)] = MemorySender.sent
    assert to == "+8613800138000" and order.number in text and order.access_key in text


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
    stale = {"payment": "instalments", "agreement": "I agree to something else"}
    answer = client.post("/eu/en/checkout/", FORM | hidden | stale)
    assert answer.status_code == 409 and "instalments have changed" in answer.content.decode()
    shown = html.unescape(re.search(r'name="agreement" value="([^"]+)"', page).group(1))
    answer = client.post("/eu/en/checkout/", FORM | hidden | {"payment": "instalments", "agreement": shown})
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


def test_a_card_holds_what_the_printer_has(client):
    form = {"box": "garnet", "ribbon": "champagne", "card": "永远爱你 🙂", "act": "keep"}
    answer = client.post("/eu/en/pieces/halo-band/gift/", form)
    html = answer.content.decode()
    assert answer.status_code == 422 and "🙂" in html and "永远爱你" in html and "printer does not have" in html


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
    hidden = dict(re.findall(r'name="(total|placement|day|agreement)" value="([^"]*)"', page))
    hidden["agreement"] = html.unescape(hidden["agreement"])
    answer = client.post(f"{home}checkout/", form | ADDRESSES[region] | hidden | {"act": "place"})
    assert answer.status_code == 303, re.findall(r'class="(?:note note-)?error"[^>]*>([^<]+)', answer.content.decode())
    _status, back = standin.pay(answer["Location"])
    assert "Anna" in client.get(back.replace("http://127.0.0.1:8000", ""), follow=True).content.decode()
    assert Order.objects.get().status == OrderState.CONFIRMED


@pytest.mark.parametrize("quantity", ["3", "99", "9" * 5000, "-1", "٣"])
def test_one_inscription_is_for_one_piece(client, quantity):
    kept(client, "halo-band")
    form = {"piece": "halo-band", "metal": "yellow", "size": "52", "quantity": quantity}
    assert client.post("/eu/en/bag/add/", form).status_code == 302
    assert not Line.objects.filter(quantity__gt=1).exists()


def test_a_page_says_where_it_stands_and_where_else_it_can_be_read(client):
    page = client.get("/eu/fr/pieces/halo-band/?metal=platinum&size=52").content.decode()
    assert '<link rel="canonical" href="http://127.0.0.1:8000/eu/fr/pieces/halo-band/">' in page
    found = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', page.split("</head>")[0]))
    assert found["zh-Hans-CN"].endswith("/cn/zh-hans/pieces/halo-band/") and found["en-US"].endswith("/us/en/pieces/halo-band/")
    assert "x-default" in found and len(found) == 10
    for address in found.values():
        assert client.get(address.replace("http://127.0.0.1:8000", "")).status_code in (200, 302)


def test_a_piece_tells_search_engines_what_it_costs_here(client):
    page = client.get("/cn/zh-hans/pieces/halo-band/?metal=yellow&size=52").content.decode()
    facts = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page).group(1))
    assert facts["name"] == "光环·素圈"
    assert (facts["offers"]["price"], facts["offers"]["priceCurrency"]) == ("14800.00", "CNY")
    assert facts["offers"]["availability"].endswith("/InStock")
    assert facts["image"].endswith(".1200.jpg") and facts["image"] in page
    assert client.get("/eu/en/pieces/festoon-chain-wallet/").content.decode().count("schema.org/OutOfStock") == 1


def test_a_text_cannot_break_out_of_the_facts():
    from flagship.templatetags.house import structured

    assert structured({"name": "</script><b>&"}).count("<") == 2


def test_the_sitemap_lists_every_public_page_and_each_answers(client):
    addresses = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    assert len(addresses) == len(set(addresses)) >= 9 * 20
    for address in addresses[::7]:
        answer = client.get(address.replace("http://127.0.0.1:8000", ""))
        assert answer.status_code == 200 and "noindex" not in answer.content.decode()
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /staff/" in robots and "Sitemap: http://127.0.0.1:8000/sitemap.xml" in robots
