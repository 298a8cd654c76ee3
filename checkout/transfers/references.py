"""References that a bank carries from a client's transfer to our statement: made, read and found again. Pure.

Where accounts have an IBAN it is a creditor reference after ISO 11649 (RF, two check digits, the signs of the order's number);
elsewhere ten digits, the last of which is a check digit (Luhn), as forms of Chinese banks take no letters everywhere.
"""

import re
from collections.abc import Iterable

from stdnum import iso11649, luhn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

#: The most signs of a creditor reference behind its check digits.
_MOST = 21
#: Ours have ten, so that one is found in a text from which a bank has taken the spaces.
_OURS = 10
_NUMERIC = re.compile(r"(?<!\d)\d{3}[ .-]?\d{3}[ .-]?\d{4}(?!\d)")


def creditor_reference(of: str) -> str:
    """RF and two check digits before the letters and digits of a text: K7PQ2-X9WRT is RF89K7PQ2X9WRT. Raises ValueError."""
    signs = re.sub(r"[^A-Z0-9]", "", of.upper())
    if not 1 <= len(signs) <= _MOST:
        raise ValueError(f"no reference can be made of {of!r}")
    return f"RF{mod_97_10.calc_check_digits(signs + 'RF')}{signs}"


def numeric_reference(nine: str) -> str:
    """Nine digits and their check digit. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{9}", nine):
        raise ValueError(f"nine digits, not {nine!r}")
    return nine + luhn.calc_check_digit(nine)


def is_whole(reference: str) -> bool:
    """Whether a reference is of one of the two kinds, and its check digits fit."""
    if re.fullmatch(r"[0-9]{10}", reference):
        return luhn.is_valid(reference)
    try:
        return bool(re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", reference)) and iso11649.validate(reference) == reference
    except ValidationError:
        return False


def spaced(reference: str) -> str:
    """As people read and type it: RF89 K7PQ 2X9W RT; 123 456 7897."""
    if reference.isdigit():
        return f"{reference[:3]} {reference[3:6]} {reference[6:]}"
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def found_in(texts: Iterable[str]) -> list[str]:
    """Every reference of our two kinds in what a bank sends, whole ones only, in their order: also spelled with spaces."""
    found: dict[str, None] = {}
    for text in texts:
        compact = re.sub(r"[^A-Z0-9]", "", text.upper()[:2000])
        for at in (match.start() for match in re.finditer("RF", compact)):
            found.update(dict.fromkeys(filter(is_whole, [compact[at : at + 4 + _OURS]])))
        for match in _NUMERIC.finditer(text[:2000]):
            found.update(dict.fromkeys(filter(is_whole, [re.sub(r"\D", "", match.group())])))
    return list(found)
