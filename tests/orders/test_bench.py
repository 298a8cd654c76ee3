"""The bench's days are reserved with the order, and given back with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from checkout import ending
from checkout.refusals import DayChanged
from services.engraving import reserving
from services.engraving.models import BenchSlot, Job, RestReason, Station, StationRest
from services.engraving.refusals import BenchFull
from tests import makers
from tests.makers import fill, place, total_of, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def laser() -> Station:
    return Station.objects.get(methods=["laser"])


def engraved(**more):
    return fill(variant("halo-band", size="52"), engraved="A & P", **more)


def reserved(order) -> list[BenchSlot]:
    return list(BenchSlot.objects.filter(order_line__order=order).order_by("day"))


def leave_free(station: Station, *, day, number: int) -> None:
    """Take away all places up to a day but so many on it."""
    BenchSlot.objects.filter(station=station, day__lt=day).delete()
    BenchSlot.objects.filter(station=station, day=day, number__gt=number).delete()


def test_an_engraved_order_reserves_the_day_it_promises():
    order = place(engraved())
    (slot,) = reserved(order)
    assert slot.station.methods == ["laser"]
    assert slot.day == order.bench_done_on
    assert order.promised_on > slot.day


def test_an_order_without_engraving_reserves_nothing():
    assert reserved(place(fill(variant()))) == []


def test_a_full_day_makes_the_next_promise_later(laser):
    first = place(engraved())
    leave_free(laser, day=first.bench_done_on, number=0)
    second = place(engraved(who=makers.buyer("bea")), who=makers.buyer("bea"))
    assert reserved(second)[0].day == second.bench_done_on > first.bench_done_on
    assert second.promised_on > first.promised_on


def test_a_day_that_somebody_took_meanwhile_is_shown_again_before_anything_is_written(laser):
    bag = engraved()
    totals = makers.totals_of(bag)
    BenchSlot.objects.filter(station=laser, day=totals.promise.bench_done_on).delete()
    with pytest.raises(DayChanged):
        place(bag, day=totals.promise.on)
    assert not BenchSlot.objects.exclude(order_line=None).exists()


def test_a_bench_without_any_day_left_takes_no_engraved_order(laser):
    bag = engraved()
    BenchSlot.objects.filter(station=laser).delete()
    assert makers.totals_of(bag).bench_is_full
    with pytest.raises(BenchFull):
        place(bag, agreed=total_of(bag))


def test_a_house_without_a_station_counts_the_days_of_work():
    Station.objects.update(is_active=False)
    order = place(engraved())
    assert reserved(order) == [] and order.bench_done_on


def test_a_cancelled_order_gives_its_day_back():
    order = place(engraved())
    ending.cancel(order, by_id=None, by_words="client")
    assert reserved(order) == []


def test_an_order_nobody_paid_gives_its_day_back():
    order = place(engraved())
    ending.lapse(order, now=timezone.now())
    assert reserved(order) == []


def test_the_job_is_due_on_the_reserved_day(standin):
    order = makers.pay(place(engraved()), standin)
    assert Job.objects.get(inscription__order_line__order=order).due_on == reserved(order)[0].day


def test_a_machine_that_is_down_moves_what_was_reserved(laser):
    order = place(engraved())
    (before,) = reserved(order)
    StationRest.objects.create(station=laser, day=before.day, reason=RestReason.MACHINE)
    (moved,) = reserving.plan_ahead(today=timezone.now().date())
    (after,) = reserved(order)
    assert (moved.before, moved.after) == (before.day, after.day)
    assert after.day > before.day
    assert not BenchSlot.objects.filter(station=laser, day=before.day).exists()


def test_planning_twice_changes_nothing(laser):
    today = timezone.now().date()
    order = place(engraved())
    count = BenchSlot.objects.count()
    assert reserving.plan_ahead(today=today) == []
    assert BenchSlot.objects.count() == count
    assert len(reserved(order)) == 1


def test_fewer_pieces_a_day_take_free_places_away_and_keep_what_is_reserved(laser):
    order = place(engraved())
    laser.pieces_a_day = 1
    laser.save()
    assert reserving.plan_ahead(today=timezone.now().date()) == []
    assert len(reserved(order)) == 1
    assert BenchSlot.objects.filter(station=laser, number__gt=1).count() == 0


def test_a_day_that_works_again_has_its_places_again(laser):
    today = timezone.now().date()
    day = BenchSlot.objects.filter(station=laser, day__gt=today).order_by("day")[0].day
    rest = StationRest.objects.create(station=laser, day=day)
    reserving.plan_ahead(today=today)
    assert not BenchSlot.objects.filter(station=laser, day=day).exists()
    rest.delete()
    reserving.plan_ahead(today=today)
    assert BenchSlot.objects.filter(station=laser, day=day).count() == laser.pieces_a_day


def test_the_weekend_has_no_places(laser):
    assert {slot.day.weekday() for slot in BenchSlot.objects.filter(station=laser)} == {0, 1, 2, 3, 4}
    assert BenchSlot.objects.filter(day__gt=timezone.now().date() + reserving.AHEAD + timedelta(days=1)).count() == 0


def test_what_the_bag_shows_is_what_is_reserved(laser):
    bag = engraved()
    leave_free(laser, day=makers.totals_of(bag).promise.bench_done_on + timedelta(days=7), number=2)
    shown = makers.totals_of(bag).promise
    order = place(bag, day=shown.on)
    assert (order.promised_on, order.bench_done_on) == (shown.on, shown.bench_done_on)
    assert order.total_incl_tax > Decimal(0)
