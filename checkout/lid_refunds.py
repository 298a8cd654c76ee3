"""The price of words on a lid goes back when they are left out: off line, order and book, and by a credit note once invoiced.

What was only authorised is captured less, what was captured is refunded, as after the cancellation of one parcel.
"""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from services.deferred.models import Plan
from services.foundation.book import writing

from . import parcels
from .invoicing import crediting
from .order.models import Line, Order
from .order.states import OrderState
from .refusals import LidByAdviser, PayFirst


def check(order: Order, line: Line) -> None:
    """Whether words that cost something can be left out here. Raises PayFirst or LidByAdviser."""
    if not line.lid_incl_tax:
        return
    if OrderState.AWAITING_PAYMENT in (order.status, order.payer.status):
        raise PayFirst()  # the provider's page asks for the sum that was agreed
    if Plan.objects.filter(order=order.payer).exists():
        raise LidByAdviser()


def take_off(order: Order, line: Line, *, by_id: int | None, now: datetime) -> None:
    """Give the price of the words back. The order, and its whole before it, is locked. Raises what `check` raises."""
    check(order, line)
    net, gross, payer = line.lid_excl_tax, line.lid_incl_tax, order.payer
    if not gross:
        return
    line.line_price_incl_tax -= gross
    line.line_price_excl_tax -= net
    line.line_price_before_discounts_incl_tax -= gross
    line.line_price_before_discounts_excl_tax -= net
    line.lid_incl_tax = line.lid_excl_tax = 0 * gross
    line.save()
    for each in {order.pk: order, payer.pk: payer}.values():
        each.total_incl_tax -= gross
        each.total_excl_tax -= net
        each.save(update_fields=["total_incl_tax", "total_excl_tax"])
    writing.cancelled_in_part(
        order_id=payer.pk,
        part=f"lid:{line.pk}",
        currency=order.currency,
        net=net,
        tax=gross - net,
        shipping_net=0 * net,
        shipping_tax=0 * net,
    )
    with translation.override(order.language):
        reason = _("The words on the lid are left out")
    crediting.credit(payer.pk, key=f"lid:{line.pk}", reason=reason, lines={line.pk: gross}, by_id=by_id, now=now)
    parcels.give_back_excess(payer, because=f"lid:{line.pk}")
