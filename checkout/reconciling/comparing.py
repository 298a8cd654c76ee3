"""Which of the provider's movements and of our book's entries say the same, and which do not. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.foundation.provider.statements import Hold, Movement

from .models import DifferenceKind

#: How a refund is called whose own id we never heard (see `settling`): all that was refunded of its payment.
ALL = ":all"


@dataclass(frozen=True)
class Ours:
    """One capture (positive) or refund (negative) of the book. ``thing``: the provider's payment, or the refund's id."""

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


def money(ours: Iterable[Ours], theirs: Iterable[Movement], orders: dict[str, int]) -> list[Finding]:
    """What differs between captures and refunds of the book and the provider's movements.

    A charge is found by its payment, a refund by its own id. ``orders``: our orders by the provider's payment. Movements of any
    other kind (an adjustment, a dispute) are differences: nobody has written them into the book.
    """
    known: dict[str, Ours] = {}
    summed: dict[str, Ours] = {}
    for each in ours:
        (summed if each.thing.endswith(ALL) else known)[each.thing] = each
    rest: dict[str, list[Movement]] = defaultdict(list)
    found = []
    for moved in theirs:
        mine = known.pop(moved.intent if moved.kind == "charge" else moved.source, None)
        if mine is not None:
            found += _compared(mine, moved.amount, moved.currency)
        elif moved.kind == "refund" and moved.intent + ALL in summed:
            rest[moved.intent + ALL].append(moved)
        elif moved.kind != "payout":
            thing = moved.source if moved.kind == "refund" else moved.intent or moved.source or moved.id
            order = orders.get(moved.intent)
            kind = str(DifferenceKind.MISSING_HERE)
            found.append(Finding(kind, thing, order, None, moved.amount, moved.currency, f"{moved.kind} {moved.id}"))
    for thing, mine in summed.items():
        there = rest.get(thing)
        if there:
            found += _compared(mine, sum((moved.amount for moved in there), Decimal(0)), there[0].currency)
        else:
            known[thing] = mine
    gone = str(DifferenceKind.MISSING_THERE)
    return found + [Finding(gone, mine.thing, mine.order_id, mine.amount, None, mine.currency) for mine in known.values()]


def _compared(mine: Ours, amount: Decimal, currency: str) -> list[Finding]:
    if (mine.amount, mine.currency) == (amount, currency):
        return []
    facts = "" if mine.currency == currency else f"{mine.currency} / {currency}"
    return [Finding(str(DifferenceKind.AMOUNT), mine.thing, mine.order_id, mine.amount, amount, currency, facts)]


def fees(movement: Movement) -> list[Finding]:
    """Whether a movement's amount, fee and net add up, where they are in one currency."""
    if movement.rate is not None or movement.currency != movement.settled_in:
        return []
    if movement.amount - movement.fee == movement.net:
        return []
    kind, said = str(DifferenceKind.FEE), f"{movement.amount} - {movement.fee} != {movement.net}"
    return [Finding(kind, movement.id, None, movement.amount - movement.net, movement.fee, movement.settled_in, said)]


def holds(ours: Iterable[Held], theirs: Iterable[Hold], orders: dict[str, int]) -> list[Finding]:
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
