"""Splitting an amount and its dates, pure and exact."""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from services.foundation.money import quantum


@dataclass(frozen=True)
class Instalment:
    """One part: number from 1, the day it is due in the client's zone, amount in the currency."""

    number: int
    due_on: date
    amount: Decimal


def schedule(total: Decimal, *, parts: int, currency: str, first: date) -> list[Instalment]:
    """Equal monthly parts without interest; the last one takes the rounding, so that they sum to the total exactly."""
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
