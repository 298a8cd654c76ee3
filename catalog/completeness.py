"""Whether a piece has every view the house asks for, read from its rows; see views_required.py for the rule."""

from django.utils.translation import gettext as _

from services.foundation import formats
from services.foundation.house import house

from .models import Metal, Product
from .views_required import ANOTHER, Missing, missing

#: A picture: its view and the metal it shows.
Shown = tuple[str, str | None]
#: What `missing_of` reads, so that a list asks once for all.
PREFETCH = ("children__metal", "pictures", "engraving_zones")


def missing_of(
    piece: Product, *, kind: str | None = None, shown: list[Shown] | None = None, more: str | None = None
) -> list[Missing]:
    """What a piece lacks. A view that is not ready is missing.

    What is about to change: ``kind`` the slug of its class, ``shown`` its pictures, ``more`` a metal that comes on sale.
    """
    if kind is None:
        kind = piece.product_class.slug if piece.product_class else ""
    stands = piece.pk is not None
    if shown is None:
        shown = [(p.view, p.metal_id) for p in piece.pictures.all() if p.is_ready] if stands else []
    metals = list(_metals(piece)) if stands else []
    return missing(
        shown,
        metals=metals + ([more] if more and more not in metals else []),
        required=house().required_views(kind),
        zone_views=[zone.picture_view for zone in piece.engraving_zones.all() if zone.picture_view] if stands else [],
    )


def lost(piece: Product, shown: list[Shown]) -> list[Missing]:
    """What a piece would lack with these pictures and does not lack now."""
    now = missing_of(piece)
    return [one for one in missing_of(piece, shown=shown) if one not in now]


def words(piece: Product, lacking: list[Missing]) -> str:
    """What is missing, in the active language: front (White gold), engraving."""
    metals = {metal.pk: str(metal) for metal in Metal.objects.filter(pk__in=[one.metal for one in lacking if one.metal])}
    return formats.listed(
        (_("one further view") if one.view == ANOTHER else house().label("view", one.view))
        + (f" ({metals[one.metal]})" if one.metal else "")
        for one in lacking
    )


def _metals(piece: Product) -> dict[str, str]:
    """The metals on sale, by code, in the order of the variants."""
    offered = sorted((v for v in piece.children.all() if v.is_public and v.metal_id), key=lambda v: (v.position, v.pk))
    return {v.metal_id: str(v.metal) for v in offered}
