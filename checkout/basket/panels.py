"""Engraving and packing of a piece that lies in the bag: the same panels as on its page, kept with its line."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from catalog import crafts, lid_panels, panels, word_appeals
from services.engraving import commissioning, surfaces
from services.gifting import wrapping

from . import bags
from .models import Basket, Line


class LineKeeper:
    """Keeps with a line of the bag. ``back`` is the bag, or the checkout where the panel was opened there."""

    takes_sizer = True

    def __init__(self, request: HttpRequest, bag: Basket, line: Line):
        self.request, self.bag, self.line = request, bag, line
        self.back = reverse("checkout" if request.GET.get("back") == "checkout" else "bag")
        self.second_look = reverse("bag-second-look", args=[line.line_reference])
        self.lid_second_look = reverse("bag-lid-second-look", args=[line.line_reference])
        self.lid_panel = reverse("bag-lid", args=[line.line_reference])
        self.gift_panel = reverse("bag-gift", args=[line.line_reference])

    def kept(self) -> crafts.Kept:
        packing = getattr(self.line, "wrapping", None)
        return crafts.Kept(
            engraving=crafts.wish_of(self.line.inscription),
            gift=wrapping.wish_of(packing) if packing else None,
            lid=crafts.wish_of(self.line.lid_inscription),
        )

    def keep_engraving(self, wish: commissioning.Wish | None) -> None:
        """Raises BagOrdered, OneOfAKind, or a refusal of engraving."""
        if wish:
            word_appeals.check(self.request, wish.typed)
        where = (self.bag, self.line.line_reference)
        bags.change_engraving(*where, wish, language=self.request.language, now=self.request.now)

    def keep_gift(self, wish: wrapping.Wish | None) -> None:
        """Raises BagOrdered, OneOfAKind, or a refusal of gifting."""
        bags.change_packing(self.bag, self.line.line_reference, wish)
        self.line = _lines().get(pk=self.line.pk)  # with another box, its lid has other words, or none

    def keep_lid(self, wish: commissioning.Wish | None) -> None:
        """Raises WordRefused, BagOrdered, NoLid, or a refusal of engraving."""
        if wish:
            word_appeals.check(self.request, wish.typed)
        where = (self.bag, self.line.line_reference)
        bags.change_lid(*where, wish, language=self.request.language, now=self.request.now)


def _lines() -> QuerySet[Line]:
    return Line.objects.select_related(
        "product__parent",
        "product__metal",
        "wrapping__box",
        "wrapping__ribbon",
        "wrapping__paper",
        "wrapping__carrier",
    ).prefetch_related(surfaces.kept())


def _own(request: HttpRequest, reference: str) -> LineKeeper:
    """The keeper of a line in the visitor's own bag. Raises Http404."""
    bag = bags.of_request(request)
    line = _lines().filter(basket=bag, line_reference=reference).first() if bag else None
    if bag is None or line is None:
        raise Http404
    return LineKeeper(request, bag, line)


def engrave(request: HttpRequest, reference: str) -> HttpResponse:
    """The engraving of a piece in the bag."""
    keeper = _own(request, reference)
    variant = keeper.line.product
    return panels.engraving_panel(request, variant.piece, keeper, metal=variant.metal_id or "", size=variant.size)


def gift(request: HttpRequest, reference: str) -> HttpResponse:
    """The packing of a piece in the bag."""
    keeper = _own(request, reference)
    return panels.gift_panel(request, keeper.line.product.piece, keeper)


def lid(request: HttpRequest, reference: str) -> HttpResponse:
    """The words on the lid of a box in the bag."""
    keeper = _own(request, reference)
    packing = getattr(keeper.line, "wrapping", None)
    if packing is not None and packing.in_box_of_id:
        raise Http404
    return lid_panels.lid_panel(request, keeper.line.product.piece, keeper)
