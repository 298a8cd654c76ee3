"""Several recipients in checkout: written down, given their pieces, placed; and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkout.basket import recipients
from checkout.basket.models import Basket, Recipient
from checkout.order.models import Order
from tests import makers
from tests.parcels import BERLIN, PARIS, bag_of_two, parcels_of, split_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
HERE = "/eu/en/checkout/recipients/"
WHO = {"email": "anna@client.example", "mobile": "+33 6 12 34 56 78", "payment": "full", "terms": "yes"}


def visit(client, bag: Basket) -> None:
    session = client.session
    session[makers.bags.SESSION_KEY] = bag.token
    session.save()


@pytest.fixture
def bag(client):
    found = makers.fill(makers.variant("arc-bangle"), quantity=2)
    makers.add(found, makers.variant(), gift=makers.GIFT)
    visit(client, found)
    return found


def write(client, fields, **more):
    return client.post(f"{HERE}new/", {**fields, "act": "keep", "on": "", **more})


def html_of(answer) -> str:
    return answer.content.decode()


def placed(client, **more):
    """Place what the checkout page shows."""
    page = client.get("/eu/en/checkout/")
    fields = dict.fromkeys(("recipients", "total", "placement", "agreement", "delivery_shown"), "")
    found = {name: value for name, value in _hidden(html_of(page)).items() if name in fields or name.startswith("day-")}
    return client.post("/eu/en/checkout/", {**found, **WHO, "delivery": "several", "act": "place", **more})


def _hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def test_a_bag_is_given_to_two_people_and_ordered_without_script(client, bag, standin):
    assert "Several recipients" in html_of(client.get("/eu/en/checkout/"))
    to_page = client.post("/eu/en/checkout/", {**WHO, "delivery": "several", "act": "recipients"})
    assert to_page["Location"] == HERE
    assert write(client, PARIS)["Location"] == HERE
    write(client, BERLIN)
    first, second = bag.recipients.order_by("pk")
    bangles, ring = bag.lines.order_by("pk")
    html = html_of(client.get(HERE))
    assert html.count(f'name="for-{bangles.line_reference}"') == 2
    assert html.count(f'name="for-{ring.line_reference}"') == 1
    chosen = {f"for-{bangles.line_reference}": [first.pk, second.pk], f"for-{ring.line_reference}": [second.pk]}
    assert client.post(HERE, {**chosen, "act": "done"})["Location"] == "/eu/en/checkout/"
    page = html_of(client.get("/eu/en/checkout/"))
    assert page.count("In their hands on") == 2
    assert "For Clara Freund" in page
    assert placed(client).status_code == 303
    order = Order.objects.get(whole=None)
    assert [sum(line.quantity for line in each.lines.all()) for each in parcels_of(order)] == [1, 2]
    assert order.guest_email == "anna@client.example"
    assert not Recipient.objects.exists()


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(client, bag):
    answer = write(client, PARIS | {"postcode": "7", "line1": "7 quai du Lac <b>"})
    assert answer.status_code == 422
    assert "Please check the postcode." in html_of(answer)
    assert 'value="7 quai du Lac &lt;b&gt;"' in html_of(answer)
    assert not Recipient.objects.exists()


@pytest.mark.parametrize("day", ["tomorrow", "2020-01-01", "2099-01-01", "31/31/31"])
def test_a_day_that_cannot_be_is_said_beside_its_field(client, bag, day):
    answer = write(client, PARIS, on=day)
    assert answer.status_code == 422
    assert "Please choose a day from" in html_of(answer)


def test_a_country_where_customs_papers_would_tell_the_price_is_refused_kindly(client, bag):
    chinese = PARIS | {"country": "US", "city": "New York", "subdivision": "NY", "postcode": "10019", "mobile": "+12125551234"}
    answer = write(client, chinese)
    assert answer.status_code == 422
    assert "customs papers would travel with it" in html_of(answer)
    swiss = BERLIN | {"country": "CH", "city": "Basel", "postcode": "4051", "mobile": "+41612670000"}
    assert write(client, swiss)["Location"] == HERE


def test_a_piece_without_recipient_is_asked_for_and_a_recipient_is_changed_and_taken_off(client, bag):
    write(client, PARIS)
    write(client, BERLIN)
    first, second = bag.recipients.order_by("pk")
    ring = bag.lines.order_by("pk")[1]
    answer = client.post(HERE, {f"for-{ring.line_reference}": [second.pk], "act": f"change:{second.pk}"})
    assert answer["Location"] == f"{HERE}{second.pk}/"
    assert bag.lines.get(pk=ring.pk).recipient_id == second.pk
    assert 'value="Torstraße 1"' in html_of(client.get(answer["Location"]))
    client.post(answer["Location"], {**BERLIN, "line1": "Linienstraße 2", "on": "", "act": "keep"})
    second.refresh_from_db()
    assert second.line1 == "Linienstraße 2"
    client.post(HERE, {"act": f"remove:{second.pk}"})
    answer = client.post(HERE, {"act": "done"})
    assert answer.status_code == 422
    assert "Please say who receives these pieces: Halo band" in html_of(answer)
    client.post(HERE, {f"for-{ring.line_reference}": [first.pk], "act": "add"})
    assert "All pieces go to one person" in html_of(client.post(HERE, {"act": "done"}))


def test_nobody_reaches_the_recipients_of_another_bag(client, bag):
    others = bag_of_two()
    theirs = others.recipients.first()
    assert client.get(f"{HERE}{theirs.pk}/").status_code == 404
    assert client.post(f"{HERE}{theirs.pk}/", {**PARIS, "act": "keep"}).status_code == 404
    client.post(HERE, {"act": f"remove:{theirs.pk}"})
    ring = bag.lines.order_by("pk")[1]
    client.post(HERE, {f"for-{ring.line_reference}": [theirs.pk], "act": "done"})
    assert others.recipients.count() == 2
    assert bag.lines.get(pk=ring.pk).recipient_id is None


def test_a_recipient_changed_in_another_tab_is_shown_again(client):
    bag = bag_of_two()
    visit(client, bag)
    Basket.objects.filter(pk=bag.pk).update(details={"delivery": "several"})
    page = _hidden(html_of(client.get("/eu/en/checkout/")))
    Recipient.objects.filter(bag=bag).update(line1="1 rue Neuve")
    answer = client.post("/eu/en/checkout/", {**page, **WHO, "delivery": "several", "act": "place"})
    assert answer.status_code == 409
    assert "changed since you opened the page" in html_of(answer)
    assert not Order.objects.exists()


def test_one_piece_is_for_one_person(client):
    visit(client, makers.fill(makers.variant()))
    assert "Several recipients" not in html_of(client.get("/eu/en/checkout/"))
    assert client.get(HERE)["Location"] == "/eu/en/checkout/"
    assert client.get(f"{HERE}new/")["Location"] == "/eu/en/checkout/"


def test_what_leaves_later_than_a_bank_waits_is_charged_at_once_and_says_so(client, standin):
    bag = bag_of_two()
    visit(client, bag)
    Basket.objects.filter(pk=bag.pk).update(details={"delivery": "several"})
    assert "charged parcel by parcel, as each leaves the house" in html_of(client.get("/eu/en/checkout/"))
    window = split_of(bag).parcels[0].window
    later = window.last - timedelta(days=window.last.weekday())
    while later in window.holidays or later.weekday() > 4 or later > window.last:
        later -= timedelta(days=1)
    bag.recipients.update(requested_on=later)
    assert later > timezone.now().date()
    assert "later than a bank keeps an amount ready" in html_of(client.get("/eu/en/checkout/"))
    placed(client)
    assert Order.objects.get(whole=None).attempts.get().captures_at_once


def test_the_pages_ask_as_often_for_six_people_as_for_two(client):
    bag = makers.fill(makers.variant("arc-bangle"), quantity=3)
    makers.add(bag, makers.variant("arc-bangle", size="17"), quantity=3)
    visit(client, bag)
    asked = []
    for number in (2, 6):
        Recipient.objects.all().delete()
        people = [recipients.keep(bag, PARIS | {"name": f"Friend {n}"}, requested_on=None) for n in range(number)]
        mine = iter([each.pk for each in people] * 6)
        recipients.assign(
            bag, {line.line_reference: [next(mine) for _n in range(line.quantity)] for line in bag.lines.order_by("pk")}
        )
        Basket.objects.filter(pk=bag.pk).update(details={"delivery": "several"})
        for page in (HERE, "/eu/en/checkout/"):
            client.get(page)
            with CaptureQueriesContext(connection) as found:
                assert html_of(client.get(page)).count("In their hands on") == number
            asked.append(len(found))
    assert asked[:2] == asked[2:]
