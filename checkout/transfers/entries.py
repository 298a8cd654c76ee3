"""One line of a bank's statement, whatever file it came in, and what makes it that line and no other. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

#: So many lines a statement has at most; a house's busiest day has hundreds.
MOST_LINES = 20_000
#: Beyond this no transfer is one: it would not fit into the book.
_MOST = Decimal(10) ** 11
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]+")


class Unreadable(ValueError):
    """A file that is no statement we can read; says why in English, for the log and for staff."""


@dataclass(frozen=True)
class Entry:
    """A booked line. ``amount`` is positive for what came in and negative for what went out, in ``currency``."""

    booked_on: date
    amount: Decimal
    currency: str
    payer: str = ""
    payer_account: str = ""
    text: str = ""
    #: The structured creditor reference, where the bank carries one.
    reference: str = ""
    #: What the bank itself calls this line.
    bank_reference: str = ""
    #: The bank took back what it had booked.
    is_reversal: bool = False


def clean(text: str | None, most: int) -> str:
    """A text of a bank without signs that steer a screen or break a database, spaces in a row as one, cut to a length."""
    return " ".join(_CONTROLS.sub(" ", text or "").split())[:most].strip()


def amount_of(text: str) -> Decimal:
    """An amount as banks write it to machines: digits, a point, at most three decimals. Raises Unreadable."""
    try:
        if not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{0,5})?", text.strip(), re.ASCII):
            raise InvalidOperation
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise Unreadable(f"{clean(text, 40)!r} is no amount") from None
    if abs(amount) >= _MOST or amount != amount.quantize(Decimal("0.001")):
        raise Unreadable(f"{clean(text, 40)!r} is no amount")
    return amount.quantize(Decimal("0.001"))


def identities(entries: Iterable[Entry]) -> list[str]:
    """What tells each line of a file from every other of its account, also in the next file that has it again.

    The bank's own name for it where there is one, else all that it says. Lines that are the same in everything are told apart by
    counting them: two files that both hold the whole day count alike.
    """
    seen: Counter[str] = Counter()
    found = []
    for entry in entries:
        said = [entry.booked_on.isoformat(), f"{entry.amount:.3f}", entry.currency, entry.bank_reference]
        if not entry.bank_reference:
            said += [entry.payer, entry.payer_account, entry.text, entry.reference]
        digest = hashlib.sha256("\x1f".join(said).encode()).hexdigest()
        seen[digest] += 1
        found.append(f"{digest}:{seen[digest]}")
    return found
