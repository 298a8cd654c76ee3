"""A text letter by letter, as the bench cuts it and the inspector compares it. Pure."""

import unicodedata
from dataclasses import dataclass

#: Selectors of a variant (UCD: Variation_Selector), which belong to the sign before them as its accents do.
_SELECTORS = ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef")


@dataclass(frozen=True)
class Letter:
    """One sign of a text. ``number`` and ``line`` count from 1; ``name`` (Unicode's) tells look-alikes apart."""

    number: int
    line: int
    sign: str
    name: str


def letters_of(text: str) -> list[Letter]:
    """The visible signs of a text in their order, each with the marks that belong to it."""
    found: list[Letter] = []
    for line, words in enumerate(text.split("\n"), start=1):
        signs: list[str] = []
        for sign in words:
            if signs and _belongs(sign):
                signs[-1] += sign
            else:
                signs.append(sign)
        for sign in signs:
            if not sign.isspace():
                found.append(Letter(len(found) + 1, line, sign, unicodedata.name(sign[0], "")))
    return found


def _belongs(sign: str) -> bool:
    return bool(unicodedata.combining(sign)) or any(first <= sign <= last for first, last in _SELECTORS)
