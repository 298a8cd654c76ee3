"""The packing bench's screens, for a tablet with a hand scanner: what is to be packed, and one parcel after another.

The scanner types a code and sends Enter into the one field that has the focus; everything else is a large button. Without script
all of it is the same.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout import fulfilling, photographing, promises, slips
from checkout.photograph_files import sent
from services.engraving.models import Job, JobState
from services.foundation.refusal import Refusal
from services.gifting import card as cards
from services.gifting.models import Wrapping

from ..order.models import Order
from ..order.states import OrderState
from . import bench
from .models import PackingRecord, Photograph

#: Where a parcel waits before it is packed.
ON_THE_BENCH = (OrderState.CONFIRMED, OrderState.IN_ATELIER, OrderState.READY_TO_PACK)
PRIVATE = {"Cache-Control": "no-store, private", "X-Content-Type-Options": "nosniff"}


def _for_packers(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only for those who pack; everybody else is turned away, whatever they know of addresses."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("order.pack_order"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _order(number: str) -> Order:
    return get_object_or_404(Order.objects.select_related("shipping_address"), number=number)


@_for_packers
def jobs(request: HttpRequest) -> HttpResponse:
    """Every parcel by the day on which it has to leave. A scanned order number or slip opens its parcel."""
    typed = bench.cleaned(request.GET.get("code", ""))
    if typed:
        found = Order.objects.filter(number=typed, status__in=ON_THE_BENCH).first()
        if found:
            return HttpResponseRedirect(reverse("packing-parcel", args=[found.number]))
        messages.error(request, _("No parcel of this number waits here: %(code)s.") % {"code": typed})
        return HttpResponseRedirect(reverse("packing"))
    waiting = promises.in_the_house(now=timezone.now(), states=ON_THE_BENCH)
    ids = [each.order.pk for each in waiting]
    unfinished = Job.objects.exclude(state__in=(JobState.INSPECTED, JobState.CANCELLED))
    at_atelier = set(
        unfinished.filter(inscription__order_line__order__in=ids).values_list("inscription__order_line__order", flat=True)
    )
    begun = set(PackingRecord.objects.filter(order__in=ids).exclude(kind="refused").values_list("order", flat=True))
    rows = [{"job": each, "is_begun": each.order.pk in begun} for each in waiting if each.order.pk not in at_atelier]
    later = [each for each in waiting if each.order.pk in at_atelier]
    return _page(request, "admin/packing.html", {"title": _("Packing bench"), "rows": rows, "later": later})


@_for_packers
def parcel(request: HttpRequest, number: str) -> HttpResponse:
    """One parcel: its list, the scanner's field, cards, photographs, and the seal that closes it."""
    order = _order(number)
    if request.method == "POST":
        try:
            done = _act(request, order)
        except Refusal as no:
            messages.error(request, no.sentence())
        else:
            if done:
                messages.success(request, done)
        order.refresh_from_db()
        closed = order.status == OrderState.PACKED and request.POST.get("act") == "close"
        return HttpResponseRedirect(reverse("packing") if closed else request.path, status=303)
    seen = bench.last_change(order)  # before the list is read, so that the packer has seen at least this
    found = bench.checklist(order)
    context = {
        "title": _("Parcel %(number)s") % {"number": order.number},
        "order": order,
        "list": found,
        "seen": seen,
        "open": [part for part in found.parts if not part.is_done],
        "done": [part for part in found.parts if part.is_done],
        "is_for_packing": bench.is_for_packing(order),
        "passport": bench.passport(order),
        "most": photographing.MOST,
    }
    return _page(request, "admin/packing_parcel.html", context)


def _act(request: HttpRequest, order: Order) -> str:
    """One act of the packer; returns what to say."""
    by_id, now, act = request.user.pk, timezone.now(), request.POST.get("act", "")
    if act == "scan":
        part = bench.scan(order, request.POST.get("code", ""), by_id=by_id, now=now)
        return _("%(kind)s: right.") % {"kind": part.label}
    if act == "read":
        line = request.POST.get("line", "")
        bench.read_back(order, int(line) if _is_number(line) else 0, request.POST.get("code", ""), by_id=by_id, now=now)
        return _("The card was read back.")
    if act == "photograph":
        files = request.FILES.getlist("photographs")
        for file in files[: photographing.MOST]:
            photographing.take(order, photographing.read(file), by_id=by_id, now=now)
        return _("The photographs are being prepared; this takes a few seconds.") if files else ""
    if act == "close":
        seen = request.POST.get("seen", "")
        fulfilling.pack(
            order, seal=request.POST.get("seal", ""), by_id=by_id, now=now, seen=int(seen) if _is_number(seen) else None
        )
        return _("Parcel %(number)s is packed.") % {"number": order.number}
    return ""


def _is_number(typed: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,18}", typed))


@_for_packers
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """The packing slip as the order stands now."""
    order = _order(number)
    return _pdf(slips.pdf_of(order), f"{order.number}-slip")


@_for_packers
def label(request: HttpRequest, number: str) -> HttpResponse:
    """The label of the outer parcel."""
    order = _order(number)
    return _pdf(slips.label_of(order), f"{order.number}-label")


def _wrapping(number: str, line: str) -> Wrapping:
    found = next((each for each in bench.wrappings_of(_order(number)) if each.order_line_id == int(line)), None)
    if found is None or found.card.is_empty:
        raise Http404
    return found


@_for_packers
def card(request: HttpRequest, number: str, line: str) -> HttpResponse:
    """One message card for the printer, at its size."""
    return _pdf(slips.card_of(_order(number), _wrapping(number, line)), f"{number}-card-{line}")


@_for_packers
def card_face(request: HttpRequest, number: str, line: str) -> HttpResponse:
    """The same card as a picture, to read the printed one against."""
    picture = cards.svg(_wrapping(number, line).card, language=_order(number).language)
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'none'"}
    return HttpResponse(picture, content_type="image/svg+xml", headers={**PRIVATE, **policy})


@_for_packers
def photograph(request: HttpRequest, number: str, key: str) -> FileResponse:
    """One photograph, for the bench."""
    try:
        found = get_object_or_404(Photograph, key=UUID(key), order__number=number, is_ready=True)
    except ValueError:
        raise Http404 from None
    return sent(found, 800)


def _pdf(data: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(data, content_type="application/pdf", headers={**PRIVATE, **disposition})


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})
