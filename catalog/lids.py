"""The lid of a box: where it can be engraved, and its picture, drawn from the box's measures and colour."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from services.engraving import zoning
from services.engraving.models import Zone
from services.foundation.house import house
from services.gifting.models import OptionKind, PackingOption

#: The picture, in the shape of the pictures of pieces.
WIDTH, HEIGHT = 1200, 1500
#: How far the lid reaches beyond the inside of its box, on each side, in mm.
WALL_MM = 6.0
#: How much of the picture's width the lid takes.
SHARE = 0.84


def zones_of(box: PackingOption) -> list[Zone]:
    """Every place on the lid of a box, in the house's order."""
    return list(box.engraving_zones.prefetch_related("sizes", "keep_outs").select_related("box"))


def engravable(boxes: Iterable[PackingOption]) -> set[int]:
    """The keys of those boxes whose lids can be engraved. One query."""
    keys = [box.pk for box in boxes]
    return set(Zone.objects.filter(box__in=keys).values_list("box_id", flat=True))


def box_named(code: str) -> PackingOption | None:
    """A box by its code."""
    return PackingOption.objects.filter(kind=OptionKind.BOX, code=code).first()


@dataclass(frozen=True)
class LidPicture:
    """A lid from above. Like a catalog.Picture, as far as an inscription is laid onto it."""

    box: PackingOption
    #: Where the place lies, in fractions of the picture; see Picture.zone.
    zone: dict[str, Any]
    width: int = WIDTH
    height: int = HEIGHT
    is_ready: bool = True

    @property
    def stem(self) -> str:
        return f"lid-{self.box.code}"

    @property
    def alt(self) -> str:
        return _("%(box)s, its lid from above") % {"box": self.box}

    @property
    def drawn_at(self) -> str:
        """Where it is drawn; another drawing has another address."""
        return f"{reverse('lid-picture', args=[self.box.code])}?of={_digest(self.box)}"


def picture_of(zone: Zone) -> LidPicture:
    """The lid with the place of a zone in its middle."""
    box: Any = zone.box
    _left, _top, _across, _down, scale = _lid(box)
    shown = zoning.shown_mm(zone) or (float(zone.width_mm), float(zone.height_mm))
    x, y = shown[0] * scale / WIDTH / 2, shown[1] * scale / HEIGHT / 2
    corners = [[0.5 - x, 0.5 - y], [0.5 + x, 0.5 - y], [0.5 + x, 0.5 + y], [0.5 - x, 0.5 + y]]
    return LidPicture(box, {"quad": corners})


def _lid(box: PackingOption) -> tuple[float, float, float, float, float]:
    """Left, top, width and height of the lid on the picture, and its pixels for a millimetre."""
    length, width = (float(side or 110) + 2 * WALL_MM for side in (box.length_mm, box.width_mm))
    scale = min(WIDTH * SHARE / length, HEIGHT * SHARE / width)
    across, down = length * scale, width * scale
    return (WIDTH - across) / 2, (HEIGHT - down) / 2, across, down, scale


def _digest(box: PackingOption) -> str:
    return hashlib.sha256(drawing(box).encode()).hexdigest()[:12]


def drawing(box: PackingOption) -> str:
    """The lid as SVG: its colour, a gilt line along its edge, light from above on the left. Numbers and colours only."""
    left, top, across, down, scale = _lid(box)
    gilt, ground = house().colours["accent_line"], house().colours["ground"]
    inset, line = 3 * scale, max(1.2, 0.45 * scale)
    rounded = 1.5 * scale

    def rect(dx: float, dy: float, smaller: float, look: str) -> str:
        x, y, w, h = left + dx + smaller, top + dy + smaller, across - 2 * smaller, down - 2 * smaller
        return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{rounded:.1f}" {look}/>'

    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        '<defs><linearGradient id="light" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.12"/>'
        '<stop offset="0.5" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.14"/>'
        '</linearGradient><filter id="soft" x="-0.2" y="-0.2" width="1.4" height="1.4">'
        '<feGaussianBlur stdDeviation="22"/></filter>'
        f'</defs><rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
        + rect(6, 34, -4, 'fill="#1a1614" fill-opacity="0.34" filter="url(#soft)"')
        + rect(0, 0, 0, f'fill="{box.colour}"')
        + rect(0, 0, 0, 'fill="url(#light)"')
        + rect(0, 0, line / 2, f'fill="none" stroke="{gilt}" stroke-width="{line:.1f}"')
        + rect(0, 0, inset, f'fill="none" stroke="{gilt}" stroke-opacity="0.55" stroke-width="{line / 2:.1f}"')
        + "</svg>"
    )
