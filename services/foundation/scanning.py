"""Codes that a hand scanner reads: Code 39 (ISO/IEC 16388), and short codes that say which version of a paper this is. Pure."""

import hashlib
import json
from typing import Any

#: Each sign as nine elements, bar and gap in turn: n narrow, w wide; three of the nine are wide.
_ELEMENTS = {
    "0": "nnnwwnwnn",
    "1": "wnnwnnnnw",
    "2": "nnwwnnnnw",
    "3": "wnwwnnnnn",
    "4": "nnnwwnnnw",
    "5": "wnnwwnnnn",
    "6": "nnwwwnnnn",
    "7": "nnnwnnwnw",
    "8": "wnnwnnwnn",
    "9": "nnwwnnwnn",
    "A": "wnnnnwnnw",
    "B": "nnwnnwnnw",
    "C": "wnwnnwnnn",
    "D": "nnnnwwnnw",
    "E": "wnnnwwnnn",
    "F": "nnwnwwnnn",
    "G": "nnnnnwwnw",
    "H": "wnnnnwwnn",
    "I": "nnwnnwwnn",
    "J": "nnnnwwwnn",
    "K": "wnnnnnnww",
    "L": "nnwnnnnww",
    "M": "wnwnnnnwn",
    "N": "nnnnwnnww",
    "O": "wnnnwnnwn",
    "P": "nnwnwnnwn",
    "Q": "nnnnnnwww",
    "R": "wnnnnnwwn",
    "S": "nnwnnnwwn",
    "T": "nnnnwnwwn",
    "U": "wwnnnnnnw",
    "V": "nwwnnnnnw",
    "W": "wwwnnnnnn",
    "X": "nwnnwnnnw",
    "Y": "wwnnwnnnn",
    "Z": "nwwnwnnnn",
    "-": "nwnnnnwnw",
    "*": "nwnnwnwnn",
}
#: Tenths of a millimetre.
_WIDTHS = {"n": 3, "w": 8}
#: No vowels, no look-alikes, as in order numbers.
_ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"


def code39(text: str) -> list[int]:
    """The widths of bars and gaps in turn, with start and stop signs. Raises KeyError for what Code 39 does not have."""
    signs = ["".join(_ELEMENTS[sign]) for sign in f"*{text}*"]
    return [_WIDTHS[element] for element in "n".join(signs)]


def version_code(kind: str, *said: Any) -> str:
    """Eight signs that change with what a paper says: `C` for a card, `S` for a slip, then seven of its digest."""
    digest = int.from_bytes(hashlib.sha256(json.dumps([kind, *said], default=str).encode()).digest())
    signs = ""
    for _place in range(7):
        digest, rest = divmod(digest, len(_ALPHABET))
        signs += _ALPHABET[rest]
    return kind + signs
