"""An awaited transfer as its client reads it: on the order's page, in letters, on the pro-forma invoice."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from checkout.order.models import Order
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
            (_("Reference"), references.spaced(told.reference)),
        ]
        return [(word, value) for word, value in rows if value]


def of(order: Order) -> Awaited | None:
    """What is awaited for an order; None for one that is paid otherwise. Three queries, or none."""
    transfer = of_order(order)
    if transfer is None:
        return None
    return Awaited(transfer, reckoning.received(order), max(reckoning.owed(order), Decimal(0)), order.currency)
