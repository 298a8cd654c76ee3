"""A plan as its client reads it: what is paid, what comes next, and what he can do, in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.deferred.models import Part, Plan
from services.deferred.states import OWED, PAYABLE, PartState, PlanKind, PlanState

from .order.models import Order


@dataclass
class PartView:
    """One part, and how it stands today."""

    part: Part
    is_overdue: bool
    #: Whether the client can choose to pay it now.
    can_be_paid: bool

    @property
    def is_paid(self) -> bool:
        return self.part.state == PartState.PAID

    @property
    def is_over(self) -> bool:
        return self.part.state == PartState.CANCELLED

    @property
    def has_failed(self) -> bool:
        return self.part.failures > 0 and self.part.state in OWED

    @property
    def is_collected(self) -> bool:
        """Whether it is being collected from the card at this moment."""
        return self.part.state == PartState.COLLECTING

    @property
    def has_open_page(self) -> bool:
        return self.part.state == PartState.PAYING


@dataclass
class PlanView:
    """A plan with its parts, in the order of their days."""

    plan: Plan
    parts: list[PartView]

    @property
    def order(self) -> Order:
        return self.plan.order

    @property
    def paid(self) -> Decimal:
        return sum((each.part.amount for each in self.parts if each.is_paid), Decimal(0))

    @property
    def left(self) -> Decimal:
        return sum((each.part.amount for each in self.parts if each.part.state in OWED), Decimal(0))

    @property
    def next(self) -> PartView | None:
        """The part that comes next: the first that is still owed."""
        return next((each for each in self.parts if each.part.state in OWED), None)

    @property
    def payable(self) -> list[PartView]:
        return [each for each in self.parts if each.can_be_paid]

    @property
    def payable_sum(self) -> Decimal:
        return sum((each.part.amount for each in self.payable), Decimal(0))

    @property
    def has_failed(self) -> bool:
        return any(each.has_failed for each in self.parts)

    @property
    def is_done(self) -> bool:
        return self.plan.state == PlanState.DONE

    @property
    def is_paused(self) -> bool:
        return self.plan.state == PlanState.PAUSED

    @property
    def is_running(self) -> bool:
        return self.plan.state == PlanState.RUNNING

    @property
    def has_ended(self) -> bool:
        """Whether it ended without having been paid."""
        return self.plan.state in (PlanState.CANCELLED, PlanState.MISSED)


def read(plan: Plan, *, now: datetime) -> PlanView:
    """The plan, with its order at hand; one query for its parts unless they were prefetched."""
    today = now.astimezone(ZoneInfo(plan.zone_name)).date()
    opens = plan.state in PAYABLE
    is_due = plan.kind != PlanKind.AFTER_DELIVERY or plan.order.handed_over_at is not None

    def view(part: Part) -> PartView:
        free = part.state in (PartState.DUE, PartState.DECLINED, PartState.PAYING)
        return PartView(part, is_due and part.state in OWED and part.due_on < today, opens and free and part.is_open(now))

    return PlanView(plan, [view(part) for part in sorted(plan.parts.all(), key=lambda part: part.number)])
