"""Invoices and credit notes: when, with which number, what they say, and that nobody changes them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from checkout import ending, fulfilling
from checkout.invoicing import crediting, issuing, tasks
from checkout.invoicing.models import Document, DocumentKind, DocumentLine, Series
from checkout.invoicing.refusals import MoreThanInvoiced
from checkout.order.models import Order
from services.foundation.regions import roster
from services.foundation.regions.models import InvoiceAt, Region
from tests import makers
from tests import parcels as several
from tests.languages import order_with_everything
from tests.makers import client_of, fill, given, pay, place, proven, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)


def sent(order: Order) -> Order:
    makers.pack(order)
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    return order


def at_payment(code: str) -> None:
    Region.objects.filter(pk=code).update(invoice_at=InvoiceAt.CAPTURE)
    roster.forget()


def invoice_of(order: Order) -> Document:
    return Document.objects.get(order=order, kind=DocumentKind.INVOICE)


def an_invoice(**how) -> Document:
    order = place(fill(variant(), **how))
    Order.objects.filter(pk=order.pk).update(status="dispatched")
    return issuing.issue(order.pk, now=NOW)


def test_it_is_written_when_the_goods_leave_with_the_orders_lines_and_tax(standin):
    bag = fill(variant())
    makers.add(bag, variant("arc-bangle"))
    order = pay(place(bag), standin)
    work_off()
    assert not Document.objects.exists()
    order = sent(order)
    assert "invoice.issue" in work_off()
    invoice = invoice_of(order)
    assert (invoice.net, invoice.tax, invoice.gross) == (
        order.total_excl_tax,
        order.total_incl_tax - order.total_excl_tax,
        order.total_incl_tax,
    )
    rows = [(line.order_line_id, line.net, line.tax, line.gross, line.rate) for line in invoice.lines.all()]
    assert rows == [
        (line.pk, line.line_price_excl_tax, line.line_tax, line.line_price_incl_tax, line.tax_rate)
        for line in order.lines.order_by("pk")
    ]
    assert invoice.name == f"EU-{invoice.issued_on.year}-000001"
    assert "Maison Arcenne SAS" in invoice.seller and invoice.buyer.startswith("Anna Test")
    assert invoice.supplied_on == invoice.issued_on


def test_it_is_written_once_however_often_it_is_asked_for(standin):
    order = sent(pay(place(fill(variant())), standin))
    first = issuing.issue(order.pk, now=NOW)
    assert issuing.issue(order.pk, now=NOW) == first
    assert order.pk not in issuing.due()
    work_off()
    assert Document.objects.count() == 1


def test_a_region_may_want_it_as_soon_as_all_is_paid(standin):
    at_payment("eu")
    captured = pay(place(fill(variant("arc-bangle", metal="white"))), standin)
    made = captured.attempts.get().captured_amount
    work_off()
    assert Document.objects.filter(order=captured).exists() == bool(made)
    held = pay(place(fill(variant(), who=makers.buyer("bert")), who=makers.buyer("bert")), standin)
    work_off()
    assert not Document.objects.filter(order=held).exists()  # only authorised


def test_instalments_are_invoiced_when_the_last_is_paid_and_beat_finds_them(standin):
    at_payment("eu")
    order = pay(place(fill(variant()), payment="instalments"), standin)
    work_off()
    assert order.pk not in issuing.due()
    from checkout import part_payments, settling

    page = part_payments.open_page(order.plan, [p.pk for p in order.plan.parts.exclude(state="paid")], now=timezone.now())
    standin.pay(page)
    settling.settle(order.attempts.order_by("pk").last().pk, now=timezone.now())
    assert order.pk in issuing.due()
    tasks.issue_due()
    assert invoice_of(order).gross == order.total_incl_tax
    assert issuing.due() == []


def test_an_order_that_was_cancelled_before_gets_none(standin):
    at_payment("eu")
    order = pay(place(fill(variant())), standin)
    ending.cancel(order, by_id=None, by_words="client")
    work_off()
    assert issuing.issue(order.pk, now=NOW) is None and not Document.objects.exists()


def test_one_that_is_cancelled_after_is_given_back_whole(standin):
    at_payment("eu")
    gift = proven(given(standin))  # charged at once
    order = gift.order
    work_off()
    invoice = invoice_of(order)
    assert "Berthe" not in invoice.buyer  # the giver is told nothing of where it goes
    ending.cancel(order, by_id=None, by_words="house")
    work_off()
    note = Document.objects.get(kind=DocumentKind.CREDIT_NOTE)
    assert (note.corrects, note.net, note.tax, note.gross) == (invoice, invoice.net, invoice.tax, invoice.gross)
    assert note.name == f"EU-C-{note.issued_on.year}-000001" and note.reason == "The order was cancelled."
    assert crediting.credit(order.pk, key="again", reason="", now=NOW) is None  # nothing is left


def test_an_amount_is_credited_over_the_lines_to_the_cent():
    bag = fill(variant())
    makers.add(bag, variant("arc-bangle"))
    order = place(bag)
    Order.objects.filter(pk=order.pk).update(status="dispatched")
    invoice = issuing.issue(order.pk, now=NOW)
    note = crediting.credit(order.pk, key="r1", reason="A scratch.", amount=Decimal("100.01"), now=NOW)
    assert note.gross == Decimal("100.01") == sum(line.gross for line in note.lines.all())
    assert crediting.credit(order.pk, key="r1", reason="A scratch.", amount=Decimal("100.01"), now=NOW) == note
    with pytest.raises(MoreThanInvoiced):
        crediting.credit(order.pk, key="r2", reason="", amount=invoice.gross - Decimal("100"), now=NOW)
    rest = crediting.credit(order.pk, key="r3", reason="", now=NOW)
    assert note.net + rest.net == invoice.net and note.tax + rest.tax == invoice.tax


def test_a_line_is_credited_at_its_own_price_and_no_further():
    invoice = an_invoice(quantity=2)
    line = invoice.lines.get()
    half = line.gross / 2
    note = crediting.credit(invoice.order_id, key="one", reason="Returned.", lines={line.order_line_id: half}, now=NOW)
    assert (note.gross, note.lines.get().of) == (half, line)
    with pytest.raises(MoreThanInvoiced):
        crediting.credit(invoice.order_id, key="two", reason="", lines={line.order_line_id: half + Decimal("0.01")}, now=NOW)
    with pytest.raises(ValueError):
        crediting.credit(invoice.order_id, key="two", reason="", lines={0: half}, now=NOW)
    assert Document.objects.filter(kind=DocumentKind.CREDIT_NOTE).count() == 1


def test_before_an_invoice_there_is_nothing_to_credit():
    order = place(fill(variant()))
    assert crediting.credit(order.pk, key="x", reason="", amount=Decimal(1), now=NOW) is None
    assert not Series.objects.exists()


def test_a_document_that_fails_leaves_no_gap(monkeypatch):
    first = an_invoice()
    order = place(fill(variant(), who=makers.buyer("b")), who=makers.buyer("b"))
    Order.objects.filter(pk=order.pk).update(status="dispatched")
    with monkeypatch.context() as broken:
        broken.setattr(issuing, "write_lines", lambda document, lines: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issuing.issue(order.pk, now=NOW)
    second = issuing.issue(order.pk, now=NOW)
    assert (first.number, second.number) == (1, 2)


def test_each_year_and_region_counts_for_itself_in_the_sellers_zone():
    new_year = datetime(2026, 12, 31, 17, tzinfo=UTC)  # in Shanghai it is the first of January
    names = []
    for n, region in enumerate(("eu", "cn", "eu")):
        home = {"country": "CN", "subdivision": "四川省", "city": "成都市", "district": "锦江区", "postcode": ""}
        who = makers.buyer(f"c{n}")
        order = place(fill(variant(), who=who, region=region), who=who, **(home if region == "cn" else {}))
        Order.objects.filter(pk=order.pk).update(status="dispatched")
        names.append(issuing.issue(order.pk, now=new_year).name)
    assert names == ["EU-2026-000001", "CN-2027-000001", "EU-2026-000002"]


def refused(act) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_changes_gaps_and_wrong_sums():
    invoice = an_invoice()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    mine, lines = Document.objects.filter(pk=invoice.pk), DocumentLine.objects.filter(document=invoice)
    refused(lambda: mine.update(buyer="Somebody else"))
    refused(lambda: mine._raw_delete("default"))
    refused(lambda: lines.update(title="Another"))
    refused(lambda: lines._raw_delete("default"))

    def copy(**changed):
        row = Document.objects.values().get(pk=invoice.pk)
        row |= {"id": None, "kind": DocumentKind.CREDIT_NOTE, "corrects_id": invoice.pk, "key": "k", "name": "n"} | changed
        return Document.objects.create(**row)

    refused(lambda: copy(number=3))
    refused(lambda: copy(number=2))  # without lines it is no sum

    def too_much():
        line = lines.get()
        note = copy(number=2, net=2 * line.net, tax=2 * line.tax, gross=2 * line.gross)
        for position in (1, 2):
            DocumentLine.objects.create(
                document=note, of=line, position=position, title="x", net=line.net, tax=line.tax, gross=line.gross
            )

    refused(too_much)


def test_several_recipients_have_one_invoice_and_a_parcel_cancelled_later_is_credited(standin):
    order = several.paid(standin)
    first, other = several.parcels_of(order)
    sent(first)
    work_off()
    invoice = invoice_of(order)
    assert invoice.gross == order.total_incl_tax and not Document.objects.exclude(order=order).exists()
    assert {line.jurisdiction for line in invoice.lines.all()} == {"FR", "DE"}
    assert issuing.issue(other.pk, now=NOW) == invoice and issuing.due() == []
    ending.cancel(other, by_id=None, by_words="client")
    work_off()
    note = Document.objects.get(kind=DocumentKind.CREDIT_NOTE)
    assert note.gross == other.total_incl_tax and {line.jurisdiction for line in note.lines.all()} == {"DE"}


def test_a_parcel_that_was_cancelled_before_is_not_invoiced(standin):
    order = several.paid(standin)
    first, other = several.parcels_of(order)
    ending.cancel(other, by_id=None, by_words="client")
    sent(first)
    work_off()
    assert invoice_of(order).gross == first.total_incl_tax
    assert not Document.objects.filter(kind=DocumentKind.CREDIT_NOTE).exists()


def test_the_client_is_told_where_it_is(standin):
    order = sent(order_ready("fr", standin))
    work_off()
    letter = next(each for each in mail.outbox if "facture" in each.subject)
    assert invoice_of(order).name in letter.subject and order.access_key in letter.body
    assert f"/documents/{invoice_of(order).name}.pdf?key=" in letter.body


def order_ready(language: str, standin) -> Order:
    return pay(place(fill(variant()), language=language), standin)


@pytest.mark.parametrize(
    ("region", "language", "title", "said"),
    [
        ("cn", "zh-hans", "商业发票", ["雅森（上海）珠宝有限公司", "91310000MA1K00000X", "13%", "另行开具"]),
        ("eu", "fr", "Facture", ["Maison Arcenne SAS", "FR00000000000", "20 %", "12 rue de Rivoli"]),
        ("us", "en", "Invoice", ["Maison Arcenne Inc.", "8.875%", "US-NY"]),
    ],
)
def test_the_paper_is_whole_and_in_its_language(client, standin, region, language, title, said):
    from services.foundation.formats import money
    from services.foundation.regions.links import storefront
    from tests.languages import english_in
    from tests.pages.test_receipts import read_pdf, text_of

    order = order_with_everything(region, language, standin)
    Order.objects.filter(pk=order.pk).update(status="dispatched")
    invoice = issuing.issue(order.pk, now=timezone.now())
    client.get(f"/{region}/{language}/orders/{order.number}/?key={order.access_key}")
    address = f"/{region}/{language}/orders/{order.number}/documents/{invoice.name}.pdf"
    assert address in client.get(f"/{region}/{language}/orders/{order.number}/").content.decode()
    pdf = read_pdf(client.get(address))
    assert title in pdf.metadata.title and invoice.name in pdf.metadata.title
    text = text_of(pdf)
    joined = "".join(text.split())
    with storefront(region, language):
        amounts = [money(amount, order.currency) for amount in (invoice.net, invoice.tax, invoice.gross)]
    for words in (*said, *amounts, order.number):
        assert "".join(words.split()) in joined, (words, text)
    if language != "en":
        foreign = text.replace("Fifth Avenue", "").replace("rue de Rivoli", "").replace("rue de la Paix", "")
        assert not english_in(foreign), english_in(foreign)
    note = crediting.credit(order.pk, key="n", reason="…", amount=Decimal(10), now=timezone.now())
    text = text_of(read_pdf(client.get(address.replace(invoice.name, note.name))))
    assert note.name in text and invoice.name in text


def test_nobody_else_opens_it(client, standin):
    user = client_of("anna")
    order = sent(order_with_plain(user, standin))
    invoice = issuing.issue(order.pk, now=NOW)
    address = f"/eu/en/orders/{order.number}/documents/{invoice.name}.pdf"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}?key=guessed").status_code == 404
    other = place(fill(variant(), who=makers.buyer("bert")), who=makers.buyer("bert"))
    client.get(f"/eu/en/orders/{other.number}/?key={other.access_key}")
    assert client.get(address.replace(order.number, other.number)).status_code == 404  # his order, not his document
    client.force_login(client_of("carl"))
    assert client.get(address).status_code == 404
    client.force_login(user)
    assert client.get(address).status_code == 200


def order_with_plain(user, standin) -> Order:
    who = makers.buyer("anna", user)
    return pay(place(fill(variant(), who=who), who=who), standin)
