"""The client asks for a second pair of eyes: links to the proof of a piece in the bag or of an order, and what was answered."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from catalog.private_pages import private
from services.engraving import second_looks
from services.engraving.models import Inscription
from services.engraving.surfaces import PIECE
from services.foundation.refusal import Refusal
from services.foundation.regions.links import absolute

from . import visits
from .basket import bags


def in_bag(request: HttpRequest, reference: str, surface: str = PIECE) -> HttpResponse:
    """Of a piece, or of its box, in the visitor's own bag."""
    bag = bags.of_request(request)
    rows = _rows().filter(bag_line__basket=bag, bag_line__line_reference=reference, surface=surface)
    kept = rows.first() if bag else None
    return _page(request, kept, back=reverse("bag"), title=kept.bag_line.product.piece.title if kept and kept.bag_line else "")


def of_order(request: HttpRequest, number: str, line: int, surface: str = PIECE) -> HttpResponse:
    """Of a line of the visitor's own order, or of its box."""
    order = visits.own_order(request, number)
    if request.GET.get("key"):  # the key leaves the address bar
        return HttpResponseRedirect(request.path)
    if not order.can_be_changed:
        return HttpResponseRedirect(reverse("order", args=[order.number]))
    rows = _rows().filter(order_line_id=line, order_line__order=order, surface=surface)
    kept = rows.filter(withdrawn_at=None).first()
    back = reverse("order", args=[order.number])
    return _page(request, kept, back=back, title=kept.order_line.title if kept and kept.order_line else "")


def _rows():
    return Inscription.objects.select_related("zone", "bag_line__product__parent", "order_line", "job")


def _page(request: HttpRequest, kept: Inscription | None, *, back: str, title: str) -> HttpResponse:
    """Make a link, show it once, take one back; and what was said so far."""
    if kept is None:
        raise Http404
    link, refusal = "", None
    if request.method == "POST":
        taken = request.POST.get("take-back", "")
        if taken.isdecimal() and len(taken) < 19:
            second_looks.take_back(kept.pk, int(taken))
            return private(HttpResponseRedirect(request.path, status=303))
        try:
            token = second_looks.ask(kept.pk, now=request.now)
            link = absolute("second-look-link", region=request.region.code, language=request.language, args=(token,))
        except Refusal as no:
            refusal = no
    context = {
        "inscription": kept,
        "title": title,
        "back": back,
        "link": link,
        "refusal": refusal,
        "looks": second_looks.of_inscription(kept.pk, now=request.now),
        "can_ask": second_looks.can_be_asked(kept),
        "days": second_looks.LIVES.days,
    }
    return private(render(request, "checkout/second_look.html", context, status=422 if refusal else 200))
