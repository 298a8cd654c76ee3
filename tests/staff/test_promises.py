"""Promise against hand-over: what staff read, and that it is honest about days that moved."""

import html
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkout import promises, replanning
from checkout.order.models import Order, OrderChange
from checkout.order.moving import move
from checkout.order.states import OrderState
from checkout.promises import Delivered, by_month, late
from services.delivery.models import Holiday
from services.engraving import reserving
from services.engraving.models import BenchSlot, RestReason, Station, StationRest
from tests import makers
from tests.makers import fill, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday


def staff(client, role: str = "Dispatch"):
    user = makers.User.objects.create_user(f"{role.lower().replace(' ', '.')}@house.example", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


def an_order(number: str, status: str = OrderState.CONFIRMED, *, region: str = "eu", **facts) -> Order:
    order = place(fill(variant(), region=region), **({"country": "US", "subdivision": "OR"} if region == "us" else {}))
    move(order, OrderState.CONFIRMED)
    Order.objects.filter(pk=order.pk).update(number=number, status=status, **facts)
    return Order.objects.get(pk=order.pk)


def handed_over(number: str, on: datetime, **facts) -> Order:
    return an_order(number, OrderState.HANDED_OVER, handed_over_at=on, **facts)


def was(on: date, *, first: date, anew: date | None = None, requested: date | None = None, region: str = "eu") -> Delivered:
    due = max(day for day in (anew or first, requested) if day)
    return Delivered(order_id=1, number="A", region_code=region, first=first, due=due, requested=requested, on=on)


@pytest.mark.parametrize(
    ("one", "kept", "is_late", "too_early", "days"),
    [
        (was(date(2026, 11, 5), first=date(2026, 11, 5)), True, False, False, 0),
        (was(date(2026, 11, 3), first=date(2026, 11, 5)), True, False, False, -2),
        (was(date(2026, 11, 6), first=date(2026, 11, 5)), False, True, False, 1),
        (was(date(2026, 11, 9), first=date(2026, 11, 5), anew=date(2026, 11, 9)), True, False, False, 0),
        (was(date(2026, 11, 20), first=date(2026, 11, 5), requested=date(2026, 11, 20)), True, False, False, 0),
        (was(date(2026, 11, 5), first=date(2026, 11, 5), requested=date(2026, 11, 20)), False, False, True, -15),
    ],
)
def test_kept_is_not_after_the_day_agreed_last_and_not_before_the_day_asked_for(one, kept, is_late, too_early, days):
    assert (one.is_kept, one.is_late, one.is_too_early, one.days) == (kept, is_late, too_early, days)


def test_months_and_regions_are_summed_apart_with_the_first_promise_beside():
    first = date(2026, 11, 5)
    rows = by_month(
        [
            was(date(2026, 11, 4), first=first),
            was(date(2026, 11, 8), first=first),
            was(date(2026, 11, 9), first=first, anew=date(2026, 11, 9)),
            was(date(2026, 11, 5), first=first, region="cn"),
            was(date(2026, 10, 5), first=first),
        ]
    )
    assert [(row.month, row.region_code) for row in rows] == [
        (date(2026, 11, 1), "cn"),
        (date(2026, 11, 1), "eu"),
        (date(2026, 10, 1), "eu"),
    ]
    europe = rows[1]
    assert (europe.handed_over, europe.kept, europe.late, europe.too_early) == (3, 2, 1, 0)
    assert europe.kept_first == 1  # a promise that moved is not counted as the first one kept
    assert europe.median_days == 0


def test_the_late_are_listed_newest_first():
    first = date(2026, 11, 5)
    found = late([was(date(2026, 11, n), first=first) for n in (4, 6, 9, 5)])
    assert [each.on.day for each in found] == [9, 6]


def test_the_day_of_the_hand_over_is_the_regions_day():
    handed_over("NIGHT-EU", datetime(2026, 11, 5, 23, 30, tzinfo=UTC), promised_on=date(2026, 11, 5))
    handed_over("NIGHT-US", datetime(2026, 11, 6, 2, 30, tzinfo=UTC), promised_on=date(2026, 11, 5), region="us")
    found = {each.number: each for each in promises.delivered(now=NOW)}
    assert (found["NIGHT-EU"].on, found["NIGHT-EU"].is_late) == (date(2026, 11, 6), True)
    assert (found["NIGHT-US"].on, found["NIGHT-US"].is_late) == (date(2026, 11, 5), False)


def test_twelve_months_are_looked_at():
    handed_over("LONG-AGO", NOW - timedelta(days=370), promised_on=date(2025, 11, 1))
    handed_over("LAST-YEAR", datetime(2025, 12, 1, 0, 30, tzinfo=UTC), promised_on=date(2025, 12, 1))
    assert {each.number for each in promises.delivered(now=NOW)} == {"LAST-YEAR"}


def at_risk() -> list[tuple[str, date]]:
    return [(each.order.number, each.leave_by) for each in promises.at_risk(now=NOW)]


def test_at_risk_is_what_should_have_left_by_today():
    an_order("THURSDAY", promised_on=date(2026, 11, 26))  # two days to Paris: today
    an_order("FRIDAY", promised_on=date(2026, 11, 27))  # tomorrow is soon enough
    an_order("OVERDUE", OrderState.PACKED, promised_on=date(2026, 11, 24))
    an_order("REVIEW", OrderState.UNDER_REVIEW, promised_on=date(2026, 11, 25))
    an_order("GONE", OrderState.DISPATCHED, promised_on=date(2026, 11, 20))
    an_order("UNPAID", OrderState.AWAITING_PAYMENT, promised_on=date(2026, 11, 20))
    assert at_risk() == [
        ("OVERDUE", date(2026, 11, 20)),
        ("REVIEW", date(2026, 11, 23)),
        ("THURSDAY", date(2026, 11, 24)),
    ]


def test_at_risk_follows_the_day_agreed_last_and_the_courier_who_rests():
    an_order("MOVED", promised_on=date(2026, 11, 24), promised_anew_on=date(2026, 12, 4))
    an_order("ASKED", promised_on=date(2026, 11, 24), requested_on=date(2026, 12, 4))
    an_order("FRIDAY", promised_on=date(2026, 11, 27))
    assert at_risk() == []
    Holiday.objects.create(region_id="eu", day=date(2026, 11, 26), name="Fête")
    assert at_risk() == [("FRIDAY", date(2026, 11, 24))]


def test_the_page_shows_months_late_orders_and_what_is_at_risk(client):
    today = timezone.now().date()
    handed_over("LATE-ONE", timezone.now(), promised_on=today - timedelta(days=3))
    an_order("IN-DANGER", promised_on=today)
    page = html.unescape(staff(client).get(reverse("admin:order_promises")).content.decode())
    assert "LATE-ONE" in page and "IN-DANGER" in page
    assert "€" not in page and "1,750" not in page  # packing bench and dispatch work without prices
    assert reverse("admin:order_promises") in client.get(reverse("admin:order_order_changelist")).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "fr", "en"])
def test_the_page_opens_in_every_language_and_empty(client, language):
    answer = staff(client).get(reverse("admin:order_promises"), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(("role", "status"), [("Packing bench", 200), ("Client adviser", 200), ("Engraver", 403)])
def test_whoever_sees_orders_sees_their_promises(client, role, status):
    assert staff(client, role).get(reverse("admin:order_promises")).status_code == status


def test_a_client_does_not(client):
    client.force_login(makers.client_of("carla"))
    assert client.get(reverse("admin:order_promises")).status_code == 302


def test_more_orders_ask_no_more_queries(client):
    staff(client)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("admin:order_promises")).status_code == 200
        return len(seen)

    asked()  # regions are known from the second visit on
    handed_over("L-0", timezone.now(), promised_on=date(2026, 11, 1))
    an_order("R-0", promised_on=date(2026, 11, 1))
    few = asked()
    for n in range(1, 5):
        handed_over(f"L-{n}", timezone.now(), promised_on=date(2026, 11, 1))
        an_order(f"R-{n}", promised_on=date(2026, 11, 1))
    assert asked() <= few <= 9


def test_dispatch_sees_the_day_asked_for_in_list_and_page_and_what_the_client_changed(client):
    order = an_order("LATER-PLEASE", requested_on=date(2027, 1, 14))
    for before, after in (("Anna", "Berthe"), ("Berthe", "<b>Claire</b>")):
        OrderChange.objects.create(order=order, kind="address", before={"name": before}, after={"name": after}, at=timezone.now())
    staff(client)
    listed = client.get(reverse("admin:order_order_changelist")).content.decode()
    assert "14 January 2027" in listed or "Jan. 14, 2027" in listed
    page = client.get(reverse("admin:order_order_change", args=[order.pk])).content.decode()
    assert "Not before Thursday 14 January, as the client asked." in page
    assert "Recipient · Anna → Berthe" in page and "&lt;b&gt;Claire" in page
    assert 'name="changes-0-kind"' not in page  # read, never written


def test_the_packer_is_told_when_the_client_changed_the_order_meanwhile(client):
    order = an_order("MEANWHILE")
    staff(client, "Packing bench")
    makers.fill_box(order)
    parcel = reverse("packing-parcel", args=[order.number])
    assert client.get(parcel).context["seen"] is None
    change = OrderChange.objects.create(order=order, kind="gift", before={"card": "A"}, after={"card": "B"}, at=timezone.now())
    closing = {"act": "close", "seal": "SEAL-MEANWHILE"}
    assert "print the packing slip anew" in client.post(parcel, closing | {"seen": ""}, follow=True).content.decode()
    assert "out of date" in client.get(reverse("admin:order_order_change", args=[order.pk])).content.decode()
    client.post(parcel, closing | {"seen": "x" * 40})
    assert "Still missing" in client.post(parcel, closing | {"seen": change.pk}, follow=True).content.decode()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    makers.fill_box(order)
    assert f'name="seen" value="{change.pk}"' in client.get(parcel).content.decode()
    client.post(parcel, closing | {"seen": change.pk})
    order.refresh_from_db()
    assert order.status == OrderState.PACKED


def test_more_changes_ask_no_more_queries_of_the_orders_page(client):
    order = an_order("MANY")
    staff(client, "Packing bench")

    def asked(number: int) -> int:
        for _n in range(number):
            OrderChange.objects.create(
                order=order, line=order.lines.get(), kind="gift", before={"card": "A"}, after={"card": "B"}, at=timezone.now()
            )
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("admin:order_order_change", args=[order.pk]))
        return len(seen)

    asked(1)
    few = asked(1)
    assert asked(6) <= few


def test_a_promise_that_the_bench_breaks_is_confirmed_by_somebody_who_may(client, standin):
    order = makers.pay(place(fill(variant("halo-band", size="52"), engraved="A")), standin)
    laser = Station.objects.get(methods=["laser"])
    day = BenchSlot.objects.get(order_line__order=order).day
    for n in range(21):
        StationRest.objects.create(station=laser, day=day + timedelta(days=n), reason=RestReason.ENGRAVER)
    reserving.plan_ahead(today=timezone.now().date())
    (broken,) = replanning.broken(now=timezone.now())
    address = reverse("admin:order_promise_anew", args=[order.pk])
    asked = {"day": broken.possible.isoformat()}
    page = staff(client).get(reverse("admin:order_promises")).content.decode()
    assert order.number in page and address not in page
    assert client.post(address, asked).status_code == 403  # dispatch sees it and does not answer for it
    page = staff(client, "Client adviser").get(reverse("admin:order_promises")).content.decode()
    assert address in page
    client.get(address)
    order.refresh_from_db()
    assert order.promised_anew_on is None
    client.post(address, asked)
    order.refresh_from_db()
    assert order.due_on == broken.possible
    assert "letter.promised_anew" in makers.work_off()
    assert OrderChange.objects.get(order=order).by.email == "client.adviser@house.example"
    assert "None: the bench keeps every promise" in client.get(reverse("admin:order_promises")).content.decode()


def test_what_the_bench_breaks_is_found_in_as_many_queries_however_many_there_are(standin):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            replanning.broken(now=timezone.now())
        return len(queries)

    makers.pay(place(fill(variant("halo-band", size="52"), engraved="A")), standin)
    before = asked()
    for n in range(3):
        who = makers.buyer(f"b{n}")
        makers.pay(place(fill(variant("halo-band", size="52"), who=who, engraved="B"), who=who), standin)
    assert asked() == before
