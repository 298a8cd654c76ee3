"""A price is told the same way wherever something can be bought: with what it was before a reduction, and before which tax."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import timezone

from catalog.models import Product
from catalog.partner.models import Price
from flagship.stage.models import Kind, Section
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
SLUG, LAUNCHED = "halo-band", "arc-bangle-small-diamonds"
PAGES = [
    *("", "pieces/", "collections/halo/", "gifts/", "search/?q=halo", f"pieces/{SLUG}/", "pieces/arc-bangle/"),
    *("launches/arc-small-diamonds/", "wishes/", "bag/", "checkout/"),
]


@pytest.fixture(params=["eu"])
def shopper(client, request):
    """A client who has the band in his bag and in his wish list, in the region that the test asks for."""
    chosen = {"piece": SLUG, "metal": "yellow", "size": "52"}
    client.post(f"/{request.param}/en/bag/add/", chosen)
    client.post(f"/{request.param}/en/wishes/keep/", chosen | {"act": "keep"})
    client.get(f"/{request.param}/en/bag/")  # the notes are shown once
    assert Section.objects.filter(kind=Kind.PIECES).exists()
    return client


@pytest.fixture
def reduced():
    """The band, and the piece of the launch, cost 1,400 since an hour ago."""
    now = timezone.now()
    for found in Product.objects.filter(parent__slug__in=[SLUG, LAUNCHED]):
        Price.objects.filter(variant=found).update(starts_at=now - timedelta(days=90))
        for region in ("eu", "us"):
            more = {"region_id": region, "starts_at": now - timedelta(hours=1), "is_reduction": True}
            Price.objects.create(variant=found, amount=Decimal(1400), **more)


def main(client, address: str) -> str:
    html = client.get(address).content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("page", PAGES)
def test_every_reduction_stands_beside_the_lowest_price_of_the_30_days_before(shopper, reduced, page):
    text = main(shopper, f"/eu/en/{page}")
    told = len(
        re.findall(r"€1,400 (?:tax included )?(?:· [\w ]+?)?(?:Price before: €[\d,]+ lowest price of the 30 days before)", text)
    )
    sums = {"bag/": 2, "checkout/": 2}.get(page, 0)  # a sum is no price
    assert text.count("€1,400") - sums == told >= 1, text


def test_the_bar_that_follows_on_the_piece_tells_it_too(shopper, reduced):
    html = shopper.get(f"/eu/en/pieces/{SLUG}/?metal=yellow&size=52").content.decode()
    bar = html.split("<piece-bar")[1].split("</piece-bar>")[0]
    assert "€1,400" in bar and "€1,750</s> lowest price of the 30 days before" in bar


@pytest.mark.parametrize("shopper", ["us"], indirect=True)
@pytest.mark.parametrize("page", PAGES)
def test_where_tax_is_added_every_price_says_that_it_is_before_tax(shopper, reduced, page):
    text = main(shopper, f"/us/en/{page}")
    told = re.findall(r"(?:From )?\$[\d,]+ before tax", text)
    assert told
    prices = {"pieces/": 8, f"pieces/{SLUG}/": 5, "launches/arc-small-diamonds/": 1, "wishes/": 1, "bag/": 1, "checkout/": 1}
    if page in prices:
        assert len(told) == prices[page], text


@pytest.mark.parametrize("page", ["", "pieces/", "wishes/", "bag/"])
def test_where_tax_is_included_cards_need_no_word_for_it(shopper, page):
    assert "before tax" not in main(shopper, f"/eu/en/{page}")
    assert "tax included" in main(shopper, f"/eu/en/pieces/{SLUG}/")


def test_a_line_that_is_not_offered_here_says_so_in_the_bag(shopper):
    Price.objects.filter(region_id="eu").delete()
    text = main(shopper, "/eu/en/bag/")
    assert "Not offered in your region" in text and "€0" in text  # the sum
    assert "Not offered in your region" in main(shopper, "/eu/en/wishes/")


def test_no_other_template_tells_a_price_in_its_own_words():
    """Amounts of orders, sums and plans are no prices; everything that is one goes through components/price.html."""
    priced = re.compile(r"\{\{\s*(?:[\w.]+\.)?(?:price|unit_price|price_before|amount_before)\s*\|\s*money")
    found = {
        str(path.relative_to(settings.ROOT / "templates"))
        for path in (settings.ROOT / "templates").rglob("*.html")
        if priced.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"components/price.html"}


def test_a_wish_beside_a_reduction_asks_one_query_more(shopper):
    from tests.pages.test_budgets import queries

    before = queries(lambda: shopper.get("/eu/en/wishes/"))
    now = timezone.now()
    Price.objects.create(variant=makers.variant(size="52"), region_id="eu", amount=9, starts_at=now, is_reduction=True)
    assert queries(lambda: shopper.get("/eu/en/wishes/")) - before == 1
