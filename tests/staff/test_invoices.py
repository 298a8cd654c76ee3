"""Invoices behind the shop: who reads them, who sends them again, and that nobody writes one by hand."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from checkout.invoicing import issuing
from checkout.invoicing.models import Document
from checkout.order.models import Order
from tests.makers import fill, place, variant, work_off
from tests.pages.test_receipts import read_pdf, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def invoice() -> Document:
    order = place(fill(variant()))
    Order.objects.filter(pk=order.pk).update(status="dispatched")
    return issuing.issue(order.pk, now=timezone.now())


def test_the_payments_desk_reads_prints_and_sends_it_again(staff, invoice):
    client = staff("Payments desk")
    page = client.get(reverse("admin:invoicing_document_change", args=[invoice.pk]))
    assert page.status_code == 200 and invoice.name in page.content.decode()
    assert client.get(reverse("admin:invoicing_document_changelist") + f"?q={invoice.name}").status_code == 200
    assert invoice.name in text_of(read_pdf(client.get(reverse("admin:invoicing_paper", args=[invoice.pk]))))
    work_off()
    mail.outbox.clear()
    for _twice in range(2):
        client.post(reverse("admin:invoicing_send", args=[invoice.pk]))
    work_off()
    assert [invoice.name in letter.subject for letter in mail.outbox] == [True, True]
    assert LogEntry.objects.filter(object_id=invoice.pk, user__email="payments.desk@house.example").count() == 2


def test_nobody_writes_changes_or_removes_one_by_hand(staff, invoice):
    client = staff("Payments desk")
    assert client.get(reverse("admin:invoicing_document_add")).status_code == 403
    assert client.post(reverse("admin:invoicing_document_change", args=[invoice.pk]), {"buyer": "x"}).status_code == 403
    assert client.post(reverse("admin:invoicing_document_delete", args=[invoice.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("role", ["Packing bench", "Dispatch", "Engraver", "Merchandiser"])
def test_who_works_without_prices_sees_none(staff, invoice, role):
    client = staff(role)
    for name in ("admin:invoicing_document_change", "admin:invoicing_paper"):
        assert client.get(reverse(name, args=[invoice.pk])).status_code == 403
    assert client.post(reverse("admin:invoicing_send", args=[invoice.pk])).status_code == 403


def test_looking_sends_nothing(staff, invoice):
    client = staff("Client adviser")
    work_off()
    mail.outbox.clear()
    client.get(reverse("admin:invoicing_send", args=[invoice.pk]))
    work_off()
    assert mail.outbox == []
