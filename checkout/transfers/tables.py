"""Reading a statement that a bank gives as CSV: which column says what is data, one row for each bank. Pure."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .entries import MOST_LINES, Entry, Unreadable, amount_of, clean

#: What a column can mean. A day, and an amount (or what came in and what went out in two columns) have to be there.
MEANINGS = ("day", "amount", "credit", "debit", "currency", "payer", "payer_account", "text", "reference", "bank_reference")
ENCODINGS = ("utf-8-sig", "gb18030", "cp1252", "utf-16")


@dataclass(frozen=True)
class Layout:
    """How a bank writes its file. ``columns``: the head of each column we read, by its meaning."""

    columns: Mapping[str, str]
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    #: Lines before the one with the heads of the columns.
    skip: int = 0
    #: As `datetime.strptime` takes it.
    day_format: str = "%Y-%m-%d"
    decimal_comma: bool = False


def read(data: bytes, layout: Layout, *, currency: str) -> list[Entry]:
    """The lines of a file, in their order; ``currency`` is the account's, where no column says it. Raises Unreadable."""
    try:
        text = data.decode(layout.encoding)
    except (UnicodeDecodeError, LookupError):
        raise Unreadable(f"the file is not written in {layout.encoding}") from None
    lines = io.StringIO(text, newline="")
    for _line in range(layout.skip):
        lines.readline()
    try:
        rows = csv.DictReader(lines, delimiter=layout.delimiter, strict=True)
        heads = [clean(head, 200) for head in rows.fieldnames or []]
        rows.fieldnames = heads
        missing = [head for head in layout.columns.values() if head not in heads]
        if missing:
            raise Unreadable("there is no column " + ", ".join(missing))
        found = []
        for number, row in enumerate(rows, 1):
            if number > MOST_LINES:
                raise Unreadable(f"a statement has at most {MOST_LINES} lines")
            entry = _entry(row, layout, currency, number)
            found += [entry] if entry else []
    except csv.Error as no:
        raise Unreadable(f"this is not a table: {no}") from no
    return found


def _entry(row: Mapping[str | None, str | list[str] | None], layout: Layout, currency: str, number: int) -> Entry | None:
    said = {}
    for meaning, head in layout.columns.items():
        value = row.get(head)
        said[meaning] = clean(value if isinstance(value, str) else "", 500)
    if not any(said.values()):
        return None  # banks end their files with empty lines
    try:
        day = _day(said["day"], layout.day_format)
        amount = _amount(said, layout)
    except Unreadable as no:
        raise Unreadable(f"line {number}: {no}") from None
    money = said.get("currency") or currency
    if not re.fullmatch(r"[A-Z]{3}", money):
        raise Unreadable(f"line {number}: {money!r} is no currency")
    return Entry(
        day,
        amount,
        money,
        payer=said.get("payer", "")[:140],
        payer_account=said.get("payer_account", "").replace(" ", "")[:60],
        text=said.get("text", ""),
        reference=said.get("reference", "").replace(" ", "").upper()[:60],
        bank_reference=said.get("bank_reference", "")[:160],
    )


def _day(text: str, wanted: str) -> date:
    try:
        return datetime.strptime(text, wanted).date()  # noqa: DTZ007 - a bank's day has no zone
    except ValueError:
        raise Unreadable(f"{text[:40]!r} is no day") from None


def _amount(said: Mapping[str, str], layout: Layout) -> Decimal:
    def read_one(meaning: str) -> Decimal:
        text = re.sub(r"[\s\u00a0\u202f'’¥€$]", "", said.get(meaning, ""))
        text = text.replace(".", "").replace(",", ".") if layout.decimal_comma else text.replace(",", "")
        return amount_of(text) if text else Decimal(0)

    if "amount" in layout.columns:
        return read_one("amount")
    return abs(read_one("credit")) - abs(read_one("debit"))
