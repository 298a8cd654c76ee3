"""Amounts and days as the active language writes them."""

from datetime import date, datetime
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils.translation import get_language

_LOCALES = {"zh-hans": "zh_Hans_CN", "en": "en_GB", "fr": "fr_FR"}


def locale() -> Locale:
    """Babel's locale for the active language."""
    return Locale.parse(_LOCALES.get(get_language() or "en", "en_GB"))


def money(amount: Decimal, currency: str) -> str:
    """An amount with its sign; cents only where there are any."""
    where = locale()
    pattern = where.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=where, currency_digits=False)


def day_words(day: date | datetime) -> str:
    """A day with its weekday: Thursday 3 December."""
    where = locale()
    pattern = {"zh": "M月d日 EEEE", "fr": "EEEE d MMMM"}.get(where.language, "EEEE d MMMM")
    return format_date(day, pattern, locale=where)
