"""A client changes an order while the packing bench closes its parcel: exactly one of them goes first, and the other is told.

Each race has its counterpart with the guard taken off.
"""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from django.utils import timezone

from checkout import changing
from checkout.order.models import Order, OrderChange, ShippingAddress
from checkout.order.moving import move
from checkout.order.states import OrderState
from checkout.packing import bench
from checkout.refusals import AlreadySo, ChangedMeanwhile, SeenBefore, TooLate
from services.foundation.outbox.models import Job as OutboxJob
from services.gifting.models import Wrapping
from tests import makers
from tests.makers import fill, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def confirmed(**changed) -> Order:
    order = place(fill(variant(), gift=makers.GIFT), **changed)
    move(order, OrderState.CONFIRMED)
    return order


def recipient(order: Order) -> changing.Recipient:
    return changing.recipient_of(ShippingAddress.objects.get(pk=order.shipping_address_id))


def renamed(order: Order, name: str):
    """The act of one tab: another recipient's name, from a form that was just opened."""
    was = recipient(order)
    shown = changing.address_version(order, was)
    to = replace(was, name=name)
    return lambda: changing.address(order, to, shown=shown, agreed_day=None, by_id=None, now=timezone.now())


def rewritten(order: Order, card: str):
    """The act of one tab: another card."""
    line = order.lines.get()
    shown, wish = changing.gift_version(line.wrapping), replace(makers.GIFT, card=card)
    return lambda: changing.gift(order, line.pk, wish, shown=shown, by_id=None, now=timezone.now())


def packed(order: Order):
    """The scan of a packer whose page shows no change."""
    packer = makers.packer()
    makers.fill_box(order, by_id=packer)
    return lambda: makers.close(order, by_id=packer, seen=None)


def both_won(order: Order, answers: list) -> bool:
    """The parcel is closed on what the packer saw, and the order says something else."""
    scan, change = answers
    order.refresh_from_db()
    return scan is None and isinstance(change, OrderChange) and order.status == OrderState.PACKED


@pytest.mark.parametrize("act", [renamed, rewritten])
def test_a_change_and_the_packing_scan_never_both_win(act):
    for turn in range(5):
        order = confirmed()
        scan, change = answers = at_once([packed(order), act(order, f"Berthe {turn}")])
        assert not both_won(order, answers), answers
        if scan is None:
            assert isinstance(change, TooLate), answers
            assert order.status == OrderState.PACKED and not order.changes.exists()
            assert recipient(order).name == "Anna Test"
            assert Wrapping.objects.get(order_line__order=order).card_text == makers.GIFT.card
        else:
            assert isinstance(scan, ChangedMeanwhile) and isinstance(change, OrderChange), answers
            assert order.status == OrderState.CONFIRMED and order.changes.count() == 1


def held_open(monkeypatch, function: str) -> tuple[threading.Event, threading.Event]:
    """Let the change stand still between its look at the order and its writing, until the scan is over."""
    looked, scanned = threading.Event(), threading.Event()
    real = getattr(changing, function)

    def slowly(*args, **kwargs):
        looked.set()
        scanned.wait(2)  # with the lock the scan cannot end before this change: then it is let go without it
        return real(*args, **kwargs)

    monkeypatch.setattr(changing, function, slowly)
    return looked, scanned


def race_of_a_change_and_the_scan(monkeypatch) -> tuple[Order, list]:
    """The change looks first; the scan comes before it has written."""
    order = confirmed()
    looked, scanned = held_open(monkeypatch, "write")
    scan = packed(order)

    def scanning():
        looked.wait(5)
        try:
            return scan()
        finally:
            scanned.set()

    return order, at_once([scanning, renamed(order, "Berthe")])


def test_a_scan_that_comes_while_a_change_is_written_waits_and_is_told(monkeypatch):
    order, answers = race_of_a_change_and_the_scan(monkeypatch)
    assert not both_won(order, answers), answers
    assert isinstance(answers[0], ChangedMeanwhile) and isinstance(answers[1], OrderChange), answers


def test_without_the_orders_lock_a_parcel_is_packed_and_changed(monkeypatch):
    monkeypatch.setattr(changing.Order.objects, "select_for_update", lambda **_of: Order.objects.all())
    order, answers = race_of_a_change_and_the_scan(monkeypatch)
    assert both_won(order, answers), answers  # it goes to Anna, and the house has promised Berthe


def test_without_the_look_at_the_state_a_packed_order_is_changed(monkeypatch):
    order = confirmed()
    packed(order)()
    monkeypatch.setattr(changing, "check_open", lambda _order: None)
    renamed(order, "Berthe")()
    order.refresh_from_db()
    assert order.status == OrderState.PACKED and recipient(order).name == "Berthe"


def test_without_the_look_at_the_last_change_a_parcel_is_closed_on_an_old_slip(monkeypatch):
    order = confirmed()
    scan = packed(order)
    renamed(order, "Berthe")()
    monkeypatch.setattr(bench, "last_change", lambda _order: None)
    scan()
    order.refresh_from_db()
    assert order.status == OrderState.PACKED and order.changes.exists()


def race_of_two_tabs(order: Order) -> list:
    return at_once([renamed(order, name) for name in ("Berthe", "Claire", "Denise", "Élise")])


def test_of_several_tabs_one_is_taken_and_the_others_see_what_it_wrote():
    order = confirmed()
    answers = race_of_two_tabs(order)
    assert sum(isinstance(a, OrderChange) for a in answers) == 1, answers
    assert sum(isinstance(a, SeenBefore) for a in answers) == 3, answers
    assert OutboxJob.objects.filter(name="letter.changed").count() == 1
    assert recipient(order).name == order.changes.get().after["name"]


def test_without_the_lock_several_tabs_overwrite_one_another(monkeypatch):
    gate, real = threading.Barrier(4), changing.check_costs

    def side_by_side(*args):
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        return real(*args)

    monkeypatch.setattr(changing, "check_costs", side_by_side)
    monkeypatch.setattr(changing.Order.objects, "select_for_update", lambda **_of: Order.objects.all())
    order = confirmed()
    race_of_two_tabs(order)
    assert order.changes.count() > 1


def test_the_same_click_many_times_at_once_is_one_change():
    order = confirmed()
    answers = at_once([renamed(order, "Berthe") for _click in range(6)])
    assert sum(isinstance(a, OrderChange) for a in answers) == 1, answers
    assert sum(isinstance(a, AlreadySo) for a in answers) == 5, answers
    assert OutboxJob.objects.filter(name="letter.changed").count() == 1
