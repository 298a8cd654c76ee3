"""Issuing an order's invoice, once, when its region's rule says: as soon as all is paid, or when the goods leave the house."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from checkout import parcels
from checkout.order import moving
from checkout.order.models import Line, Order, OrderStatusChange, ShippingAddress, of_order
from checkout.order.states import STANDING, OrderState
from services.delivery import addresses
from services.foundation.book import writing
from services.foundation.book.models import Account, Posting
from services.foundation.outbox import posting
from services.foundation.regions.links import storefront
from services.foundation.regions.models import InvoiceAt, Region
from services.foundation.regions.roster import all_regions
from services.gifting.models import GiftLink

from . import numbering
from .models import Document, DocumentKind, DocumentLine

_GONE = (OrderState.DISPATCHED, OrderState.HANDED_OVER)


def issue(order_id: int, *, now: datetime) -> Document | None:
    """The order's invoice, written now if it is due; None while it is not. Safe to repeat.

    An order with several recipients has one: the first parcel that leaves takes the money for all of them. ``order_id`` may be
    a parcel's.
    """
    with transaction.atomic():
        order = moving.lock(moving.lock(order_id).payer.pk)
        standing = Document.objects.filter(order=order, kind=DocumentKind.INVOICE).first()
        region = all_regions()[order.region_code]
        if standing or not _is_due(order, region):
            return standing
        with storefront(order.region_code, order.language):
            document = _write(order, region, now)
        posting.post("letter.document", key=f"letter:document:{document.pk}", document_id=document.pk)
        posting.post("refund.notes", key=f"refund:notes:{document.pk}", order_id=order.pk)
        return document


def due(limit: int = 200) -> list[int]:
    """Orders that are to have an invoice and have none yet: those nobody was woken for, and those paid part by part."""
    owed = Posting.objects.filter(entry__order=OuterRef("pk"), account=Account.RECEIVABLE)
    owed = owed.values("entry__order").annotate(sum=Sum("amount")).values("sum")
    at_payment = [code for code, region in all_regions().items() if region.invoice_at == InvoiceAt.CAPTURE]
    found = (
        Order.objects.filter(~Exists(Document.objects.filter(order=OuterRef("pk"), kind=DocumentKind.INVOICE)), whole=None)
        .filter(region_code__in=all_regions())
        .annotate(owed=Coalesce(Subquery(owed), Decimal(1)))
        .filter(
            Q(status__in=_GONE)
            | Q(Exists(Order.objects.filter(whole=OuterRef("pk"), status__in=_GONE)))
            | Q(status__in=STANDING, region_code__in=at_payment, owed__lte=0)
        )
    )
    return list(found.order_by("pk").values_list("pk", flat=True)[:limit])


def _is_due(order: Order, region: Region) -> bool:
    if order.status in _GONE or order.parcels.filter(status__in=_GONE).exists():
        return True
    paid = order.status in STANDING and writing.balance(order.pk, str(Account.RECEIVABLE)) <= 0
    return region.invoice_at == InvoiceAt.CAPTURE and paid


def _write(order: Order, region: Region, now: datetime) -> Document:
    today = now.astimezone(region.time_zone).date()
    series, number = numbering.take(region_code=region.code, kind=str(DocumentKind.INVOICE), year=today.year)
    lines = [line for parcel in parcels.standing(order) or [order] for line in _lines(parcel)]
    net, tax = sum((line.net for line in lines), Decimal(0)), sum((line.tax for line in lines), Decimal(0))
    document = Document.objects.create(
        order=order,
        kind=DocumentKind.INVOICE,
        series=series,
        number=number,
        name=numbering.name(series, number),
        key=f"invoice:{order.number}",
        language=order.language,
        currency=order.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        seller="\n".join(filter(None, (region.seller_name, region.seller_address.strip(), region.seller_tax_number))),
        buyer=buyer_of(order),
        supplied_on=_left_on(order, region),
        issued_on=today,
        issued_at=now,
    )
    write_lines(document, lines)
    return document


def write_lines(document: Document, lines: list[DocumentLine]) -> None:
    """Number a new document's lines and write them, in its own transaction."""
    for position, line in enumerate(lines, 1):
        line.document, line.position = document, position
    DocumentLine.objects.bulk_create(lines)


def _lines(parcel: Order) -> list[DocumentLine]:
    """The pieces of an order, or of one of its parcels, and their delivery where it costs anything."""
    own = list(parcel.lines.order_by("pk"))
    delivery = _delivery(parcel, own)
    return [_line(line) for line in own] + ([delivery] if delivery.gross else [])


def _line(line: Line) -> DocumentLine:
    return DocumentLine(
        parcel_id=line.order_id,
        order_line=line,
        title=line.title,
        details=" · ".join(filter(None, (line.variant_words, line.upc, _("words on the lid") if line.lid_incl_tax else "")))[
            :255
        ],
        quantity=line.quantity,
        net=line.line_price_excl_tax,
        tax=line.line_tax,
        gross=line.line_price_incl_tax,
        rate=line.tax_rate,
        jurisdiction=line.jurisdiction,
    )


def _delivery(parcel: Order, lines: list[Line]) -> DocumentLine:
    """The delivery, taxed like the pieces (`regions.tax`: one rate for the destination)."""
    net, gross = parcel.shipping_excl_tax, parcel.shipping_incl_tax
    rate, where = (lines[0].tax_rate, lines[0].jurisdiction) if lines else (Decimal(0), "")
    return DocumentLine(parcel=parcel, title=_("Delivery"), net=net, tax=gross - net, gross=gross, rate=rate, jurisdiction=where)


def buyer_of(order: Order) -> str:
    """Who bought, line by line. Of a gift by link the recipient's address is nobody's business but the house's."""
    client = order.user.name if order.user and not order.user.erased_at else ""
    if GiftLink.objects.filter(order=order).exists():
        return "\n".join(filter(None, (client, order.email or order.contact_mobile)))
    address = ShippingAddress.objects.filter(pk=order.shipping_address_id).first()
    if address is None:
        return client or order.email or order.contact_mobile
    written = addresses.written(address.fields)
    return "\n".join(filter(None, (address.name, *written)))


def _left_on(order: Order, region: Region):
    moved = OrderStatusChange.objects.filter(of_order("order", order.pk), new_status=OrderState.DISPATCHED).order_by("pk").first()
    return moved.date_created.astimezone(region.time_zone).date() if moved else None
