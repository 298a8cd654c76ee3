"""Splitting an amount and its dates, and what paying in parts costs: pure and exact."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal

from services.foundation.money import quantum, rounded

from .states import Cost

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Instalment:
    """One part: number from 1, the day it is due in the client's zone, amount in the currency.

    ``opens_at`` and ``closes_at``: the window in which the client pays it himself, aware; None where there is none.
    """

    number: int
    due_on: date
    amount: Decimal
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def schedule(total: Decimal, *, parts: int, currency: str, first: date) -> list[Instalment]:
    """Equal monthly parts; the last one takes the rounding, so that they sum to the total exactly.

    Raises ValueError when an amount leaves nothing for a part.
    """
    if parts < 2 or total < parts * quantum(currency):
        raise ValueError("an amount must leave something for every part")
    each = (total / parts).quantize(quantum(currency), rounding=ROUND_DOWN)
    amounts = [each] * (parts - 1) + [total - each * (parts - 1)]
    return [Instalment(n + 1, months_later(first, n), amount) for n, amount in enumerate(amounts)]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter (31 January → 28 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def cost_of(total: Decimal, *, parts: int, cost: str, rate: Decimal, currency: str) -> Decimal:
    """What paying in parts costs besides the total: ``rate`` is per cent of the amount, or per cent a year.

    A yearly rate is that of an annuity whose first part is paid at once, a twelfth of it a month.
    """
    if cost == Cost.NONE or not rate:
        return Decimal(0)
    if cost == Cost.SHARE:
        return rounded(total * rate / 100, currency)
    monthly = rate / 100 / MONTHS_A_YEAR
    each = total * monthly / ((1 - (1 + monthly) ** -parts) * (1 + monthly))
    return rounded(each * parts - total, currency)


def yearly_rate(total: Decimal, amounts: Sequence[Decimal]) -> Decimal:
    """The effective yearly rate (a fraction, to four decimals) of paying these amounts a month apart, the first at once.

    As the law wants it beside every credit that costs something: Directive (EU) 2023/2225, annex III; in China the notice of
    the People's Bank no. 3 of 2021. Zero where nothing is paid beyond the total.
    """
    if sum(amounts) <= total:
        return Decimal(0)
    low, high = Decimal(0), Decimal(1)  # the discount of one month
    for _halving in range(60):
        middle = (low + high) / 2
        if sum((amount * middle**month for month, amount in enumerate(amounts)), Decimal(0)) < total:
            low = middle
        else:
            high = middle
    return ((1 / high) ** MONTHS_A_YEAR - 1).quantize(Decimal("0.0001"))
