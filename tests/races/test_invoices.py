"""Numbers without gaps while many documents are issued at once, and some of them fail."""

import threading
from contextlib import suppress
from datetime import UTC, timedelta

import pytest
from django.db.models import Max
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from checkout.invoicing import crediting, fapiao, issuing, numbering
from checkout.invoicing.models import Document, DocumentKind, Fapiao, Series
from checkout.invoicing.refusals import FapiaoChanged, FapiaoIssued
from checkout.order.models import Order
from checkout.reconciling import daily
from checkout.reconciling.models import Difference, Report
from services.foundation.provider import port
from tests.languages import HOMES
from tests.makers import buyer, fill, packer, pay, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]
MANY = 8


class Broken(Exception):
    """Something went wrong after the number was taken."""


def sent_orders(number: int) -> list[Order]:
    orders = [place(fill(variant(), who=buyer(f"b{n}")), who=buyer(f"b{n}")) for n in range(number)]
    Order.objects.update(status="dispatched")
    return orders


def issue_all(orders: list[Order], monkeypatch) -> list:
    """Every second one fails after it has taken its number."""
    unlucky = {order.pk for order in orders[1::2]}
    whole = issuing.write_lines

    def write_lines(document, lines):
        if document.order_id in unlucky:
            raise Broken
        whole(document, lines)

    monkeypatch.setattr(issuing, "write_lines", write_lines)
    answers = at_once([lambda order=order: issuing.issue(order.pk, now=timezone.now()) for order in orders])
    monkeypatch.setattr(issuing, "write_lines", whole)
    return answers


def test_documents_at_once_are_numbered_without_a_gap(monkeypatch):
    orders = sent_orders(MANY)
    answers = issue_all(orders, monkeypatch)
    assert sum(isinstance(a, Document) for a in answers) == MANY / 2, answers
    assert sum(isinstance(a, Broken) for a in answers) == MANY / 2, answers
    again = at_once([lambda order=order: issuing.issue(order.pk, now=timezone.now()) for order in orders])
    assert all(isinstance(a, Document) for a in again), again
    assert sorted(Document.objects.values_list("number", flat=True)) == list(range(1, MANY + 1))
    assert Series.objects.get().last == MANY


def test_without_the_rows_lock_numbers_are_given_twice(monkeypatch):
    gate = threading.Barrier(MANY)

    def careless(series: Series) -> int:
        seen = Document.objects.filter(series=series).aggregate(most=Max("number"))["most"] or 0
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        return seen + 1

    orders = sent_orders(MANY)
    Series.objects.create(region_code="eu", kind=DocumentKind.INVOICE, year=timezone.now().year)
    monkeypatch.setattr(numbering, "_step", careless)
    answers = at_once([lambda order=order: issuing.issue(order.pk, now=timezone.now()) for order in orders])
    assert sum(isinstance(a, Document) for a in answers) < MANY, answers


def test_no_number_is_taken_without_a_transaction():
    with pytest.raises(TransactionManagementError):
        numbering.take(region_code="eu", kind=DocumentKind.INVOICE, year=2026)


def test_one_order_asked_for_many_times_at_once_has_one_invoice():
    (order,) = sent_orders(1)
    answers = at_once([lambda: issuing.issue(order.pk, now=timezone.now())] * 4)
    assert len({answer.pk for answer in answers}) == 1 and Document.objects.count() == 1


def test_credits_at_once_never_give_back_more_than_was_invoiced():
    (order,) = sent_orders(1)
    invoice = issuing.issue(order.pk, now=timezone.now())
    part = (invoice.gross * 2 / 5).quantize(invoice.tax)
    part = part.quantize(part.__class__("0.01"))

    def give_back(n):
        return crediting.credit(order.pk, key=f"r{n}", reason="", amount=part, now=timezone.now())

    answers = at_once([lambda n=n: give_back(n) for n in range(5)])
    assert sum(isinstance(a, Document) for a in answers) == 2, answers
    assert sorted(Document.objects.filter(kind=DocumentKind.CREDIT_NOTE).values_list("number", flat=True)) == [1, 2]


def test_a_fapiao_is_never_issued_as_it_was_before_the_clients_change():
    home = HOMES["cn"]
    order = place(fill(variant(), region="cn"), fapiao=fapiao.Wish("personal", "林安娜"), **home)
    row, by = Fapiao.objects.get(), packer()
    answers = at_once(
        [
            lambda: fapiao.change(order, fapiao.Wish("personal", "林安"), now=timezone.now()),
            lambda: fapiao.note_issued(row.pk, number="24312000000012345678", seen=1, by_id=by, now=timezone.now()),
        ]
    )
    row.refresh_from_db()
    changed, issued = answers
    if row.issued_at:
        assert isinstance(changed, FapiaoIssued) and row.title == "林安娜" and issued is None, answers
    else:
        assert isinstance(issued, FapiaoChanged) and row.title == "林安" and changed is None, answers


def test_a_day_compared_twice_at_once_is_compared_once(standin):
    standin.call("DELETE", "/_standin/objects")
    order = pay(place(fill(variant("arc-bangle"))), standin)
    intent = order.attempts.get().intent
    port.capture(key=f"by-hand:{intent}", intent=intent, amount=order.total_incl_tax, currency="EUR")
    now = timezone.now()
    answers = at_once([lambda: daily.compare(now.astimezone(UTC).date(), now=now + timedelta(hours=2))] * 3)
    assert any(isinstance(answer, Report) for answer in answers), answers
    assert all(isinstance(answer, Report) for answer in answers), answers
    assert order.book_entries.filter(kind="fee").count() == 1 and Report.objects.count() == 1
    assert sorted(Difference.objects.values_list("kind", flat=True)) == ["missing here", "state"]
