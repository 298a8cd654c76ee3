"""The book of an order that is paid by bank. The order is locked by the caller.

What its client owes and what he has paid too much is one sum with two accounts: *receivable* while it is above nothing,
*overpaid* while it is below. Each entry leaves one of the two empty.
"""

from decimal import Decimal

from checkout.order.models import Order
from services.foundation.book import writing
from services.foundation.book.models import Account

RECEIVED, TAKEN_BACK, SENT_BACK, ENDED = "transferred", "transfer taken back", "transfer sent back", "transfers over"


def move(order: Order, amount: Decimal, *, kind: str, key: str) -> bool:
    """So much came in for the order (or, negative, went out); False when this key stands already."""
    receivable, overpaid = owed(order), -over(order)
    left = receivable + overpaid - amount
    return writing.write(
        order_id=order.pk,
        kind=kind,
        key=key,
        currency=order.currency,
        postings={
            Account.TRANSFERS: amount,
            Account.RECEIVABLE: max(left, Decimal(0)) - receivable,
            Account.OVERPAID: min(left, Decimal(0)) - overpaid,
        },
    )


def ended(order: Order) -> bool:
    """The order ended, and nothing is owed any more: what came in for it is the client's. False when nothing did."""
    return move(order, Decimal(0), kind=ENDED, key=f"transfers over:{order.number}")


def received(order: Order) -> Decimal:
    """What came in by bank and did not go back."""
    return writing.balance(order.pk, str(Account.TRANSFERS))


def owed(order: Order) -> Decimal:
    """What the client still owes."""
    return writing.balance(order.pk, str(Account.RECEIVABLE))


def over(order: Order) -> Decimal:
    """What he paid and does not owe."""
    return -writing.balance(order.pk, str(Account.OVERPAID))
