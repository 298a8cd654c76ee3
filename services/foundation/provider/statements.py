"""What the provider's own ledger says: movements of money, holds and payouts, every page of them.

Its published objects: balance transactions, charges and payouts (docs.stripe.com/api). Raises port.Unknown like the port.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.foundation.money import from_minor, rounded

from .port import _ask, _client


@dataclass(frozen=True)
class Movement:
    """One movement of money in the provider's own ledger.

    ``amount`` as the client paid it, in ``currency``, negative when it left; ``fee`` and ``net`` in ``settled_in``, the currency
    of our account there, and ``rate`` leads from the one to the other (None where they are the same).
    """

    id: str
    kind: str
    amount: Decimal
    currency: str
    fee: Decimal
    net: Decimal
    settled_in: str
    rate: Decimal | None
    created: datetime
    source: str = ""
    intent: str = ""

    @property
    def fee_as_paid(self) -> Decimal:
        """The fee in the currency in which the client paid."""
        return self.fee if self.rate is None else rounded(self.fee / self.rate, self.currency)


@dataclass(frozen=True)
class Hold:
    """What a bank keeps ready and nobody has taken or given back."""

    charge: str
    intent: str
    amount: Decimal
    currency: str
    created: datetime


@dataclass(frozen=True)
class Payout:
    """Money on its way from the provider to our bank. ``status``: pending, in_transit, paid, failed or canceled."""

    id: str
    amount: Decimal
    currency: str
    status: str
    created: datetime
    arrives_on: date


def movements(*, since: datetime, until: datetime) -> Iterator[Movement]:
    """Everything that moved from `since` until before `until`, newest first; all pages. Raises Unknown."""
    for found in _walk(_client().v1.balance_transactions.list, created=_between(since, until), expand=["data.source"]):
        yield _movement(found)


def movements_of(payout_id: str) -> Iterator[Movement]:
    """What a payout is the sum of, without the movement of the payout itself; all pages. Raises Unknown."""
    for found in _walk(_client().v1.balance_transactions.list, payout=payout_id, expand=["data.source"]):
        if found.type != "payout":
            yield _movement(found)


def payouts(*, since: datetime, until: datetime) -> Iterator[Payout]:
    """The payouts made from `since` until before `until`; all pages. Raises Unknown."""
    for found in _walk(_client().v1.payouts.list, created=_between(since, until)):
        currency = found.currency.upper()
        arrives = datetime.fromtimestamp(found.arrival_date, UTC).date()
        yield Payout(found.id, from_minor(found.amount, currency), currency, found.status, _moment(found.created), arrives)


def holds(*, since: datetime, until: datetime) -> Iterator[Hold]:
    """Authorisations of that time that still stand; all pages. Raises Unknown."""
    for found in _walk(_client().v1.charges.list, created=_between(since, until)):
        if found.status == "succeeded" and not found.captured and not found.refunded:
            currency = found.currency.upper()
            amount = from_minor(found.amount, currency)
            yield Hold(found.id, str(found.payment_intent or ""), amount, currency, _moment(found.created))


def _between(since: datetime, until: datetime) -> dict[str, int]:
    return {"gte": int(since.timestamp()), "lt": int(until.timestamp())}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _walk(listing: Any, **params: Any) -> Iterator[Any]:
    """Every object of a list, page after page (the SDK's own iterator would let errors past `_ask`)."""
    after: dict[str, str] = {}
    while True:
        page = _ask(listing, {"limit": 100, **params, **after})
        yield from page.data
        if not page.has_more:
            return
        after = {"starting_after": page.data[-1].id}


def _movement(found: Any) -> Movement:
    settled_in, source = found.currency.upper(), found.source
    kind = {"payment": "charge", "payment_refund": "refund"}.get(found.type, found.type)
    amount, currency, id_, intent = found.amount, settled_in, "", ""
    if kind in ("charge", "refund", "refund_failure") and source is not None and not isinstance(source, str):
        id_, intent, currency = source.id, str(source.payment_intent or ""), source.currency.upper()
        if currency != settled_in:
            amount = {"charge": source.amount_captured, "refund_failure": source.amount}.get(kind, -source.amount)
    elif source is not None:
        id_ = source if isinstance(source, str) else source.id
    return Movement(
        id=found.id,
        kind=kind,
        amount=from_minor(amount, currency),
        currency=currency,
        fee=from_minor(found.fee, settled_in),
        net=from_minor(found.net, settled_in),
        settled_in=settled_in,
        rate=Decimal(str(found.exchange_rate)) if currency != settled_in and found.exchange_rate else None,
        created=_moment(found.created),
        source=id_,
        intent=intent,
    )
