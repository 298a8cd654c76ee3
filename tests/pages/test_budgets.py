"""How many queries a page may ask: a ceiling, and no more when there are more rows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Product
from checkout import settling
from tests import makers
from tests.makers import fill, place, variant
from tests.pages.doing import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def queries(act) -> int:
    act()  # the second visit counts: sessions exist, regions are known
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    return len([q for q in seen.captured_queries if not re.match(r"(SAVEPOINT|RELEASE|ROLLBACK)", q["sql"])])


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("", 12),
        ("pieces/", 10),
        ("collections/arc/", 11),
        ("search/?q=arc", 10),
        ("pieces/halo-band/", 20),
        ("about/terms/", 3),
        ("bag/", 9),
    ],
)
def test_a_page_stays_within_its_budget(client, page, most):
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    assert queries(lambda: client.get(f"/eu/en/{page}")) <= most


def copies(first: int, end: int) -> None:
    """More pieces of the same kind, with pictures, variants, prices and units."""
    from catalog.models import Picture
    from catalog.partner.models import Partner, Price, StockRecord
    from catalog.search import indexing
    from services.foundation.units.models import Unit

    source = Product.objects.get(slug="arc-bangle")
    collection = source.categories.get()
    for n in range(first, end):
        piece = Product.objects.create(
            slug=f"copy-{n}", upc=f"COPY-{n}", title=f"Arc copy {n}", structure="parent", product_class=source.product_class
        )
        piece.categories.add(collection)
        Picture.objects.create(piece=piece, view="front", stem="x", widths=[400], width=400, height=500)
        child = Product.objects.create(slug=f"copy-{n}-v", upc=f"COPY-{n}-V", structure="child", parent=piece, metal_id="yellow")
        StockRecord.objects.create(product=child, partner=Partner.objects.first(), partner_sku=f"COPY-{n}", price_currency="EUR")
        Price.objects.create(variant=child, region_id="eu", amount=100 + n, starts_at=timezone.now())
        Unit.objects.create(variant=child, serial=f"COPY-{n}")
        indexing.index(piece)


@pytest.mark.parametrize("page", ["", "pieces/", "collections/arc/", "search/?q=arc", "pieces/arc-bangle/"])
def test_more_pieces_ask_no_more_queries(client, page):
    copies(0, 4)
    few = queries(lambda: client.get(f"/eu/en/{page}"))
    copies(4, 20)
    assert queries(lambda: client.get(f"/eu/en/{page}")) <= few


def test_more_lines_ask_no_more_queries_in_bag_checkout_and_order(client, standin):
    def bag_of(sizes):
        for size in sizes:
            kept(client, "halo-band", f"A {size}")
            client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": size})

    def count():
        return [queries(lambda page=page: client.get(f"/eu/en/{page}")) for page in ("bag/", "checkout/")]

    bag_of(["48"])
    few = count()
    bag_of(["50", "52", "54"])
    assert [m <= f for m, f in zip(count(), few, strict=True)] == [True, True], (few, count())
    assert few[0] <= 12 and few[1] <= 24, few

    def order_page(order):
        client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
        return queries(lambda: client.get(f"/eu/en/orders/{order.number}/"))

    small = place(fill(variant(), who=makers.buyer("x"), engraved="A"), who=makers.buyer("x"))
    bag = fill(variant(), who=makers.buyer("y"), engraved="A")
    for text in ("B", "C", "D"):
        makers.add(bag, variant(size="50"), who=makers.buyer("y"), engraved=text, gift=makers.GIFT)
    large = place(bag, who=makers.buyer("y"))
    assert order_page(large) <= order_page(small) <= 20


def test_placing_an_order_asks_a_bounded_number_of_queries(standin):
    bag = fill(variant(), engraved="A", gift=makers.GIFT)
    total = makers.total_of(bag)
    with CaptureQueriesContext(connection) as seen:
        order = place(bag, agreed=total)
    asked = [q["sql"] for q in seen.captured_queries if not re.match(r"(SAVEPOINT|RELEASE)", q["sql"])]
    assert len(asked) <= 55, len(asked)
    with CaptureQueriesContext(connection) as seen:
        settling.open_page(order, now=timezone.now())
    assert len(seen) <= 6


def test_more_sizes_ask_no_more_queries(client):
    def page():
        return queries(lambda: client.get("/eu/en/pieces/halo-band/?metal=yellow&size=52"))

    few = page()
    piece = Product.objects.get(slug="halo-band")
    for n in range(20):
        again = Product.objects.filter(parent=piece, metal_id="yellow").first()
        again.pk, again._state.adding, again.upc, again.slug, again.size = None, True, f"HB-{n}", f"hb-{n}", f"9{n}"
        again.save()
    assert page() <= few
