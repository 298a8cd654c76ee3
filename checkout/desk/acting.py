"""What staff can do with an order's money, as buttons on its screen. Whoever moves money registers its own door here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from checkout.order.models import Order
from checkout.order.states import OrderState
from services.deferred.models import Plan


@dataclass(frozen=True)
class Action:
    """One button: its words and the page it opens. What it opens asks for the permission itself, and acts by POST alone."""

    words: str
    address: str


Offer = Callable[[HttpRequest, Order], Iterable[Action]]
_offers: list[Offer] = []


def offers(act: Offer) -> Offer:
    """Register a function that says which actions a person may take with an order now."""
    if act not in _offers:
        _offers.append(act)
    return act


def of(request: HttpRequest, order: Order) -> list[Action]:
    """The actions this person may take with this order, in the order in which they were registered."""
    return [action for offer in _offers for action in offer(request, order)]


@offers
def the_order(request: HttpRequest, order: Order) -> Iterable[Action]:
    """Dispatch, review and cancel stand on the order's own page."""
    if request.user.has_perm("order.view_order"):
        yield Action(_("The order"), reverse("admin:order_order_change", args=[order.pk]))


@offers
def money_back(request: HttpRequest, order: Order) -> Iterable[Action]:
    """Once somebody has paid, for those who may give money back."""
    over = order.status in (OrderState.AWAITING_PAYMENT, OrderState.LAPSED)
    if request.user.has_perm("refunds.ask_refund") and request.user.has_perm("order.view_order") and not over:
        yield Action(_("Give money back"), reverse("admin:refund_ask", args=[order.pk]))


@offers
def the_plan(request: HttpRequest, order: Order) -> Iterable[Action]:
    """What can be arranged with the client of a plan: a call, a pause, new days, handing over."""
    plan = Plan.objects.filter(order=order).first()
    if plan is not None and request.user.has_perm("deferred.view_planact"):
        yield Action(_("The plan, and its next steps"), reverse("arrears-plan", args=[plan.pk]))
