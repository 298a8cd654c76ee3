"""The wish list, of guests and of clients."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product
from checkout.basket.models import Line
from flagship.clients import wishing
from flagship.clients.models import Wish
from tests import makers
from tests.makers import variant
from tests.pages.doing import sign_in
from tests.pages.test_budgets import copies, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PIECE = "/eu/en/pieces/halo-band/?metal=yellow&size=52"
CHOSEN = {"piece": "halo-band", "metal": "yellow", "size": "52"}


def keep(client, slug="halo-band", metal="yellow", size="52", act="keep"):
    return client.post("/eu/en/wishes/keep/", {"piece": slug, "metal": metal, "size": size, "act": act})


def page(client, place="eu/en") -> str:
    answer = client.get(f"/{place}/wishes/")
    assert answer.status_code == 200 and 'content="noindex"' in answer.content.decode()
    return answer.content.decode()


def test_a_guest_keeps_a_piece_finds_it_and_takes_it_off_on_its_page(client):
    shown = client.get(PIECE).content.decode()
    assert "Keep in wish list" in shown and 'formaction="/eu/en/wishes/keep/"' in shown
    assert keep(client)["Location"] == "/eu/en/pieces/halo-band/?metal=yellow&size=52#order"
    assert "In your wish list" in client.get(PIECE).content.decode()
    assert "Keep in wish list" in client.get("/eu/en/pieces/halo-band/?metal=yellow&size=54").content.decode()
    found = page(client)
    assert "Halo band" in found and "· 52" in found and "€1,750" in found and "until you sign in" in found
    keep(client, act="take-off")
    assert not Wish.objects.exists()
    assert "Keep in wish list" in client.get(PIECE).content.decode()


def test_the_newest_comes_first_and_twice_is_once(client):
    for _again in range(2):
        keep(client)
        keep(client, "arc-bangle", "yellow", "16")
    page(client)  # the notes that they were kept are shown once
    html = page(client)
    assert html.index("Arc bangle") < html.index("Halo band")
    assert Wish.objects.count() == 2


def test_the_prices_are_those_of_the_region(client):
    keep(client)
    assert "CN¥14,800" in page(client, "cn/en")
    assert "光环" in page(client, "cn/zh-hans")


def test_from_the_list_into_the_bag(client):
    keep(client)
    form = re.search(r'(?s)<form method="post" action="/eu/en/bag/add/">(.+?)</form>', page(client)).group(1)
    sent = dict(re.findall(r'name="(piece|metal|size)" value="([^"]*)"', form))
    assert sent == CHOSEN
    client.post("/eu/en/bag/add/", sent)
    assert Line.objects.get().product == variant(size="52")
    assert Wish.objects.exists()  # it stays: a list is not a bag


def test_what_was_taken_off_is_put_back_in_its_place(client):
    keep(client)
    keep(client, "arc-bangle", "yellow", "16")
    halo = Wish.objects.get(variant=variant(size="52"))
    html = client.post(f"/eu/en/wishes/{halo.pk}/take-off/", follow=True).content.decode()
    assert "Halo band was taken off your wish list" in html and "Put it back" in html
    html = client.post("/eu/en/wishes/put-back/", follow=True).content.decode()
    assert html.index("Arc bangle") < html.index("Halo band") and "Put it back" not in html
    assert client.post("/eu/en/wishes/put-back/").status_code == 302  # a second click does no harm
    assert Wish.objects.count() == 2


def test_the_undo_is_offered_once(client):
    keep(client)
    client.post(f"/eu/en/wishes/{Wish.objects.get().pk}/take-off/")
    assert "Put it back" in page(client)
    assert "Put it back" not in page(client)


def test_an_empty_list_says_how_to_fill_it(client):
    html = page(client)
    assert "Your wish list is empty" in html and "/eu/en/pieces/" in html


@pytest.mark.parametrize("what", ["piece", "variant", "picture"])
def test_a_piece_that_is_no_longer_public_is_said_and_can_be_taken_off(client, what):
    keep(client)
    wished = variant(size="52")
    if what == "picture":
        wished.parent.pictures.update(is_ready=False)
    else:
        Product.objects.filter(pk=wished.parent_id if what == "piece" else wished.pk).update(is_public=False)
    html = page(client)
    assert "No longer offered." in html and "Add to bag" not in html and "/pieces/halo-band/" not in html
    client.post(f"/eu/en/wishes/{Wish.objects.get().pk}/take-off/")
    assert not Wish.objects.exists()


def test_what_cannot_be_had_says_why(client):
    gone = variant(size="48")
    gone.piece.made_to_order_weeks = None
    gone.piece.save()
    makers.keep_units(gone, 0)
    keep(client, size="48")
    html = page(client)
    assert "Sold out" in html and "Add to bag" not in html


def test_at_sign_in_the_guests_list_joins_the_clients(client):
    anna = makers.client_of("anna")
    for wished in (variant(size="52"), variant("arc-bangle", size="16")):
        wishing.keep({"client": anna}, wished.pk, now=timezone.now())
    before = set(Wish.objects.values_list("pk", flat=True))
    keep(client)  # both have it
    keep(client, "filament-pendant", "yellow", "")
    keep(client, "filament-pendant", *_first("filament-pendant"))
    guests = Wish.objects.exclude(token=None).count()
    assert guests == 2
    code = sign_in(client, "anna@client.example")
    client.post("/eu/en/sign-in/code/", {"code": code})
    assert Wish.objects.filter(client=anna).count() == 3 and not Wish.objects.exclude(token=None).exists()
    assert before <= set(Wish.objects.values_list("pk", flat=True))
    html = page(client)
    assert "Arc bangle" in html and "Halo band" in html and "Filament" in html and "until you sign in" not in html
    again = Client()
    again.force_login(anna)
    assert page(again).count('class="line"') == 3


def _first(slug: str) -> tuple[str, str]:
    found = Product.objects.filter(parent__slug=slug).order_by("position").first()
    return found.metal_id, found.size


def test_after_sign_out_the_list_is_no_longer_on_the_device(client):
    keep(client)
    code = sign_in(client, "anna@client.example")
    client.post("/eu/en/sign-in/code/", {"code": code})
    client.post("/eu/en/sign-out/")
    assert "Your wish list is empty" in page(client)


def test_nobody_takes_off_what_another_keeps(client):
    keep(client)
    keep(guest := Client(), "arc-bangle", "yellow", "16")
    stranger = Client()
    stranger.force_login(makers.client_of("carla"))
    wish = Wish.objects.get(variant=variant(size="52"))
    for other in (guest, stranger, Client()):
        assert other.post(f"/eu/en/wishes/{wish.pk}/take-off/").status_code == 404
        keep(other, act="take-off")
    assert Wish.objects.filter(pk=wish.pk).exists()


def test_a_list_has_an_end_and_says_so(client, monkeypatch):
    monkeypatch.setattr(wishing, "MOST", 1)
    keep(client)
    html = client.post("/eu/en/wishes/keep/", {**CHOSEN, "size": "54"}, follow=True).content.decode()
    assert "holds up to 1 pieces" in html and Wish.objects.count() == 1
    keep(client)  # what is there already is no refusal
    assert Wish.objects.count() == 1


@pytest.mark.parametrize("text", ["", "\x00", "99", "'\"><script>", "9" * 400, "𝕏" * 300])
def test_what_is_no_variant_is_asked_for_kindly(client, text):
    for form in ({**CHOSEN, "size": text or "99"}, {**CHOSEN, "piece": text}, {**CHOSEN, "metal": text}, {}):
        answer = client.post("/eu/en/wishes/keep/", form)
        assert answer.status_code in (302, 400)
    assert not Wish.objects.exists()
    assert client.get("/eu/en/wishes/keep/").status_code == 405


def test_a_hidden_piece_cannot_be_kept_by_its_name(client):
    Product.objects.filter(slug="halo-band").update(is_public=False)
    keep(client)
    assert not Wish.objects.exists()


def test_what_guests_kept_long_ago_is_forgotten_and_a_clients_list_never(client):
    from flagship.clients.tasks import forget_guests_wishes

    keep(client)
    keep(client, "arc-bangle", "yellow", "16")
    wishing.keep({"client": makers.client_of("anna")}, variant(size="52").pk, now=timezone.now())
    Wish.objects.filter(variant=variant(size="52")).update(kept_at=timezone.now() - wishing.GUESTS_LISTS_LIVE * 2)
    forget_guests_wishes()
    assert set(Wish.objects.values_list("client__email", "variant__size")) == {("anna@client.example", "52"), (None, "16")}


def test_a_wish_costs_one_query_on_the_piece_and_none_elsewhere(client):
    def asked(address):
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return sum("clients_wish" in q["sql"] for q in seen.captured_queries)

    assert asked(PIECE) == 0  # a guest without a list
    keep(client)
    assert [asked(address) for address in (PIECE, "/eu/en/", "/eu/en/bag/", "/eu/en/pieces/")] == [1, 0, 0, 0]
    client.force_login(makers.client_of("anna"))
    assert asked(PIECE) == 1


def test_more_wishes_ask_no_more_queries(client):
    keep(client)
    few = queries(lambda: page(client))
    copies(0, 12)
    for n in range(12):
        keep(client, f"copy-{n}", "yellow", "")
    page(client)
    assert page(client).count('class="line"') == 13
    assert queries(lambda: page(client)) <= few <= 12


def test_a_piece_that_is_not_shown_yet_cannot_be_kept(client):
    Product.objects.filter(slug="halo-band").update(publish_at=timezone.now() + timedelta(days=30))
    keep(client)
    assert not Wish.objects.exists()
    assert "Halo band" not in page(client)


def test_a_piece_that_will_be_shown_again_is_not_told_before(client):
    keep(client)
    assert "Halo band" in page(client)
    Product.objects.filter(slug="halo-band").update(publish_at=timezone.now() + timedelta(days=30))
    assert "Halo band" not in page(client) and Wish.objects.count() == 1


def test_undo_of_a_piece_that_is_gone_is_no_error(client):
    keep(client)
    client.post(f"/eu/en/wishes/{Wish.objects.get().pk}/take-off/")
    session = client.session
    session["wish-taken-off"] = {**session["wish-taken-off"], "variant": 999_999_999}
    session.save()
    assert client.post("/eu/en/wishes/put-back/").status_code == 302
    assert not Wish.objects.exists()
