"""An invoice or a credit note on paper, set from its own rows alone: printed again in ten years it says the same."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from checkout.receipts import Said
from services.foundation import printing
from services.foundation.formats import country_name, date_words, language_of, money, percent
from services.foundation.house import house
from services.foundation.regions.links import storefront
from services.foundation.regions.models import TaxMode
from services.foundation.regions.roster import all_regions

from .models import Document, DocumentKind, DocumentLine

_TEMPLATE = Path(__file__).with_name("invoice.typ")


@dataclass(frozen=True)
class Row:
    """One line as it is printed: amounts in words of the language."""

    title: Said
    details: Said
    quantity: int
    rate: str
    tax: str
    amount: str


@dataclass(frozen=True)
class TaxRow:
    """What one rate comes to: net, tax and total in words of the language."""

    word: str
    net: str
    tax: str
    gross: str


@dataclass(frozen=True)
class Paper:
    """Everything on the paper, as the template reads it."""

    name: str
    facts: list[tuple[str, str]]
    seller: list[Said]
    buyer: list[Said]
    contact: str
    rows: list[Row]
    taxes: list[TaxRow]
    sums: list[tuple[str, str]]
    total: str
    notes: list[str]
    words: dict[str, str]


def pdf_of(document: Document) -> bytes:
    """The document as PDF bytes, in its own language, on the paper of its region."""
    order = document.order
    with storefront(order.region_code, document.language):
        said = of(document)
        return printing.pdf(
            _TEMPLATE,
            asdict(said),
            title=f"{said.words['title']} {document.name}",
            language=document.language,
            paper=printing.paper_of(all_regions()[order.region_code].countries[0]),
        )


def of(document: Document) -> Paper:
    """What the document says, in the active language. Amounts beside the lines as the region shows prices: before tax or with."""
    region = all_regions()[document.order.region_code]
    lines, added = list(document.lines.order_by("position")), region.tax_mode == TaxMode.ADDED
    is_invoice = document.kind == DocumentKind.INVOICE
    words = {
        "title": _("Invoice") if is_invoice else _("Credit note"),
        "seller": _("Seller"),
        "buyer": _("Buyer"),
        "pieces": _("Pieces"),
        "piece": _("Piece"),
        "quantity": _("Quantity"),
        "rate": _("Tax rate"),
        "tax": _("Tax"),
        "amount": _("Net") if added else _("With tax"),
        "net": _("Net"),
        "gross": _("With tax"),
        "taxes": _("Tax by rate"),
        "total": _("Total") if is_invoice else _("Total credited"),
        "ask": _("Questions? Our client advisers are glad to help."),
    }
    return Paper(
        name=document.name,
        facts=_facts(document),
        seller=_spoken(document.seller),
        buyer=_spoken(document.buyer),
        contact=f"{house().adviser_email} · {house().adviser_phone}",
        rows=[_row(line, document.currency, added=added) for line in lines],
        taxes=_taxes(lines, document.currency),
        sums=[
            (_("Net"), money(document.net, document.currency)),
            (_("Tax"), money(document.tax, document.currency)),
        ],
        total=money(document.gross, document.currency),
        notes=_notes(document, is_fapiao_extra=region.asks_fapiao),
        words=words,
    )


def _facts(document: Document) -> list[tuple[str, str]]:
    facts = [(_("Date"), date_words(document.issued_on))]
    if document.supplied_on:
        facts.append((_("Day of supply"), date_words(document.supplied_on)))
    if document.corrects:
        facts.append((_("Corrects invoice"), f"{document.corrects.name}, {date_words(document.corrects.issued_on)}"))
    return [*facts, (_("Order"), document.order.number)]


def _notes(document: Document, *, is_fapiao_extra: bool) -> list[str]:
    notes = [document.reason] if document.reason else []
    if is_fapiao_extra and document.kind == DocumentKind.INVOICE:
        notes.append(_("This is not a fapiao. A fapiao, if you asked for one, is issued apart."))
    return notes


def _spoken(text: str) -> list[Said]:
    return [Said(line, language_of(line)) for line in text.splitlines()]


def _row(line: DocumentLine, currency: str, *, added: bool) -> Row:
    return Row(
        title=Said(line.title, language_of(line.title)),
        details=Said(line.details, language_of(line.details)),
        quantity=line.quantity,
        rate=percent(line.rate.normalize()),
        tax=money(line.tax, currency),
        amount=money(line.net if added else line.gross, currency),
    )


def _taxes(lines: Sequence[DocumentLine], currency: str) -> list[TaxRow]:
    """The lines summed by jurisdiction and rate, as the tax is declared."""
    by_rate: dict[tuple[str, Decimal], list[Decimal]] = {}
    for line in lines:
        sums = by_rate.setdefault((line.jurisdiction, line.rate), [Decimal(0)] * 3)
        sums[:] = [before + more for before, more in zip(sums, (line.net, line.tax, line.gross), strict=True)]
    return [
        TaxRow(f"{_where(jurisdiction)} · {percent(rate.normalize())}", *(money(amount, currency) for amount in sums))
        for (jurisdiction, rate), sums in sorted(by_rate.items())
    ]


def _where(jurisdiction: str) -> str:
    """A country by its name; a part of one with its code: États-Unis (US-NY)."""
    country, _dash, part = jurisdiction.partition("-")
    return f"{country_name(country)} ({jurisdiction})" if part else country_name(country)
