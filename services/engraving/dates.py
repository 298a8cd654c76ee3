"""A day in the forms people have engraved. Pure; what a place does not take is left out."""

from collections.abc import Sequence
from datetime import date

_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"))
_ROMAN_ONES = ((5, "V"), (4, "IV"), (1, "I"))
_FIGURES = "〇一二三四五六七八九"
_ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FRENCH = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def date_forms(day: date, scripts: Sequence[str] = ("latin", "hanzi")) -> list[tuple[str, str]]:
    """A code and a text for each form a place with these scripts takes. Longest first within each script's forms."""
    forms = [
        ("year-first", f"{day.year}.{day.month:02}.{day.day:02}"),
        ("day-first", f"{day.day:02}.{day.month:02}.{day.year}"),
        ("roman", "·".join((roman(day.day), roman(day.month), roman(day.year)))),
        ("short", f"{day.day}.{day.month}.{day.year % 100:02}"),
        ("english", f"{day.day} {_ENGLISH[day.month - 1]} {day.year}"),
        ("french", f"{'1er' if day.day == 1 else day.day} {_FRENCH[day.month - 1]} {day.year}"),
    ]
    found = forms if "latin" in scripts else [form for form in forms if form[0] in ("year-first", "day-first", "short")]
    if "hanzi" in scripts:
        year = "".join(_FIGURES[int(figure)] for figure in str(day.year))
        found = [*found, ("hanzi", f"{year}年{hanzi(day.month)}月{hanzi(day.day)}日")]
        found.append(("hanzi-figures", f"{day.year}年{day.month}月{day.day}日"))
    return found


def roman(number: int) -> str:
    """A number from 1 to 9999 in Roman numerals; the thousands are written out."""
    written = ""
    for value, letters in (*_ROMAN, *_ROMAN_ONES):
        written += letters * (number // value)
        number %= value
    return written


def hanzi(number: int) -> str:
    """A number from 1 to 99 as it is said: 十九, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _FIGURES[tens]) + ("十" if tens else "") + (_FIGURES[ones] if ones else "")
