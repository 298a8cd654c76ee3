"""The listing and the piece tell the same of pieces with several variants: some sold out, some dearer, some made to order."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from catalog.models import Product
from catalog.partner.models import Price
from services.foundation.units.availability import Reason
from services.foundation.units.models import Unit
from tests import makers
from tests.pages.test_budgets import copies, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
SLUG = "halo-band"


@pytest.fixture(autouse=True)
def band():
    """Only what lies ready: yellow 52 is sold out, platinum costs 2,400."""
    Product.objects.filter(slug=SLUG).update(made_to_order_weeks=None)
    makers.keep_units(makers.variant(SLUG, metal="yellow", size="52"), 0)
    for variant in Product.objects.filter(parent__slug=SLUG, metal="platinum"):
        costs(variant, 2400)


def costs(variant: Product, amount: int, region: str = "eu", **more) -> None:
    Price.objects.create(variant=variant, region_id=region, amount=Decimal(amount), starts_at=timezone.now(), **more)


def card(client, query: str, slug: str = SLUG):
    """The piece's card on a listing, and the page that its link opens."""
    answer = client.get(f"/eu/en/pieces/?{query}")
    found = next((c for c in answer.context["page"] if c.piece.slug == slug), None)
    if found is None:
        return None, None
    (link,) = re.findall(rf'<h3><a href="(/eu/en/pieces/{slug}/[^"]*)"', answer.content.decode())
    return found, client.get(unescape(link)).context


def test_a_size_that_is_sold_out_is_not_shown_as_ready(client):
    for variant in Product.objects.filter(parent__slug=SLUG, size="52"):
        makers.keep_units(variant, 0)
    assert card(client, "size=52&available=yes") == (None, None)
    found, page = card(client, "size=52")
    assert found.reason == page["reason"] == Reason.SOLD_OUT and page["chosen"].size == "52"
    assert card(client, "size=54&available=yes")[0] is not None


def test_another_metal_of_the_size_is_opened_when_the_first_is_sold_out(client):
    found, page = card(client, "size=52&available=yes")
    assert (page["chosen"].metal_id, page["chosen"].size) == ("platinum", "52")
    assert found.price == page["price"] == 2400 and page["reason"] == Reason.AVAILABLE
    assert found.picture.metal_id == page["pictures"][0].metal_id == "platinum"


def test_a_price_is_that_of_the_metal_asked_for(client):
    assert card(client, "metal=platinum&to=2000") == (None, None)
    found, page = card(client, "metal=platinum&from=2000&to=2500")
    assert found.price == page["price"] == 2400 and page["chosen"].metal_id == "platinum"
    found, page = card(client, "to=2000")
    assert found.price == page["price"] == 1750 and page["chosen"].metal_id == "yellow"


@pytest.mark.parametrize(
    "query",
    ["", "metal=platinum", "metal=yellow", "size=52", "size=54", "from=2000", "to=2000", "available=yes", "metal=yellow&size=52"]
    + ["metal=platinum&size=56&available=yes", "sort=price-down", "kind=ring&engravable=yes"],
)
def test_the_page_that_a_card_opens_says_what_the_card_said(client, query):
    for slug in (SLUG, "halo-ring", "arc-bangle", "festoon-card-case"):
        found, page = card(client, query, slug)
        if found:
            assert (found.price, found.price_before) == (page["price"], page["price_before"])
            assert found.reason == page["reason"]
            assert found.picture == page["pictures"][0]


def test_several_prices_begin_with_from(client):
    def html(query):
        text = client.get(f"/eu/en/pieces/?{query}").content.decode()
        return text.split(f"/pieces/{SLUG}/")[1].split("</article>")[0]

    assert "From €1,750" in html("") and "€2,400" not in html("")
    assert "From" not in html("metal=yellow") and "From" not in html("metal=platinum")


def test_a_piece_opens_at_a_variant_that_can_be_had(client):
    for variant in Product.objects.filter(parent__slug=SLUG, metal="yellow"):
        makers.keep_units(variant, 0)
    found, page = card(client, "")
    assert page["chosen"].metal_id == "platinum" and page["reason"] == found.reason == Reason.AVAILABLE
    named = client.get(f"/eu/en/pieces/{SLUG}/?metal=yellow&size=54").context
    assert named["chosen"].metal_id == "yellow" and named["reason"] == Reason.SOLD_OUT


def test_the_day_is_that_of_the_variant_and_the_page_promises_it(client):
    Product.objects.filter(slug=SLUG).update(made_to_order_weeks=6)  # what does not lie ready takes six weeks
    soon = client.get(f"/eu/en/pieces/{SLUG}/?place=FR&metal=yellow&size=54").context["promise"].on
    late = client.get(f"/eu/en/pieces/{SLUG}/?place=FR&metal=yellow&size=52").context["promise"].on
    assert soon < late
    assert card(client, f"place=FR&by={soon}&metal=yellow&size=52") == (None, None)
    for query in (f"by={soon}", f"by={soon}&size=52", f"by={late}&metal=yellow&size=52", f"by={soon}&from=2000"):
        found, page = card(client, f"place=FR&{query}")
        assert found.arrives == page["promise"].on and found.price == page["price"] and found.reason == page["reason"]
    far = date.today() + timedelta(days=200)
    assert card(client, f"place=FR&by={far}&metal=yellow&size=52&available=yes") == (None, None)


def test_what_opens_later_is_promised_the_day_its_page_promises(client):
    from services.launches.models import Launch

    launch = Launch.objects.get(piece__slug="arc-bangle-small-diamonds")
    launch.opens_at = timezone.now() + timedelta(days=20)
    launch.save()
    Product.objects.filter(slug="arc-bangle-small-diamonds").update(made_to_order_weeks=3)
    Unit.objects.filter(variant__parent__slug="arc-bangle-small-diamonds").delete()
    found, page = card(client, "place=FR&by=", "arc-bangle-small-diamonds")
    assert found.reason == Reason.NOT_YET_OPEN and found.arrives == page["promise"].on


def test_nothing_in_time_keeps_the_other_filters_in_what_it_offers(client):
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = client.get(f"/eu/en/pieces/?place=FR&by={tomorrow}&metal=platinum&size=52")
    first = answer.context["earliest"]
    assert f'href="?place=FR&amp;metal=platinum&amp;size=52&amp;by={first}"' in answer.content.decode()
    assert card(client, f"place=FR&metal=platinum&size=52&by={first}")[0] is not None


def test_a_remembered_day_is_offered_and_keeps_the_other_filters(client):
    by = timezone.localdate() + timedelta(days=60)
    for page, query in (("pieces", "metal=platinum"), ("gifts", "for=partner")):
        client.get(f"/eu/en/pieces/?place=FR&by={by}")
        html = client.get(f"/eu/en/{page}/?{query}").content.decode()
        assert "You look for France by" in html and f'href="?{query}&amp;place=FR&amp;by={by}"' in html
        narrowed = client.get(f"/eu/en/{page}/?{query}&place=FR&by={by}").content.decode()
        assert "You look for" not in narrowed and "can be in France by" in narrowed


class TestTheFilters:
    def html(self, client, query="") -> str:
        return client.get(f"/eu/en/pieces/?{query}").content.decode().split('data-part="filters"')[1].split("</form>")[0]

    def test_metals_are_offered_by_their_names_under_their_family(self, client):
        html = self.html(client)
        offered = re.findall(r'name="metal" value="([\w-]+)"', html)
        assert offered == ["yellow", "rose", "white", "platinum", "garnet", "ink"]
        assert ">Gold</p>" in html and "Yellow gold" in html and "Rose gold" in html
        assert ">Platinum</p>" not in html  # its only metal is called the same

    def test_a_family_in_an_old_address_ticks_its_metals_and_counts_them(self, client):
        answer = client.get("/eu/en/pieces/?metal=gold")
        assert re.findall(r'value="([\w-]+)" checked', self.html(client, "metal=gold")) == ["yellow", "rose", "white"]
        assert answer.context["set"] == 3
        assert {m.family for c in answer.context["page"] for m in c.metals} == {"gold"}

    def test_stones_have_a_heading_of_their_own(self, client):
        html = self.html(client)
        assert 'name="stone"' in html.split('<legend class="label">Stone</legend>')[1].split("</fieldset>")[0]
        assert 'name="stone"' not in html.split('<legend class="label">Only</legend>')[1].split("</fieldset>")[0]

    def test_what_cannot_be_read_is_not_counted_but_shown(self, client):
        answer = client.get("/eu/en/pieces/?from=cheap&metal=yellow")
        html = answer.content.decode()
        assert answer.context["set"] == 1 and '<details class="filters" open>' in html and 'value="cheap"' in html


@pytest.mark.parametrize("query", ["metal=yellow&size=52&to=5000&available=yes", "place=FR&by={by}&metal=yellow"])
def test_more_pieces_and_more_variants_ask_no_more_queries(client, query):
    query = query.format(by=date.today() + timedelta(days=60))
    copies(0, 2)
    few = queries(lambda: client.get(f"/eu/en/pieces/?{query}"))
    copies(2, 12)
    piece = Product.objects.get(slug="copy-0")
    for n in range(20):
        child = Product.objects.create(
            slug=f"more-{n}", upc=f"MORE-{n}", structure="child", parent=piece, metal_id=("yellow", "white")[n % 2], size=f"{n}"
        )
        costs(child, 100 + n)
        Unit.objects.create(variant=child, serial=f"MORE-{n}")
    assert queries(lambda: client.get(f"/eu/en/pieces/?{query}")) <= few <= 12
