"""Which picture shows a place, and an inscription laid onto it."""

from services.engraving import proof, zoning
from services.engraving.area import restored
from services.engraving.inscription import Layout, lay_out
from services.engraving.models import Inscription, Method, Zone
from services.foundation.refusal import Refusal

from . import lids
from .models import Picture


def picture_of(zone: Zone, metal: str) -> Picture | lids.LidPicture | None:
    """The picture that shows the zone: one it can be laid onto, in the chosen metal where there is one, else the zone's own.

    A zone without a picture's name (the inside of a ring) has none: see ``piece_picture``. A lid is drawn.
    """
    if zone.box_id:
        return lids.picture_of(zone)
    if not zone.picture_view:
        return None
    able = [p for p in Picture.objects.filter(piece_id=zone.piece_id, is_ready=True) if p.zone or p.view == zone.picture_view]

    def fitness(found: Picture) -> tuple[bool, ...]:
        same_view = found.view.partition("-")[0] == zone.picture_view.partition("-")[0]
        return bool(found.zone), same_view, found.metal_id == metal, found.view == zone.picture_view

    return max(able, key=fitness, default=None)


def piece_picture(zone: Zone, metal: str) -> Picture | None:
    """The piece itself, where no picture shows the zone: nothing is laid onto it."""
    pictures = Picture.objects.filter(piece_id=zone.piece_id, is_ready=True)
    return max(pictures, key=lambda p: (p.metal_id == metal, p.view.startswith("front")), default=None)


def laid_onto(picture: Picture | lids.LidPicture, layout: Layout, zone: Zone) -> str:
    """What is laid out, as an SVG that stands over a picture which shows its place."""
    return proof.on_picture(
        layout,
        quad=picture.zone["quad"],
        grid=picture.zone.get("grid"),
        width=picture.width,
        height=picture.height,
        shown_mm=zoning.shown_mm(zone),
        foil=zone.method == Method.HOT_STAMP,
    )


def laid_on(kept: Inscription, picture: Picture | lids.LidPicture | None) -> str:
    """The kept proof as an SVG that lies over a picture; empty where the picture does not show its place.

    Empty too where the rules of today would draw it otherwise: then only the stored proof is shown.
    """
    zone = kept.zone
    if picture is None or not picture.zone or not (zone.picture_view or zone.box_id) or "area" not in kept.inputs:
        return ""
    try:
        layout = lay_out(kept.typed, face=kept.face, area=restored(kept.inputs["area"]))
    except (Refusal, KeyError):
        return ""
    if proof.sha256(proof.svg(layout)) != kept.proof_sha256:
        return ""
    return laid_onto(picture, layout, zone)
