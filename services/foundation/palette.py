"""The tokens of the storefront: what a house may set, in which form, and whether its texts can then be read. Pure.

`static/css/tokens.css` is the one list of tokens and their defaults; nothing here repeats it.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TOKENS_CSS = Path(__file__).resolve().parent.parent.parent / "static" / "css" / "tokens.css"
#: The forms of a token, by the shape of its default. Families of type are set by [faces].
FORMS = {
    "colour": (re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})"), "a colour such as #1A2B3C"),
    "size": (re.compile(r"(?:\d+|\d*\.\d+)(?:rem|em|px)"), "a length such as 1.5rem"),
    "time": (re.compile(r"\d+ms"), "a duration such as 200ms"),
    "number": (re.compile(r"\d+|\d*\.\d+"), "a number such as 1.6"),
}
#: What stands on what, and the contrast WCAG 2.2 AA asks for: 4.5 for text (1.4.3), 3 for the border of a field (1.4.11).
READ_ON = (
    ("ink", "ground", 4.5),
    ("ink", "paper", 4.5),
    ("muted", "ground", 4.5),
    ("muted", "paper", 4.5),
    ("act", "ground", 4.5),
    ("paper", "act", 4.5),
    ("paper", "act-deep", 4.5),
    ("accent-text", "ground", 4.5),
    ("error", "ground", 4.5),
    ("error", "paper", 4.5),
    ("success", "ground", 4.5),
    ("field", "paper", 3.0),
)


@cache
def defaults() -> Mapping[str, str]:
    """Every token with its default, as tokens.css says it for a telephone."""
    root = TOKENS_CSS.read_text(encoding="utf-8").split(":root {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", root))


def form_of(token: str) -> str:
    """Which form a token has; empty for one that a house cannot set here."""
    default = defaults().get(token, "")
    return next((name for name, (form, _like) in FORMS.items() if form.fullmatch(default)), "")


def six_digits(colour: str) -> str:
    """A colour as #RRGGBB: letters and the address bar of browsers take no other."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    return f"#{digits.upper()}"


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    digits = six_digits(colour)[1:]
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def read(said: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """The tokens a house sets, each as (on a telephone, on a desktop). Raises ImproperlyConfigured with a sentence.

    A colour is one for both; everything else may be a list of two.
    """
    found: dict[str, tuple[str, str]] = {}
    for token, value in said.items():
        form = form_of(token)
        if not form:
            if token in defaults():
                raise ImproperlyConfigured(f"[tokens] {token} is a typeface: name its file in [faces.{token}].")
            known = ", ".join(sorted(name for name in defaults() if form_of(name)))
            raise ImproperlyConfigured(f"[tokens] {token} is not a token of this shop. There are: {known}.")
        pattern, like = FORMS[form]
        both: list[Any] = value if isinstance(value, list) and form != "colour" else [value, value]
        if len(both) != 2 or not all(isinstance(one, str) and pattern.fullmatch(one) for one in both):
            more = "" if form == "colour" else ", or a list of two: telephone and desktop"
            raise ImproperlyConfigured(f"[tokens] {token} = {value!r} is not {like}{more}.")
        found[token] = (both[0], both[1])
    return found


def colours(tokens: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Every colour of the shop as #RRGGBB under the token's name: the house's own, else the default."""
    found = {name: value for name, value in defaults().items() if form_of(name) == "colour"}
    found |= {name: value for name, (value, _wide) in tokens.items() if form_of(name) == "colour"}
    return {name: six_digits(value) for name, value in found.items()}


def refuse_unreadable(shades: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured when a text would be too faint on its ground."""
    for text, ground, least in READ_ON:
        found = contrast(shades[text], shades[ground])
        if found < least:
            raise ImproperlyConfigured(
                f"[tokens] {text} {shades[text]} on {ground} {shades[ground]} has a contrast of {found:.2f}:1; "
                f"WCAG 2.2 AA asks for {least:g}:1. Choose a darker or a lighter one."
            )
