"""Addresses nobody's link ever had: each page stays calm and says what it can."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

PAGES = ("pieces/", "collections/arc/", "search/", "gifts/")
ABSURD = (
    "page=99999",
    "page=0",
    "page=-7",
    "page=abc",
    "page=1e9",
    "page=" + "9" * 400,
    "metal=unobtainium",
    "kind=../../etc/passwd",
    "stone=<script>alert(1)</script>",
    "size=" + "5" * 500,
    "sort=backwards",
    "from=abc&to=-5",
    "from=NaN&to=Infinity",
    "engravable=maybe&available=perhaps",
    "place=" + "成" * 300 + "&by=never",
    "place='%20OR%201=1--&by=2026-99-99",
    "occasion=doomsday&for=nobody",
    "q=" + "a" * 300,
    "q=" + "手" * 300,
    "q=arc+手镯+bracelet+дом",
    "q='%3B+DROP+TABLE+catalogue_product%3B--",
    "q=%E2%80%AEarc",
    "q=%26+%7C+!+%3C-%3E+%3A*",
    "metal=gold&metal=gold&metal=leather&kind=ring&kind=bangle&size=52&stone=diamond&from=1&to=2&page=3",
)


@pytest.mark.parametrize("query", ABSURD)
@pytest.mark.parametrize("page", PAGES)
def test_an_absurd_address_gets_a_calm_page(client, page, query):
    for place in ("eu/en", "cn/zh-hans"):
        answer = client.get(f"/{place}/{page}?{query}")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "<script>alert" not in text and "Traceback" not in text
        assert "<h1" in text and "</html>" in text


def test_an_unknown_filter_value_is_said_and_can_be_cleared(client):
    text = client.get("/eu/en/pieces/?metal=unobtainium").content.decode()
    assert "No piece has all of this." in text and 'href="?"' in text


@pytest.mark.parametrize("page", ["pieces/", "collections/arc/", "gifts/", "search/?q=arc"])
@pytest.mark.parametrize("asked", ["99999", "0", "-1", "abc", "1.5", "9" * 5000])
def test_a_page_that_is_none_is_said_and_another_shown(client, page, asked):
    text = client.get(f"/eu/en/{page}{'&' if '?' in page else '?'}page={asked}").content.decode()
    assert "There is no such page. This is page 1 of 1." in text and 'class="card"' in text


@pytest.mark.parametrize(("asked", "shown"), [("99999", 2), ("3", 2), ("0", 1), ("-1", 1), ("abc", 1)])
def test_behind_the_last_page_stands_the_last_and_before_the_first_the_first(client, asked, shown):
    from tests.pages.test_budgets import copies

    copies(0, 20)
    answer = client.get(f"/eu/en/pieces/?page={asked}")
    text = answer.content.decode()
    assert answer.context["page"].number == shown and f"This is page {shown} of 2." in text
    assert "There is no such page" not in client.get("/eu/en/pieces/?page=2").content.decode()
    assert f'href="?page={3 - shown}"' in text and "?&" not in text


def test_leafing_keeps_the_question_and_drops_its_empty_fields(client):
    from tests.pages.test_budgets import copies

    copies(0, 30)
    text = client.get("/eu/en/pieces/?from=&to=200&metal=yellow&sort=house&page=7").content.decode()
    assert 'href="?to=200&amp;metal=yellow&amp;sort=house&amp;page=1"' in text


@pytest.mark.parametrize("page", ["pieces/", "gifts/"])
def test_amounts_the_wrong_way_round_get_a_sentence_and_narrow_nothing(client, page):
    text = client.get(f"/eu/en/{page}?from=5000&to=100").content.decode()
    assert "The first amount is above the second" in text and text.count('aria-describedby="price-error"') == 2
    assert 'value="5000"' in text and 'value="100"' in text and text.count('class="card"') > 5
    assert ">(1)<" not in text


@pytest.mark.parametrize("page", ["", "pieces/", "pieces/halo-band/", "collections/arc/", "about/services/", "search/", "gifts/"])
def test_every_page_has_a_picture_to_be_shared_with(client, page):
    import re

    text = client.get(f"/eu/en/{page}").content.decode()
    (found,) = re.findall(r'<meta property="og:image" content="([^"]+)"', text)
    assert found.startswith("http") and found.endswith(".jpg")


@pytest.mark.parametrize(
    "wrong", [{"day": "2026-02-31"}, {"day": "never"}, {"total": "sNaN"}, {"total": "NaN"}, {"total": "Infinity"}]
)
def test_a_forged_day_or_total_places_nothing_and_breaks_nothing(client, standin, wrong):
    import re

    from checkout.order.models import Order

    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.get("/eu/en/checkout/").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(total|day|placement)" value="([^"]*)"', page))
    form = {
        **hidden,
        **{"email": "anna@client.example", "mobile": "06 12 34 56 78", "name": "Anna Test", "country": "FR"},
        **{"line1": "12 rue de Rivoli", "postcode": "75001", "city": "Paris", "payment": "full", "terms": "yes", "act": "place"},
    }
    answer = client.post("/eu/en/checkout/", form | wrong)
    assert answer.status_code in (303, 409)
    assert Order.objects.exists() == (answer.status_code == 303) == ("day" in wrong)


def test_a_packing_bench_without_ribbons_has_no_gift_page(client):
    from services.gifting.models import PackingOption

    PackingOption.objects.filter(kind="ribbon").update(is_offered=False)
    assert client.get("/eu/en/pieces/halo-band/gift/").status_code == 404


def test_what_is_not_offered_here_stands_last_in_every_order(client):
    from catalog.partner.models import Price

    Price.objects.filter(variant__parent__slug="arc-bangle", region_id="eu").delete()
    for sort in ("price-up", "price-down"):
        page = client.get(f"/eu/en/pieces/?sort={sort}")
        assert [card.piece.slug for card in page.context["page"]][-1] == "arc-bangle"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1500", "1500"), ("1 500", "1500"), ("1,500", "1500"), ("1.500", "1500"), ("1 500,50", "1500.50"), ("1,500.5", "1500.5")],
)
def test_an_amount_is_read_as_any_of_our_clients_writes_it(client, typed, amount):
    from decimal import Decimal

    budget = client.get("/eu/fr/pieces/", {"from": typed}).context["filters"].budget
    assert budget.least == Decimal(amount) and budget.wrong == ()


@pytest.mark.parametrize("typed", ["-5", "abc", "NaN", "1e9", "1,5,0", "٣٤", "1.5000"])
def test_what_is_no_amount_gets_its_sentence(client, typed):
    answer = client.get("/eu/en/pieces/", {"from": typed})
    assert answer.context["filters"].budget.wrong == ("from",)
    assert "Please write an amount in figures" in answer.content.decode()
