"""A kept inscription on the picture of its piece."""

from services.engraving import proof, zoning
from services.engraving.area import restored
from services.engraving.inscription import lay_out
from services.engraving.models import Inscription, Method, Zone
from services.foundation.refusal import Refusal

from .models import Picture


def picture_of(zone: Zone, metal: str) -> Picture | None:
    """The picture that shows a place, in this metal where there is one; else the piece's first. None without any."""
    pictures = [p for p in Picture.objects.filter(piece_id=zone.piece_id, is_ready=True) if p.widths]
    able = [p for p in pictures if zone.picture_view and (p.zone or p.view == zone.picture_view)]
    if able:
        return max(able, key=lambda p: (bool(p.zone), p.metal_id == metal, p.view == zone.picture_view))
    return next((p for p in pictures if p.metal_id == metal), pictures[0] if pictures else None)


def laid_on(kept: Inscription, picture: Picture | None) -> str:
    """The kept proof as an SVG that lies over a picture; empty where the picture does not show its place.

    Empty too where the rules of today would draw it otherwise: then only the stored proof is shown.
    """
    zone = kept.zone
    if picture is None or not picture.zone or not zone.picture_view or "area" not in kept.inputs:
        return ""
    try:
        layout = lay_out(kept.typed, face=kept.face, area=restored(kept.inputs["area"]))
    except (Refusal, KeyError):
        return ""
    if proof.sha256(proof.svg(layout)) != kept.proof_sha256:
        return ""
    return proof.on_picture(
        layout,
        quad=picture.zone["quad"],
        grid=picture.zone.get("grid"),
        width=picture.width,
        height=picture.height,
        shown_mm=zoning.shown_mm(zone),
        foil=zone.method == Method.HOT_STAMP,
    )
