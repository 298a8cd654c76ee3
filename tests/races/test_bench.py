"""The last places at the bench, under real concurrency: fifty clients, the same moment, no day overbooked."""

import threading
from contextlib import suppress
from datetime import date

import pytest
from django.db.models import Count

from checkout.order.models import Order
from checkout.refusals import DayChanged
from services.engraving import reserving
from services.engraving.models import BenchSlot
from services.foundation.refusal import Refusal
from tests import makers
from tests.makers import buyer, fill, keep_units, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]
CLIENTS, PLACES = 50, 3


def race_for_the_last_day() -> tuple[list, date]:
    """Fifty clients have seen the same day, on which the bench has three places left."""
    piece = variant("halo-band", size="52")
    keep_units(piece, CLIENTS)
    bags = [fill(piece, who=buyer(f"b{n}"), engraved=f"No. {n}") for n in range(CLIENTS)]
    shown = makers.totals_of(bags[0])
    day = shown.promise.bench_done_on
    BenchSlot.objects.filter(station__methods=["laser"], day=day, number__gt=PLACES).delete()
    answers = at_once(
        [lambda n=n: place(bags[n], who=buyer(f"b{n}"), agreed=shown.total, day=shown.promise.on) for n in range(CLIENTS)]
    )
    assert all(isinstance(answer, Order | Refusal) for answer in answers), answers
    return answers, day


def test_the_last_bench_day_is_never_overbooked():
    answers, day = race_for_the_last_day()
    placed = [answer for answer in answers if isinstance(answer, Order)]
    assert len(placed) == PLACES
    assert all(isinstance(answer, DayChanged) for answer in answers if not isinstance(answer, Order))
    assert all(order.bench_done_on == day for order in placed)
    taken = BenchSlot.objects.filter(day=day).exclude(order_line=None)
    assert taken.count() == PLACES == taken.values("order_line").distinct().count()
    assert BenchSlot.objects.exclude(order_line=None).count() == PLACES  # who was refused left nothing behind


def test_clients_who_agree_to_any_day_are_spread_over_the_days():
    piece = variant("halo-band", size="52")
    keep_units(piece, 20)
    bags = [fill(piece, who=buyer(f"b{n}"), engraved=f"No. {n}") for n in range(20)]
    total = makers.total_of(bags[0])
    answers = at_once([lambda n=n: place(bags[n], who=buyer(f"b{n}"), agreed=total) for n in range(20)])
    assert all(isinstance(answer, Order) for answer in answers), answers
    lines = BenchSlot.objects.exclude(order_line=None).values("order_line").annotate(n=Count("id"))
    assert [line["n"] for line in lines] == [1] * 20
    for order in answers:
        assert BenchSlot.objects.get(order_line__order=order).day == Order.objects.get(pk=order.pk).bench_done_on


def test_without_the_guard_the_last_bench_day_is_overbooked(monkeypatch):
    gate = threading.Barrier(CLIENTS)

    def careless(order_line_id, surface, method, quantity, not_before):
        """What `reserving._claim` would be if it counted first: look, then write."""
        free = BenchSlot.objects.filter(order_line=None, day__gte=not_before, station__methods=[method])
        seen = list(free.order_by("day", "number").values_list("pk", flat=True)[:quantity])
        with suppress(threading.BrokenBarrierError):
            gate.wait(20)
        return BenchSlot.objects.filter(pk__in=seen).update(order_line_id=order_line_id, surface=surface)

    monkeypatch.setattr(reserving, "_claim", careless)
    answers, day = race_for_the_last_day()
    promised_that_day = [a for a in answers if isinstance(a, Order) and a.bench_done_on == day]
    assert len(promised_that_day) > PLACES
