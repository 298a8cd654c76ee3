"""Amounts and days as the active language writes them, and in which language a text is written."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date, get_timezone_name
from babel.numbers import format_currency
from django.utils.translation import get_language

#: Languages as HTML names them (BCP 47), where that differs from Django's name.
TAGS = {"zh-hans": "zh-Hans"}
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LOCALES = {"zh-hans": "zh_Hans_CN", "en": "en_GB", "fr": "fr_FR"}


#: What the region in front says of its own formats (see `regions.links.storefront`): CLDR locales by language.
regional: ContextVar[dict[str, str]] = ContextVar("regional", default={})  # noqa: B039 - never changed in place


def locale() -> Locale:
    """Babel's locale for the active language, as the region in front writes it."""
    language = get_language() or "en"
    return Locale.parse(regional.get().get(language) or _LOCALES.get(language, "en_GB"))


def share_locale(language: str, written: dict[str, str]) -> str:
    """A language as one region writes it, in the spelling of those who show shared pages: fr_FR, zh_CN."""
    found = Locale.parse(written.get(language) or _LOCALES.get(language, "en_GB"))
    return f"{found.language}_{found.territory}"


def money(amount: Decimal, currency: str) -> str:
    """An amount with its sign; cents only where there are any."""
    where = locale()
    pattern = where.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    return format_currency(amount, currency, pattern, locale=where, currency_digits=False)


def listed(words: Iterable[object]) -> str:
    """Several words in a row, as the active language lists them: 罗马体、楷体; Roman, Kai."""
    return ("、" if locale().language == "zh" else ", ").join(str(word) for word in words)


def quoted(text: str) -> str:
    """A text in the quotation marks of the active language: “…”, or « … » with their spaces."""
    return f"«\u00a0{text}\u00a0»" if locale().language == "fr" else f"“{text}”"


def foreign(text: object) -> str:
    """The language (BCP 47) of words that are not in the active one: zh-Hans where there are hanzi, empty otherwise.

    Of a client's own words and of addresses nobody has told us the language; their signs tell this much.
    """
    is_chinese = (get_language() or "").startswith("zh")
    return TAGS["zh-hans"] if not is_chinese and _HANZI.search(str(text)) else ""


def day_words(day: date | datetime) -> str:
    """A day with its weekday: Thursday 3 December."""
    where = locale()
    pattern = {"zh": "M月d日 EEEE", "en_US": "EEEE, MMMM d"}.get(str(where) if str(where) == "en_US" else where.language)
    pattern = pattern or "EEEE d MMMM"
    return format_date(day, pattern, locale=where)


def zone_words(zone: tzinfo) -> str:
    """A time zone in words: China time, heure de Chine, 中国时间."""
    return get_timezone_name(zone, width="long", locale=locale(), zone_variant="generic")
