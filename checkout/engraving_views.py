"""Another engraving, or none, on an order's piece or on the lid of its box: in the panel in which it was first chosen.

The address says which surface: the piece's own has none, the lid's says `lid`.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog import crafts, panels, word_appeals
from services.engraving import commissioning
from services.engraving.surfaces import LID, PIECE

from . import engraving_changes
from .change_forms import MOVED_ON, Form
from .change_views import back_to, by_whom, opened, page
from .order.models import Order
from .order.reading import LineView, OrderView
from .refunds.refusals import MoreThanTaken, PartWithProvider
from .refusals import EngravingBegun, GiftEngraved, LeaveOutOnPage, PayFirst, SeenBefore


class OrderKeeper:
    """Keeps what the engraving panel says with a surface of an order's line. ``shown``: the version it was opened with."""

    takes_sizer = False

    def __init__(self, request: HttpRequest, order: Order, line: LineView, shown: str, surface: str = PIECE):
        self.request, self.order, self.line, self.shown, self.surface = request, order, line, shown, surface
        self.back = reverse("order", args=[order.number])
        name = "order-lid-second-look" if surface == LID else "order-second-look"
        # Of a gift by link nobody else is asked: it goes as soon as its recipient accepts it.
        self.second_look = reverse(name, args=[order.number, line.line.pk]) if order.can_be_changed else ""

    def kept(self) -> crafts.Kept:
        """What stands on the order; both ticks are set anew."""
        now = self.line.engraved.get(self.surface)
        return crafts.Kept(engraving=crafts.wish_of(now.inscription if now else None, agreed=False))

    def keep_engraving(self, wish: commissioning.Wish | None) -> None:
        """Raises a refusal of `engraving_changes.edit`."""
        if wish is None:
            raise LeaveOutOnPage()
        word_appeals.check(self.request, wish.typed, region_code=self.order.region_code)
        engraving_changes.edit(
            self.order,
            self.line.line.pk,
            wish,
            shown=self.shown,
            language=self.request.language,
            by_id=by_whom(self.request),
            now=self.request.now,
            surface=self.surface,
        )


def engraving(request: HttpRequest, number: str, line: int, shown: str = "", surface: str = PIECE) -> HttpResponse:
    """Another engraving, in the panel in which it was first chosen. Its address says which one it was opened with."""
    view, found, away = _engraved(request, number, line, surface)
    if away or found is None:
        return away or back_to(number)
    kept = _kept(found, surface)
    now = engraving_changes.version(kept) or "none"
    if not shown or (shown != now and request.method != "POST"):
        name = "order-lid-panel" if surface == LID else "order-engraving-panel"
        return HttpResponseRedirect(reverse(name, args=[number, line, now]))
    variant = found.line.product
    if variant is None:
        raise Http404
    keeper = OrderKeeper(request, view.order, found, shown, surface)
    if surface == LID and kept is None:  # left out meanwhile: there is no box to show it on
        messages.error(request, SeenBefore().sentence())
        return back_to(number)
    return panels.engraving_panel(
        request,
        variant.piece,
        keeper,
        metal=variant.metal_id or "",
        size=kept.size if kept else variant.size,
        zones=engraving_changes.open_zones(kept.zone) if kept else None,
    )


def engraving_off(request: HttpRequest, number: str, line: int, surface: str = PIECE) -> HttpResponse:
    """The piece, or the lid of its box, without its engraving, once it is confirmed."""
    view, found, away = _engraved(request, number, line, surface)
    if away or found is None:
        return away or back_to(number)
    if request.method != "POST":
        kept = _kept(found, surface)
        form = Form("engraving-off", {}, engraving_changes.version(kept), line=found, inscription=kept)
        return page(request, view, form)
    try:
        engraving_changes.withdraw(
            view.order,
            line,
            shown=request.POST.get("shown", ""),
            by_id=by_whom(request),
            now=request.now,
            surface=surface,
        )
    except (EngravingBegun, GiftEngraved, MoreThanTaken, PartWithProvider, PayFirst, *MOVED_ON) as no:
        messages.error(request, no.sentence())
        return back_to(number)
    if surface == LID:
        messages.success(request, _("The lid stays plain. We have written to you."))
    else:
        messages.success(request, _("The piece comes without its engraving. We have written to you."))
    return back_to(number)


def _kept(found: LineView, surface: str):
    each = found.engraved.get(surface)
    return each.inscription if each else None


def _engraved(
    request: HttpRequest, number: str, line: int, surface: str
) -> tuple[OrderView, LineView | None, HttpResponse | None]:
    """The line on which an engraving is to change; and the way back to the order, where there is nothing (any more) to open.

    What is sent is let through to the act: its refusal is shown beside what was typed.
    """
    view, away = opened(request, number, engraving=True)
    if away:
        return view, None, away
    found = next((x for x in view.lines if x.line.pk == line), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        try:
            each = found.engraved.get(surface)
            if each is None:
                raise SeenBefore()
            engraving_changes.check_not_begun(each.job)
        except (EngravingBegun, SeenBefore) as no:
            messages.error(request, no.sentence())
            return view, None, back_to(number)
    return view, found, None
