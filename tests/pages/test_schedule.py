"""Pieces that come and go by schedule, tiles between them, reductions beside their earlier price, and the preview."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Category, Picture, Product, Tile
from catalog.partner.models import Price
from catalog.showing import Card, every_collection, public_pieces
from catalog.tiling import placed
from checkout.basket import bags
from checkout.basket.models import Line
from checkout.basket.refusals import NotForSale
from checkout.order.models import Order
from checkout.refusals import Withdrawn
from services.foundation.regions import roster
from services.foundation.scheduling import is_shown
from tests import makers
from tests.makers import fill, place, variant
from tests.pages.doing import FORM, start_checkout
from tests.pages.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
SLUG = "halo-band"
PIECE = f"/eu/en/pieces/{SLUG}/"
HOUR = timedelta(hours=1)


def asked(client, page: str) -> int:
    """How many queries a page asks, whatever the small tables kept in memory were when it began."""
    every_collection.forget()
    roster.forget()
    return queries(lambda: client.get(f"/eu/en/{page}"))


def schedule(slug: str = SLUG, **moments) -> None:
    Product.objects.filter(slug=slug).update(**moments)


@pytest.fixture(params=["not yet", "withdrawn", "not public"])
def hidden(request):
    """The piece is hidden, in each of the three ways."""
    now = timezone.now()
    ways = {"not yet": {"publish_at": now + HOUR}, "withdrawn": {"withdraw_at": now - HOUR}, "not public": {"is_public": False}}
    schedule(**ways[request.param])


@pytest.mark.parametrize("page", ["", "pieces/", "collections/halo/", "search/?q=halo", "pieces/halo-ring/"])
def test_a_hidden_piece_stands_on_no_page(client, hidden, page):
    assert PIECE not in client.get(f"/eu/en/{page}").content.decode()


def test_a_hidden_piece_has_no_page_no_panel_and_no_place_in_the_sitemap(client, hidden):
    for page in ("", "engrave/", "gift/", "engrave/preview.svg?inscription=A&face=roman"):
        assert client.get(PIECE + page).status_code == 404, page
    assert PIECE not in client.get("/sitemap.xml").content.decode()


def test_a_hidden_piece_cannot_be_put_into_a_bag(client, hidden):
    answer = client.post("/eu/en/bag/add/", {"piece": SLUG, "metal": "yellow", "size": "52"}, follow=True)
    assert "not offered at the moment" in answer.content.decode() and not Line.objects.exists()
    with pytest.raises(NotForSale):
        fill(variant())


def test_a_launch_of_a_hidden_piece_is_not_announced(client):
    page = "/eu/en/launches/festoon-chain-wallet/"
    assert client.get(page).status_code == 200 and page in client.get("/sitemap.xml").content.decode()
    schedule("festoon-chain-wallet", publish_at=timezone.now() + HOUR)
    assert client.get(page).status_code == 404 and page not in client.get("/sitemap.xml").content.decode()
    assert "launches/festoon-chain-wallet" not in client.get("/eu/en/").content.decode()


def test_a_piece_is_shown_from_its_first_moment_until_before_its_last():
    moment = timezone.now()
    schedule(publish_at=moment, withdraw_at=moment + HOUR)
    piece = Product.objects.get(slug=SLUG)
    for now, shown in (
        (moment - timedelta(microseconds=1), False),
        (moment, True),
        (moment + HOUR - timedelta(microseconds=1), True),
        (moment + HOUR, False),
    ):
        assert public_pieces(now).filter(pk=piece.pk).exists() is shown
        assert is_shown(piece, now) is shown


def test_a_schedule_cannot_end_before_it_begins():
    moment = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        schedule(publish_at=moment, withdraw_at=moment)


def test_a_piece_withdrawn_in_the_bag_is_marked_and_refused_kindly(client):
    form = start_checkout(client)
    schedule(withdraw_at=timezone.now())
    page = client.get("/eu/en/bag/").content.decode()
    assert "No longer available." in page and ">Checkout<" not in page and PIECE not in page and "Take out" in page
    answer = client.post("/eu/en/checkout/", FORM | form)
    assert answer.status_code == 409
    assert "no longer available. Please take it out" in answer.content.decode() and "Anna Test" in answer.content.decode()
    assert not Order.objects.exists()


def test_placement_refuses_a_withdrawn_piece_and_a_withdrawn_variant():
    bag = fill(variant())
    schedule(withdraw_at=timezone.now())
    with pytest.raises(Withdrawn):
        place(bag)
    schedule(withdraw_at=None)
    Product.objects.filter(pk=variant().pk).update(is_public=False)
    with pytest.raises(Withdrawn):
        place(bag)


def test_a_withdrawn_exclusive_is_not_held_again():
    makers.open_launch()
    who = makers.buyer("carla", makers.client_of("carla"))
    bag = fill(variant("arc-bangle-small-diamonds", size="16"), who=who)
    schedule("arc-bangle-small-diamonds", withdraw_at=timezone.now())
    with pytest.raises(NotForSale):
        bags.hold_again(bag, bag.lines.get().line_reference, buyer=who, now=timezone.now())


class TestTiles:
    @pytest.fixture
    def tile(self):
        Tile.objects.all().delete()
        return Tile.objects.create(
            code="x",
            headline="Read this tile",
            link_label="Go on",
            picture=Picture.objects.first(),
            to_page="care",
            after=2,
        )

    def shown(self, client, page: str = "pieces/") -> bool:
        return "Read this tile" in client.get(f"/eu/en/{page}").content.decode()

    def test_a_tile_stands_behind_the_piece_it_follows_and_leads_on(self, client, tile):
        html = client.get("/eu/en/pieces/").content.decode()
        assert html[: html.index("Read this tile")].count('class="card"') == 2
        assert 'href="/eu/en/about/care/"' in html[html.index("Read this tile") :].split("</article>")[0]

    def test_a_tile_stands_in_its_own_listing_only(self, client, tile):
        assert self.shown(client) and not self.shown(client, "collections/halo/")
        Tile.objects.update(among=Category.objects.get(slug="halo"), after=1)
        assert not self.shown(client) and self.shown(client, "collections/halo/")

    @pytest.mark.parametrize("query", ["metal=gold", "engravable=yes", "sort=price-up", "from=100"])
    def test_whoever_filters_or_sorts_sees_pieces_only(self, client, tile, query):
        assert not self.shown(client, f"pieces/?{query}")

    def test_a_tile_has_a_schedule_and_leads_to_nothing_hidden(self, client, tile):
        now = timezone.now()
        for hidden in ({"publish_at": now + HOUR}, {"withdraw_at": now}, {"is_public": False}):
            Tile.objects.update(**hidden)
            assert not self.shown(client)
            Tile.objects.update(publish_at=None, withdraw_at=None, is_public=True)
        Tile.objects.update(to_page="", to_piece=Product.objects.get(slug=SLUG))
        assert self.shown(client)
        schedule(withdraw_at=now)
        assert not self.shown(client)

    def test_a_tile_leads_to_exactly_one_place(self, tile):
        for wrong in ({"to_page": ""}, {"to_piece": Product.objects.get(slug=SLUG)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Tile.objects.update(**wrong)

    def test_a_tile_stands_on_the_page_of_its_place(self):
        def kinds(first: int, number: int, after: int) -> str:
            cells = placed([object.__new__(Card) for _n in range(number)], [Tile(after=after)], first=first)
            return "".join("T" if tile else "." for _card, tile in cells)

        assert kinds(0, 4, 0) == "T...." and kinds(24, 4, 0) == "...."
        assert kinds(0, 4, 3) == "...T." and kinds(0, 4, 4) == "....T" and kinds(0, 4, 5) == "...."
        assert kinds(24, 4, 24) == "...." and kinds(24, 4, 26) == "..T.."

    def test_more_tiles_ask_no_more_queries(self, client, tile):
        few = asked(client, "pieces/")
        for n in range(5):
            to = {"to_piece": Product.objects.get(slug=SLUG)} if n % 2 else {"to_collection": Category.objects.get(slug="halo")}
            Tile.objects.create(code=f"x{n}", headline="x", link_label="x", picture=Picture.objects.last(), after=n, **to)
        assert asked(client, "pieces/") <= few

    @pytest.mark.parametrize(("place", "words"), [("cn/zh-hans", "属于您的一行字"), ("eu/fr", "Une ligne à vous")])
    def test_the_demo_house_opens_with_tiles_in_every_language(self, client, place, words):
        assert words in client.get(f"/{place}/pieces/").content.decode()


class TestReductions:
    @pytest.fixture
    def reduced(self):
        """Every yellow halo band costs less since an hour ago."""
        for found in Product.objects.filter(parent__slug=SLUG):
            Price.objects.filter(variant=found).update(starts_at=timezone.now() - timedelta(days=90))
            Price.objects.create(
                variant=found, region_id="eu", amount=Decimal(1400), starts_at=timezone.now() - HOUR, is_reduction=True
            )

    def said(self, html: str) -> bool:
        return bool(re.search(r"<s><span[^>]*>Price before: </span>€1,750</s> lowest price of the 30 days before", html))

    @pytest.mark.parametrize("page", ["pieces/", "collections/halo/", "search/?q=halo", "", f"pieces/{SLUG}/"])
    def test_a_reduction_stands_beside_the_lowest_price_before_it(self, client, page, reduced):
        html = client.get(f"/eu/en/{page}").content.decode()
        assert self.said(html) and "€1,400" in html

    def test_so_it_does_in_the_bag(self, client, reduced):
        client.post("/eu/en/bag/add/", {"piece": SLUG, "metal": "yellow", "size": "52", "quantity": "2"})
        html = client.get("/eu/en/bag/").content.decode()
        assert "€2,800" in html and "€3,500</s>" in html

    def test_a_price_that_is_no_reduction_says_nothing(self, client, reduced):
        Price.objects.update(is_reduction=False)
        assert "<s>" not in client.get("/eu/en/pieces/").content.decode()
        assert "<s>" not in client.get("/us/en/pieces/").content.decode()

    def test_it_costs_one_query_and_none_without_a_reduction(self, client):
        pages = ("pieces/", f"pieces/{SLUG}/")
        before = [asked(client, page) for page in pages]
        for found in Product.objects.filter(parent__slug=SLUG):
            Price.objects.create(variant=found, region_id="eu", amount=9, starts_at=timezone.now(), is_reduction=True)
        after = [asked(client, page) for page in pages]
        assert [a - b for a, b in zip(after, before, strict=True)] == [1, 1]


class TestPreview:
    """The storefront as at another moment, for staff who may."""

    @pytest.fixture
    def member(self, client):
        user = makers.User.objects.create_user("m@house.example", is_staff=True, name="M")
        user.groups.add(Group.objects.get(name="Merchandiser"))
        client.force_login(user)
        return client

    def enter(self, client, moment, **more):
        form = {"region": "eu", "language": "en", "moment_0": f"{moment:%Y-%m-%d}", "moment_1": f"{moment:%H:%M}"}
        return client.post("/staff/preview/", form | more)

    def test_staff_see_what_is_not_there_yet_and_nobody_else_does(self, client, member):
        from django.test import Client

        schedule(publish_at=timezone.now() + timedelta(days=3))
        assert client.get(PIECE).status_code == 404
        answer = self.enter(client, timezone.now() + timedelta(days=4))
        assert answer["Location"] == "/eu/en/"
        page = client.get(PIECE)
        assert page.status_code == 200 and page["Cache-Control"] == "no-store, private"
        assert "Leave the preview" in page.content.decode()
        for way in ("pieces/", "search/?q=halo", "collections/halo/"):
            assert PIECE in client.get(f"/eu/en/{way}").content.decode()
        assert client.get(PIECE + "engrave/preview.svg?inscription=A&face=roman").status_code == 200
        stranger = Client().get(PIECE)
        assert stranger.status_code == 404 and "no-store" not in stranger.get("Cache-Control", "")
        client.post("/eu/en/preview/leave/")
        assert client.get(PIECE).status_code == 404
        assert "Leave the preview" not in client.get("/eu/en/").content.decode()

    def test_prices_and_launches_follow(self, client, member):
        coming = timezone.now() + timedelta(days=20)
        for found in Product.objects.filter(parent__slug=SLUG):
            Price.objects.create(variant=found, region_id="eu", amount=1999, starts_at=coming - HOUR)
        self.enter(client, coming + timedelta(days=1))
        assert "€1,999" in client.get("/eu/en/pieces/").content.decode()
        wallet = client.get("/eu/en/pieces/festoon-chain-wallet/").content.decode()
        assert "Add to bag" in wallet and "Not open yet" not in wallet

    def test_nothing_happens_at_a_pretended_time(self, client, member):
        start_checkout(client)
        line = Line.objects.get()
        self.enter(client, timezone.now() + timedelta(days=4))
        for address, form in (
            ("bag/add/", {"piece": SLUG, "metal": "yellow", "size": "54"}),
            (f"bag/lines/{line.line_reference}/", {"act": "remove"}),
            ("checkout/", FORM),
            ("sign-out/", {}),
            (f"pieces/{SLUG}/gift/", {"act": "keep"}),
        ):
            answer = client.post(f"/eu/en/{address}", form)
            assert answer.status_code == 403 and "This is a preview" in answer.content.decode(), address
        order = place(fill(variant(), who=makers.buyer("x")), who=makers.buyer("x"))
        assert client.get(f"/eu/en/orders/{order.number}/return/?key={order.access_key}").status_code == 403
        assert Line.objects.filter(basket=line.basket).count() == 1 and Order.objects.count() == 1
        assert client.get("/eu/en/checkout/").status_code == 200

    def test_checkout_seen_in_a_preview_extends_no_hold(self, client, member):
        from services.foundation.units.models import Hold

        makers.open_launch()
        makers.User.objects.filter(email="m@house.example").update(email_verified_at=timezone.now())
        client.post("/eu/en/bag/add/", {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"})
        until = Hold.objects.get().expires_at
        self.enter(client, timezone.now() - timedelta(minutes=1))
        client.get("/eu/en/checkout/")
        assert Hold.objects.get().expires_at == until
        client.post("/eu/en/preview/leave/")
        client.get("/eu/en/checkout/")
        assert Hold.objects.get().expires_at > until

    def test_the_moment_is_meant_in_the_regions_zone(self, client, member):
        self.enter(client, timezone.now(), region="cn", language="zh-hans", moment_0="2027-02-05", moment_1="20:00")
        assert client.session["preview"]["moment"].startswith("2027-02-05T20:00:00+08:00")
        assert "20:00" in client.get("/cn/zh-hans/").content.decode().split("</aside>")[0]
        assert "13:00" in client.get("/eu/en/").content.decode().split("</aside>")[0]

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"moment_0": "2027-03-28", "moment_1": "02:30"}, "interpreted in time zone"),
            ({"moment_0": "9999-12-31"}, "within five years"),
            ({"moment_0": ""}, "valid date"),
            ({"language": "de"}, "not one of the available choices"),
            ({"region": "xx"}, "not one of the available choices"),
        ],
    )
    def test_a_moment_that_cannot_be_is_said_beside_its_field(self, client, member, wrong, words):
        answer = self.enter(client, timezone.now(), **wrong)
        assert answer.status_code == 422 and words in answer.content.decode()
        assert "preview" not in client.session

    def test_only_those_who_may_preview(self, client):
        engraver = makers.User.objects.create_user("e@house.example", is_staff=True)
        engraver.groups.add(Group.objects.get(name="Engraver"))
        client.force_login(engraver)
        assert self.enter(client, timezone.now()).status_code == 403
        assert "Preview the flagship" not in client.get("/staff/").content.decode()

    def test_who_loses_the_permission_sees_the_present_again(self, client, member):
        self.enter(client, timezone.now() + timedelta(days=4))
        assert "Leave the preview" in client.get("/eu/en/").content.decode()
        makers.User.objects.get(email="m@house.example").groups.clear()
        assert "Leave the preview" not in client.get("/eu/en/").content.decode()
