"""The place for an inscription, as the rules see it: plain numbers in millimetres, without a database.

A place is drawn in a plane: the metal itself where it is flat, unrolled where it is round. The origin is the upper left corner,
y grows downwards, as in the proof.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_UP, Decimal
from typing import Any

Corner = tuple[Decimal, Decimal]
_STEP = Decimal("0.01")


@dataclass(frozen=True)
class KeepOut:
    """Where nothing may be cut: a hallmark, a stone, an edge, a hinge; and how far the ink stays away from it."""

    kind: str
    outline: tuple[Corner, ...]
    clearance_mm: Decimal


@dataclass(frozen=True)
class Arc:
    """Text along a circle: the radius of the middle of the band, how far round it goes, how deep it is.

    ``below``: along the lower half, read from inside the circle, the feet of the letters outwards.
    """

    radius_mm: Decimal
    sweep_degrees: Decimal
    depth_mm: Decimal
    below: bool = False

    @property
    def plane_mm(self) -> tuple[Decimal, Decimal]:
        """Width and height of the least plane that holds the band."""
        outer, inner = float(self.radius_mm + self.depth_mm / 2), float(self.radius_mm - self.depth_mm / 2)
        half = math.radians(float(self.sweep_degrees)) / 2
        width = 2 * outer * (math.sin(half) if half < math.pi / 2 else 1)
        height = outer - (inner if half < math.pi / 2 else outer) * math.cos(half)
        return tuple(Decimal(str(round(side, 6))).quantize(_STEP, ROUND_UP) for side in (width, height))  # type: ignore[return-value]

    @property
    def centre_mm(self) -> tuple[float, float]:
        """The centre of the circle in the plane."""
        width, height = self.plane_mm
        outer = float(self.radius_mm + self.depth_mm / 2)
        return float(width) / 2, float(height) - outer if self.below else outer


@dataclass(frozen=True)
class Area:
    """The usable area: its plane in mm, what is kept out of it, how many lines, which faces and scripts, which tool.

    ``outline`` (corners in order) stands where the place is no rectangle. ``largest_em_mm`` keeps a short text from growing
    grotesque.
    """

    width_mm: Decimal
    height_mm: Decimal
    max_lines: int
    faces: tuple[str, ...]
    scripts: tuple[str, ...] = ("latin", "hanzi")
    method: str = "laser"
    arc: Arc | None = None
    outline: tuple[Corner, ...] = ()
    keep_outs: tuple[KeepOut, ...] = ()
    largest_em_mm: Decimal | None = None


def on_arc(arc: Arc, max_lines: int, faces: tuple[str, ...], **more: Any) -> Area:
    """An area along an arc: its plane follows from the arc."""
    width, height = arc.plane_mm
    return Area(width, height, max_lines, faces, arc=arc, **more)


def rectangle(left: Decimal, top: Decimal, width: Decimal, height: Decimal) -> tuple[Corner, ...]:
    """The corners of an upright rectangle."""
    return ((left, top), (left + width, top), (left + width, top + height), (left, top + height))


def stored(area: Area) -> dict[str, Any]:
    """The area as JSON: stored with an inscription, so that its proof can be computed again when the zone has changed."""

    def plain(value: Any) -> Any:
        if isinstance(value, Decimal):
            return str(value)
        if isinstance(value, (KeepOut, Arc)):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        return [plain(part) for part in value] if isinstance(value, tuple) else value

    return {f.name: plain(getattr(area, f.name)) for f in fields(area)}


def restored(data: Mapping[str, Any]) -> Area:
    """The inverse of ``stored``."""
    arc, largest = data.get("arc"), data.get("largest_em_mm")
    return Area(
        Decimal(data["width_mm"]),
        Decimal(data["height_mm"]),
        data["max_lines"],
        tuple(data["faces"]),
        tuple(data["scripts"]),
        data["method"],
        Arc(Decimal(arc["radius_mm"]), Decimal(arc["sweep_degrees"]), Decimal(arc["depth_mm"]), arc["below"]) if arc else None,
        corners(data["outline"]),
        tuple(KeepOut(k["kind"], corners(k["outline"]), Decimal(k["clearance_mm"])) for k in data["keep_outs"]),
        Decimal(largest) if largest is not None else None,
    )


def corners(data: Any) -> tuple[Corner, ...]:
    """Corners from pairs of numbers or their texts."""
    return tuple((Decimal(str(x)), Decimal(str(y))) for x, y in data)
