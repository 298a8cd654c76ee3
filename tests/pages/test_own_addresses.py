"""The addresses a client keeps, and how checkout uses them."""

import re

import pytest
from django.test import Client

from checkout.order.models import Order
from services.delivery import keeping
from services.delivery.models import SavedAddress
from tests.pages.doing import FORM
from tests.pages.own_rooms import BERLIN, PARIS, SHANGHAI, address_of
from tests.pages.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def client(client, anna):
    client.force_login(anna)
    return client


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
        assert queries(lambda: self.page(client)) <= few <= 23


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
