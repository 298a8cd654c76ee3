"""The pro-forma invoice of an order that waits for a bank transfer: what is ordered, and where to pay it. No tax invoice."""

from dataclasses import asdict
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from checkout import receipt_views, receipts, visits
from checkout.order.models import Order
from checkout.order.reading import OrderView, read
from checkout.order.states import OrderState
from services.foundation import printing
from services.foundation.formats import date_words
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions

from .showing import Awaited

_TEMPLATE = Path(__file__).with_name("proforma.typ")


def pdf_of(order: Order, view: OrderView, awaited: Awaited) -> bytes:
    """The paper as PDF bytes, in the order's language, on the paper of its region."""
    with storefront(order.region_code, order.language):
        said = receipts.of(view)
        until = order.pay_until.astimezone(all_regions()[order.region_code].time_zone) if order.pay_until else None
        data = asdict(said) | {
            "account": [(word, value) for word, value in awaited.rows],
            "until": _("Please transfer by %(day)s, with this reference and nothing else as the purpose.")
            % {"day": date_words(until)}
            if until
            else "",
            "words": said.words
            | {
                "title": _("Pro-forma invoice"),
                "note": _("This is a request for payment. It is not a tax invoice: that one follows."),
                "account": _("Bank transfer"),
            },
        }
        return printing.pdf(
            _TEMPLATE,
            data,
            title=_("Pro-forma invoice for order %(number)s") % {"number": order.number},
            language=order.language,
            paper=printing.paper_of(all_regions()[order.region_code].countries[0]),
        )


def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The pro-forma invoice while its order waits: for its client, its session, or whoever holds its signed link."""
    order = visits.own_order(request, number)
    if request.GET.get("key"):  # leaves the address bar, as on the order's page
        return HttpResponseRedirect(reverse("order-pro-forma", args=[number]))
    view = read(order)
    awaited = view.transfer
    if awaited is None or order.status != OrderState.AWAITING_PAYMENT:
        raise Http404
    return receipt_views.paper(request, order, lambda: pdf_of(order, view, awaited), name=f"{order.number}-pro-forma")
