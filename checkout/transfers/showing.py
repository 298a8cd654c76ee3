"""An awaited transfer as its client reads it: on the order's page, in letters, on the pro-forma invoice."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from checkout.order.models import Order
from checkout.order.states import OrderState
from services.foundation.book.models import Account, Posting
from services.foundation.formats import money

from . import reckoning, references
from .models import Transfer
from .offering import of_order


@dataclass(frozen=True)
class Awaited:
    """What has come in for an order by bank and what remains, in its currency."""

    transfer: Transfer
    received: Decimal
    remaining: Decimal
    currency: str

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Where to transfer what, word and value, in the active language."""
        told = self.transfer
        rows = [
            (_("Account holder"), told.holder),
            (_("IBAN"), references.spaced(told.iban) if told.iban else ""),
            (_("Account number"), told.number),
            (_("BIC"), told.bic),
            (_("Bank"), told.bank),
            (_("Branch"), told.branch),
            (_("Code of the branch"), told.bank_code),
            (_("Amount"), money(self.remaining, self.currency)),
            (_("Payment reference"), references.spaced(told.reference)),
        ]
        return [(word, value) for word, value in rows if value]


def of(order: Order) -> Awaited | None:
    """What is awaited for an order; None for one that is paid otherwise. Three queries, or none."""
    transfer = of_order(order)
    if transfer is None:
        return None
    return Awaited(transfer, reckoning.received(order), max(reckoning.owed(order), Decimal(0)), order.currency)


def awaiting() -> QuerySet[Transfer]:
    """Orders that wait for a transfer, the one that lapses first first, with what ``came`` and is ``owed``. One query."""

    def sum_of(account: str) -> Coalesce:
        rows = Posting.objects.filter(entry__order=OuterRef("order"), account=account).values("entry__order")
        return Coalesce(Subquery(rows.annotate(sum=Sum("amount")).values("sum")), Decimal(0))

    waiting = Transfer.objects.filter(order__status=OrderState.AWAITING_PAYMENT).select_related("order")
    owed, came = sum_of(str(Account.RECEIVABLE)), sum_of(str(Account.TRANSFERS))
    return waiting.annotate(owed=owed, came=came).order_by("order__pay_until", "pk")
