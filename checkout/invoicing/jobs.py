"""The outbox's and beat's work with invoices. Each is safe to run twice."""

from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.order.models import Order
from services.foundation.regions.links import storefront

from . import crediting, issuing, sending


def issue(order_id: int) -> None:
    """Goods left, or all is paid: the invoice, if its region wants it now."""
    issuing.issue(order_id, now=timezone.now())


def give_back(order_id: int) -> None:
    """An order, or one of its parcels, was cancelled: what was invoiced of it is given back whole."""
    order = Order.objects.select_related("whole").get(pk=order_id)
    with storefront(order.region_code, order.language):
        reason = _("The order was cancelled.")
    parcel_id = order.pk if order.is_parcel else None
    key = f"cancelled:{order.number}"
    crediting.credit(order.payer.pk, key=key, reason=reason, parcel_id=parcel_id, now=timezone.now())


def letter(document_id: int, again: int = 0) -> None:
    """A document was issued: its client is told where it is."""
    sending.send(document_id, again=again)
