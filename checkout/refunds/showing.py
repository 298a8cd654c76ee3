"""What was given back of an order, as its client reads it: on the order's page and on its plan's."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from checkout.order.models import Order
from services.foundation.provider.methods import METHODS

from .models import Refund, Repayment
from .states import STANDING, RepaymentState, Resolved
from .waterfall import ZERO


@dataclass(frozen=True)
class Row:
    """So much by one way, in the order's currency: when it went (or was decided), how, and how it stands."""

    at: datetime
    way: str
    state: str
    amount: Decimal


@dataclass(frozen=True)
class GivenBack:
    """All that was given back of an order, the latest decision first. ``rows`` are in the active language."""

    rows: list[Row]

    @property
    def sum(self) -> Decimal:
        return sum((row.amount for row in self.rows), ZERO)


def of(order: Order) -> GivenBack | None:
    """What was decided upon; None where nothing was. A parcel's is its whole's. Two queries at most, however many rows."""
    if order.is_parcel:
        return None
    refunds = Refund.objects.filter(order=order, state__in=STANDING).prefetch_related("repayments__attempt")
    rows = [row for refund in refunds for row in _rows(refund)]
    return GivenBack(rows) if rows else None


def _rows(refund: Refund) -> list[Row]:
    decided = refund.decided_at or refund.at
    rows = [_sent(each, decided) for each in refund.repayments.all() if each.resolved != Resolved.AGAIN]
    if refund.not_taken:
        rows.append(Row(decided, _("Not charged of what your bank keeps ready"), "", refund.not_taken))
    if refund.less_owed:
        rows.append(Row(decided, _("Taken off what is still to be paid"), "", refund.less_owed))
    return rows


def _sent(repayment: Repayment, decided: datetime) -> Row:
    if repayment.resolved == Resolved.TRANSFER:
        return Row(decided, _("By bank transfer"), _("Given back"), repayment.amount)
    method = METHODS.get(repayment.attempt.page_method)
    way = _("To your account with %(method)s") % {"method": method.name} if method else _("To your card")
    if repayment.state == RepaymentState.DONE:
        return Row(repayment.done_at or decided, way, _("Given back"), repayment.amount)
    if repayment.state == RepaymentState.FAILED:
        return Row(decided, way, _("Your bank did not take it; we see to it"), repayment.amount)
    return Row(decided, way, _("On its way"), repayment.amount)
