"""Until the packing scan a client changes recipient, address, day and card himself; after it nobody does, and both are told."""

import io
import re
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from checkout import changing, clock, slips
from checkout.order.models import Order, OrderChange, ShippingAddress
from checkout.order.moving import move
from checkout.order.reading import read
from checkout.order.states import OrderState
from checkout.packing.refusals import PartMissing
from checkout.refusals import AlreadySo, ChangedMeanwhile, LaterDay, TooLate
from services.delivery.models import Transit
from services.foundation.contacts.senders import MemorySender
from services.foundation.outbox.models import Job as OutboxJob
from services.gifting.models import Wrapping
from tests import makers
from tests.makers import fill, place, variant, work_off
from tests.orders.changing_doing import (
    NEW_YORK,
    PARIS,
    SHANGHAI,
    URUMQI,
    confirmed,
    gift_form,
    hidden,
    nothing_happened,
    opened,
    words,
    working_day,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_the_order_page_says_until_when_and_what(client):
    order = confirmed(gift=makers.GIFT)
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    page = words(client.get(f"/eu/en/orders/{order.number}/"))
    begins = clock.of(read(order), now=timezone.now()).packing_begins
    assert f"at {begins:%H:%M} (Central European Time)" in page and "Time left:" in page
    assert all(f"/change/{what}/" in page for what in ("address", "day", gift_form(order)))


def test_when_the_moment_has_passed_it_is_still_possible_until_the_scan(client):
    order = confirmed()
    Order.objects.update(bench_done_on=date(2026, 1, 5), date_placed=datetime(2026, 1, 5, tzinfo=timezone.get_current_timezone()))
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    assert "your parcel is not packed yet" in words(client.get(f"/eu/en/orders/{order.number}/"))
    address, form = opened(client, order, "address")
    assert client.post(address, PARIS | form | {"name": "Bert Test"}).status_code == 303


def test_another_recipient_is_changed_logged_told_and_on_the_slip(client, standin):
    order = confirmed(gift=makers.GIFT)
    promised = order.promised_on
    address, form = opened(client, order, "address")
    answer = client.post(address, PARIS | form | {"name": "Berthe Martin", "mobile": "06 98 76 54 32"}, follow=True)
    assert answer.status_code == 200 and "are changed" in words(answer) and "Berthe Martin" in words(answer)
    order.refresh_from_db()
    stored = ShippingAddress.objects.get(pk=order.shipping_address_id)
    assert (stored.name, stored.mobile) == ("Berthe Martin", "+33698765432")
    assert order.contact_mobile == "+33612345678"  # letters and messages stay with who ordered
    assert (order.promised_on, order.promised_anew_on) == (promised, None)
    change = order.changes.get()
    assert change.before == {"name": "Anna Test", "mobile": "+33612345678"}
    assert change.after == {"name": "Berthe Martin", "mobile": "+33698765432"}
    assert (change.by, change.by_words) == (None, "client")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(slips.pdf_of(order))).pages)
    assert "Berthe Martin" in text and "Anna Test" not in text
    assert work_off().count("letter.changed") == 1
    letter = next(m for m in mail.outbox if m.extra_headers["X-Flagship-Letter"].startswith("changed"))
    assert letter.to == ["anna@client.example"]
    rich = letter.alternatives[0][0]
    assert all("Anna Test" in said and "Berthe Martin" in said for said in (letter.body, rich))


def test_a_signed_in_client_is_named_in_the_log(client):
    carla = makers.client_of("carla")
    order = place(fill(variant(), who=makers.buyer("carla", carla)), who=makers.buyer("carla", carla))
    client.force_login(carla)
    address, form = opened(client, order, "address")
    client.post(address, PARIS | form | {"line2": "3e étage"})
    assert order.changes.get().by == carla


def test_each_change_has_its_letter_and_none_is_sent_twice(client):
    order = confirmed(gift=makers.GIFT)
    for name in ("Berthe", "Claire"):
        address, form = opened(client, order, "address")
        client.post(address, PARIS | form | {"name": name})
    assert work_off().count("letter.changed") == 2
    ids = [m.extra_headers["Message-ID"] for m in mail.outbox]
    assert len(ids) == len(set(ids)) == 2
    assert work_off() == []


def test_a_client_with_a_mobile_alone_hears_of_it_by_message(client):
    order = confirmed("cn", email="", **SHANGHAI)
    address, form = opened(client, order, "address")
    client.post(address, SHANGHAI | form | {"name": "李雷", "mobile": "139 0013 9000"})
    before = len(MemorySender.sent)
    work_off()
    assert [to for to, _text in MemorySender.sent[before:]] == ["+8613800138000"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 150}, "name"),
        ({"mobile": "12"}, "mobile"),
        ({"postcode": "7500"}, "postcode"),
        ({"line1": "P.O. Box 12"}, "line1"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(client, typed, field):
    order = confirmed()
    address, form = opened(client, order, "address")
    answer = client.post(address, PARIS | form | {"city": "Lyon"} | typed)
    page = words(answer)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page and 'value="Lyon"' in page
    assert hidden(answer)["shown"] == form["shown"]
    assert nothing_happened(order)


def test_a_name_too_long_for_a_label_is_refused_at_checkout_too():
    from services.delivery.addresses import problems

    assert set(problems(PARIS | {"subdivision": "", "district": "", "name": "x" * 121})) == {"name"}


@pytest.mark.parametrize(
    ("placed", "region", "to", "field"),
    [
        (PARIS, "eu", PARIS | {"country": "DE", "city": "Berlin", "postcode": "10115"}, "country"),
        (PARIS, "eu", PARIS | {"country": "NL", "city": "Delft", "postcode": "2611"}, "country"),  # not even a Dutch postcode
        (NEW_YORK, "us", NEW_YORK | {"subdivision": "OR", "city": "Portland", "postcode": "97201"}, "subdivision"),
        (NEW_YORK, "us", NEW_YORK | {"subdivision": "NJ", "city": "Newark", "postcode": "07102"}, "subdivision"),
    ],
)
def test_a_place_with_another_tax_is_an_advisers_and_money_stays(client, placed, region, to, field):
    order = confirmed(region, **placed)
    address, form = opened(client, order, "address")
    answer = client.post(address, to | form)
    assert answer.status_code == 422
    page = words(answer)
    assert f'id="{field}-error"' in page and "advisers@arcenne.example" in page
    assert f'value="{to["city"]}"' in page
    assert nothing_happened(order)
    was = (order.total_incl_tax, order.shipping_address.line4)
    order.refresh_from_db()
    assert (order.total_incl_tax, order.shipping_address.line4) == was


def test_a_place_with_another_charge_is_an_advisers(client):
    order = confirmed("cn", **SHANGHAI)
    Transit.objects.filter(subdivision="新疆维吾尔自治区").update(charge=80)
    address, form = opened(client, order, "address")
    answer = client.post(address, URUMQI | form)
    assert answer.status_code == 422 and 'id="subdivision-error"' in words(answer)
    assert nothing_happened(order)


def test_a_state_cannot_change_even_where_tax_is_the_same(client):
    order = confirmed("us", **(NEW_YORK | {"subdivision": "OR", "city": "Portland", "postcode": "97201"}))
    address, form = opened(client, order, "address")
    answer = client.post(address, NEW_YORK | form | {"subdivision": "MT", "city": "Helena", "postcode": "59601"})
    assert answer.status_code == 422
    assert nothing_happened(order)


def test_a_longer_way_shows_the_new_day_and_asks_for_it(client):
    order = confirmed("cn", **SHANGHAI)
    first = order.promised_on
    address, form = opened(client, order, "address")
    asked = client.post(address, URUMQI | form | {"day": ""})
    assert asked.status_code == 409
    later = date.fromisoformat(hidden(asked)["day"])
    assert later > first and "乌鲁木齐市" in words(asked) and "Please confirm the day" in words(asked)
    assert nothing_happened(order)
    assert client.post(address, URUMQI | hidden(asked)).status_code == 303
    order.refresh_from_db()
    assert (order.promised_on, order.promised_anew_on, order.due_on) == (first, later, later)
    change = order.changes.get()
    assert (change.before["promise"], change.after["promise"]) == (first.isoformat(), later.isoformat())
    page = words(client.get(f"/cn/en/orders/{order.number}/"))
    assert clock.day_words(later) in page
    work_off()
    assert f"Promised for · {clock.day_words(first)} → {clock.day_words(later)}" in mail.outbox[-1].body


def test_a_day_that_moved_once_more_is_asked_again():
    order = confirmed("cn", **SHANGHAI)
    to = changing.Recipient(**{"line2": "", **URUMQI})
    shown = changing.address_version(order, changing.recipient_of(order.shipping_address))
    with pytest.raises(LaterDay) as no:
        changing.address(order, to, shown=shown, agreed_day=order.promised_on + timedelta(days=1), by_id=None, now=timezone.now())
    assert no.value.facts["on"] > order.promised_on + timedelta(days=1)
    assert nothing_happened(order)


def test_a_shorter_way_leaves_the_promise_as_it_stands(client):
    order = confirmed("cn", **URUMQI)
    promised = order.promised_on
    address, form = opened(client, order, "address")
    assert client.post(address, SHANGHAI | form).status_code == 303
    order.refresh_from_db()
    assert (order.promised_on, order.promised_anew_on, order.due_on) == (promised, None, promised)


def test_a_new_name_does_not_move_the_day_even_when_the_house_is_late(client):
    order = confirmed()
    past = timezone.now().date() - timedelta(days=9)
    Order.objects.update(promised_on=past, bench_done_on=past)
    address, form = opened(client, order, "address")
    assert client.post(address, PARIS | form | {"name": "Bert"}).status_code == 303
    order.refresh_from_db()
    assert (order.promised_on, order.promised_anew_on) == (past, None)


def test_exactly_the_same_is_said_and_nothing_is_written(client):
    order = confirmed(gift=makers.GIFT)
    address, form = opened(client, order, "address")
    assert "nothing was changed" in words(client.post(address, PARIS | form | {"postcode": " 75001 "}, follow=True))
    address, form = opened(client, order, gift_form(order))
    wish = {"box": "garnet", "ribbon": "champagne", "card": "For you,\r\nalways.\r\n"}
    assert "nothing was changed" in words(client.post(address, wish | form, follow=True))
    address, form = opened(client, order, "day")
    typed = {"on": order.promised_on.isoformat()}
    assert "nothing was changed" in words(client.post(address, typed | form, follow=True))
    assert nothing_happened(order)


def test_two_clicks_are_one_change(client):
    order = confirmed()
    address, form = opened(client, order, "address")
    for _click in range(2):
        assert client.post(address, PARIS | form | {"name": "Berthe"}).status_code == 303
    assert order.changes.count() == 1


def test_a_form_from_another_tab_is_refused_with_what_stands_there_now(client):
    order = confirmed()
    address, stale = opened(client, order, "address")
    client.post(address, PARIS | stale | {"name": "Berthe"})
    answer = client.post(address, PARIS | stale | {"name": "Claire", "line1": "1 quai Voltaire"})
    page = words(answer)
    assert answer.status_code == 409 and "was changed since you opened the page" in page
    assert 'value="Berthe"' in page and "1 quai Voltaire" in page  # what stands there, and what was typed
    assert order.changes.count() == 1
    assert client.post(address, PARIS | hidden(answer) | {"name": "Claire"}).status_code == 303


def test_a_wrong_form_does_not_make_a_stale_one_fresh(client):
    order = confirmed()
    address, stale = opened(client, order, "address")
    client.post(address, PARIS | stale | {"name": "Berthe"})
    wrong = client.post(address, PARIS | stale | {"name": "Claire", "postcode": "1"})
    assert wrong.status_code == 422
    assert client.post(address, PARIS | hidden(wrong) | {"name": "Claire"}).status_code == 409


@pytest.mark.parametrize("status", [OrderState.PACKED, OrderState.DISPATCHED, OrderState.HANDED_OVER])
def test_once_it_is_packed_each_change_is_refused_and_says_whom_to_ask(client, status):
    order = confirmed(gift=makers.GIFT)
    forms = {what: opened(client, order, what) for what in ("address", "day", gift_form(order))}
    Order.objects.update(status=status)
    typed = PARIS | {"name": "Berthe", "on": working_day(order, 8).isoformat(), "box": "ivory", "ribbon": "garnet", "card": "Ah"}
    for address, form in forms.values():
        answer = client.post(address, typed | form)
        assert answer.status_code == 409
        assert "Your parcel is packed" in words(answer) and "advisers@arcenne.example" in words(answer)
        assert "You had written:" in words(answer) and 'name="shown"' not in words(answer)
        assert "advisers@arcenne.example" in words(client.get(address, follow=True))
    page = words(client.get(f"/eu/en/orders/{order.number}/"))
    assert "advisers@arcenne.example" in page and "What you can still change" not in page
    assert nothing_happened(order)


@pytest.mark.parametrize("status", [OrderState.CANCELLED, OrderState.LAPSED])
def test_an_order_that_has_ended_has_nothing_left_to_change(client, status):
    order = confirmed()
    address, form = opened(client, order, "address")
    Order.objects.update(status=status)
    assert "has ended" in words(client.post(address, PARIS | form | {"name": "Berthe"}))
    assert nothing_happened(order)


@pytest.mark.parametrize("status", ["awaiting payment", "confirmed", "in atelier", "ready to pack"])
def test_in_every_state_before_the_scan_it_can_be_changed(client, status):
    order = confirmed()
    Order.objects.update(status=status)
    address, form = opened(client, order, "address")
    assert client.post(address, PARIS | form | {"name": "Berthe"}).status_code == 303
    assert order.changes.count() == 1


def test_nobody_changes_anothers_order(client):
    order = confirmed(gift=makers.GIFT)
    client.force_login(makers.client_of("eve"))
    for what in ("address", "day", gift_form(order)):
        for ask in (client.get, client.post):
            assert ask(f"/eu/en/orders/{order.number}/change/{what}/").status_code == 404
            assert ask(f"/eu/en/orders/{order.number}/change/{what}/?key=wrong").status_code == 404
    assert nothing_happened(order)


def test_the_key_leaves_the_address_bar_here_too(client):
    order = confirmed()
    answer = client.get(f"/eu/en/orders/{order.number}/change/day/?key={order.access_key}")
    assert (answer.status_code, answer["Location"]) == (302, f"/eu/en/orders/{order.number}/change/day/")


def test_a_parcel_is_not_closed_on_a_slip_older_than_the_change():
    order = confirmed(gift=makers.GIFT)
    packer = makers.User.objects.create_user("packer@house.example", is_staff=True).pk
    makers.fill_box(order, by_id=packer)
    line = order.lines.get()
    shown = changing.gift_version(line.wrapping)
    wish = makers.wrapping.Wish("garnet", "champagne", "Adieu.")
    change = changing.gift(order, line.pk, wish, shown=shown, by_id=None, now=timezone.now())
    with pytest.raises(ChangedMeanwhile):
        makers.close(order, by_id=packer, seen=None)
    with pytest.raises(PartMissing) as no:
        makers.close(order, by_id=packer, seen=change.pk)
    assert [words.split()[0] for words in no.value.facts["missing"]] == ["Card", "Packing", "card", "a"]  # all that has changed
    makers.fill_box(order, by_id=packer)
    makers.close(order, by_id=packer, seen=change.pk)
    with pytest.raises(TooLate):
        changing.gift(order, line.pk, makers.GIFT, shown=shown, by_id=None, now=timezone.now())


def test_the_log_is_written_once_and_never_changed():
    order = confirmed()
    with pytest.raises(AlreadySo):
        changing.day(order, None, shown="", agreed_day=None, by_id=None, now=timezone.now())
    shown = changing.day_version(order)
    change = changing.day(order, working_day(order, 3), shown=shown, agreed_day=None, by_id=None, now=timezone.now())
    change.after = {}
    with pytest.raises(TypeError):
        change.save()
    with pytest.raises(TypeError):
        change.delete()
    assert OrderChange.objects.get().after


def test_the_clock_asks_two_queries_and_more_lines_ask_no_more(client):
    small = confirmed()
    bag = fill(variant(), engraved="A", gift=makers.GIFT)
    for text in ("B", "C", "D"):
        makers.add(bag, variant(size="50"), engraved=text, gift=makers.GIFT)
    large = place(bag)
    move(large, OrderState.CONFIRMED)
    client.get("/eu/en/")  # a page knows the regions before it asks for a clock
    views = [read(small), read(large)]
    for view in views:
        with CaptureQueriesContext(connection) as seen:
            assert clock.of(view, now=timezone.now())
        assert len(seen) == 2

    def asked(order: Order, what: str) -> int:
        address, _form = opened(client, order, what)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    assert asked(large, "address") <= asked(small, "address") <= 20
    assert asked(large, "day") <= asked(small, "day") <= 24
    assert asked(large, f"gift/{large.lines.first().pk}") <= 21


def test_china_without_script_offers_the_cities_of_the_province_and_keeps_the_rest(client):
    order = confirmed("cn", **SHANGHAI)
    address, form = opened(client, order, "address")
    answer = client.post(address, SHANGHAI | form | {"subdivision": "江苏省", "name": "李雷", "act": "update"})
    page = words(answer)
    assert answer.status_code == 200 and "苏州市" in page and 'value="李雷"' in page
    assert hidden(answer)["shown"] == form["shown"]


@pytest.mark.parametrize("language", ["zh-hans", "fr", "en"])
@pytest.mark.parametrize(("region", "to"), [("cn", SHANGHAI), ("eu", PARIS), ("us", NEW_YORK)])
def test_every_form_opens_in_every_region_and_language(client, region, to, language):
    order = confirmed(region, gift=makers.GIFT, **to)
    for what in ("address", "day", gift_form(order)):
        address, form = opened(client, order, what, language)
        page = words(client.get(address))
        assert form["shown"] and "style=" not in page and len(re.findall("<h1", page)) == 1
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), what


def test_an_order_nobody_paid_writes_to_nobody():
    """Anybody can place one in any name: its letters would carry a stranger's words to whom he likes."""
    order = place(fill(variant(), gift=makers.GIFT))
    line = order.lines.get()
    wish = makers.wrapping.Wish("garnet", "champagne", "Claim your prize at evil.example")
    shown = changing.gift_version(Wrapping.objects.get(order_line=line))
    assert changing.gift(order, line.pk, wish, shown=shown, by_id=None, now=timezone.now())
    assert not OutboxJob.objects.filter(name="letter.changed").exists()


def test_nobody_changes_an_order_all_day(client):
    order = confirmed(gift=makers.GIFT)
    address, _fields = opened(client, order, gift_form(order))
    for n in range(changing.MOST_CHANGES_A_DAY + 1):
        answer = client.post(address, {**hidden(client.get(address)), "box": "garnet", "ribbon": "champagne", "card": f"No. {n}"})
    assert answer.status_code == 409 and "was changed many times today" in words(answer)
    assert f"No. {n}" in words(answer)  # what was typed is not lost
    assert order.changes.count() == OutboxJob.objects.filter(name="letter.changed").count() == changing.MOST_CHANGES_A_DAY


def test_an_order_that_is_being_checked_stays_as_it_was_checked(client):
    order = confirmed()
    address, fields = opened(client, order, "address")
    move(order, OrderState.UNDER_REVIEW)
    answer = client.post(address, {**PARIS, **fields, "line1": "1 rue Neuve"})
    assert answer.status_code == 409 and "We are checking your order once more" in words(answer)
    assert nothing_happened(order)
    assert client.get(address).status_code == 303


@pytest.mark.parametrize(("place", "days"), [("eu/en", 14), ("cn/en", 14), ("us/en", 14)])
def test_the_order_keeps_the_rights_of_its_own_region(client, place, days):
    order = confirmed()
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    page = words(client.get(f"/{place}/orders/{order.number}/"))
    assert f"within {days} days of delivery" in page and "of which tax" in page
