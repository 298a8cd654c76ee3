"""A client's own rooms: addresses, sizes, plans, contact, data, erasing."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog import sizing
from catalog.models import OwnSize, Product
from checkout.basket.models import Basket
from checkout.order.models import Order, OrderChange
from checkout.order.states import OrderState
from flagship.clients import erasing, telling, wishing
from flagship.clients.models import ContactChange, User, Wish
from services.deferred.models import Part, PartState, Plan, PlanState
from services.delivery import keeping
from services.delivery.models import SavedAddress
from services.foundation.contacts.models import Code
from services.foundation.units.models import Hold
from tests import makers
from tests.makers import fill, place, variant, work_off
from tests.pages.doing import FORM, kept, sign_in
from tests.pages.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PARIS = {
    "name": "Anna Test",
    "mobile": "06 12 34 56 78",
    "country": "FR",
    "subdivision": "",
    "city": "Paris",
    "district": "",
    "line1": "12 rue de Rivoli",
    "line2": "",
    "postcode": "75001",
}
SHANGHAI = PARIS | {
    "name": "王小明",
    "mobile": "138 0013 8000",
    "country": "CN",
    "subdivision": "上海市",
    "city": "上海市",
    "district": "静安区",
    "line1": "南京西路 1515 号",
    "postcode": "",
}
BERLIN = PARIS | {"country": "DE", "city": "Berlin", "line1": "Torstraße 1", "postcode": "10119", "mobile": "+49 30 901820"}
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


def address_of(room: str, *args: object, home: str = "/eu/en") -> str:
    return home + reverse(room, "flagship.storefront", args=args)


@pytest.fixture
def anna():
    return makers.client_of("anna")


@pytest.fixture
def carla():
    return makers.client_of("carla")


@pytest.fixture
def client(client, anna):
    client.force_login(anna)
    return client


def order_of(user: User, *, state=None, **changed) -> Order:
    """An order of a client: one engraved and wrapped piece."""
    who = makers.buyer(user.email, user)
    found = place(fill(variant(), who=who, engraved="A & P", gift=makers.GIFT), who=who, **changed)
    if state:
        Order.objects.filter(pk=found.pk).update(status=state)
    return found


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


class TestAddresses:
    def save(self, client, values, **more):
        return client.post(address_of("account-address-new"), values | {"act": "save"} | more)

    def test_the_first_is_used_first_until_another_takes_its_place(self, client, anna):
        self.save(client, PARIS)
        self.save(client, BERLIN)
        assert [a.city for a in keeping.of_client(anna.pk)] == ["Paris", "Berlin"]
        self.save(client, SHANGHAI, is_default="yes")
        assert [(a.city, a.is_default) for a in keeping.of_client(anna.pk)] == [
            ("上海市", True),
            ("Paris", False),
            ("Berlin", False),
        ]
        berlin = SavedAddress.objects.get(city="Berlin")
        client.post(address_of("account-address-first", berlin.pk))
        assert SavedAddress.objects.get(is_default=True) == berlin
        html = client.get(address_of("account-addresses")).content.decode()
        assert html.index("Torstraße 1") < html.index("12 rue de Rivoli") and html.count("used first") == 1

    def test_the_number_is_kept_in_its_one_spelling(self, client):
        self.save(client, PARIS)
        assert SavedAddress.objects.get().mobile == "+33612345678"

    @pytest.mark.parametrize(
        ("wrong", "field", "words"),
        [
            (PARIS | {"postcode": "1"}, "postcode", "check the postcode"),
            (PARIS | {"line1": "P.O. Box 7"}, "line1", "post-office box"),
            (PARIS | {"name": "Anna\u202e"}, "name", "invisible"),
            (PARIS | {"name": "A" * 150}, "name", "shorten this to 120"),
            (PARIS | {"line2": "x" * 5000}, "line2", "shorten this to 200"),
            (SHANGHAI | {"city": "Paris"}, "city", "city of this province"),
            (SHANGHAI | {"mobile": "+33 6 12 34 56 78"}, "mobile", "mainland China"),
            (PARIS | {"country": "US", "mobile": "+1 212 555 1234"}, "subdivision", "choose the state"),
        ],
    )
    def test_what_cannot_be_delivered_to_is_said_beside_its_field_and_kept(self, client, wrong, field, words):
        answer = self.save(client, wrong)
        html = answer.content.decode()
        assert answer.status_code == 422 and wrong["line1"].replace("'", "&#x27;") in html
        said = re.search(rf'id="{field}-error">([^<]+)', html)
        assert said and words in said.group(1)
        assert not SavedAddress.objects.exists()

    def test_the_fields_of_another_country_come_by_a_button(self, client):
        html = client.post(address_of("account-address-new"), SHANGHAI | {"act": "update"}).content.decode()
        assert "<option selected>静安区</option>" in html and "王小明" in html
        html = client.post(address_of("account-address-new"), PARIS | {"country": "US", "act": "update"}).content.decode()
        assert "<option>NY</option>" in html and "12 rue de Rivoli" in html

    def test_an_address_is_changed_and_stays_the_first(self, client):
        self.save(client, PARIS)
        found = SavedAddress.objects.get()
        assert "12 rue de Rivoli" in client.get(address_of("account-address", found.pk)).content.decode()
        client.post(address_of("account-address", found.pk), BERLIN | {"act": "save"})
        found.refresh_from_db()
        assert (found.city, found.is_default) == ("Berlin", True)

    def test_an_address_is_removed_in_two_steps_and_the_next_is_used_first(self, client):
        self.save(client, PARIS)
        self.save(client, BERLIN)
        paris = SavedAddress.objects.get(city="Paris")
        there = address_of("account-address-remove", paris.pk)
        assert "Yes, remove it" in client.get(there).content.decode() and SavedAddress.objects.count() == 2
        client.post(there)
        assert SavedAddress.objects.get().is_default

    def test_anothers_address_is_not_there(self, client, carla):
        hers = keeping.keep(carla.pk, PARIS)
        for act in ("account-address", "account-address-remove"):
            assert client.get(address_of(act, hers.pk)).status_code == 404
        for act in ("account-address", "account-address-remove", "account-address-first"):
            assert client.post(address_of(act, hers.pk), BERLIN | {"act": "save"}).status_code == 404
        hers.refresh_from_db()
        assert hers.city == "Paris"

    def test_there_is_room_for_twenty(self, client, anna):
        for n in range(keeping.MOST):
            keeping.keep(anna.pk, PARIS | {"line1": f"{n} rue de Rivoli"})
        answer = self.save(client, PARIS | {"line1": "21 rue de Rivoli"})
        assert answer.status_code == 422 and "up to 20 addresses" in answer.content.decode()
        assert SavedAddress.objects.count() == 20
        assert "Add an address" not in client.get(address_of("account-addresses")).content.decode()

    def test_the_same_address_is_kept_once(self, anna):
        for _again in range(2):
            keeping.keep(anna.pk, PARIS)
        assert SavedAddress.objects.count() == 1


class TestCheckout:
    @pytest.fixture
    def client(self, client):
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        return client

    def page(self, client) -> str:
        return client.get("/eu/en/checkout/").content.decode()

    def test_a_first_visit_begins_with_the_first_address(self, client, anna):
        keeping.keep(anna.pk, PARIS)
        keeping.keep(anna.pk, BERLIN, is_default=True)
        html = self.page(client)
        assert 'value="Torstraße 1"' in html and '<option value="DE" selected>' in html and 'value="+4930901820"' in html
        berlin = SavedAddress.objects.get(city="Berlin")
        assert f'name="saved" value="{berlin.pk}" checked' in html

    def test_another_address_fills_the_fields_by_its_button(self, client, anna):
        keeping.keep(anna.pk, PARIS)
        berlin = keeping.keep(anna.pk, BERLIN)
        form = FORM | {"act": "use-address", "saved": berlin.pk, "email": "other@client.example"}
        html = client.post("/eu/en/checkout/", form).content.decode()
        assert 'value="Torstraße 1"' in html and 'value="other@client.example"' in html and 'value="12 rue' not in html
        assert 'value="Torstraße 1"' in self.page(client)  # and stays on the second visit

    def test_what_was_typed_is_not_overwritten_by_the_first_address(self, client, anna):
        keeping.keep(anna.pk, PARIS)
        client.post("/eu/en/checkout/", FORM | {"line1": "1 rue Typed", "act": "update"})
        assert 'value="1 rue Typed"' in self.page(client)

    def test_only_addresses_of_the_region_are_offered(self, client, anna):
        keeping.keep(anna.pk, SHANGHAI)
        html = self.page(client)
        assert 'name="saved"' not in html and "南京西路" not in html

    @pytest.mark.parametrize("saved", ["", "0", "9" * 40, "x", "\x00"])
    def test_no_choice_is_asked_for_kindly(self, client, anna, saved):
        keeping.keep(anna.pk, PARIS)
        answer = client.post("/eu/en/checkout/", FORM | {"act": "use-address", "saved": saved, "line1": "1 rue Typed"})
        assert answer.status_code in (400, 422)
        if answer.status_code == 422:
            assert "choose one of your addresses" in answer.content.decode() and "1 rue Typed" in answer.content.decode()

    def test_anothers_address_fills_nothing(self, client, anna, carla):
        keeping.keep(anna.pk, PARIS)
        hers = keeping.keep(carla.pk, BERLIN)
        answer = client.post("/eu/en/checkout/", FORM | {"act": "use-address", "saved": hers.pk})
        assert answer.status_code == 422 and "Torstraße" not in answer.content.decode()

    @pytest.mark.parametrize("ticked", [True, False])
    def test_the_orders_address_is_kept_when_ticked(self, client, anna, standin, ticked):
        page = self.page(client)
        assert re.search(r'name="keep_address" value="yes">', page)  # not ticked before he does it
        hidden = dict(re.findall(r'name="(total|placement|day)" value="([^"]+)"', page))
        answer = client.post("/eu/en/checkout/", FORM | hidden | ({"keep_address": "yes"} if ticked else {}))
        assert answer.status_code == 303 and Order.objects.count() == 1
        assert [a.line1 for a in keeping.of_client(anna.pk)] == (["12 rue de Rivoli"] if ticked else [])

    def test_a_full_book_of_addresses_does_not_hinder_the_order(self, client, anna, standin, monkeypatch):
        monkeypatch.setattr(keeping, "MOST", 1)
        keeping.keep(anna.pk, BERLIN)
        page = client.post("/eu/en/checkout/", FORM | {"act": "update", "keep_address": "yes"}).content.decode()
        assert re.search(r'name="keep_address" value="yes" checked', page)
        hidden = dict(re.findall(r'name="(total|placement|day)" value="([^"]+)"', page))
        assert client.post("/eu/en/checkout/", FORM | hidden | {"keep_address": "yes"}).status_code == 303
        assert Order.objects.count() == 1 and SavedAddress.objects.count() == 1

    def test_a_guest_is_offered_neither(self):
        guest = Client()
        guest.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        html = self.page(guest)
        assert "keep_address" not in html and 'name="saved"' not in html
        guest.post("/eu/en/checkout/", FORM | {"act": "use-address", "saved": "1"})
        assert not SavedAddress.objects.exists()

    def test_more_addresses_ask_no_more_queries(self, client, anna):
        keeping.keep(anna.pk, PARIS)
        few = queries(lambda: self.page(client))
        for n in range(12):
            keeping.keep(anna.pk, BERLIN | {"line1": f"Torstraße {n}"})
        assert queries(lambda: self.page(client)) <= few <= 22


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


class TestContact:
    def code(self) -> str:
        work_off()
        return re.search(r"\b(\d{6})\b", mail.outbox[-1].body).group(1)

    def test_a_new_address_is_saved_once_its_code_is_typed(self, client, anna):
        answer = client.post(address_of("account-contact"), {"contact": "Anna.New@client.example"})
        assert answer["Location"] == address_of("account-contact-code")
        code = self.code()
        assert mail.outbox[-1].to == ["anna.new@client.example"]
        anna.refresh_from_db()
        assert anna.email == "anna@client.example"
        wrong = "000000" if code != "000000" else "111111"
        assert client.post(address_of("account-contact-code"), {"code": wrong}).status_code == 422
        html = client.post(address_of("account-contact-code"), {"code": code}, follow=True).content.decode()
        anna.refresh_from_db()
        assert anna.email == "anna.new@client.example" and "from now on we reach you" in html
        assert client.get(address_of("account-contact-code")).status_code == 302

    def test_the_old_contact_hears_of_it_and_other_sessions_end(self, client, anna):
        elsewhere = Client()
        elsewhere.force_login(anna)
        client.post(address_of("account-contact"), {"contact": "anna.new@client.example"})
        client.post(address_of("account-contact-code"), {"code": self.code()})
        work_off()
        [told] = [m for m in mail.outbox if m.to == ["anna@client.example"]]
        assert "another contact took the place of this address" in told.body and "Was it not you?" in told.body
        assert "anna.new" not in told.body + told.alternatives[0][0]
        assert client.get(address_of("account")).status_code == 200
        assert elsewhere.get(address_of("account")).status_code == 302
        assert telling.everything(anna, now=timezone.now())["contacts_before"][0]["contact"] == "anna@client.example"

    def test_a_mobile_number_joins_the_address(self, client, anna):
        from services.foundation.contacts.senders import MemorySender

        MemorySender.sent.clear()
        client.post(address_of("account-contact", home="/cn/en"), {"contact": "138 0013 8000"})
        work_off()
        [(to, text)] = MemorySender.sent
        assert to == "+8613800138000"
        client.post(address_of("account-contact-code"), {"code": re.search(r"\b(\d{6})\b", text).group(1)})
        anna.refresh_from_db()
        assert (anna.email, anna.mobile) == ("anna@client.example", "+8613800138000")
        assert anna.mobile_verified_at

    def test_a_contact_of_another_client_is_never_taken_over_and_never_revealed(self, client, anna, carla):
        asked = client.post(address_of("account-contact"), {"contact": carla.email})
        unknown = Client()
        unknown.force_login(anna)
        same = unknown.post(address_of("account-contact"), {"contact": "nobody@client.example"})
        assert (asked.status_code, asked["Location"]) == (same.status_code, same["Location"])  # the first step says nothing
        work_off()
        [letter] = [m for m in mail.outbox if m.to == [carla.email]]
        code = re.search(r"\b(\d{6})\b", letter.body).group(1)
        html = client.post(address_of("account-contact-code"), {"code": code}, follow=True).content.decode()
        assert "could not save this here" in html and "already" not in html and "another client" not in html
        anna.refresh_from_db()
        carla.refresh_from_db()
        assert (anna.email, carla.email) == ("anna@client.example", "carla@client.example")

    def test_somebody_elses_code_proves_nothing(self, client, anna, carla):
        """The code goes with the contact that was asked for in this session."""
        client.post(address_of("account-contact"), {"contact": "new@client.example"})
        other = Client()
        other.force_login(carla)
        assert other.post(address_of("account-contact-code"), {"code": self.code()})["Location"] == address_of("account-contact")

    @pytest.mark.parametrize("contact", ["", "nobody", "12", "a@b", "'\"><script>", "9" * 300])
    def test_what_is_no_contact_is_said_kindly(self, client, contact):
        answer = client.post(address_of("account-contact"), {"contact": contact})
        assert answer.status_code == 422 and "Please write an e-mail address" in answer.content.decode()
        assert not Code.objects.exists()

    def test_codes_are_not_sent_without_end(self, client):
        for _n in range(6):
            answer = client.post(address_of("account-contact"), {"contact": "new@client.example"})
        assert answer.status_code == 422 and "several codes" in answer.content.decode()
        assert Code.objects.count() == 5

    def test_an_expired_code_saves_nothing(self, client, anna):
        client.post(address_of("account-contact"), {"contact": "new@client.example"})
        code = self.code()
        Code.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        assert client.post(address_of("account-contact-code"), {"code": code}).status_code == 422
        anna.refresh_from_db()
        assert anna.email == "anna@client.example"


def everything_of(client) -> dict:
    answer = client.get(address_of("account-data"))
    assert answer["Content-Type"] == "application/json" and answer["Content-Disposition"].startswith("attachment")
    return json.loads(answer.content)


class TestData:
    def test_the_copy_is_complete(self, client, anna):
        kind = Product.objects.get(slug="halo-band").product_class_id
        order = order_of(anna, payment="instalments")
        keeping.keep(anna.pk, SHANGHAI)
        sizing.keep(anna.pk, kind_id=kind, size="52", whom="Maman")
        client.post("/eu/en/wishes/keep/", {"piece": "arc-bangle", "metal": "yellow", "size": "16"})
        kept(client, "halo-band", "IN THE BAG")
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "54"})
        client.post("/eu/en/checkout/", FORM | {"line1": "1 rue Typed", "act": "update"})
        OrderChange.objects.create(
            order=order, kind="day", before={"requested_on": ""}, after={"requested_on": "2027-01-05"}, at=timezone.now()
        )
        told = everything_of(client)
        assert told["client"]["email"] == "anna@client.example"
        assert told["addresses"][0]["district"] == "静安区" and told["addresses"][0]["used_first"] is True
        assert told["sizes"] == [{"kind": "ring", "size": "52", "whom": "Maman"}]
        assert told["wishes"][0]["reference"] == variant("arc-bangle", size="16").upc
        [bag] = told["bags"]
        assert bag["typed_in_checkout"]["line1"] == "1 rue Typed" and bag["lines"][0]["engraving"]["text"] == "IN THE BAG"
        [copy] = told["orders"]
        assert copy["number"] == order.number and copy["address"]["line1"] == "12 rue de Rivoli"
        [line] = copy["lines"]
        assert line["engraving"]["text"] == "A & P" and line["gift"]["card"] == "For you,\nalways."
        assert "<svg" in line["engraving"]["proof_svg"]
        assert {consent["kind"] for consent in copy["consents"]} == {"terms", "spelling", "final sale", "instalments"}
        assert {c["line"] for c in copy["consents"] if c["kind"] == "spelling"} == {1}
        assert len(copy["instalments"]["parts"]) == 3 and copy["payments"][0]["purpose"] == "order"
        assert copy["changes"][0]["after"] == {"requested_on": "2027-01-05"}
        assert copy["log"][0]["to"] == "awaiting payment"
        assert sum(Decimal(part["amount"]) for part in copy["instalments"]["parts"]) == Decimal(copy["total"])

    def test_nothing_of_another_client_and_no_key_is_in_it(self, client, anna, carla):
        mine, hers = order_of(anna), order_of(carla)
        keeping.keep(carla.pk, BERLIN)
        wishing.keep({"client": carla}, variant(size="52").pk, now=timezone.now())
        text = json.dumps(everything_of(client))
        assert mine.number in text and hers.number not in text and "carla" not in text and "Torstra" not in text
        for secret in (mine.access_key, anna.password, client.session.session_key):
            assert secret not in text

    def test_a_place_in_a_launch_is_told(self, client, anna):
        makers.open_launch()
        who = makers.buyer("anna", anna)
        order = place(fill(variant("arc-bangle-small-diamonds", size="16"), who=who), who=who)
        [told] = everything_of(client)["launches"]
        assert (told["place"], told["order"]) == (1, order.number)

    def test_an_account_without_anything_has_a_copy_too(self, client):
        told = everything_of(client)
        assert told["orders"] == told["addresses"] == told["wishes"] == []

    def test_every_table_that_names_a_client_is_told_or_never_written(self, client, anna):
        """A table added later with a key to the client is told, or this test asks why not."""
        told = {"saved_addresses", "own_sizes", "wishes", "orders", "baskets", "launch_allowances", "contact_changes"}
        order_of(anna)
        others = [f for f in User._meta.get_fields() if f.auto_created and not f.concrete and f.name not in told]
        assert len(others) > 5
        for field in others:  # Oscar's and the admin's: no page of ours writes them for a client
            assert field.related_model.__module__.split(".")[0] in ("oscar", "django"), field
            assert not field.related_model.objects.filter(**{field.field.name: anna}).exists(), field


def erase(client, word="erase"):
    return client.post(address_of("account-erase"), {"confirmation": word})


class TestErasing:
    def test_nothing_happens_without_the_word(self, client, anna):
        assert "please type: erase" in client.get(address_of("account-erase")).content.decode()
        for word in ("", "yes", "erase me", "<script>"):
            answer = erase(client, word)
            assert answer.status_code == 422 and "so that nothing is erased by mistake" in answer.content.decode()
        anna.refresh_from_db()
        assert anna.is_active and anna.email == "anna@client.example"

    @pytest.mark.parametrize("home", ["/cn/zh-hans", "/eu/fr"])
    def test_the_word_is_asked_for_in_the_clients_language(self, client, home, anna):
        html = client.get(address_of("account-erase", home=home)).content.decode()
        assert html.count('id="confirmation"') == 1

    def test_what_points_to_the_client_is_gone(self, client, anna, standin):
        kind = Product.objects.get(slug="halo-band").product_class_id
        User.objects.filter(pk=anna.pk).update(name="Anna Test", mobile="+33612345678", mobile_verified_at=timezone.now())
        ContactChange.objects.create(client=anna, old="anna.before@client.example", at=timezone.now())
        client.force_login(User.objects.get(pk=anna.pk))
        order = makers.pay(order_of(anna), standin)
        Order.objects.filter(pk=order.pk).update(status=OrderState.HANDED_OVER)
        Basket.objects.filter(pk=order.basket_id).update(details={"line1": "12 rue de Rivoli"})
        keeping.keep(anna.pk, PARIS)
        sizing.keep(anna.pk, kind_id=kind, size="52", whom="")
        wishing.keep({"client": anna}, variant(size="52").pk, now=timezone.now())
        kept(client, "halo-band", "SECRET")
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "54"})
        client.post("/eu/en/checkout/", FORM | {"act": "update"})
        Code.objects.create(contact="anna@client.example", network_key="x")
        html = client.post(address_of("account-erase"), {"confirmation": " ERASE "}, follow=True).content.decode()
        assert "Your account is erased" in html
        anna.refresh_from_db()
        assert not anna.is_active and anna.erased_at and not anna.has_usable_password()
        assert anna.email.endswith("@erased.invalid") and "anna" not in anna.email
        assert (anna.mobile, anna.name, anna.email_verified_at, anna.mobile_verified_at) == (None, "", None, None)
        assert (anna.language, anna.region_code, anna.last_login) == ("", "", None)
        for table in (SavedAddress, OwnSize, Wish, Code, ContactChange):
            assert not table.objects.exists(), table
        assert not Basket.objects.filter(owner=anna, status=Basket.OPEN).exists()
        assert not Basket.objects.exclude(details={}).exists()
        order.refresh_from_db()
        assert order.guest_email == "anna@client.example" and order.user == anna  # kept, for the law
        assert client.get(address_of("account")).status_code == 302

    def test_his_orders_open_for_staff_only(self, client, anna):
        order = order_of(anna, state=OrderState.HANDED_OVER)
        link, there = f"/eu/en/orders/{order.number}/?key={order.access_key}", f"/eu/en/orders/{order.number}/"
        guest = Client()
        assert guest.get(link, follow=True).status_code == 200 and client.get(there).status_code == 200
        erase(client)
        for browser in (guest, client, Client()):
            assert browser.get(link).status_code == browser.get(there).status_code == 404
        staff = Client()
        staff.force_login(User.objects.create_superuser("boss@house.example", "x" * 12))
        html = staff.get(f"/staff/order/order/{order.pk}/change/").content.decode()
        assert order.number in html

    def test_he_is_signed_out_everywhere(self, client, anna, carla):
        phone, hers = Client(), Client()
        phone.force_login(anna)
        hers.force_login(carla)
        key = phone.session.session_key
        erase(client)
        assert phone.get(address_of("account")).status_code == 302  # at once
        work_off()
        assert not Session.objects.filter(pk=key).exists()  # and its row, a moment later
        assert hers.get(address_of("account")).status_code == 200

    def test_what_his_bag_held_is_free_again(self, client, anna):
        makers.open_launch()
        client.post("/eu/en/bag/add/", {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"})
        assert Hold.objects.count() == 1
        erase(client)
        assert not Hold.objects.exists()

    @pytest.mark.parametrize("state", [s for s in OrderState if s not in erasing.FINISHED])
    def test_an_order_under_way_is_waited_for(self, client, anna, state):
        order = order_of(anna, state=state)
        html = client.get(address_of("account-erase")).content.decode()
        assert f"finish your order: {order.number}" in html and 'name="confirmation"' not in html
        assert erase(client).status_code == 422
        anna.refresh_from_db()
        assert anna.is_active

    @pytest.mark.parametrize("state", [PlanState.AGREED, PlanState.RUNNING])
    def test_a_plan_that_runs_is_waited_for(self, client, anna, state):
        order = order_of(anna, state=OrderState.HANDED_OVER, payment="instalments")
        Plan.objects.update(state=state)
        assert f"Instalments are still open for your order: {order.number}" in erase(client).content.decode()
        Plan.objects.update(state=PlanState.DONE)
        Part.objects.update(state=PartState.PAID)
        assert erase(client).status_code == 302
        anna.refresh_from_db()
        assert anna.erased_at

    @pytest.mark.parametrize("state", erasing.FINISHED)
    def test_a_finished_order_hinders_nothing(self, client, anna, state):
        order_of(anna, state=state)
        assert erase(client).status_code == 302

    def test_a_colleagues_account_is_not_closed_here(self, client, anna):
        User.objects.filter(pk=anna.pk).update(is_staff=True)
        answer = erase(client)
        assert answer.status_code == 422 and "house manager" in answer.content.decode()
        anna.refresh_from_db()
        assert anna.is_active

    def test_whoever_comes_back_begins_anew(self, client, anna):
        order = order_of(anna, state=OrderState.HANDED_OVER)
        erase(client)
        code = sign_in(client, "anna@client.example")
        client.post("/eu/en/sign-in/code/", {"code": code})
        again = User.objects.get(email="anna@client.example")
        assert again.pk != anna.pk
        assert order.number not in client.get(address_of("account-orders")).content.decode()
        assert client.get(f"/eu/en/orders/{order.number}/").status_code == 404

    def test_twice_is_once(self, anna):
        erasing.erase(anna, now=timezone.now())
        anna.refresh_from_db()
        email = anna.email
        erasing.erase(anna, now=timezone.now())
        anna.refresh_from_db()
        assert anna.email == email

    def test_no_letter_goes_to_the_tombstone(self, anna):
        order = order_of(anna, state=OrderState.HANDED_OVER, email="")
        assert order.email == "anna@client.example"
        erasing.erase(anna, now=timezone.now())
        assert Order.objects.get(pk=order.pk).email == ""


def test_telling_reads_a_client_in_few_queries(anna):
    order_of(anna)
    with CaptureQueriesContext(connection) as seen:
        telling.everything(anna, now=timezone.now())
    assert len(seen) <= 16


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


@pytest.mark.parametrize("country", ["FR", "DE"])
def test_the_usual_address_is_there_when_it_lies_where_he_wants_it(client, anna, country):
    keeping.keep(anna.pk, PARIS)
    client.get(f"/eu/en/pieces/?place={country}")
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    filled = 'value="12 rue de Rivoli"' in client.get("/eu/en/checkout/").content.decode()
    assert filled == (country == "FR")


def test_an_address_removed_meanwhile_leaves_the_usual_one_as_it_is(anna):
    usual, other = keeping.keep(anna.pk, PARIS), keeping.keep(anna.pk, PARIS | {"line1": "1 rue Neuve"})
    SavedAddress.objects.filter(pk=other.pk).delete()
    keeping.make_default(other)
    usual.refresh_from_db()
    assert usual.is_default
