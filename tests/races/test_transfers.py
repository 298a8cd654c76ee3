"""Two people at the desk at once: one transfer is one order's, and the same file is read once."""

import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from checkout import ending
from checkout.order.models import Order
from checkout.order.states import OrderState
from checkout.transfers import assigning, importing, overpaying, reckoning
from checkout.transfers.models import Assignment, Overpayment, Statement, StatementLine
from checkout.transfers.refusals import NothingLeft, NotOver
from tests.orders.test_transfers import account_of, awaited, came, desk, pay
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def line_for_nobody() -> tuple[StatementLine, list[Order]]:
    orders = [awaited() for _n in range(2)]
    return pay(orders[0], orders[0].total_incl_tax, reference=""), orders


def assign_to_both(line: StatementLine, orders: list[Order]) -> list:
    by_id = desk().pk
    acts = [lambda order=order: assigning.assign(line.pk, order.pk, by_id=by_id, now=timezone.now()) for order in orders]
    return at_once(acts)


def test_two_who_assign_one_transfer_to_two_orders_confirm_one():
    line, orders = line_for_nobody()
    answers = assign_to_both(line, orders)
    assert sum(isinstance(a, Assignment) for a in answers) == 1 and sum(isinstance(a, NothingLeft) for a in answers) == 1, answers
    assert sum(reckoning.received(order) for order in orders) == line.amount
    assert Order.objects.filter(status=OrderState.CONFIRMED).count() == 1


def test_without_the_line_s_lock_one_transfer_pays_two_orders(monkeypatch):
    """And only the database's own guard, where it sees both, is left."""
    gate = threading.Barrier(2)

    def careless(line_id: int) -> StatementLine:
        found = StatementLine.objects.get(pk=line_id)
        left = assigning.left_of(found)
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        monkeypatch.setattr(assigning, "left_of", lambda _line: left)
        return found

    line, orders = line_for_nobody()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transfers_assignment DISABLE TRIGGER no_more_is_assigned_than_came")
    try:
        monkeypatch.setattr(assigning, "_locked", careless)
        answers = assign_to_both(line, orders)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE transfers_assignment ENABLE TRIGGER no_more_is_assigned_than_came")
    assert sum(isinstance(a, Assignment) for a in answers) == 2, answers
    assert sum(reckoning.received(order) for order in orders) == 2 * line.amount


def test_the_same_file_from_two_people_is_read_once():
    order = awaited()
    data, account = came(order, order.total_incl_tax), account_of(order)
    at_once([lambda: importing.read_in(account, "bank.xml", data, by_id=None, now=timezone.now())] * 4)
    assert (Statement.objects.count(), StatementLine.objects.count(), Assignment.objects.count()) == (1, 1, 1)
    assert reckoning.received(order) == order.total_incl_tax and reckoning.over(order) == 0


def test_two_who_decide_about_one_overpayment_decide_once():
    order = awaited()
    pay(order, order.total_incl_tax + 5)
    by_id = desk().pk
    act = lambda: overpaying.decide(order, keep=True, by_id=by_id, reason="x", now=timezone.now())  # noqa: E731
    answers = at_once([act] * 3)
    assert sum(isinstance(a, Overpayment) for a in answers) == 1 and sum(isinstance(a, NotOver) for a in answers) == 2, answers


def test_money_that_comes_while_its_order_lapses_is_the_order_s_or_the_client_s():
    order = awaited()
    line = pay(order, order.total_incl_tax, reference="")
    by_id = desk().pk
    at_once(
        [
            lambda: assigning.assign(line.pk, order.pk, by_id=by_id, now=timezone.now()),
            lambda: ending.lapse(order, now=timezone.now()),
        ]
    )
    order.refresh_from_db()
    if order.status == OrderState.CONFIRMED:
        assert (reckoning.owed(order), reckoning.over(order)) == (0, 0)
    else:
        assert order.status == OrderState.LAPSED and reckoning.over(order) == order.total_incl_tax
