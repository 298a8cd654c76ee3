"""Telling a client what goes back, how, and what is still to be paid."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from checkout import letters
from services.foundation.formats import day_words, money
from services.foundation.regions.links import storefront

from .models import Refund


def money_back(refund_id: int) -> None:
    """Money goes back, or less is owed: how much, which way, and the plan as it is now."""
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    order, currency = refund.order, refund.currency
    with storefront(order.region_code, order.language):
        parts = [
            {"day": day_words(date.fromisoformat(row["due_on"])), "amount": money(Decimal(row["amount"]), currency)}
            for row in refund.schedule
        ]
        subject = _("Money back for your order %(number)s") % {"number": order.number}
        pieces = refund.lines.select_related("line").order_by("line")
        letters.send(order, "money_back", subject, move=refund.pk, refund=refund, parts=parts, pieces=pieces)
