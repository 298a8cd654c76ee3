"""Whether a piece has every view the house asks for, read from its rows; see views_required.py for the rule."""

from django.utils.translation import gettext as _

from services.foundation import formats
from services.foundation.house import house

from .models import Product
from .views_required import ANOTHER, Missing, missing

#: What `missing_of` reads, so that a list asks once for all.
PREFETCH = ("children__metal", "pictures", "engraving_zones")


def missing_of(piece: Product, *, kind: str | None = None) -> list[Missing]:
    """What a piece lacks; ``kind`` is the slug of its class when it is about to change. A view that is not ready is missing."""
    if kind is None:
        kind = piece.product_class.slug if piece.product_class else ""
    stands = piece.pk is not None
    return missing(
        [(p.view, p.metal_id) for p in piece.pictures.all() if p.is_ready] if stands else [],
        metals=list(_metals(piece)) if stands else [],
        required=house().required_views(kind),
        zone_views=[zone.picture_view for zone in piece.engraving_zones.all() if zone.picture_view] if stands else [],
    )


def words(piece: Product, lacking: list[Missing]) -> str:
    """What is missing, in the active language: front (White gold), engraving."""
    metals = _metals(piece) if piece.pk else {}
    return formats.listed(
        (_("one further view") if one.view == ANOTHER else house().label("view", one.view))
        + (f" ({metals[one.metal]})" if one.metal else "")
        for one in lacking
    )


def _metals(piece: Product) -> dict[str, str]:
    """The metals on sale, by code, in the order of the variants."""
    offered = sorted((v for v in piece.children.all() if v.is_public and v.metal_id), key=lambda v: (v.position, v.pk))
    return {v.metal_id: str(v.metal) for v in offered}
