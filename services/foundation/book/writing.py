"""Writing the book. Each event has a key, so the same event is written once however often it is told."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from .models import Account, Entry, Posting

#: An entry that takes back a part of what was placed.
IN_PART = "cancelled in part"
COMPENSATION_PAID = "compensation paid"


@transaction.atomic
def write(*, order_id: int, kind: str, key: str, currency: str, postings: Mapping[str, Decimal]) -> bool:
    """Write one balanced entry; False when this key stands already. Raises ValueError when it does not sum to zero."""
    moved = {account: amount for account, amount in postings.items() if amount}
    if sum(moved.values(), Decimal(0)) != 0:
        raise ValueError(f"{kind} does not balance: {moved}")
    if not moved:
        return False
    entry, fresh = Entry.objects.get_or_create(key=key, defaults={"order_id": order_id, "kind": kind})
    if fresh:
        Posting.objects.bulk_create(
            Posting(entry=entry, account=account, amount=amount, currency=currency) for account, amount in moved.items()
        )
    return fresh


def placed(
    *, order_id: int, number: str, currency: str, net: Decimal, tax: Decimal, shipping_net: Decimal, shipping_tax: Decimal
) -> None:
    """The client owes the order: receivable against sales, delivery and tax."""
    write(
        order_id=order_id,
        kind="placed",
        key=f"placed:{number}",
        currency=currency,
        postings={
            Account.RECEIVABLE: net + tax + shipping_net + shipping_tax,
            Account.SALES: -net,
            Account.SHIPPING: -shipping_net,
            Account.TAX: -(tax + shipping_tax),
        },
    )


def cost_agreed(*, order_id: int, number: str, currency: str, amount: Decimal) -> bool:
    """The client owes what paying in instalments costs, besides the order."""
    return write(
        order_id=order_id,
        kind="cost agreed",
        key=f"cost:{number}",
        currency=currency,
        postings={Account.RECEIVABLE: amount, Account.FINANCING: -amount},
    )


def deposit_held(*, order_id: int, currency: str, amount: Decimal) -> bool:
    """A deposit was paid: held for the client, so that the whole price is still owed."""
    postings = {Account.RECEIVABLE: amount, Account.DEPOSITS: -amount}
    return _of_deposit("deposit held", order_id, currency, postings)


def deposit_released(*, order_id: int, currency: str, amount: Decimal) -> bool:
    """The deposit pays its part of the price; of an order that is taken back the client is owed it. Once, unless it was kept."""
    if not Entry.objects.filter(key=f"deposit held:{order_id}").exists():
        return False
    postings = {Account.DEPOSITS: amount, Account.RECEIVABLE: -amount}
    return _of_deposit("deposit released", order_id, currency, postings)


def deposit_forfeited(*, order_id: int, currency: str, amount: Decimal) -> bool:
    """The client failed: the house keeps a binding deposit."""
    postings = {Account.DEPOSITS: amount, Account.FORFEITED: -amount}
    return _of_deposit("deposit forfeited", order_id, currency, postings)


def compensated(*, order_id: int, currency: str, amount: Decimal) -> bool:
    """The house failed: it owes the client as much again as he had given."""
    postings = {Account.COMPENSATION: amount, Account.RECEIVABLE: -amount}
    return _of_deposit("compensation owed", order_id, currency, postings)


def compensation_paid(*, order_id: int, currency: str, amount: Decimal) -> bool:
    """What was owed as compensation left the house's bank account."""
    postings = {Account.RECEIVABLE: amount, Account.TRANSFERS: -amount}
    return _of_deposit(COMPENSATION_PAID, order_id, currency, postings)


def _of_deposit(kind: str, order_id: int, currency: str, postings: dict[Any, Decimal]) -> bool:
    return write(order_id=order_id, kind=kind, key=f"{kind}:{order_id}", currency=currency, postings=postings)


def authorised(*, order_id: int, key: str, currency: str, amount: Decimal) -> bool:
    """The bank keeps the amount ready for us; a memorandum pair, no money has moved."""
    return write(
        order_id=order_id,
        kind="authorised",
        key=f"authorised:{key}",
        currency=currency,
        postings={Account.AUTHORISED: amount, Account.AUTHORISATION_CONTRA: -amount},
    )


def captured(*, order_id: int, key: str, currency: str, amount: Decimal, was_authorised: Decimal) -> bool:
    """Money moved: captured against receivable; the whole authorisation it used up is closed with it."""
    return write(
        order_id=order_id,
        kind="captured",
        key=f"captured:{key}",
        currency=currency,
        postings={
            Account.CAPTURED: amount,
            Account.RECEIVABLE: -amount,
            Account.AUTHORISED: -was_authorised,
            Account.AUTHORISATION_CONTRA: was_authorised,
        },
    )


def voided(*, order_id: int, key: str, currency: str, amount: Decimal) -> bool:
    """An authorisation was given back."""
    return write(
        order_id=order_id,
        kind="voided",
        key=f"voided:{key}",
        currency=currency,
        postings={Account.AUTHORISED: -amount, Account.AUTHORISATION_CONTRA: amount},
    )


def refunded(*, order_id: int, key: str, currency: str, amount: Decimal) -> bool:
    """Money went back: the client owes it again until the order's cancellation is written."""
    return write(
        order_id=order_id,
        kind="refunded",
        key=f"refunded:{key}",
        currency=currency,
        postings={Account.RECEIVABLE: amount, Account.REFUNDED: -amount},
    )


def fee(*, order_id: int, key: str, currency: str, amount: Decimal) -> bool:
    """What the provider kept of a payment, in the order's currency; negative when it gives a fee back.

    `CAPTURED` stays what the client paid: due from the provider is captured, less refunded and withheld.
    """
    return write(
        order_id=order_id,
        kind="fee",
        key=f"fee:{key}",
        currency=currency,
        postings={Account.FEES: amount, Account.WITHHELD: -amount},
    )


def refund_failed(*, order_id: int, key: str, currency: str, amount: Decimal) -> bool:
    """The client's bank sent a refund back: we have the money again, and owe it."""
    return write(
        order_id=order_id,
        kind="refund failed",
        key=f"refund failed:{key}",
        currency=currency,
        postings={Account.RECEIVABLE: -amount, Account.REFUNDED: amount},
    )


def paid_back_by_transfer(*, order_id: int, key: str, currency: str, amount: Decimal) -> bool:
    """What could not go back the way it came was sent by bank transfer."""
    return write(
        order_id=order_id,
        kind="paid back by transfer",
        key=f"paid back by transfer:{key}",
        currency=currency,
        postings={Account.RECEIVABLE: amount, Account.TRANSFERS: -amount},
    )


def cancelled_in_part(
    *,
    order_id: int,
    part: str,
    currency: str,
    net: Decimal,
    tax: Decimal,
    shipping_net: Decimal,
    shipping_tax: Decimal,
    financing: Decimal = Decimal(0),
) -> bool:
    """Take back a share of what `placed` and `cost_agreed` wrote: of one parcel, or of a refund; ``part`` names it."""
    return write(
        order_id=order_id,
        kind=IN_PART,
        key=f"cancelled in part:{part}",
        currency=currency,
        postings={
            Account.RECEIVABLE: -(net + tax + shipping_net + shipping_tax + financing),
            Account.SALES: net,
            Account.SHIPPING: shipping_net,
            Account.TAX: tax + shipping_tax,
            Account.FINANCING: financing,
        },
    )


def cancelled(*, order_id: int, number: str) -> bool:
    """Take back what `placed` and `cost_agreed` wrote, as far as no part of it was before: nothing is owed any more."""
    first = Entry.objects.filter(key=f"placed:{number}").first()
    if first is None:
        return False
    owed: dict[str, Decimal] = defaultdict(Decimal)
    written = Q(entry=first) | Q(entry__order_id=order_id, entry__kind=IN_PART) | Q(entry__key=f"cost:{number}")
    rows = list(Posting.objects.filter(written))
    for row in rows:
        owed[row.account] -= row.amount
    return write(order_id=order_id, kind="cancelled", key=f"cancelled:{number}", currency=rows[0].currency, postings=owed)


def price(order_id: int) -> dict[Any, Decimal]:
    """What an order costs after all that was taken back of it, by account: receivable, and what it is made of (negative)."""
    kinds = ("placed", "cost agreed", IN_PART, "cancelled")
    rows = Posting.objects.filter(entry__order_id=order_id, entry__kind__in=kinds).values("account")
    return {row["account"]: row["sum"] for row in rows.annotate(sum=Sum("amount"))}


def balance(order_id: int, account: Any) -> Decimal:
    """The sum of an account for one order, in its currency."""
    total = Posting.objects.filter(entry__order_id=order_id, account=account).aggregate(total=Sum("amount"))["total"]
    return total or Decimal(0)
