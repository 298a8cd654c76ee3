"""Giving an invoice back, whole or in part, by a credit note. Whoever gives the money back tells the book what the note says."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from checkout.order import moving
from checkout.order.models import Order
from services.foundation.outbox import posting
from services.foundation.regions.roster import all_regions

from . import numbering
from .apportioning import Left, of_line, over_lines
from .issuing import write_lines
from .models import Document, DocumentKind, DocumentLine
from .refusals import MoreThanInvoiced

#: Stands for the delivery among the lines of an order.
DELIVERY = None


def credit(
    order_id: int,
    *,
    key: str,
    reason: str,
    now: datetime,
    lines: Mapping[int | None, Decimal] | None = None,
    amount: Decimal | None = None,
    parcel_id: int | None = None,
    by_id: int | None = None,
) -> Document | None:
    """Write a credit note, once for each ``key``; None when the order has no invoice yet: then there is nothing to correct.

    ``lines`` gives the amounts with tax by order line (`DELIVERY` for the delivery), ``amount`` one amount with tax over all
    lines, ``parcel_id`` all that is left of one parcel; with none of them all that is left of the invoice is credited (None when
    nothing is). ``reason`` is read by the client, in the order's language. Tax is given back at the rate of each line. Raises
    MoreThanInvoiced, or ValueError for a line that the invoice has not; then nothing has changed.
    """
    with transaction.atomic():
        order = moving.lock(order_id)
        standing = Document.objects.filter(key=f"credit:{key}").first()
        invoice = Document.objects.filter(order=order, kind=DocumentKind.INVOICE).first()
        if standing or invoice is None:
            return standing
        found = _given_back(invoice, lines=lines, amount=amount, parcel_id=parcel_id)
        if not found:
            return None
        document = _write(order, invoice, found, key=key, reason=reason, by_id=by_id, now=now)
        posting.post("letter.document", key=f"letter:document:{document.pk}", document_id=document.pk)
        return document


def left(invoice: Document) -> list[tuple[DocumentLine, Left]]:
    """Each line of an invoice with what no credit note has given back yet, in its currency. Two queries."""
    given = DocumentLine.objects.filter(of__document=invoice).values("of").annotate(net=Sum("net"), tax=Sum("tax"))
    by_line = {row["of"]: row for row in given}
    none = {"net": Decimal(0), "tax": Decimal(0)}
    return [
        (line, Left(line.net - by_line.get(line.pk, none)["net"], line.tax - by_line.get(line.pk, none)["tax"]))
        for line in invoice.lines.order_by("position")
    ]


def _given_back(
    invoice: Document, *, lines: Mapping[int | None, Decimal] | None, amount: Decimal | None, parcel_id: int | None
) -> list[tuple[DocumentLine, Left]]:
    rest, currency = left(invoice), invoice.currency
    if lines is not None:
        wanted = _by_line(invoice, rest, lines)
    elif amount is not None:
        wanted = _spread(amount, [each for _line, each in rest], currency)
    elif parcel_id is not None:
        wanted = [each.gross if line.parcel_id == parcel_id else Decimal(0) for line, each in rest]
    else:
        wanted = [each.gross for _line, each in rest]
    found = []
    for (line, each), gross in zip(rest, wanted, strict=True):
        try:
            part = of_line(gross, each, currency)
        except ValueError:
            raise MoreThanInvoiced(asked=gross, left=each.gross, currency=currency) from None
        if part.gross:
            found.append((line, part))
    return found


def _by_line(invoice: Document, rest: list[tuple[DocumentLine, Left]], lines: Mapping[int | None, Decimal]) -> list[Decimal]:
    if strangers := set(lines) - {line.order_line_id for line, _each in rest}:
        raise ValueError(f"lines that are not on {invoice}: {strangers}")
    wanted = [lines.get(line.order_line_id, Decimal(0)) for line, _each in rest]
    deliveries = [n for n, (line, _each) in enumerate(rest) if line.order_line_id is DELIVERY]
    if lines.get(DELIVERY):  # of several parcels each has its own
        shares = _spread(lines[DELIVERY], [rest[n][1] for n in deliveries], invoice.currency)
        for n, share in zip(deliveries, shares, strict=True):
            wanted[n] = share
    return wanted


def _spread(amount: Decimal, lefts: list[Left], currency: str) -> list[Decimal]:
    try:
        return over_lines(amount, lefts, currency)
    except ValueError:
        whole = sum((each.gross for each in lefts), Decimal(0))
        raise MoreThanInvoiced(asked=amount, left=whole, currency=currency) from None


def _write(
    order: Order,
    invoice: Document,
    found: list[tuple[DocumentLine, Left]],
    *,
    key: str,
    reason: str,
    by_id: int | None,
    now: datetime,
) -> Document:
    today = now.astimezone(all_regions()[order.region_code].time_zone).date()
    series, number = numbering.take(region_code=order.region_code, kind=str(DocumentKind.CREDIT_NOTE), year=today.year)
    net = sum((part.net for _line, part in found), Decimal(0))
    tax = sum((part.tax for _line, part in found), Decimal(0))
    document = Document.objects.create(
        order=order,
        kind=DocumentKind.CREDIT_NOTE,
        series=series,
        number=number,
        name=numbering.name(series, number),
        key=f"credit:{key}",
        corrects=invoice,
        reason=reason[:200],
        language=invoice.language,
        currency=invoice.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        seller=invoice.seller,
        buyer=invoice.buyer,
        issued_on=today,
        issued_at=now,
        issued_by_id=by_id,
    )
    copied = [
        DocumentLine(
            of=line,
            order_line_id=line.order_line_id,
            parcel_id=line.parcel_id,
            title=line.title,
            details=line.details,
            quantity=line.quantity,
            net=part.net,
            tax=part.tax,
            gross=part.gross,
            rate=line.rate,
            jurisdiction=line.jurisdiction,
        )
        for line, part in found
    ]
    write_lines(document, copied)
    return document
