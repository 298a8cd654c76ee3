"""Who may pay later, and why not otherwise: pure. Amount, kinds of pieces, launches and what the client has ordered here.

Nothing else is asked: no profile, nothing that the client did not give. Every reason is one he can be told and act on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from .states import Launches


class Reason(StrEnum):
    """Why an order cannot be paid in a way; the first that holds is told."""

    GIFT = "gift"
    SEVERAL = "several"
    SIZE = "size"
    KIND = "kind"
    LAUNCH = "launch"
    NO_LAUNCH = "no-launch"
    AMOUNT = "amount"
    SIGN_IN = "sign-in"
    ORDERS = "orders"
    MISSED = "missed"


class Rule(Protocol):
    """What of a rule decides; amounts in the region's currency. No kinds means all."""

    least: Decimal
    most: Decimal
    kinds: Collection[str]
    launches: str
    paid_orders: int
    none_missed: bool

    @property
    def needs_known_goods(self) -> bool: ...


@dataclass(frozen=True)
class Want:
    """What would be ordered: its total, the kinds of its pieces, and whether launches and other pieces are among them.

    ``by_link``: the recipient says where it goes. ``several``: it goes to several. ``waits_for_size``: a sizer travels first.
    """

    amount: Decimal
    kinds: frozenset[str] = frozenset()
    has_launch: bool = False
    has_others: bool = True
    by_link: bool = False
    several: bool = False
    waits_for_size: bool = False


@dataclass(frozen=True)
class History:
    """What the client has ordered here before, under his account."""

    is_known: bool = False
    paid_orders: int = 0
    missed: int = 0


def why_not(rule: Rule, want: Want, history: History) -> Reason | None:
    """The first reason why this order cannot be paid in this way; None when it can."""
    if rule.needs_known_goods and want.by_link:
        return Reason.GIFT
    if rule.needs_known_goods and want.several:
        return Reason.SEVERAL
    if rule.needs_known_goods and want.waits_for_size:
        return Reason.SIZE
    if rule.kinds and not want.kinds <= set(rule.kinds):
        return Reason.KIND
    if rule.launches == Launches.NONE and want.has_launch:
        return Reason.LAUNCH
    if rule.launches == Launches.ONLY and want.has_others:
        return Reason.NO_LAUNCH
    if not rule.least <= want.amount <= rule.most:
        return Reason.AMOUNT
    if (rule.paid_orders or rule.none_missed) and not history.is_known:
        return Reason.SIGN_IN
    if history.paid_orders < rule.paid_orders:
        return Reason.ORDERS
    if rule.none_missed and history.missed:
        return Reason.MISSED
    return None
