"""A client's own rooms: who opens them, sizes, plans, orders."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import sizing
from catalog.models import OwnSize, Product
from checkout.order.models import Order
from checkout.order.states import OrderState
from flagship.clients import wishing
from flagship.clients.models import User
from services.deferred.models import Part
from services.delivery import keeping
from services.delivery.models import SavedAddress
from tests import makers
from tests.makers import fill, place, variant
from tests.pages.doing import sign_in
from tests.pages.own_rooms import PARIS, address_of, order_of
from tests.pages.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
ROOMS = [
    "account",
    "account-orders",
    "account-addresses",
    "account-address-new",
    "account-sizes",
    "account-wishes",
    "account-plans",
    "account-contact",
    "account-privacy",
    "account-erase",
]


@pytest.fixture
def client(client, anna):
    client.force_login(anna)
    return client


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("home", ["/cn/zh-hans", "/eu/fr", "/us/en"])
def test_every_room_opens_for_its_client_and_asks_others_to_sign_in(client, room, home):
    there = address_of(room, home=home)
    answer = client.get(there)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<meta name="robots" content="noindex">' in html and len(re.findall("<h1", html)) == 1
    assert "no-store" in answer["Cache-Control"]
    assert f'href="{home}/account/plans/"' in html and html.count('aria-current="page"') >= 1
    asked = Client().get(there)
    assert asked["Location"] == f"{home}/sign-in/?next={there.replace('/', '%2F')}"


@pytest.mark.parametrize("room", ["account-data", "account-address-new", "account-sizes", "account-erase", "account-contact"])
def test_a_form_of_somebody_who_is_not_signed_in_changes_nothing(room):
    answer = Client().post(address_of(room), PARIS | {"act": "save", "confirmation": "erase"})
    assert answer.status_code == 302 and "/sign-in/" in answer["Location"]
    assert not SavedAddress.objects.exists()


class TestSizes:
    def save(self, client, size, whom="", slug="halo-band"):
        kind = Product.objects.get(slug=slug).product_class_id
        return client.post(address_of("account-sizes"), {"size": f"{kind}:{size}", "whom": whom})

    def test_a_piece_opens_in_the_clients_own_size(self, client):
        self.save(client, "56")
        html = client.get("/eu/en/pieces/halo-band/").content.decode()
        assert 'name="size" value="56"' in html
        assert 'name="size" value="56"' in client.get("/eu/en/pieces/halo-band/?metal=platinum").content.decode()
        assert 'name="size" value="52"' in client.get("/eu/en/pieces/halo-band/?size=52").content.decode()
        assert 'name="size" value="56"' not in Client().get("/eu/en/pieces/halo-band/").content.decode()

    def test_a_size_of_another_kind_or_of_somebody_else_is_not_his(self, client):
        first = client.get("/eu/en/pieces/halo-band/").content.decode()
        self.save(client, "17", slug="arc-bangle")
        self.save(client, "56", whom="Maman")
        usual = re.search(r'name="size" value="(\d+)"', first).group(1)
        assert f'name="size" value="{usual}"' in client.get("/eu/en/pieces/halo-band/").content.decode()

    def test_a_size_the_piece_does_not_have_leaves_its_first(self, client, anna):
        self.save(client, "56")
        OwnSize.objects.update(size="99")
        assert client.get("/eu/en/pieces/halo-band/").status_code == 200

    def test_the_choices_are_the_sizes_of_the_catalogue(self, client):
        html = client.get(address_of("account-sizes")).content.decode()
        groups = dict(re.findall(r'(?s)<optgroup label="([^"]+)">(.+?)</optgroup>', html))
        assert re.findall(r">(\d+)</option>", groups["Bangles"]) == ["15", "16", "17", "18"]
        assert "Leather goods" not in groups
        Product.objects.filter(size="18").update(is_public=False)
        assert "18" not in {kind.slug: kind.sizes for kind in sizing.kinds()}["bangle"]

    def test_one_size_a_kind_and_person_and_another_replaces_it(self, client):
        self.save(client, "52")
        self.save(client, "54")
        self.save(client, "50", whom="  Maman ")
        assert set(OwnSize.objects.values_list("whom", "size")) == {("", "54"), ("Maman", "50")}
        html = client.get(address_of("account-sizes")).content.decode()
        assert "My own" in html and "Maman" in html
        client.post(address_of("account-size-remove", OwnSize.objects.get(whom="Maman").pk))
        assert OwnSize.objects.get().size == "54"

    @pytest.mark.parametrize("size", ["", ":", "1", "0:52", "-1:52", "9" * 60 + ":52", "٣:52", "x:y", "99"])
    def test_what_is_no_size_is_refused_kindly(self, client, size):
        answer = client.post(address_of("account-sizes"), {"size": size, "whom": "Maman"})
        assert answer.status_code == 422
        assert "choose one of our sizes" in answer.content.decode() and 'value="Maman"' in answer.content.decode()
        assert not OwnSize.objects.exists()

    @pytest.mark.parametrize(("whom", "words"), [("A\u202eB", "invisible"), ("A" * 61, "shorten this to 60")])
    def test_a_name_that_cannot_be_kept_is_refused_kindly(self, client, whom, words):
        answer = self.save(client, "52", whom=whom)
        assert answer.status_code == 422 and words in answer.content.decode() and whom in answer.content.decode()

    def test_anothers_size_is_not_there(self, client, carla):
        kind = Product.objects.get(slug="halo-band").product_class_id
        hers = sizing.keep(carla.pk, kind_id=kind, size="52", whom="")
        assert client.post(address_of("account-size-remove", hers.pk)).status_code == 404
        assert OwnSize.objects.filter(pk=hers.pk).exists()

    def test_his_size_costs_one_query_and_a_named_one_none(self, client):
        def asked(query=""):
            with CaptureQueriesContext(connection) as seen:
                client.get(f"/eu/en/pieces/halo-band/{query}")
            return sum("catalogue_ownsize" in q["sql"] for q in seen.captured_queries)

        assert (asked(), asked("?size=52")) == (1, 0)


class TestPlans:
    def test_a_plan_leads_to_its_own_page_with_its_parts_and_its_order(self, client, anna):
        order = order_of(anna, payment="instalments")
        html = client.get(address_of("account-plans")).content.decode()
        assert f'href="/eu/en/orders/{order.number}/plan/"' in html and "Agreed, first part open" in html
        own = client.get(f"/eu/en/orders/{order.number}/plan/").content.decode()
        parts = list(Part.objects.filter(plan__order=order))
        from services.foundation.formats import money

        assert f'href="/eu/en/orders/{order.number}/"' in own
        assert len(parts) == 3 and all(money(part.amount, "EUR") in own for part in parts)

    def test_without_a_plan_it_says_what_instalments_are(self, client, carla):
        order = order_of(carla, payment="instalments")
        html = client.get(address_of("account-plans")).content.decode()
        assert "equal monthly parts without interest" in html and order.number not in html


def test_overview_and_orders_show_ones_own_orders_and_no_others(client, anna, carla):
    mine, hers = [order_of(anna) for _n in range(4)], order_of(carla)
    overview = client.get(address_of("account")).content.decode()
    everything = client.get(address_of("account-orders")).content.decode()
    assert mine[0].number not in overview and mine[3].number in overview and "All orders" in overview
    assert all(order.number in everything for order in mine)
    assert hers.number not in overview + everything


def test_orders_turn_their_pages(client, anna):
    order_of(anna)
    first = Order.objects.get()
    for n in range(25):
        again = Order.objects.get(pk=first.pk)
        again.pk, again._state.adding, again.number, again.placement_key, again.basket = None, True, f"COPY{n}", None, None
        again.save()
    html = client.get(address_of("account-orders")).content.decode()
    assert html.count('class="line-head"') == 20 and "?page=2" in html
    assert client.get(address_of("account-orders") + "?page=2").content.decode().count('class="line-head"') == 6
    assert client.get(address_of("account-orders") + "?page=\u0663x").status_code == 200


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "account-erase"] + ["account-data"])
def test_more_rows_ask_no_more_queries(client, anna, room):
    def more(n):
        kind = Product.objects.get(slug="halo-band").product_class_id
        order_of(anna, payment="instalments", state=OrderState.HANDED_OVER)
        keeping.keep(anna.pk, PARIS | {"line1": f"{n} rue de Rivoli"})
        sizing.keep(anna.pk, kind_id=kind, size="52", whom=f"Friend {n}")
        wishing.keep({"client": anna}, variant(size=("48", "50", "52", "54")[n]).pk, now=timezone.now())
        fill(variant(), who=makers.buyer("anna", anna), engraved=f"N {n}", gift=makers.GIFT)

    def page():
        answer = client.get(address_of(room))
        assert answer.status_code == 200
        return answer.content

    more(0)
    few = queries(page)
    for n in (1, 2, 3):
        more(n)
    assert queries(page) <= few <= 26


def test_a_code_opens_no_room_behind_the_shop():
    """Whoever reads a member of staff's mail has his code; the rooms ask for his password."""
    client = Client()
    boss = User.objects.create_superuser("boss@house.example", "x" * 12)
    client.post("/eu/en/sign-in/code/", {"code": sign_in(client, boss.email)})
    assert client.get("/eu/en/account/").status_code == 200
    assert client.get("/staff/")["Location"].startswith("/staff/login/")
    client.post("/staff/login/", {"username": boss.email, "password": "x" * 12, "next": "/staff/"})
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize(
    ("address", "kept_by"),
    [("bag/", "private, no-cache"), ("wishes/", "private, no-cache"), ("sign-in/", "private, no-cache")],
)
def test_what_a_client_typed_is_in_no_shared_cache(client, address, kept_by):
    assert client.get(f"/eu/en/{address}")["Cache-Control"] == kept_by


def test_an_orders_page_is_in_no_cache(client):
    order = place(fill(variant()))
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    for address in ("", "cancel/", "change/address/"):
        answer = client.get(f"/eu/en/orders/{order.number}/{address}")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
