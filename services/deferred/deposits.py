"""Deposit and balance, pure: how much, by which law, and when the balance can be paid.

A binding deposit (定金, arrhes) is kept when the client fails and comes back double when the house fails. An advance (订金,
acompte) is part of the price and nothing else: it comes back either way.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from services.foundation.money import quantum

#: The most a binding deposit may be, in per cent of the price, by country (ISO 3166-1). China: Civil Code, art. 586.
LEGAL_CAPS = {"CN": Decimal(20)}
#: The window opens and closes while people are awake, in the client's zone, so that the last reminders reach them.
OPENS_AT, CLOSES_AT = time(10), time(20)
#: How long before its end a client is reminded again, after the reminder at its opening.
REMIND_BEFORE = (timedelta(hours=24), timedelta(hours=2))


def cap(countries: Iterable[str], *, is_binding: bool) -> Decimal | None:
    """The most a deposit may be in these countries, in per cent of the price; None where no law says."""
    if not is_binding:
        return None
    return min((LEGAL_CAPS[code] for code in countries if code in LEGAL_CAPS), default=None)


def split(total: Decimal, *, percent: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """Deposit and balance, exact together. The deposit is rounded down: never above its share of the total.

    Raises ValueError when one of them would be nothing.
    """
    deposit = (total * percent / 100).quantize(quantum(currency), rounding=ROUND_DOWN)
    if not 0 < deposit < total:
        raise ValueError("an amount must leave something for deposit and balance")
    return deposit, total - deposit


def window(agreed_on: date, *, opens_after: int, open_for: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the balance can be paid: from ten o'clock ``opens_after`` days after the agreement, for ``open_for`` days."""
    opens_on = agreed_on + timedelta(days=opens_after)
    closes_on = opens_on + timedelta(days=open_for)
    return datetime.combine(opens_on, OPENS_AT, zone), datetime.combine(closes_on, CLOSES_AT, zone)


def reminder(opens_at: datetime, closes_at: datetime, *, now: datetime) -> int:
    """Which reminder a client should have had by now: 1 from the opening on, then one for each of `REMIND_BEFORE`; 0 outside."""
    if not opens_at <= now < closes_at:
        return 0
    return 1 + sum(now >= closes_at - before for before in REMIND_BEFORE)
