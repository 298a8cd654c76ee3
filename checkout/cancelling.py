"""What cancelling an order does at each moment, read before anybody decides. `ending` does it; docs/cancelling.md says it.

Until the parcel is sent the pieces are free again and all money goes back; once it is sent nothing is cancelled, pieces come back
(`refunds`). Nobody cancels what an engraver has begun.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.deferred.models import Plan
from services.deferred.states import PlanState
from services.engraving.models import NOT_BEGUN, Job, JobState
from services.foundation.provider.models import Attempt, AttemptState
from services.gifting import links

from .order.models import Order, of_order
from .order.states import CANCELLABLE, CANCELLABLE_BY_STAFF, OrderState
from .refunds import reckoning, waterfall
from .refunds.waterfall import ZERO


class Moment(models.TextChoices):
    UNPAID = "unpaid", _("Before it is paid")
    AUTHORISED = "authorised", _("Authorised, not charged")
    CHARGED = "charged", _("Charged")
    PART_PAID = "part paid", _("Paid in part")
    BEGUN = "begun", _("Being engraved")
    LEFT = "left", _("After it left the house")
    ENDED = "ended", _("Ended")


@dataclass(frozen=True)
class Outcome:
    """What would happen now. Amounts in the order's currency; ``needs_two`` where staff cancel it."""

    moment: Any
    by_client: bool
    by_staff: bool
    released: Decimal = ZERO
    given_back: Decimal = ZERO
    no_longer_owed: Decimal = ZERO
    part_with_provider: bool = False
    needs_two: bool = False

    @property
    def version(self) -> str:
        """Changes when anything of it changes."""
        return f"{self.moment} {self.released} {self.given_back} {self.no_longer_owed} {self.part_with_provider}"


def outcome(order: Order, *, now: datetime) -> Outcome:
    """What cancelling the order, or one parcel of it, does as it stands now."""
    moment = _moment(order)
    staff = moment not in (Moment.BEGUN, Moment.LEFT, Moment.ENDED) and order.status in CANCELLABLE_BY_STAFF
    if not staff:
        return Outcome(moment, False, False)
    found = reckoning.purse(order.payer)
    if order.is_parcel:
        rule = reckoning.rule_of(order).waterfall
        value = min(order.total_incl_tax, found.free)
        parts = waterfall.split(value, owed=found.owed, held=found.held, paid=found.paid, rule=rule) if value > ZERO else None
        released, back, owed = (parts.not_taken, parts.to_pay_back, parts.less_owed) if parts else (ZERO, ZERO, ZERO)
    else:
        standing = Attempt.objects.filter(order=order, state=AttemptState.AUTHORISED)
        released = sum((each.amount - each.captured_amount for each in standing), ZERO)
        back = sum((each.amount for each in found.paid), ZERO)
        owed = sum((each.amount for each in found.owed), ZERO)
    return Outcome(
        moment,
        _client_may(order, now),
        True,
        released,
        back,
        owed,
        found.part_with_provider,
        bool(back) and reckoning.needs_two(back, order.currency),
    )


def _moment(order: Order) -> Any:
    if order.status in (OrderState.CANCELLED, OrderState.LAPSED):
        return Moment.ENDED
    if order.status in (OrderState.DISPATCHED, OrderState.HANDED_OVER):
        return Moment.LEFT
    if has_begun(order):
        return Moment.BEGUN
    if order.status == OrderState.AWAITING_PAYMENT:
        return Moment.UNPAID
    plan = Plan.objects.filter(order=order.payer).first()
    if plan and plan.state != PlanState.DONE:
        return Moment.PART_PAID
    charged = Attempt.objects.filter(order=order.payer, captured_amount__gt=0).exists()
    return Moment.CHARGED if charged else Moment.AUTHORISED


def has_begun(order: Order) -> bool:
    """Whether an engraver has begun anything of the order or its parcels."""
    jobs = Job.objects.filter(of_order("inscription__order_line__order", order.pk))
    return jobs.exclude(state__in=(*NOT_BEGUN, JobState.CANCELLED)).exists()


def _client_may(order: Order, now: datetime) -> bool:
    """Whether the client does it himself: the house's rule for the region, and what the order is."""
    if order.status not in CANCELLABLE:
        return False
    gift = links.of_order(order.pk)
    if gift and gift.is_accepted:
        return False
    plan = Plan.objects.filter(order=order).first()
    if plan and plan.binds(now):
        return False
    return order.status == OrderState.AWAITING_PAYMENT or reckoning.rule_of(order).client_cancels
