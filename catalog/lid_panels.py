"""Words on the lid of the box: the engraving panel once more, with the box's places and its own words to agree to."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from services.engraving import commissioning
from services.gifting.models import PackingOption

from . import crafts, lids, panels
from .models import Product


class LidKeeper:
    """Keeps what the panel says with the box that a keeper's packing has."""

    takes_sizer = False
    #: Until it is ordered the panel says what the words cost.
    shows_price = True

    def __init__(self, keeper: crafts.Keeper):
        self.keeper, self.back = keeper, keeper.back
        self.second_look = getattr(keeper, "lid_second_look", "")

    def kept(self) -> crafts.Kept:
        return crafts.Kept(engraving=self.keeper.kept().lid)

    def keep_engraving(self, wish: commissioning.Wish | None) -> None:
        """Raises WordRefused, or a refusal of the bag."""
        self.keeper.keep_lid(wish)


def lid(request: HttpRequest, slug: str) -> HttpResponse:
    """The lid of the box chosen for a piece that is not in the bag yet."""
    piece = panels.piece_of(request, slug)
    return lid_panel(request, piece, crafts.SessionKeeper(request, slug, panels.back_to(request, piece)))


def lid_panel(request: HttpRequest, piece: Product, keeper: Any) -> HttpResponse:
    """The panel, once there is a box; else the way to the packing, where one is chosen."""
    gift = keeper.kept().gift
    box = lids.box_named(gift.box) if gift else None
    zones = lids.zones_of(box) if box else []
    if not zones:
        if not lids.engravable(PackingOption.objects.filter(is_offered=True)):
            raise Http404
        messages.info(request, _("Please choose a box first; then its lid is engraved."))
        return HttpResponseRedirect(keeper.gift_panel + panels.carried(request), status=303)
    return panels.engraving_panel(request, piece, LidKeeper(keeper), zones=zones)


def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The proof of what is typed, on the lid's picture, in its place or alone: as for a piece."""
    box = lids.box_named(code)
    return panels.preview_in(request, lids.zones_of(box) if box else [])


def picture(request: HttpRequest, code: str) -> HttpResponse:
    """The lid of a box from above."""
    box = lids.box_named(code)
    if box is None or not lids.engravable([box]):
        raise Http404
    return HttpResponse(lids.drawing(box), content_type="image/svg+xml", headers=panels.DRAWN_HEADERS)
