"""Which orders a visitor may see: those of his account, of this session, or of a signed link."""

import uuid

from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare

from .basket import bags
from .order.models import Order
from .order.states import OrderState

SESSION_ORDERS = "orders"
SESSION_ORDER_TOKEN = "last-bag"
#: The adviser's link that a session follows: {secret, before (the token of the bag it had, or None)}.
SESSION_LINK = "pay-link"


def unfinished(request: HttpRequest) -> Order | None:
    """The order this session’s bag became although the answer never reached the client (connection lost, server killed)."""
    tokens = [request.session.get(bags.SESSION_KEY), request.session.get(SESSION_ORDER_TOKEN)]
    waiting = Order.objects.select_related("basket").filter(status=OrderState.AWAITING_PAYMENT)
    found = waiting.filter(basket__token__in=[t for t in tokens if t]).order_by("-pk").first()
    if found:
        remember(request, found)
    return found


def standing(request: HttpRequest) -> Order | None:
    """The order that this very form has already made: a double click, a second tab, the back button."""
    try:
        key = uuid.UUID(request.POST.get("placement", ""))
    except ValueError:
        return None
    found = Order.objects.select_related("basket").filter(placement_key=key).first()
    tokens = (request.session.get(bags.SESSION_KEY), request.session.get(SESSION_ORDER_TOKEN))
    if found is None or found.basket is None or found.basket.token not in tokens:
        return None
    remember(request, found)
    return found


def remember(request: HttpRequest, order: Order) -> None:
    """This session may open the order's page; the bag it came from is no longer the session's bag."""
    request.session[SESSION_ORDERS] = [*request.session.get(SESSION_ORDERS, []), order.number][-20:]
    request.session[SESSION_ORDER_TOKEN] = order.basket.token
    request.session.pop(bags.SESSION_KEY, None)
    followed = request.session.pop(SESSION_LINK, None)
    if followed and followed["before"]:  # what he had chosen himself before he followed an adviser's link
        request.session[bags.SESSION_KEY] = followed["before"]


def ended_link(request: HttpRequest) -> str:
    """The secret of the adviser's link whose bag this session had, once: its page says why the bag is gone, and whom to ask."""
    followed = request.session.pop(SESSION_LINK, None)
    if not followed:
        return ""
    if followed["before"]:
        request.session[bags.SESSION_KEY] = followed["before"]
    return str(followed["secret"])


def own_order(request: HttpRequest, number: str) -> Order:
    """The order, if this visitor may see it: its client, this session, or the holder of its signed link. Else 404.

    A parcel of several is its payer's: its own number, which stands on the slip, opens nothing.
    An order whose client was erased is kept for the law only: nobody opens it here any more.
    """
    order = Order.objects.select_related("user", "whole__user").filter(number=number).first()
    if order is None or (order.user and order.user.erased_at):
        raise Http404
    payer, key = order.payer, request.GET.get("key", "")
    allowed = request.session.get(SESSION_ORDERS, [])
    if key and constant_time_compare(key, payer.access_key):
        if payer.number not in allowed:
            request.session[SESSION_ORDERS] = [*allowed, payer.number][-20:]
        return order
    if may_open(request, payer):
        return order
    raise Http404


def may_open(request: HttpRequest, payer: Order) -> bool:
    """Whether this visitor is its client, or his session has opened it before."""
    is_client = request.user.is_authenticated and payer.user_id == request.user.pk
    return is_client or payer.number in request.session.get(SESSION_ORDERS, [])
