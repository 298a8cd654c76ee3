"""Reading a CAMT.053 statement (ISO 20022, BankToCustomerStatement, versions 02 to 13). Pure.

The file comes from outside: no document type, no entity, nothing fetched (defusedxml). Only what is booked is read. An entry that
gathers several transfers is read transfer by transfer where their amounts are given and sum to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError  # noqa: S405 - types only; what parses is defusedxml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .entries import MOST_LINES, Entry, Unreadable, amount_of, clean

_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


@dataclass(frozen=True)
class Account:
    """Whose statement it is: IBAN, or another number of the account, without spaces; ``currency`` may be empty."""

    number: str
    currency: str


def read(data: bytes) -> tuple[list[Account], list[Entry]]:
    """The accounts of a file and its booked lines, in their order. Raises Unreadable."""
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as no:  # LookupError: an encoding nobody knows
        raise Unreadable(f"this is not XML that can be read safely ({type(no).__name__})") from no
    if not root.tag.startswith(f"{{{_SPACE}") or not root.tag.endswith("}Document"):
        raise Unreadable("this is not a CAMT.053 file")
    for element in root.iter():  # every version has its own namespace and, for what we read, the same names
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    statements = root.findall("BkToCstmrStmt/Stmt")
    if not statements:
        raise Unreadable("there is no statement in this file")
    found: list[Entry] = []
    for statement in statements:
        for entry in statement.findall("Ntry"):
            found += _entry(entry)
            if len(found) > MOST_LINES:
                raise Unreadable(f"a statement has at most {MOST_LINES} lines")
    return [_account(statement) for statement in statements], found


def _account(statement: Element) -> Account:
    number = _text(statement, "Acct/Id/IBAN", 60) or _text(statement, "Acct/Id/Othr/Id", 60)
    if not number:
        raise Unreadable("the statement does not say whose account it is")
    return Account(number.replace(" ", "").upper(), _text(statement, "Acct/Ccy", 3))


def _entry(entry: Element) -> Iterator[Entry]:
    if (_text(entry, "Sts/Cd", 10) or _text(entry, "Sts", 10)) != "BOOK":
        return
    whole, currency = _amount(entry.find("Amt"))
    sign, is_reversal = _direction(entry)
    booked = _day(entry)
    name = _text(entry, "AcctSvcrRef", 80) or _text(entry, "NtryRef", 80)
    details = entry.findall("NtryDtls/TxDtls")
    parts = [part for part in map(_part, details) if part]
    if len(details) > 1 and len(parts) == len(details) and _is_sum(parts, whole, currency):
        for number, (detail, (amount, _currency)) in enumerate(zip(details, parts, strict=True), 1):
            own = _text(detail, "Refs/AcctSvcrRef", 80) or _text(detail, "Refs/TxId", 80)
            bank = f"{name}/{own or number}" if name or own else ""
            yield _line([detail], sign * amount, currency, booked, bank, is_reversal)
        return
    own = _text(details[0], "Refs/AcctSvcrRef", 80) if len(details) == 1 else ""
    more = _text(entry, "AddtlNtryInf", 500)
    yield _line(details or [entry], sign * whole, currency, booked, name or own, is_reversal, more=more)


def _is_sum(parts: list[tuple[Decimal, str]], whole: Decimal, currency: str) -> bool:
    return {part[1] for part in parts} == {currency} and sum((part[0] for part in parts), Decimal(0)) == whole


def _line(
    details: list[Element], amount: Decimal, currency: str, booked: date, bank: str, is_reversal: bool, *, more: str = ""
) -> Entry:
    party = "Cdtr" if amount < 0 else "Dbtr"
    texts, reference, payer, account = [], "", "", ""
    for detail in details:
        texts += [_said(each) for each in detail.findall("RmtInf/Ustrd")]
        end_to_end = _text(detail, "Refs/EndToEndId", 80)
        texts += [end_to_end] if end_to_end not in ("", "NOTPROVIDED") else []
        reference = reference or _text(detail, "RmtInf/Strd/CdtrRefInf/Ref", 60)
        at = f"RltdPties/{party}"
        payer = payer or _text(detail, f"{at}/Nm", 140) or _text(detail, f"{at}/Pty/Nm", 140)
        account = account or _text(detail, f"{at}Acct/Id/IBAN", 60) or _text(detail, f"{at}Acct/Id/Othr/Id", 60)
    text = clean(" ".join(filter(None, [*texts, "" if texts else more])), 500)
    reference = reference.replace(" ", "").upper()
    return Entry(booked, amount, currency, payer, account, text, reference, clean(bank, 160), is_reversal)


def _part(detail: Element) -> tuple[Decimal, str] | None:
    found = detail.find("Amt")
    found = detail.find("AmtDtls/TxAmt/Amt") if found is None else found
    return None if found is None else _amount(found)


def _amount(element: Element | None) -> tuple[Decimal, str]:
    if element is None or not element.text:
        raise Unreadable("an entry has no amount")
    amount, currency = amount_of(element.text), element.get("Ccy", "")
    if amount < 0 or len(currency) != 3 or not (currency.isascii() and currency.isupper()):
        raise Unreadable("an entry has no amount in a currency")
    return amount, currency


def _direction(entry: Element) -> tuple[int, bool]:
    said = _text(entry, "CdtDbtInd", 10)
    if said not in ("CRDT", "DBIT"):
        raise Unreadable("an entry does not say whether it came in or went out")
    return (1 if said == "CRDT" else -1), _text(entry, "RvslInd", 10) in ("true", "1")


def _day(entry: Element) -> date:
    for path in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        said = _text(entry, path, 40)
        if said:
            try:
                return datetime.fromisoformat(said[:10]).date()
            except ValueError:
                break
    raise Unreadable("an entry has no day")


def _text(element: Element, path: str, most: int) -> str:
    found = element.find(path)
    return "" if found is None else clean(found.text, most)


def _said(element: Element) -> str:
    return clean(element.text, 500)
