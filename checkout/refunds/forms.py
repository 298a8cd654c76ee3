"""The form in which staff say what goes back; nothing typed is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from checkout.order.models import Order
from services.foundation.money import rounded

from . import reckoning
from .reckoning import Wish
from .states import RefundKind

MOST_OF_REASON = 200


@dataclass
class Typed:
    """What stands in the fields, and what is wrong with it, by field."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of the order on the form."""

    pk: int
    title: str
    variant: str
    left: int
    quantity: int
    typed: str
    error: str


def read(posted: Mapping[str, str], order: Order) -> tuple[Typed, Wish | None]:
    """The wish, or None where a field is wrong."""
    typed = Typed({name: str(value) for name, value in posted.items()})
    kinds = reckoning.kinds_for(order)
    kind = posted.get("kind", "")
    if kind not in kinds:
        typed.errors["kind"] = _("Please choose what is given back.")
    reason = posted.get("reason", "").strip()
    if not reason:
        typed.errors["reason"] = _("Please write why the money goes back.")
    elif len(reason) > MOST_OF_REASON:
        typed.errors["reason"] = _("Please use at most %(most)s characters.") % {"most": MOST_OF_REASON}
    lines: dict[int, int] = {}
    amount = Decimal(0)
    if kind == RefundKind.LINES:
        lines = _pieces(posted, order, typed)
    if kind == RefundKind.AMOUNT:
        amount = _amount(posted.get("amount", ""), order, typed)
    if typed.errors:
        return typed, None
    return typed, Wish(kind, lines, amount, bool(posted.get("with_delivery")), reason)


def _pieces(posted: Mapping[str, str], order: Order, typed: Typed) -> dict[int, int]:
    found = {}
    for pk, (line, before) in reckoning.lines_of(order).items():
        said = posted.get(f"line-{pk}", "").strip() or "0"
        if not (said.isascii() and said.isdigit() and len(said) < 5) or int(said) > line.quantity - before:
            typed.errors[f"line-{pk}"] = _("Please write a number from 0 to %(most)s.") % {"most": line.quantity - before}
        else:
            found[pk] = int(said)
    if not typed.errors and not any(found.values()) and not posted.get("with_delivery"):
        typed.errors["kind"] = _("Please choose what is given back.")
    return found


def _amount(said: str, order: Order, typed: Typed) -> Decimal:
    try:
        amount = Decimal(said.strip().replace(" ", ""))
        fits = amount.is_finite() and 0 < amount < Decimal(10) ** 10 and amount == rounded(amount, order.currency)
    except InvalidOperation:
        fits = False
    if not fits:
        typed.errors["amount"] = _("Please write an amount in %(currency)s, for example 120 or 120.50.") % {
            "currency": order.currency
        }
        return Decimal(0)
    return amount


def rows(order: Order, typed: Typed) -> list[Row]:
    """The order's lines, with what was typed beside them."""
    return [
        Row(
            pk=pk,
            title=line.title,
            variant=line.variant_words,
            left=line.quantity - before,
            quantity=line.quantity,
            typed=typed.values.get(f"line-{pk}", "0"),
            error=typed.errors.get(f"line-{pk}", ""),
        )
        for pk, (line, before) in reckoning.lines_of(order).items()
    ]
