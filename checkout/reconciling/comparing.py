"""Which of the provider's movements and of our book's entries say the same, and which do not. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.foundation.provider.statements import Hold, Movement

from .models import DifferenceKind


@dataclass(frozen=True)
class Ours:
    """A capture (positive), refund (negative) or failed refund of the book. ``thing``: the provider's payment, or its refund."""

    order_id: int
    thing: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Held:
    """An authorisation that stands with us."""

    order_id: int
    intent: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Finding:
    """One difference. Its key is the same whenever the same facts are found again, and another when they changed."""

    kind: str
    thing: str
    order_id: int | None
    ours: Decimal | None
    theirs: Decimal | None
    currency: str
    facts: str = ""

    @property
    def key(self) -> str:
        """What makes it one difference and no second."""
        return f"{self.kind}:{self.thing}:{_said(self.ours)}:{_said(self.theirs)}:{self.currency}"


def _said(amount: Decimal | None) -> str:
    return "-" if amount is None else f"{amount.normalize():f}"


#: A movement as the provider tells it (`statements.Movement`), or as it was kept (a row of ours): both read the same.
Moved = Any


def thing_of(moved: Moved) -> str:
    """What a movement belongs to: a charge to its payment, a refund and its failure to the refund, all else to itself."""
    if moved.kind == "charge":
        return moved.intent or moved.source or moved.id
    return moved.source or moved.id if moved.kind in ("refund", "refund_failure") else moved.id


def money(ours: Iterable[Ours], theirs: Iterable[Moved], orders: Mapping[str, int]) -> list[Finding]:
    """What differs between captures and refunds of the book and the provider's movements, payment by payment, refund by refund.

    Each is the sum of its own: a payment may be captured in parts, a refund may come back. ``orders``: our orders by the
    provider's payment. Movements of any other kind (an adjustment, a dispute) are differences: nobody has written them into the
    book. Payouts are compared for themselves.
    """
    mine, there = defaultdict(list), defaultdict(list)
    for each in ours:
        mine[each.thing].append(each)
    for moved in theirs:
        if moved.kind != "payout":
            there[thing_of(moved)].append(moved)
    found = []
    for thing in [*there, *(thing for thing in mine if thing not in there)]:
        a, b = mine.get(thing, []), there.get(thing, [])
        every = {each.currency for each in (*a, *b)}
        here, said = _sum(a), _sum(b)
        if len(every) == 1 and here == said:
            continue
        order = a[0].order_id if a else orders.get(b[0].intent)
        kind = DifferenceKind.AMOUNT if a and b else DifferenceKind.MISSING_HERE if b else DifferenceKind.MISSING_THERE
        facts = f"{b[0].kind} {b[0].id}" if not a else " / ".join(sorted(every)) if len(every) > 1 else ""
        found.append(Finding(str(kind), thing, order, here if a else None, said if b else None, (b or a)[0].currency, facts))
    return found


def _sum(each: Sequence[Moved]) -> Decimal:
    return sum((one.amount for one in each), Decimal(0))


def fees(movement: Movement) -> list[Finding]:
    """Whether a movement's amount, fee and net add up, where they are in one currency."""
    if movement.rate is not None or movement.currency != movement.settled_in:
        return []
    if movement.amount - movement.fee == movement.net:
        return []
    kind, said = str(DifferenceKind.FEE), f"{movement.amount} - {movement.fee} != {movement.net}"
    return [Finding(kind, movement.id, None, movement.amount - movement.net, movement.fee, movement.settled_in, said)]


def holds(ours: Iterable[Held], theirs: Iterable[Hold], orders: Mapping[str, int]) -> list[Finding]:
    """What differs between the authorisations that stand with us and those that stand at the provider."""
    there = {hold.intent: hold for hold in theirs}
    found = []
    for mine in ours:
        hold = there.pop(mine.intent, None)
        state = str(DifferenceKind.STATE)
        if hold is None:
            found.append(Finding(state, mine.intent, mine.order_id, mine.amount, None, mine.currency, "authorised / gone"))
        elif (hold.amount, hold.currency) != (mine.amount, mine.currency):
            found.append(
                Finding(
                    str(DifferenceKind.AMOUNT), mine.intent, mine.order_id, mine.amount, hold.amount, hold.currency, "authorised"
                )
            )
    for hold in there.values():
        order = orders.get(hold.intent)
        found.append(Finding(str(DifferenceKind.STATE), hold.intent, order, None, hold.amount, hold.currency, "- / authorised"))
    return found
