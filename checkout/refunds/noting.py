"""What a refund takes off the price: the book and the credit note say the same."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.invoicing import crediting
from checkout.invoicing.models import Document
from services.foundation.book import writing
from services.foundation.outbox.posting import handles
from services.foundation.regions.links import storefront

from .models import Refund
from .reckoning import Reckoned
from .states import STANDING, RefundKind
from .waterfall import ZERO

#: Those that take something off the price of an order that stands.
_OF_PRICE = (RefundKind.LINES, RefundKind.AMOUNT, RefundKind.ENGRAVING, RefundKind.WHOLE)


def take_off(refund: Refund, reckoned: Reckoned, *, now: datetime) -> None:
    """Take a refund's share off the order's price, in its transaction. Once there is an invoice, the credit note says the tax."""
    note = credit(refund, reckoned, now=now)
    net, tax, shipping_net, shipping_tax = reckoned.net, reckoned.tax, reckoned.delivery_net, reckoned.delivery_tax
    if note:
        net = tax = shipping_net = shipping_tax = ZERO
        for line in note.lines.all():
            if line.order_line_id is None:
                shipping_net, shipping_tax = shipping_net + line.net, shipping_tax + line.tax
            else:
                net, tax = net + line.net, tax + line.tax
        refund.tax, refund.delivery = note.tax, shipping_net + shipping_tax
        refund.save(update_fields=["tax", "delivery"])
    writing.cancelled_in_part(
        order_id=refund.order_id,
        part=f"refund:{refund.pk}",
        currency=refund.currency,
        net=net,
        tax=tax,
        shipping_net=shipping_net,
        shipping_tax=shipping_tax,
        financing=reckoned.financing,
    )


def credit(refund: Refund, reckoned: Reckoned | None = None, *, now: datetime) -> Document | None:
    """The refund's credit note, once; None while there is no invoice to correct. Raises MoreThanInvoiced."""
    order = refund.order
    with storefront(order.region_code, order.language):
        said = {
            "key": f"refund:{refund.pk}",
            "now": now,
            "by_id": refund.decided_by_id or refund.by_id,
            "reason": _reason(refund),
        }
    if refund.kind == RefundKind.WHOLE:
        return crediting.credit(order.pk, **said)
    if refund.kind == RefundKind.LINES:
        rows = reckoned.lines if reckoned else refund.lines.all()
        delivery = reckoned.delivery_net + reckoned.delivery_tax if reckoned else refund.delivery
        amounts = {row.line_id: row.amount for row in rows} | ({crediting.DELIVERY: delivery} if delivery else {})
        return crediting.credit(order.pk, lines=amounts, **said)
    return crediting.credit(order.pk, amount=refund.amount, **said)


def _reason(refund: Refund) -> str:
    if refund.kind == RefundKind.AMOUNT:
        return _("The price was reduced.")
    if refund.kind == RefundKind.ENGRAVING:
        return _("The engraving was withdrawn.")
    return _("The order came back.") if refund.kind == RefundKind.WHOLE else _("Pieces came back.")


@handles("refund.notes")
def after_invoice(order_id: int) -> None:
    """An invoice was written at the full price, after something was taken off it: the notes follow. Safe to repeat."""
    for refund in Refund.objects.filter(order=order_id, state__in=STANDING, kind__in=_OF_PRICE).order_by("pk"):
        credit(refund, now=timezone.now())
