"""Which order a line of a statement is for: certainly, by reference, amount and currency, or as suggestions for staff."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from checkout.order.models import Order
from checkout.order.states import OrderState
from services.foundation.book.models import Account, Posting
from services.foundation.formats import date_words, money

from . import references
from .models import StatementLine, Transfer

#: So many orders are weighed for one line, and so many shown.
_WEIGHED, _SHOWN = 500, 5
#: A name is taken for the client's from here on (rapidfuzz, of 100).
_ALIKE = 88


@dataclass
class Suggestion:
    """An order a line may be for, and why."""

    order: Order
    weight: int
    owed: Decimal
    reasons: list[str] = field(default_factory=list)


def certain(line: StatementLine) -> Order | None:
    """The order that a line pays beyond doubt: it names one reference, whose order still waits for money in this currency."""
    if line.amount <= 0 or line.is_reversal:
        return None
    named = references.found_in((line.reference, line.text))
    known = list(Transfer.objects.filter(reference__in=named).select_related("order"))
    if len(known) != 1 or known[0].account_id != line.account_id:
        return None
    order = known[0].order
    return order if order.status == OrderState.AWAITING_PAYMENT and order.currency == line.currency else None


def suggestions(line: StatementLine) -> list[Suggestion]:
    """Orders a line may be for, the likeliest first. Three queries, however many orders there are."""
    if line.amount <= 0:
        return []
    rows = Transfer.objects.filter(order__currency=line.currency).select_related("order__user", "order__shipping_address")
    named = references.found_in((line.reference, line.text))
    weighed = {row.pk: row for row in rows.filter(reference__in=named)}
    weighed |= {row.pk: row for row in rows.order_by("-pk")[:_WEIGHED]}
    owed = _owed(row.order_id for row in weighed.values())
    found = [_weigh(line, row, owed[row.order_id], named) for row in weighed.values()]
    return sorted((each for each in found if each.weight), key=lambda each: (-each.weight, -each.order.pk))[:_SHOWN]


def _owed(order_ids: Iterable[int]) -> dict[int, Decimal]:
    sums = Posting.objects.filter(entry__order__in=list(order_ids), account=Account.RECEIVABLE)
    found: dict[int, Decimal] = defaultdict(Decimal)
    found.update(sums.values_list("entry__order").annotate(sum=Sum("amount")))
    return found


def _weigh(line: StatementLine, row: Transfer, owed: Decimal, named: list[str]) -> Suggestion:
    order, said = row.order, Suggestion(row.order, 0, owed)
    compact = re.sub(r"[^A-Z0-9]", "", f"{line.reference} {line.text}".upper())
    if row.reference in named or row.reference in compact:
        said.weight += 100
        said.reasons.append(_("the reference is its own"))
    elif order.number.replace("-", "") in compact:
        said.weight += 80
        said.reasons.append(_("its number stands in the purpose"))
    elif _is_near(row.reference, compact):
        said.weight += 50
        said.reasons.append(_("the reference differs by a sign or two"))
    if owed > 0 and owed == line.amount:
        said.weight += 40
        said.reasons.append(_("exactly what it owes"))
    name = _client(order)
    if line.payer and name and fuzz.token_sort_ratio(line.payer.casefold(), name.casefold()) >= _ALIKE:
        said.weight += 30
        said.reasons.append(_("the payer is called like the client"))
    if said.weight and order.status != OrderState.AWAITING_PAYMENT:
        said.weight -= 20
        said.reasons.append(_("but it is “%(state)s”") % {"state": order.get_status_display()})
    elif said.weight and order.pay_until:
        said.reasons.append(_("waits until %(day)s") % {"day": date_words(order.pay_until)})
    return said


def _is_near(reference: str, compact: str) -> bool:
    """Whether a reference stands in a text with one or two signs wrong, left out or added."""
    if len(compact) < len(reference) - 2:
        return False
    starts = range(0, max(1, len(compact) - len(reference) + 3))
    lengths = (len(reference) - 1, len(reference), len(reference) + 1)
    return any(
        Levenshtein.distance(reference, compact[at : at + length], score_cutoff=2) <= 2
        for at in list(starts)[:200]
        for length in lengths
    )


def _client(order: Order) -> str:
    address = order.shipping_address
    return (order.user.name if order.user and not order.user.erased_at else "") or (address.name if address else "")


def owes_words(said: Suggestion) -> str:
    """What the order owes, in words."""
    return money(said.owed, said.order.currency)
