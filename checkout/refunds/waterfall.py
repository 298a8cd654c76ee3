"""Where the money of a refund comes from, pure and exact: what is owed, what is only authorised, what was paid.

Directive 2011/83/EU, art. 13, gives back "all payments received" with the means of payment of the purchase: so every payment
gets back at most what it brought, the last first. What was never paid need not be given back: it is owed no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from services.foundation.money import quantum, rounded

from .states import Waterfall

ZERO = Decimal(0)


@dataclass(frozen=True)
class Amount:
    """So much of one part (its number) or of one payment (its id)."""

    of: int
    amount: Decimal


@dataclass(frozen=True)
class Split:
    """Where a refund comes from: its three sums make its value."""

    cuts: tuple[Amount, ...] = ()
    not_taken: Decimal = ZERO
    returns: tuple[Amount, ...] = ()

    @property
    def less_owed(self) -> Decimal:
        return sum((cut.amount for cut in self.cuts), ZERO)

    @property
    def to_pay_back(self) -> Decimal:
        return sum((back.amount for back in self.returns), ZERO)


def split(value: Decimal, *, owed: Sequence[Amount], held: Decimal, paid: Sequence[Amount], rule: Any) -> Split:
    """Divide a value among the authorised amount, then owed parts and payments as the rule says; the last of each first.

    ``owed`` in the order in which they fall due, ``paid`` in the order in which they came, each with what is left of it.
    Raises ValueError when there is not so much.
    """
    if not ZERO < value <= sum((each.amount for each in (*owed, *paid)), held):
        raise ValueError(f"{value} is nothing, or more than there is")
    sources = {"owed": owed, "held": [Amount(0, held)], "paid": paid}
    first_to_last = ("held", "paid", "owed") if rule == Waterfall.PAID_FIRST else ("held", "owed", "paid")
    taken: dict[str, tuple[Amount, ...]] = {}
    for name in first_to_last:
        found = []
        for each in reversed(sources[name]):
            amount = min(value, each.amount)
            if amount > ZERO:
                found.append(Amount(each.of, amount))
                value -= amount
        taken[name] = tuple(found)
    return Split(taken["owed"], sum((each.amount for each in taken["held"]), ZERO), taken["paid"])


def share(total: Decimal, *, quantity: int, before: int, number: int, currency: str) -> Decimal:
    """The share of ``number`` of ``quantity`` pieces in a line's total, when ``before`` came back already.

    All the shares of a line sum to its total exactly. Raises ValueError when there are not so many left.
    """
    if number < 1 or before < 0 or before + number > quantity:
        raise ValueError(f"{number} of {quantity}, of which {before} came back")
    until = [(total * n / quantity).quantize(quantum(currency), rounding=ROUND_DOWN) for n in (before, before + number)]
    if before + number == quantity:
        until[1] = total
    return until[1] - until[0]


def proportion(amount: Decimal, *, of: Decimal, gross: Decimal, currency: str) -> Decimal:
    """What a part of a gross amount holds of something in it (its tax, say), in proportion."""
    return rounded(amount * of / gross, currency) if gross else ZERO
