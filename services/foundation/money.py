"""Amounts: Decimal with their currency's own number of decimals (ISO 4217)."""

from decimal import ROUND_HALF_UP, Decimal

#: Decimals by currency where they are not two (ISO 4217).
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3}


def decimals(currency: str) -> int:
    """How many decimals amounts of this currency have."""
    return _DECIMALS.get(currency, 2)


def quantum(currency: str) -> Decimal:
    """The smallest amount of the currency, e.g. 0.01."""
    return Decimal(1).scaleb(-decimals(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount to the currency's decimals, half up as on a till."""
    return amount.quantize(quantum(currency), rounding=ROUND_HALF_UP)


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in the currency's smallest unit, as payment providers count. Raises ValueError when it does not fit."""
    minor = amount.scaleb(decimals(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} {currency} has more decimals than the currency")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    """An amount from the smallest unit."""
    return Decimal(minor).scaleb(-decimals(currency))
