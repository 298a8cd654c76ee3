"""The order's page, and on it the forms with which a client changes the order until it is packed.

Each form has an address of its own and opens on the order's page. What is refused stays on the page with what was typed.
"""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog import crafts, panels
from services.engraving import commissioning
from services.engraving.models import Inscription
from services.engraving.refusals import BenchFull
from services.foundation.plain_text import NotPlain
from services.foundation.refusal import Refusal
from services.foundation.regions.roster import all_regions
from services.gifting import wrapping
from services.gifting.card import FACE_NAMES, MOST_CHARACTERS, MOST_OF_SENDER
from services.gifting.models import OptionKind
from services.gifting.refusals import CardTooLong, CardUnprintable, CardWithoutRoom, NotPackable

from . import awaiting_size, change_forms, changing, clock, engraving_changes, gift_letters, holding, size_first, visits
from .change_forms import MOVED_ON, Form, ShownAgain
from .order.models import Order, ShippingAddress
from .order.reading import LineView, OrderView, read
from .order.states import OrderState
from .refunds import showing
from .refusals import (
    AlreadySo,
    EngravingBegun,
    GiftEngraved,
    InReview,
    LeaveOutOnPage,
    ProofDiffers,
    SeenBefore,
    SizeGone,
    SizeKnown,
    SizeNotOffered,
    TooLate,
    TooManyChanges,
)


def page(request: HttpRequest, view: OrderView, form: Form | None = None, *, status: int = 200) -> HttpResponse:
    """The order's page, with one form open."""
    context = {
        "view": view,
        "states": OrderState,
        "clock": clock.of(view, now=request.now),
        "engravings": engraving_changes.windows(view, now=request.now),
        "parcels": [
            {"view": each, "clock": at, "engravings": engraving_changes.windows(each, now=request.now)}
            for each, at in zip(view.parcels, clock.of_all(view.parcels, now=request.now), strict=True)
        ],
        "form": form,
        "confirms_card": holding.needs_client(view.order, view.attempts, has_plan=view.plan is not None),
        "given_back": showing.of(view.order),
        **_gift_of(view),
        "waiting": [item for item in view.lines if item.waits_for_size and item.job],
        "sized_today": awaiting_size.estimate(view.order, now=request.now) if view.waits_for_size else None,
        # The order's own region decides its rights and its tax, whichever region's address it is opened under.
        "order_region": all_regions()[view.order.region_code],
    }
    response = render(request, "checkout/order.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response


def _gift_of(view: OrderView) -> dict[str, str]:
    """For the giver of a gift by link: the link while it waits, and until when."""
    if view.gift is None or not view.gift.is_open:
        return {}
    return {"gift_link": gift_letters.gift_link(view.gift), "gift_until": gift_letters.until_words(view.gift)}


def opened(request: HttpRequest, number: str, *, engraving: bool = False) -> tuple[OrderView, HttpResponse | None]:
    """The visitor's own order; and the way back to its page, when there is nothing (any more) to open.

    Of a gift by link, which has no address here, its giver changes nothing but the ``engraving``.
    """
    order = visits.own_order(request, number)
    view = read(order)
    if view.address is None and not engraving:
        raise Http404
    if request.GET.get("key"):  # the key leaves the address bar
        return view, HttpResponseRedirect(request.path)
    if request.method != "POST":
        try:
            (engraving_changes if engraving else changing).check_open(order)
        except (InReview, TooLate, GiftEngraved) as no:
            messages.error(request, no.sentence())
            return view, back_to(number)
    return view, None


def back_to(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("order", args=[number]), status=303)


def by_whom(request: HttpRequest) -> int | None:
    return request.user.pk if request.user.is_authenticated else None


def _refused(request: HttpRequest, order: Order, no: Refusal, form: Form, fresh: Any) -> HttpResponse:
    """Packed meanwhile, or changed in another tab: the page as it is now, and what was typed beside it."""
    view = read(Order.objects.select_related("user").get(pk=order.pk))
    shown = fresh(view)
    shown.refusal, shown.wrote = no, form.wrote
    return page(request, view, shown, status=409)


# Recipient and address


def address(request: HttpRequest, number: str) -> HttpResponse:
    """Another recipient or address; a later day is shown and confirmed in a second step."""
    view, away = opened(request, number)
    if away:
        return away
    countries, there = all_regions()[view.order.region_code].countries, _address_of(view)
    if request.method != "POST":
        return page(request, view, change_forms.address_form(view.order, there, countries))
    form = change_forms.typed_address(request, view.order, there, countries)
    if request.POST.get("act") == "update":
        return page(request, view, form)
    try:
        change_forms.send_address(request, view.order, there, form, by_id=by_whom(request))
    except ShownAgain as again:
        return page(request, view, form, status=again.status)
    except MOVED_ON as no:
        fresh = lambda now_is: change_forms.address_form(now_is.order, _address_of(now_is), countries)  # noqa: E731
        return _refused(request, view.order, no, form, fresh)
    except AlreadySo as no:
        messages.info(request, no.sentence())
        return back_to(number)
    messages.success(request, _("Recipient and address are changed. We have written to you."))
    return back_to(number)


def _address_of(view: OrderView) -> ShippingAddress:
    """Where it goes: `opened` has seen that there is an address."""
    if view.address is None:
        raise Http404
    return view.address


# A later day


def day(request: HttpRequest, number: str) -> HttpResponse:
    """Not before a later day; or back to what was promised. An order that waits for a size has no day that could be later."""
    view, away = opened(request, number)
    if away or view.waits_for_size:
        return away or back_to(number)
    if request.method != "POST":
        return page(request, view, change_forms.day_form(request, view.order))
    form = change_forms.typed_day(request, view.order)
    try:
        change_forms.send_day(request, view.order, form, by_id=by_whom(request))
    except ShownAgain as again:
        return page(request, view, form, status=again.status)
    except MOVED_ON as no:
        return _refused(request, view.order, no, form, lambda fresh: change_forms.day_form(request, fresh.order))
    except AlreadySo as no:
        messages.info(request, no.sentence())
        return back_to(number)
    messages.success(request, change_forms.day_kept(request))
    return back_to(number)


# Card and packing


def gift(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """Another card, box or ribbon for a line that is packed as a gift."""
    view, away = opened(request, number)
    if away:
        return away
    if request.method != "POST":
        return page(request, view, _gift_form(view, line))
    wish = wrapping.typed(request.POST)
    form = _gift_form(view, line, wish, shown=request.POST.get("shown", ""))
    try:
        changing.gift(view.order, line, wish, shown=form.shown, by_id=by_whom(request), now=request.now)
    except MOVED_ON as no:
        form.wrote = wish.card
        return _refused(request, view.order, no, form, lambda fresh: _gift_form(fresh, line))
    except AlreadySo as no:
        messages.info(request, no.sentence())
        return back_to(number)
    except NotPackable as no:
        form.errors["packing"] = no.sentence()
        return page(request, view, form, status=422)
    except (NotPlain, CardTooLong, CardWithoutRoom, CardUnprintable) as no:
        form.errors["card"] = no.sentence()
        return page(request, view, form, status=422)
    messages.success(request, _("Card and packing are changed. We have written to you."))
    return back_to(number)


def _gift_form(view: OrderView, line: int, wish: wrapping.Wish | None = None, *, shown: str | None = None) -> Form:
    found = next((x for x in view.lines if x.line.pk == line), None)
    kept = found.wrapping if found else None
    if found is None or kept is None or kept.in_box_of_id:
        raise Http404
    wish = wish or wrapping.wish_of(kept)
    values = asdict(wish)
    form = Form("gift", values, changing.gift_version(kept) if shown is None else shown, line=found)
    product = found.line.product
    options = wrapping.offered(product.piece.product_class_id if product else None, kept=kept)
    form.more = {
        "boxes": options[OptionKind.BOX],
        "ribbons": options[OptionKind.RIBBON],
        "papers": options[OptionKind.PAPER],
        "carriers": options[OptionKind.BAG],
        "faces": list(FACE_NAMES.items()),
        "most_of_sender": MOST_OF_SENDER,
        "card_query": wish.card_query,
        "most_characters": MOST_CHARACTERS,
    }
    return form


# The size, where a sizer travelled first


def _engraved_line(view: OrderView, line: int) -> tuple[LineView, Inscription]:
    found = next((x for x in view.lines if x.line.pk == line), None)
    if found is None or found.inscription is None:
        raise Http404
    return found, found.inscription


def size(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """The size that is right. Where the engraving looks otherwise in it, its proof is shown and confirmed before."""
    view, away = opened(request, number)
    if away:
        return away
    found, kept = _engraved_line(view, line)
    if request.method != "POST":
        if not found.waits_for_size or found.job is None:
            messages.info(request, SizeKnown().sentence())
            return back_to(number)
        return page(request, view, _size_form(request, view, found))
    form = _size_form(request, view, found, request.POST.get("size", "")[:18], shown=request.POST.get("shown", ""))
    chosen = next((each for each in form.more["choices"] if str(each.variant.pk) == form.values["size"]), None)
    if chosen is None:
        form.errors["size"] = _("Please choose your size.")
        return page(request, view, form, status=422)
    try:
        size_first.confirm(
            view.order,
            line,
            chosen.variant.pk,
            shown=form.shown,
            language=request.language,
            by_id=by_whom(request),
            now=request.now,
        )
    except SizeGone as no:
        form = _size_form(request, view, found)
        form.errors["size"] = no.sentence()
        return page(request, view, form, status=409)
    except (BenchFull, SizeNotOffered) as no:
        form.errors["size"] = no.sentence()
        return page(request, view, form, status=409)
    except (InReview, TooLate, TooManyChanges, SeenBefore, SizeKnown, EngravingBegun) as no:
        messages.error(request, no.sentence())
        return back_to(number)
    except Refusal as no:  # it looks otherwise there, or does not fit: the panel shows it, and helps
        messages.info(
            request, no.sentence() if isinstance(no, ProofDiffers) else ProofDiffers(size=chosen.variant.size).sentence()
        )
        address = reverse("order-size-panel", args=[number, line, chosen.variant.pk, form.shown])
        return HttpResponseRedirect(f"{address}?{urlencode({'inscription': kept.typed, 'face': kept.face})}", status=303)
    messages.success(request, _("Your size is confirmed. We have written to you."))
    return back_to(number)


def _size_form(request: HttpRequest, view: OrderView, found: LineView, chosen: str = "", *, shown: str | None = None) -> Form:
    offered = size_first.choices(view.order, found.line, now=request.now)
    ordered = next((str(each.variant.pk) for each in offered if each.is_ordered), "")
    version = engraving_changes.version(found.inscription)
    form = Form("size", {"size": chosen or ordered}, version if shown is None else shown, line=found)
    shown_choices = [(each, str(each.variant.pk) == form.values["size"]) for each in offered]
    form.more = {"choices": offered, "shown": shown_choices, "estimate": awaiting_size.estimate(view.order, now=request.now)}
    return form


class SizeKeeper:
    """Confirms a size together with its engraving, as the panel says it. ``shown``: the version the form was opened with."""

    takes_sizer = False

    def __init__(self, request: HttpRequest, order: Order, line: LineView, variant_id: int, shown: str):
        self.request, self.order, self.line, self.variant_id, self.shown = request, order, line, variant_id, shown
        self.back = reverse("order", args=[order.number])

    def kept(self) -> crafts.Kept:
        """What was agreed for the other size; both ticks are set anew."""
        now = self.line.inscription
        return crafts.Kept(engraving=commissioning.Wish(now.zone_id, now.face, now.typed, False, False) if now else None)

    def keep_engraving(self, wish: commissioning.Wish | None) -> None:
        """Raises a refusal of `size_first.confirm`."""
        if wish is None:
            raise LeaveOutOnPage()
        size_first.confirm(
            self.order,
            self.line.line.pk,
            self.variant_id,
            wish=wish,
            shown=self.shown,
            language=self.request.language,
            by_id=by_whom(self.request),
            now=self.request.now,
        )
        messages.success(self.request, _("Your size is confirmed. We have written to you."))


def size_panel(request: HttpRequest, number: str, line: int, variant: int, shown: str) -> HttpResponse:
    """The engraving in another size, in the panel in which it was first chosen."""
    view, away = opened(request, number)
    if away:
        return away
    found, _kept = _engraved_line(view, line)
    if not found.waits_for_size or found.job is None:
        messages.info(request, SizeKnown().sentence())
        return back_to(number)
    offered = size_first.choices(view.order, found.line, now=request.now)
    chosen = next((each.variant for each in offered if each.variant.pk == variant), None)
    if chosen is None:
        raise Http404
    keeper = SizeKeeper(request, view.order, found, variant, shown)
    return panels.engraving_panel(request, chosen.piece, keeper, metal=chosen.metal_id or "", size=chosen.size)
