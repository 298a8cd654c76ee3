"""A client changes his contact, takes his data with him, and is erased."""

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
from tests.pages.own_rooms import BERLIN, PARIS, SHANGHAI, address_of, order_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def client(client, anna):
    client.force_login(anna)
    return client


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
    assert len(seen) <= 17
