"""Two clients confirm the last piece of a size at once: one has it, and the other keeps what he had."""

import threading
from contextlib import suppress

import pytest
from django.utils import timezone

from catalog.models import Product
from checkout import ending, engraving_changes, size_first, sizers
from checkout.order.models import Order, OrderChange, Sizer
from checkout.order.states import OrderState, SizerState
from checkout.refusals import SeenBefore, SizeGone, SizeKnown, SizerElsewhere
from services.engraving.models import BenchSlot, Inscription, Job, JobState
from services.foundation.units import claiming
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import buyer, fill, pay, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def waiting(standin, name: str) -> Order:
    bag = fill(variant("halo-band", size="52"), who=buyer(name), engraved="A")
    Inscription.objects.filter(bag_line__basket=bag).update(waits_for_size=True)
    return pay(place(bag, who=buyer(name)), standin)


def confirmed(order: Order, size: str = "54"):
    """The client has the proof of his size before him and confirms."""
    line, new = order.lines.get(), variant("halo-band", size=size)
    shown = engraving_changes.version(line.inscription)
    wish = makers.engraving(new, "A")
    return lambda: size_first.confirm(
        order, line.pk, new.pk, wish=wish, shown=shown, language="en", by_id=None, now=timezone.now()
    )


def leave_one(size: str) -> None:
    """One piece of a size, and none is made to order."""
    makers.keep_units(variant("halo-band", size=size), 1)
    Product.objects.filter(slug="halo-band").update(made_to_order_weeks=None)


def pieces(order: Order) -> list[str]:
    return list(Unit.objects.filter(order_line__order=order).values_list("variant__size", flat=True))


def test_the_last_piece_of_a_size_goes_to_one(standin):
    makers.keep_units(variant("halo-band", size="52"), 4)
    orders = [waiting(standin, f"c{n}") for n in range(4)]
    leave_one("54")
    answers = at_once([confirmed(order) for order in orders])
    assert sum(isinstance(answer, OrderChange) for answer in answers) == 1, answers
    assert sum(isinstance(answer, SizeGone) for answer in answers) == 3, answers
    for order, answer in zip(orders, answers, strict=True):
        won = isinstance(answer, OrderChange)
        assert pieces(order) == (["54"] if won else ["52"])
        assert Job.objects.get(inscription__order_line__order=order).state == (JobState.WAITING if won else JobState.SIZE)
        assert BenchSlot.objects.filter(order_line__order=order).exists() == won
    assert Unit.objects.filter(variant=variant("halo-band", size="52"), order_line=None).count() == 1  # the winner's, free again


def test_without_the_guard_one_piece_would_be_given_twice(standin, monkeypatch):
    orders = [waiting(standin, f"c{n}") for n in range(2)]
    leave_one("54")
    gate = threading.Barrier(2)

    def read_then_write(variant_id, quantity, column, taker):
        free = list(Unit.objects.filter(variant_id=variant_id, hold=None, order_line=None, withdrawn_at=None)[:quantity])
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        return Unit.objects.filter(pk__in=[unit.pk for unit in free]).update(**{column: taker})

    monkeypatch.setattr(claiming, "_take", read_then_write)
    answers = at_once([confirmed(order) for order in orders])
    assert all(isinstance(answer, OrderChange) for answer in answers), answers
    assert sorted(map(pieces, orders)) == [[], ["54"]]  # somebody was promised a piece that is not there


def test_two_tabs_confirm_one_size(standin):
    order = waiting(standin, "anna")
    answers = at_once([confirmed(order, size) for size in ("50", "54", "56")])
    assert sum(isinstance(answer, OrderChange) for answer in answers) == 1, answers
    assert all(isinstance(answer, (OrderChange, SeenBefore, SizeKnown)) for answer in answers), answers
    assert pieces(order) == [order.lines.get().product.size]
    assert BenchSlot.objects.filter(order_line__order=order).count() == 1


def test_confirming_and_cancelling_never_both_win(standin):
    for turn in range(3):
        order = waiting(standin, f"c{turn}")
        change, end = at_once([confirmed(order), lambda order=order: ending.cancel(order, by_id=None, by_words="client")])
        order.refresh_from_db()
        assert order.status == OrderState.CANCELLED and end is None, (change, end)
        assert pieces(order) == [] and not BenchSlot.objects.filter(order_line__order=order).exists()
        assert Job.objects.get(inscription__order_line__order=order).state == JobState.CANCELLED


def test_a_sizer_is_sent_once_however_often_its_label_is_scanned(standin):
    waiting(standin, "anna")
    by_id = makers.packer()
    code = Sizer.objects.get().code
    answers = at_once([lambda: sizers.send(sizers.find(code), by_id=by_id, now=timezone.now()) for _n in range(4)])
    assert sum(answer is None for answer in answers) == 1, answers
    assert sum(isinstance(answer, SizerElsewhere) for answer in answers) == 3, answers
    assert Sizer.objects.get().state == SizerState.SENT
