"""Letters about what is paid later: parts received or declined, deposits, balances and what is due after delivery.

What came to an end meanwhile is not called to mind any more.
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from services.deferred import wording
from services.deferred.models import Part, Plan
from services.deferred.states import PartState, PlanKind
from services.foundation.regions.links import storefront

from . import letters
from .letters import gettext_noop
from .order.models import Order


def _part(part_id: int) -> Part:
    return Part.objects.select_related("plan__order__user").get(pk=part_id)


def _letter(part: Part, name: str, subject: str, **more: Any) -> None:
    order = part.plan.order
    with storefront(order.region_code, order.language):
        letters.send(order, name, _(subject) % {"number": order.number}, part=part, plan=part.plan, **more)


def part_paid(part_id: int) -> None:
    """An instalment was collected, or what was due after delivery was paid."""
    part = _part(part_id)
    if part.plan.kind == PlanKind.INSTALMENTS:
        _letter(part, "part_paid", gettext_noop("Instalment received for order %(number)s"))
    else:
        _letter(part, "part_paid", gettext_noop("Payment received for order %(number)s"))


def deposit_paid(order_id: int) -> None:
    """The deposit is paid: what is kept for the client, when the balance can be paid, and what was agreed if it is not."""
    order = Order.objects.select_related("user").get(pk=order_id)
    plan = Plan.objects.get(order=order)
    with storefront(order.region_code, order.language):
        subject = _("Thank you: we keep your order %(number)s for you") % {"number": order.number}
        letters.send(order, "deposit_paid", subject, with_proofs=True, plan=plan, **_deposit_facts(plan))


def balance(part_id: int, number: int) -> None:
    """The balance can be paid; said again as the end of its window comes near. ``number`` is which reminder it is."""
    part = _part(part_id)
    if part.state not in (PartState.DUE, PartState.DECLINED) or part.closes_at is None or part.closes_at <= timezone.now():
        return
    subject = gettext_noop("The balance of your order %(number)s can be paid now")
    if number > 1:
        subject = gettext_noop("The balance of your order %(number)s: please pay it in time")
    with storefront(part.plan.order.region_code, part.plan.order.language):
        facts = _deposit_facts(part.plan)
    _letter(part, "balance", subject, reminder=f"balance{number}", number=number, **facts)


def balance_missed(order_id: int) -> None:
    """The balance was not paid in time: the order has ended, and what was agreed becomes of the deposit."""
    order = Order.objects.select_related("user").get(pk=order_id)
    plan = Plan.objects.get(order=order)
    with storefront(order.region_code, order.language):
        subject = _("Your order %(number)s has ended") % {"number": order.number}
        letters.send(order, "balance_missed", subject, plan=plan, **_deposit_facts(plan))


def payment_due(part_id: int, number: int) -> None:
    """The pieces are with the client: what is due, and until when; said again two days before."""
    part = _part(part_id)
    if part.state not in (PartState.DUE, PartState.DECLINED):
        return
    _letter(part, "payment_due", gettext_noop("The payment of your order %(number)s"), reminder=f"due{number}")


def _deposit_facts(plan: Plan) -> dict[str, Any]:
    """What letters about a deposit say, in the active language."""
    first, last = plan.parts.order_by("number")
    if last.opens_at is None or last.closes_at is None:
        raise ValueError("a balance has a window")
    return {
        "deposit_amount": first.amount,
        "balance_amount": last.amount,
        "opens": wording.moment_words(last.opens_at, plan.zone),
        "closes": wording.moment_words(last.closes_at, plan.zone),
    }
