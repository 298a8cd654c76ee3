"""What there is of an order's money, and what a wish to give some of it back comes to.

Reads only: whoever acts upon it has locked the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from checkout import parcels
from checkout.order.models import Line, Order, of_order
from checkout.order.states import STANDING as STANDING_ORDERS
from checkout.order.states import OrderState
from services.deferred.models import Part, Plan
from services.deferred.states import WITH_PROVIDER, PartState, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider.models import Attempt, AttemptState

from . import waterfall
from .models import Refund, RefundLimit, RefundLine, RegionRule, Repayment
from .refusals import MoreThanTaken, NoRefundYet, NothingChosen, PiecesGone
from .states import RESERVING, RefundKind, RefundState, RepaymentState, Resolved, Waterfall
from .waterfall import ZERO, Amount

#: It has left the house: pieces come back, so that their price can.
_LEFT = (OrderState.DISPATCHED, OrderState.HANDED_OVER)


@dataclass(frozen=True)
class Wish:
    """What somebody wants given back. ``lines``: number of pieces by line; ``amount`` for kinds that name one, tax in."""

    kind: str
    lines: Mapping[int, int] = field(default_factory=dict)
    amount: Decimal = ZERO
    with_delivery: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Purse:
    """An order's money in its currency: parts still owed (by number), authorised and still to be taken, payments (by attempt)."""

    order: Order
    plan: Plan | None
    owed: tuple[Amount, ...]
    held: Decimal
    paid: tuple[Amount, ...]
    #: Asked for and waiting for a second person.
    waiting: Decimal
    part_with_provider: bool

    @property
    def free(self) -> Decimal:
        """What can still be given back, in whatever way."""
        return sum((each.amount for each in (*self.owed, *self.paid)), self.held) - self.waiting


@dataclass(frozen=True)
class Reckoned:
    """What a wish comes to: amounts with tax, and the pieces with their shares."""

    amount: Decimal
    net: Decimal
    tax: Decimal
    delivery_net: Decimal = ZERO
    delivery_tax: Decimal = ZERO
    #: The share of what paying in instalments costs: who gives a piece back pays nothing for paying it later.
    financing: Decimal = ZERO
    lines: tuple[RefundLine, ...] = ()


def purse(order: Order) -> Purse:
    """Read what there is of an order's money."""
    plan = Plan.objects.filter(order=order).first()
    parts = list(Part.objects.filter(plan=plan).order_by("due_on", "number")) if plan else []
    runs = plan is not None and plan.state in (PlanState.RUNNING, PlanState.PAUSED)
    owed = [Amount(p.number, p.amount) for p in parts if runs and p.state in (PartState.DUE, PartState.DECLINED)]
    attempts = Attempt.objects.filter(order=order, state__in=(AttemptState.AUTHORISED, AttemptState.CAPTURED)).order_by("pk")
    paid = [Amount(attempt.pk, left_of(attempt)) for attempt in attempts]
    standing = sum((a.amount - a.captured_amount for a in attempts if a.state == AttemptState.AUTHORISED), ZERO)
    to_take = parcels.owed(order) - sum((each.amount for each in paid), ZERO)
    asked = Refund.objects.filter(order=order, state=RefundState.WAITING)
    waiting = asked.aggregate(sum=Sum(F("amount") - F("less_owed") - F("not_taken")))["sum"]
    return Purse(
        order,
        plan,
        tuple(owed),
        ZERO if plan else max(ZERO, min(standing, to_take)),
        tuple(each for each in paid if each.amount > ZERO),
        waiting or ZERO,
        any(part.state in WITH_PROVIDER for part in parts),
    )


def left_of(attempt: Attempt) -> Decimal:
    """What was captured of a payment and neither went back nor is on its way back."""
    away = Repayment.objects.filter(attempt=attempt).exclude(Q(state=RepaymentState.DONE) | Q(resolved=Resolved.AGAIN))
    return attempt.captured_amount - attempt.refunded_amount - (away.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def rule_of(order: Order) -> RegionRule:
    """How the order's region gives money back."""
    return RegionRule.objects.filter(region_id=order.region_code).first() or RegionRule(
        region_id=order.region_code, waterfall=Waterfall.OWED_FIRST, client_cancels=True
    )


def needs_two(amount: Decimal, currency: str) -> bool:
    """Whether a second person has to agree. A currency without a limit needs one always."""
    limit = RefundLimit.objects.filter(pk=currency).first()
    return limit is None or amount > limit.amount


def lines_of(order: Order) -> dict[int, tuple[Line, int]]:
    """The lines that have left the house, of the order or of its parcels, with the number of pieces that came back of each."""
    back = {
        row["line"]: row["sum"]
        for row in RefundLine.objects.filter(refund__order=order, refund__state__in=RESERVING)
        .values("line")
        .annotate(sum=Sum("quantity"))
    }
    gone = Line.objects.filter(of_order("order", order.pk), order__status__in=_LEFT).order_by("pk")
    return {line.pk: (line, back.get(line.pk, 0)) for line in gone}


def delivery_of(order: Order) -> tuple[Decimal, Decimal]:
    """Net and tax of the order's delivery, where it was charged and has not been given back; without cancelled parcels."""
    if Refund.objects.filter(order=order, state__in=RESERVING, delivery__gt=0).exists():
        return ZERO, ZERO
    sent = order.parcels.exclude(status=OrderState.CANCELLED) if order.has_parcels else [order]
    net, gross = sum((each.shipping_excl_tax for each in sent), ZERO), sum((each.shipping_incl_tax for each in sent), ZERO)
    return net, gross - net


def kinds_for(order: Order) -> list[Any]:
    """What staff can give back of an order as it stands. A parcel has no money of its own."""
    if order.is_parcel or (order.status not in STANDING_ORDERS):
        return []
    kinds = [RefundKind.LINES] if lines_of(order) else []
    return [*kinds, RefundKind.AMOUNT, *([RefundKind.WHOLE] if order.status in _LEFT else [])]


def reckon(wish: Wish, found: Purse) -> Reckoned:
    """What a wish comes to. Raises NoRefundYet, NothingChosen, PiecesGone or MoreThanTaken."""
    order = found.order
    if wish.kind != RefundKind.ENGRAVING and wish.kind not in kinds_for(order):
        raise NoRefundYet()
    if wish.kind == RefundKind.LINES:
        reckoned = _pieces(wish, order)
    elif wish.kind == RefundKind.WHOLE:
        reckoned = _everything(found)
    else:
        reckoned = _part(wish.amount, order)
    if reckoned.amount <= ZERO:
        raise NothingChosen()
    most = min(found.free, parcels.owed(order) - found.waiting) if wish.kind != RefundKind.WHOLE else found.free
    if order.status not in _LEFT:
        most = min(most, _below(parcels.owed(order) - found.waiting, order.currency))
    if reckoned.amount > most:
        raise MoreThanTaken(most=max(most, ZERO), currency=order.currency)
    return reckoned


def _below(amount: Decimal, currency: str) -> Decimal:
    """Something is left to pay for what has not been sent; who wants nothing of it cancels the order."""
    return amount - waterfall.quantum(currency)


def _pieces(wish: Wish, order: Order) -> Reckoned:
    rows, known = [], lines_of(order)
    for pk, number in wish.lines.items():
        if not number:
            continue
        if pk not in known:
            raise NothingChosen()
        line, before = known[pk]
        if number < 0 or before + number > line.quantity:
            raise PiecesGone(title=line.title, left=line.quantity - before)
        how: dict[str, Any] = {"quantity": line.quantity, "before": before, "number": number, "currency": order.currency}
        gross, net = waterfall.share(line.piece_incl_tax, **how), waterfall.share(line.piece_excl_tax, **how)
        rows.append(RefundLine(line=line, quantity=number, amount=gross, tax=gross - net))
    gross, tax = sum((row.amount for row in rows), ZERO), sum((row.tax for row in rows), ZERO)
    delivery_net, delivery_tax = delivery_of(order) if wish.with_delivery else (ZERO, ZERO)
    goods = gross + delivery_net + delivery_tax
    left = writing.price(order.pk)
    financing = -left.get(Account.FINANCING, ZERO)
    share = waterfall.proportion(
        goods, of=financing, gross=left.get(Account.RECEIVABLE, ZERO) - financing, currency=order.currency
    )
    return Reckoned(goods + share, gross - tax, tax, delivery_net, delivery_tax, share, tuple(rows))


def _everything(found: Purse) -> Reckoned:
    """All that is left: of the price what was not taken back before, of the money all there is."""
    left = writing.price(found.order.pk)
    delivery_net, tax = -left.get(Account.SHIPPING, ZERO), -left.get(Account.TAX, ZERO)
    delivery_tax = min(tax, delivery_of(found.order)[1])
    financing = -left.get(Account.FINANCING, ZERO)
    return Reckoned(found.free, -left.get(Account.SALES, ZERO), tax - delivery_tax, delivery_net, delivery_tax, financing)


def _part(amount: Decimal, order: Order) -> Reckoned:
    tax = order.total_incl_tax - order.total_excl_tax
    taxed = waterfall.proportion(amount, of=tax, gross=order.total_incl_tax, currency=order.currency)
    return Reckoned(amount, amount - taxed, taxed)
