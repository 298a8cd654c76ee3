"""How much of each line an amount gives back: exact to the currency's smallest unit, and never more than is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from services.foundation.money import quantum, rounded


@dataclass(frozen=True)
class Left:
    """What is left of an invoice's line, in its currency; net + tax = gross."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def over_lines(amount: Decimal, lefts: Sequence[Left], currency: str) -> list[Decimal]:
    """An amount over the lines by what is left of each, with tax; the parts sum to it exactly.

    Each line gets its share rounded down; what remains, less than one smallest unit a line, goes to the largest remainders.
    Raises ValueError when the amount is not positive, more than is left, or finer than the currency.
    """
    whole, unit = sum((left.gross for left in lefts), Decimal(0)), quantum(currency)
    if not 0 < amount <= whole or amount != rounded(amount, currency):
        raise ValueError(f"{amount} of {whole} {currency} cannot be given back")
    exact = [amount * left.gross / whole for left in lefts]
    parts = [share.quantize(unit, rounding=ROUND_FLOOR) for share in exact]
    by_remainder = sorted(range(len(lefts)), key=lambda n: (parts[n] - exact[n], n))
    missing = amount - sum(parts, Decimal(0))
    for n in by_remainder:
        step = min(unit, missing, lefts[n].gross - parts[n])
        parts[n] += step
        missing -= step
    if missing:
        raise ValueError(f"{missing} {currency} could not be placed")
    return parts


def of_line(gross: Decimal, left: Left, currency: str) -> Left:
    """Net and tax of what is given back of one line, at the line's own rate; the last one takes what is left to the cent.

    Raises ValueError when more than is left is asked for.
    """
    if not 0 <= gross <= left.gross:
        raise ValueError(f"{gross} of {left.gross} {currency} cannot be given back")
    if gross == left.gross:
        return left
    tax = rounded(left.tax * gross / left.gross, currency)
    tax = min(max(tax, gross - left.net, Decimal(0)), left.tax, gross)
    return Left(gross - tax, tax)
