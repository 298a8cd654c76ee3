"""The receipt of an order: what was bought from whom, and what has been paid so far. It is no tax invoice, and says so.

The book says what was paid, never the state of an order: each payment and each refund with its day.
"""

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from services.deferred import wording
from services.deferred.models import Plan
from services.deferred.states import PlanKind
from services.foundation import printing
from services.foundation.book import writing
from services.foundation.book.models import Account, Posting
from services.foundation.formats import date_words, language_of, listed, money, percent, quoted
from services.foundation.house import house
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions

from . import parcels
from .order.models import Order
from .order.reading import LineView, OrderView

_TEMPLATE = Path(__file__).with_name("receipt.typ")
#: Accounts of money that moved between client and house.
_MOVED = (Account.CAPTURED, Account.REFUNDED, Account.TRANSFERS)


@dataclass(frozen=True)
class Said:
    """A text, and its language where that is not the paper's; ``word`` stands before it."""

    text: str
    lang: str = ""
    word: str = ""


@dataclass(frozen=True)
class Row:
    """An amount with its word, and its day where it has one."""

    word: str
    amount: str
    day: str = ""


@dataclass(frozen=True)
class Piece:
    """One line of the order."""

    title: str
    variant: str
    quantity: int
    price: str
    details: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Receipt:
    """Everything on the paper, as the template reads it."""

    number: str
    placed_on: str
    to: list[Said]
    seller: list[Said]
    contact: str
    lines: list[Piece]
    sums: list[Row]
    total: str
    payments: list[Row]
    balance: list[Row]
    words: dict[str, str]


def pdf_of(order: Order, view: OrderView) -> bytes:
    """The receipt as PDF bytes, in the order's language, on the paper of its region."""
    with storefront(order.region_code, order.language):
        receipt = of(view)
        return printing.pdf(
            _TEMPLATE,
            asdict(receipt),
            title=_("Receipt for order %(number)s") % {"number": order.number},
            language=order.language,
            paper=printing.paper_of(all_regions()[order.region_code].countries[0]),
        )


def of(view: OrderView) -> Receipt:
    """What the receipt says, in the active language."""
    order, region = view.order, all_regions()[view.order.region_code]
    zone, currency = region.time_zone, view.order.currency
    payments, paid = _payments(view)
    return Receipt(
        number=order.number,
        placed_on=date_words(order.date_placed.astimezone(zone)),
        to=spoken(_to(view)),
        seller=spoken([region.seller_name, *region.seller_address.splitlines(), region.seller_tax_number]),
        contact=f"{house().adviser_email} · {house().adviser_phone}",
        lines=[_piece(item, currency) for item in view.lines],
        sums=_sums(view),
        total=money(order.total_incl_tax, currency),
        payments=payments,
        balance=_balance(view, paid),
        words={
            "title": _("Receipt"),
            "note": _("This is a receipt for your order. It is not a tax invoice."),
            "order": _("Order"),
            "to": _("Deliver to"),
            "seller": _("Seller"),
            "pieces": _("Pieces"),
            "piece": _("Piece"),
            "price": _("Price"),
            "total": _("Total"),
            "payments": _("Payments"),
            "payment": _("Payment"),
            "amount": _("Amount"),
            "ask": _("Questions? Our client advisers are glad to help."),
        },
    )


def _to(view: OrderView) -> list[str]:
    """Whom it goes to, and where; of a gift by link the giver knows only the name he wrote."""
    if view.address:
        return [view.address.name, *view.address_lines]
    return [view.gift.recipient] if view.gift else []


def spoken(texts: list[str]) -> list[Said]:
    """Texts that are not empty, each with its language."""
    return [Said(text, language_of(text)) for text in texts if text]


def _piece(item: LineView, currency: str) -> Piece:
    details = [Said(item.line.upc, word=_("Reference"))] if item.line.upc else []
    if item.inscription:
        text = " / ".join(item.inscription.text.split("\n"))
        details.append(Said(quoted(text), language_of(text), _("Engraving")))
    if item.wrapping:
        details.append(Said(listed(item.wrapping.articles or [item.wrapping.box]), word=_("Gift")))
    if item.lid:
        text = " / ".join(item.lid.text.split("\n"))
        details.append(Said(quoted(text), language_of(text), _("On the lid of the box")))
    if item.lid_amount:
        details.append(Said(money(item.lid_amount, currency), word=_("Words on the lid")))
    line = item.line
    return Piece(line.title, line.variant_words, line.quantity, money(item.amount, currency), details)


def _sums(view: OrderView) -> list[Row]:
    currency, rate = view.order.currency, view.tax_rate
    delivery = money(view.delivery, currency) if view.delivery else _("without charge")
    word = _("Tax") if view.tax_is_added else _("of which tax")
    tax = Row(f"{word} ({percent(rate)})" if rate else word, money(view.tax, currency))
    rows = [Row(_("Pieces"), money(view.goods, currency)), Row(_("Delivery"), delivery), tax]
    if view.plan and view.plan.cost:
        rows.append(Row(_("Cost of paying in instalments, besides the total"), money(view.plan.cost, currency)))
    return rows


def _payments(view: OrderView) -> tuple[list[Row], Decimal]:
    """Every payment and refund of the book with its day, and what they come to."""
    order = view.order
    zone, purposes = all_regions()[order.region_code].time_zone, {a.intent: a.purpose for a in view.attempts if a.intent}
    moved = Posting.objects.filter(entry__order=order, account__in=_MOVED).exclude(entry__kind=writing.COMPENSATION_PAID)
    rows, paid = [], Decimal(0)
    for posting in moved.select_related("entry").order_by("entry__at", "entry_id"):
        paid += posting.amount
        if posting.account == Account.TRANSFERS:
            word = _("Received by bank transfer") if posting.amount > 0 else _("Sent back by bank transfer")
        elif posting.account == Account.REFUNDED:
            word = _("Refunded to your card") if posting.amount < 0 else _("Sent back by your bank")
        else:
            purpose = purposes.get(posting.entry.key.removeprefix("captured:"), "")
            word = _("Paid with %(name)s") % {"name": view.paid_with} if view.paid_with else _word_of(purpose, view.plan)
        day = date_words(posting.entry.at.astimezone(zone))
        rows.append(Row(word, money(posting.amount, order.currency), day))
    return rows, paid


def _word_of(purpose: str, plan: Plan | None) -> str:
    if plan is None or plan.kind == PlanKind.AFTER_DELIVERY:
        return _("Paid by card")
    if plan.is_deposit:
        return _("Balance, by card") if purpose == "parts" else wording.deposit_word(is_binding=plan.deposit_is_binding)
    return _("Instalment %(number)s, by card") % {"number": purpose.removeprefix("part:") if ":" in purpose else 1}


def _balance(view: OrderView, paid: Decimal) -> list[Row]:
    order, currency = view.order, view.order.currency
    rows = [Row(_("Paid so far"), money(paid, currency))]
    price = parcels.owed(order)
    before = order.total_incl_tax + (view.plan.cost if view.plan else 0)
    if order.stands and price != before:
        rows.insert(0, Row(_("Taken off the price"), money(price - before, currency)))
    left = price - paid
    if view.is_authorised and left:
        rows.append(Row(_("Authorised; charged when your order leaves the house"), money(left, currency)))
    elif view.plan and order.stands and left:
        word = _("Still to come, in instalments") if view.plan.kind == PlanKind.INSTALMENTS else _("Still to come")
        rows.append(Row(word, money(left, currency)))
    return rows
