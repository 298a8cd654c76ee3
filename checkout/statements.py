"""The statement of a plan: what was agreed, what was paid when, what is still to come. It is no invoice, and says so."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from services.deferred import wording
from services.deferred.models import Plan
from services.deferred.states import PartState
from services.foundation import printing
from services.foundation.formats import date_words, money
from services.foundation.house import house
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions

from .plan_reading import PartView, PlanView
from .receipts import Row, Said, spoken

_TEMPLATE = Path(__file__).with_name("statement.typ")


@dataclass(frozen=True)
class Line:
    """One part: its number, its day, how it stands, its amount."""

    number: str
    due: str
    said: str
    amount: str


@dataclass(frozen=True)
class Statement:
    """Everything on the paper, as the template reads it."""

    number: str
    made_on: str
    seller: list[Said]
    contact: str
    agreed: str
    agreement: str
    lines: list[Line]
    sums: list[Row]
    words: dict[str, str]


def pdf_of(view: PlanView, *, now: datetime) -> bytes:
    """The statement as PDF bytes, in the order's language, on the paper of its region."""
    order = view.order
    with storefront(order.region_code, order.language):
        return printing.pdf(
            _TEMPLATE,
            asdict(of(view, now=now)),
            title=_("Statement of payments for order %(number)s") % {"number": order.number},
            language=order.language,
            paper=printing.paper_of(all_regions()[order.region_code].countries[0]),
        )


def of(view: PlanView, *, now: datetime) -> Statement:
    """What it says, in the active language."""
    plan, order, region = view.plan, view.order, all_regions()[view.order.region_code]
    zone, currency = ZoneInfo(plan.zone_name), plan.currency
    sums = [Row(_("Agreed in all"), money(plan.total, currency))]
    if plan.cost:
        sums.append(Row(_("of which the cost of paying in instalments"), money(plan.cost, currency)))
    sums.append(Row(_("Paid so far"), money(view.paid, currency)))
    sums.append(Row(_("Still to be paid"), money(view.left, currency)))
    return Statement(
        number=order.number,
        made_on=date_words(now.astimezone(zone)),
        seller=spoken([region.seller_name, *region.seller_address.splitlines(), region.seller_tax_number]),
        contact=f"{house().adviser_email} · {house().adviser_phone}",
        agreed=_("Agreed on %(day)s") % {"day": date_words(plan.agreed_at.astimezone(zone))},
        agreement=plan.agreement if plan.language == order.language else "",
        lines=[_line(each, plan, zone, currency) for each in view.parts],
        sums=sums,
        words={
            "title": _("Statement of payments"),
            "note": _("This statement tells how your plan stands today. It is not an invoice."),
            "order": _("Order"),
            "seller": _("Seller"),
            "made": _("As of"),
            "parts": _("Parts"),
            "due": _("Due"),
            "stand": _("How it stands"),
            "amount": _("Amount"),
            "ask": _("Questions? Our client advisers are glad to help."),
        },
    )


def _line(each: PartView, plan: Plan, zone: ZoneInfo, currency: str) -> Line:
    part = each.part
    return Line(str(part.number), wording.part_words(part, plan), _said(each, zone), money(part.amount, currency))


def _said(each: PartView, zone: ZoneInfo) -> str:
    """How a part stands, in a line."""
    part = each.part
    if each.is_paid:
        return _("Paid on %(day)s") % {"day": date_words(part.paid_at.astimezone(zone))} if part.paid_at else _("Paid")
    if each.is_over:
        return _("No longer due")
    if part.state in (PartState.COLLECTING, PartState.PAYING):
        return _("Being paid")
    return _("Not received yet") if each.has_failed or each.is_overdue else _("Not due yet")
