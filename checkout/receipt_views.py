"""The receipt's address: behind the order's own permission, and not asked for more often than a person would."""

from collections.abc import Callable

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from redis.exceptions import RedisError

from . import receipts, visits
from .order.models import Order
from .order.reading import read
from .refusals import TooManyReceipts

#: How many papers of one order are set in an hour; each takes a fraction of a second of a processor.
AN_HOUR = 30


def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a PDF, in the order's language: for its client, its session, or whoever holds its signed link."""
    order = visits.own_order(request, number)
    if request.GET.get("key"):  # leaves the address bar, as on the order's page
        return HttpResponseRedirect(reverse("order-receipt", args=[number]))
    view = read(order)
    if not view.has_receipt:
        raise Http404
    return paper(request, order, lambda: receipts.pdf_of(order, view), name=order.number)


def paper(request: HttpRequest, order: Order, make: Callable[[], bytes], *, name: str) -> HttpResponse:
    """A paper of an order that its client may open, set now; or, when it was asked for too often, the order's page."""
    if _asked(order.pk) > AN_HOUR:
        messages.error(request, TooManyReceipts().sentence())
        return HttpResponseRedirect(reverse("order", args=[order.number]), status=303)
    response = HttpResponse(make(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


def _asked(order_id: int) -> int:
    """How often papers of this order were asked for within the hour; without the cache nobody is turned away."""
    key = f"receipt:{order_id}"
    try:
        cache.add(key, 0, timeout=3600)
        return cache.incr(key)
    except (RedisError, ValueError):  # ValueError: it ran out between the two
        return 1
