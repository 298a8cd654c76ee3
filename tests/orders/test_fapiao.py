"""Fapiao: asked where the region does, changed until it is issued, noted by staff as it stood when they looked."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from checkout import ending
from checkout.invoicing import fapiao
from checkout.invoicing.fapiao_admin import cell
from checkout.invoicing.models import Fapiao
from checkout.invoicing.refusals import FapiaoChanged, FapiaoIssued, NotAFapiaoNumber
from checkout.order.models import Order
from tests.languages import HOMES
from tests.makers import client_of, fill, packer, place, variant
from tests.rules.test_credit_code import EXAMPLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
COMPANY = fapiao.Wish("company", "成都某某有限公司", EXAMPLE)
TYPED = {"fapiao": "company", "fapiao_title": "成都某某有限公司", "fapiao_code": EXAMPLE}
NUMBER = "24312000000012345678"


def order_in(region: str = "cn", wish: fapiao.Wish | None = COMPANY) -> Order:
    return place(fill(variant(), region=region), language="en", fapiao=wish, **HOMES[region])


def enter(client, order: Order, region: str = "cn") -> str:
    client.get(f"/{region}/en/orders/{order.number}/?key={order.access_key}")
    return f"/{region}/en/orders/{order.number}/fapiao/"


def checkout_form(client, **changed) -> dict:
    import re

    client.post("/cn/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.get("/cn/en/checkout/").content.decode()
    kept = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("total", "day", "placement")}
    home = HOMES["cn"] | {
        "email": "anna@client.example",
        "payment": "full",
        "terms": "yes",
        "act": "place",
        "delivery": "address",
    }
    return home | kept | {"delivery_shown": "address"} | changed


def test_it_is_asked_where_the_region_does_and_kept_with_the_order(client):
    form = checkout_form(client, **TYPED | {"fapiao_code": EXAMPLE.lower()})
    assert 'name="fapiao"' in client.get("/cn/en/checkout/").content.decode()
    client.post("/cn/en/checkout/", form)
    kept = Fapiao.objects.get()
    assert (kept.kind, kept.title, kept.tax_code) == ("company", "成都某某有限公司", EXAMPLE)
    assert kept.order == Order.objects.get()


def test_it_is_not_asked_elsewhere(client):
    client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    assert 'name="fapiao"' not in client.get("/eu/en/checkout/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"fapiao_code": EXAMPLE[:-1] + "4"}, "fapiao_code"),
        ({"fapiao_code": "123"}, "fapiao_code"),
        ({"fapiao_title": " "}, "fapiao_title"),
        ({"fapiao_title": "名" * 101}, "fapiao_title"),
        ({"fapiao_title": "a\u202eb"}, "fapiao_title"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(client, changed, field):
    answer = client.post("/cn/en/checkout/", checkout_form(client, **TYPED | changed))
    page = answer.content.decode()
    assert answer.status_code == 422 and f'id="{field}-error"' in page
    assert not Order.objects.exists()
    for name, value in (TYPED | changed).items():
        if name != "fapiao" and value.isprintable():
            assert f'value="{value}"' in page


def test_a_person_needs_no_name_and_nobody_needs_one(client):
    client.post("/cn/en/checkout/", checkout_form(client, fapiao="personal"))
    assert Fapiao.objects.get().title == fapiao.ANYBODY
    assert fapiao.problems({"fapiao": "none", "fapiao_title": "", "fapiao_code": "nonsense"}) == {}


def test_the_client_changes_it_until_it_is_issued(client):
    order = order_in(wish=None)
    address = enter(client, order)
    assert client.post(address, TYPED | {"fapiao_code": "12"}).status_code == 422
    assert client.post(address, TYPED).status_code == 303
    assert client.post(address, {"fapiao": "personal"}).status_code == 303
    kept = Fapiao.objects.get(order=order)
    assert (kept.kind, kept.title, kept.tax_code, kept.version) == ("personal", "个人", "", 2)
    fapiao.note_issued(kept.pk, number=NUMBER, seen=2, by_id=packer(), now=timezone.now())
    assert client.get(address).status_code == 302
    page = client.get(f"/cn/en/orders/{order.number}/").content.decode()
    assert NUMBER in page and address not in page
    with pytest.raises(FapiaoIssued):
        fapiao.change(order, COMPANY, now=timezone.now())


def test_nobody_else_sees_or_changes_it(client):
    order = order_in()
    address = f"/cn/en/orders/{order.number}/fapiao/"
    assert client.get(address).status_code == 404 and client.post(address, TYPED).status_code == 404
    client.force_login(client_of("carl"))
    assert client.get(f"{address}?key=guessed").status_code == 404


def test_there_is_none_elsewhere_or_for_an_order_that_is_over(client):
    order = order_in("eu", None)
    assert client.get(enter(client, order, "eu")).status_code == 404
    over = order_in(wish=None)
    ending.cancel(over, by_id=None, by_words="client")
    address = enter(client, over)
    assert client.get(address).status_code == client.post(address, TYPED).status_code == 404


def test_what_the_client_changed_meanwhile_is_not_issued():
    order = order_in()
    kept = Fapiao.objects.get()
    fapiao.change(order, fapiao.Wish("personal", "林安娜"), now=timezone.now())
    with pytest.raises(FapiaoChanged):
        fapiao.note_issued(kept.pk, number=NUMBER, seen=kept.version, by_id=packer(), now=timezone.now())
    with pytest.raises(NotAFapiaoNumber):
        fapiao.note_issued(kept.pk, number="12", seen=2, by_id=packer(), now=timezone.now())


class TestBehindTheShop:
    @pytest.fixture
    def staff(self, client):
        from django.contrib.auth.models import Group

        from tests import makers

        def enter(role):
            user = makers.User.objects.create_user(f"{role.replace(' ', '.').lower()}@house.example", is_staff=True)
            user.groups.add(Group.objects.get(name=role))
            client.force_login(user)
            return client

        return enter

    def test_the_desk_exports_and_notes_what_was_issued(self, staff):
        order = order_in(wish=fapiao.Wish("company", "=成都", EXAMPLE))
        kept, desk = Fapiao.objects.get(), staff("Payments desk")
        answer = desk.post(reverse("admin:invoicing_fapiao_changelist"), {"action": "export", "_selected_action": [kept.pk]})
        rows = answer.content.decode("utf-8-sig").splitlines()
        assert len(rows) == 2 and order.number in rows[1] and EXAMPLE in rows[1] and "'=成都" in rows[1]
        page = reverse("admin:invoicing_fapiao_change", args=[kept.pk])
        assert 'name="seen" value="1"' in desk.get(page).content.decode()
        desk.post(reverse("admin:invoicing_fapiao_issued", args=[kept.pk]), {"number": NUMBER, "seen": "1"})
        kept.refresh_from_db()
        assert kept.issued_number == NUMBER and kept.issued_by.email == "payments.desk@house.example"
        assert LogEntry.objects.filter(object_id=kept.pk).count() == 2

    def test_others_do_not(self, staff):
        order_in()
        kept, adviser = Fapiao.objects.get(), staff("Client adviser")
        assert adviser.get(reverse("admin:invoicing_fapiao_change", args=[kept.pk])).status_code == 200
        issued = reverse("admin:invoicing_fapiao_issued", args=[kept.pk])
        assert adviser.post(issued, {"number": NUMBER, "seen": "1"}).status_code == 403
        adviser.logout()
        assert staff("Packing bench").get(reverse("admin:invoicing_fapiao_changelist")).status_code == 403


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text):
    assert cell(text) == f"'{text}"
