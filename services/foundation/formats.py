"""Amounts, days and places as the active language writes them, and in which language a text is written."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime, tzinfo
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language

#: Languages as HTML names them (BCP 47), where that differs from Django's name.
TAGS = {"zh-hans": "zh-Hans"}
#: Scripts that name a language by themselves: a Japanese text has kana somewhere, a Korean one hangul, other hanzi are Chinese.
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")),
)
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


def percent(fraction: Decimal) -> str:
    """A rate in per cent with as many decimals as it has: 20 %, 8.875%."""
    return format_percent(fraction, locale=locale(), decimal_quantization=False)


def measure(number: Decimal | float | str) -> str:
    """A measure with as many decimals as it has, and no zero after them: 14, 2.3, 2,3."""
    return format_decimal(Decimal(str(number)).normalize(), locale=locale(), decimal_quantization=False)


def listed(words: Iterable[object]) -> str:
    """Several words in a row, as the active language lists them: 罗马体、楷体; Roman, Kai."""
    return ("、" if locale().language == "zh" else ", ").join(str(word) for word in words)


def quoted(text: str) -> str:
    """A text in the quotation marks of the active language: “…”, or « … » with their spaces."""
    return f"«\u00a0{text}\u00a0»" if locale().language == "fr" else f"“{text}”"


def day_words(day: date | datetime) -> str:
    """A day with its weekday: Thursday 3 December."""
    where = locale()
    pattern = {"zh": "M月d日 EEEE", "en_US": "EEEE, MMMM d"}.get(str(where) if str(where) == "en_US" else where.language)
    pattern = pattern or "EEEE d MMMM"
    return _first_in_french(format_date(day, pattern, locale=where), where)


def date_words(day: date | datetime) -> str:
    """A day with its year, for what is kept: 3 December 2026."""
    where = locale()
    return _first_in_french(format_date(day, "long", locale=where), where)


def _first_in_french(written: str, where: Locale) -> str:
    """French counts the first of a month and no other day: le mardi 1er décembre."""
    return re.sub(r"(?<!\d)1 (?=\D)", "1er ", written, count=1) if where.language == "fr" else written


def zone_words(zone: tzinfo) -> str:
    """A time zone in words: China time, heure de Chine, 中国时间."""
    return get_timezone_name(zone, width="long", locale=locale(), zone_variant="generic")


def country_name(code: str) -> str:
    """A country (ISO 3166-1) in the active language; its code where that has no name for it."""
    return str(locale().territories.get(code, code))


def language_of(text: object) -> str:
    """The language (BCP 47) a text is evidently in although the page speaks another; empty where its signs do not tell.

    Of a client's own words and of addresses nobody has told us the language; their script tells this much. Latin letters name no
    language: a name or a motto in them is left to whoever reads the page out.
    """
    for language, script in _SCRIPTS:
        if script.search(str(text)):
            return "" if locale().language == language else language
    return ""
