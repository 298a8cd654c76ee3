"""The order's page, and on it the forms with which a client changes the order until it is packed.

Each form has an address of its own and opens on the order's page. What is refused stays on the page with what was typed.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog import crafts, panels
from services.delivery import addresses
from services.engraving import commissioning
from services.engraving.models import Inscription
from services.engraving.refusals import BenchFull
from services.foundation import days
from services.foundation.formats import day_words, listed
from services.foundation.plain_text import NotPlain
from services.foundation.refusal import Refusal
from services.foundation.regions.models import Region
from services.foundation.regions.roster import all_regions
from services.gifting import wrapping
from services.gifting.card import FACE_NAMES, MOST_CHARACTERS, MOST_OF_SENDER
from services.gifting.models import OptionKind
from services.gifting.refusals import CardTooLong, CardUnprintable, CardWithoutRoom, NotPackable

from . import awaiting_size, changing, clock, engraving_changes, forms, gift_letters, size_first, visits
from .order.models import Order
from .order.reading import LineView, OrderView, read
from .order.states import OrderState
from .refusals import (
    AlreadySo,
    CostsOtherwise,
    DayNotPossible,
    EngravingBegun,
    InReview,
    LaterDay,
    LeaveOutOnPage,
    ProofDiffers,
    SeenBefore,
    SizeGone,
    SizeKnown,
    SizeNotOffered,
    TooLate,
    TooManyChanges,
)


@dataclass
class Form:
    """One opened form: what stands in its fields, what is wrong with it, and the version of what it showed."""

    kind: str
    values: dict[str, str]
    shown: str
    errors: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    #: What was typed into a form that can no longer be sent, so that it is not lost.
    wrote: str = ""
    line: LineView | None = None
    #: The engraving that is to be left out.
    inscription: Inscription | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def later(self) -> date | None:
        """The later day that waits to be confirmed."""
        return self.refusal.facts["on"] if isinstance(self.refusal, LaterDay) else None


def page(request: HttpRequest, view: OrderView, form: Form | None = None, *, status: int = 200) -> HttpResponse:
    """The order's page, with one form open."""
    context = {
        "view": view,
        "states": OrderState,
        "clock": clock.of(view, now=request.now),
        "engravings": engraving_changes.windows(view, now=request.now),
        "form": form,
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


def opened(request: HttpRequest, number: str) -> tuple[OrderView, HttpResponse | None]:
    """The visitor's own order; and the way back to its page, when there is nothing (any more) to open."""
    order = visits.own_order(request, number)
    view = read(order)
    if view.address is None:
        raise Http404
    if request.GET.get("key"):  # the key leaves the address bar
        return view, HttpResponseRedirect(request.path)
    if request.method != "POST":
        try:
            changing.check_open(order)
        except (InReview, TooLate) as no:
            messages.error(request, no.sentence())
            return view, back_to(number)
    return view, None


def back_to(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("order", args=[number]), status=303)


def by_whom(request: HttpRequest) -> int | None:
    return request.user.pk if request.user.is_authenticated else None


def _wrote(values: Iterable[str]) -> str:
    return listed(value for value in values if value)


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
    region = all_regions()[view.order.region_code]
    if request.method != "POST":
        return page(request, view, _address_form(view, region))
    was = changing.recipient_of(view.address)  # type: ignore[arg-type]
    values = {name: request.POST.get(name, "")[:200].strip() for name in addresses.FIELDS}
    if values["country"] not in region.countries:
        values["country"] = was.country
    form = _address_form(view, region, values, shown=request.POST.get("shown", ""))
    if request.POST.get("act") == "update":
        return page(request, view, form)
    form.errors = addresses.problems(values)
    to = changing.Recipient(**{**values, "mobile": forms.e164(values), "postcode": values["postcode"].upper()})
    try:
        changing.check_costs(view.order, was, to)
        if form.errors:
            return page(request, view, form, status=422)
        changing.address(
            view.order,
            to,
            shown=form.shown,
            agreed_day=days.read(request.POST.get("day", "")),
            by_id=by_whom(request),
            now=request.now,
        )
    except CostsOtherwise as no:
        form.errors = {no.facts["field"]: no.sentence()}
        return page(request, view, form, status=422)
    except LaterDay as no:
        form.refusal = no
        return page(request, view, form, status=409)
    except (InReview, TooLate, TooManyChanges, SeenBefore) as no:
        form.wrote = _wrote(values[name] for name in addresses.FIELDS if name != "country")
        return _refused(request, view.order, no, form, lambda fresh: _address_form(fresh, region))
    except AlreadySo as no:
        messages.info(request, no.sentence())
        return back_to(number)
    messages.success(request, _("Recipient and address are changed. We have written to you."))
    return back_to(number)


def _address_form(view: OrderView, region: Region, values: dict[str, str] | None = None, *, shown: str | None = None) -> Form:
    now_there = changing.recipient_of(view.address)  # type: ignore[arg-type]
    values = values if values is not None else {name: getattr(now_there, name) for name in addresses.FIELDS}
    shown = changing.address_version(view.order, now_there) if shown is None else shown
    form = Form("address", values, shown)
    form.more = {"countries": region.countries, **addresses.choices(values)}
    return form


# A later day


def day(request: HttpRequest, number: str) -> HttpResponse:
    """Not before a later day; or back to what was promised. An order that waits for a size has no day that could be later."""
    view, away = opened(request, number)
    if away or view.waits_for_size:
        return away or back_to(number)
    if request.method != "POST":
        return page(request, view, _day_form(request, view))
    typed, back = request.POST.get("on", "")[:40], request.POST.get("act") == "back"
    form = _day_form(request, view, typed, shown=request.POST.get("shown", ""))
    on = None if back else days.read(typed)
    try:
        if on is None and not back:
            form.more["window"].check(None)
        changing.day(
            view.order,
            on,
            shown=form.shown,
            agreed_day=days.read(request.POST.get("day", "")),
            by_id=by_whom(request),
            now=request.now,
        )
    except DayNotPossible as no:
        form.errors["on"] = no.sentence()
        return page(request, view, form, status=422)
    except LaterDay as no:
        form.refusal = no
        return page(request, view, form, status=409)
    except (InReview, TooLate, TooManyChanges, SeenBefore) as no:
        form.wrote = day_words(on) if on else ""
        return _refused(request, view.order, no, form, lambda fresh: _day_form(request, fresh))
    except AlreadySo as no:
        messages.info(request, no.sentence())
        return back_to(number)
    if back:
        messages.success(request, _("Your wish for a later day is taken back. We have written to you."))
    else:
        messages.success(request, _("Your day is noted. We have written to you."))
    return back_to(number)


def _day_form(request: HttpRequest, view: OrderView, typed: str | None = None, *, shown: str | None = None) -> Form:
    asked = view.order.requested_on
    values = {"on": typed if typed is not None else asked.isoformat() if asked else ""}
    form = Form("day", values, changing.day_version(view.order) if shown is None else shown)
    form.more = {"window": changing.window(view.order, now=request.now)}
    return form


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
    except (InReview, TooLate, TooManyChanges, SeenBefore) as no:
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


def size(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """The size that is right. Where the engraving looks otherwise in it, its proof is shown and confirmed before."""
    view, away = opened(request, number)
    if away:
        return away
    found = next((x for x in view.lines if x.line.pk == line), None)
    if found is None or found.inscription is None:
        raise Http404
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
        kept = found.inscription
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
    found = next((x for x in view.lines if x.line.pk == line), None)
    if found is None or found.inscription is None:
        raise Http404
    if not found.waits_for_size or found.job is None:
        messages.info(request, SizeKnown().sentence())
        return back_to(number)
    offered = size_first.choices(view.order, found.line, now=request.now)
    chosen = next((each.variant for each in offered if each.variant.pk == variant), None)
    if chosen is None:
        raise Http404
    keeper = SizeKeeper(request, view.order, found, variant, shown)
    return panels.engraving_panel(request, chosen.piece, keeper, metal=chosen.metal_id or "", size=chosen.size)
