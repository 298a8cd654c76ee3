"""A place from a drawing: an SVG in millimetres with shapes called `outline` and `keep-out-<kind>`, by id or by layer.

Only numbers leave this module. A file with a DOCTYPE is refused before anything of it is read, so that nothing can be expanded or
fetched; what is not a shape with one of our names is passed over, whatever it is.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from xml.parsers import expat

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path

from .models import KeepOut, KeepOutKind, LengthFrom, Shape, Zone
from .outlines import on_curve
from .refusals import DrawingRefused

MOST_BYTES, MOST_ELEMENTS, MOST_DEEP = 512 * 1024, 5_000, 40
MOST_KEEP_OUTS, MOST_CORNERS = 40, 500
#: Steps of a curve, and how far the kept corners may lie from it.
STEPS, TOLERANCE_MM = 24, 0.01
_SVG = "http://www.w3.org/2000/svg "
_LABEL = "http://www.inkscape.org/namespaces/inkscape label"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_KEEP_OUT = re.compile(r"keep-?outs?(?:[-_ ]+([a-z]+))?(?:[-_ ].*)?$")
_MM = {"mm": 1.0, "cm": 10.0}

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class _Found:
    """A shape with one of our names, as the file has it."""

    name: str
    role: str  # "outline", or a kind of keep-out
    clearance: str
    tag: str
    about: dict[str, str]
    matrix: Matrix


@dataclass(frozen=True)
class Drawn:
    """What a drawing says: the plane's size, its edge where that is no rectangle, and the keep-outs, in mm."""

    width_mm: Decimal
    height_mm: Decimal
    outline: list[list[float]] | None
    keep_outs: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, zone: Zone) -> list[KeepOut]:
        """The keep-outs as rows that are not saved."""
        return [
            KeepOut(zone=zone, kind=k["kind"], outline=k["outline"], clearance_mm=Decimal(k["clearance_mm"]))
            for k in self.keep_outs
        ]


def check_takes_a_drawing(zone: Zone) -> None:
    """Raises DrawingRefused for a place whose numbers no drawing can give."""
    if zone.shape == Shape.ARC:
        raise DrawingRefused(why="arc")
    if zone.length_from == LengthFrom.SIZE or zone.sizes.exists():
        raise DrawingRefused(why="sizes")


def read(content: bytes, *, clearance_mm: Decimal) -> Drawn:
    """What a drawing says. ``clearance_mm`` for keep-outs that do not say theirs (data-clearance-mm). Raises DrawingRefused."""
    import shapely

    found, scale = _shapes(content)
    outlines = [one for one in found if one.role == "outline"]
    if len(outlines) != 1:
        raise DrawingRefused(why="outlines" if outlines else "no-outline")
    edge = _polygon(outlines[0], scale)
    left, top, right, bottom = edge.bounds
    width, height = _two_places(right - left), _two_places(bottom - top)
    if not (1 <= width <= 1000 and 1 <= height <= 1000):
        raise DrawingRefused(why="large")
    keep_outs = []
    for one in found:
        if one.role == "outline":
            continue
        shape = _polygon(one, scale)
        if not shape.intersects(edge):
            raise DrawingRefused(why="outside", name=one.name)
        kept = _corners(shape, left, top, one.name)
        keep_outs.append({"kind": one.role, "outline": kept, "clearance_mm": str(_clearance(one, clearance_mm))})
    if len(keep_outs) > MOST_KEEP_OUTS:
        raise DrawingRefused(why="many")
    is_rectangle = edge.area >= 0.999 * shapely.box(*edge.bounds).area
    return Drawn(width, height, None if is_rectangle else _corners(edge, left, top, outlines[0].name), keep_outs)


def planned(zone: Zone, drawn: Drawn) -> Zone:
    """The zone as it would be, not saved."""
    zone.width_mm, zone.height_mm, zone.outline = drawn.width_mm, drawn.height_mm, drawn.outline
    return zone


def apply(zone: Zone, drawn: Drawn) -> None:
    """Write a drawing into a zone, in the caller's transaction. Keep-outs beyond its edge, which have no place, stay."""
    planned(zone, drawn).save(update_fields=["width_mm", "height_mm", "outline"])
    for row in zone.keep_outs.all():
        if row.outline or row.width_mm is not None:
            row.delete()
    KeepOut.objects.bulk_create(drawn.rows(zone))


def _two_places(number: float) -> Decimal:
    return Decimal(str(number)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _clearance(one: _Found, usual: Decimal) -> Decimal:
    if not one.clearance:
        return usual
    if not re.fullmatch(r"\d{1,2}(\.\d{1,4})?", one.clearance):
        raise DrawingRefused(why="numbers", name=one.name)
    return _two_places(float(one.clearance))


# Reading


def _shapes(content: bytes) -> tuple[list[_Found], float]:
    """Our shapes in a file, and how many mm one of its units is."""
    if len(content) > MOST_BYTES:
        raise DrawingRefused(why="heavy")
    reading = _Reading()
    try:
        reading.parser.Parse(content, True)
    except expat.ExpatError as unread:
        raise DrawingRefused(why="no-svg") from unread
    return reading.found, reading.scale


@dataclass
class _Level:
    """What an element hands down to those inside it."""

    name: str = ""
    role: str = ""
    clearance: str = ""
    matrix: Matrix = _SAME
    is_shown: bool = True


class _Reading:
    """One file, element by element: nothing of it is kept but shapes with our names."""

    def __init__(self) -> None:
        self.found: list[_Found] = []
        self.scale = 0.0
        self.elements = 0
        self.levels: list[_Level] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end

    def _refuse(self, *_any: Any) -> int:
        raise DrawingRefused(why="doctype")

    def _begin(self, tag: str, about: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS or len(self.levels) >= MOST_DEEP:
            raise DrawingRefused(why="heavy")
        if not self.levels:
            if tag != f"{_SVG}svg":
                raise DrawingRefused(why="no-svg")
            self.scale = _scale_of(about)
            self.levels.append(_Level())
            return
        above = self.levels[-1]
        name = next((said for said in (about.get("id", ""), about.get(_LABEL, "")) if _role_of(said)), "")
        level = _Level(
            name[:40] or above.name,
            _role_of(name) or above.role,
            about.get("data-clearance-mm", above.clearance),
            above.matrix,
            above.is_shown and tag.removeprefix(_SVG) not in ("defs", "clipPath", "mask", "symbol", "pattern", "marker"),
        )
        if level.role and level.is_shown and tag.startswith(_SVG):
            level.matrix = _times(above.matrix, _transform(about.get("transform", ""), level.name))
            if tag.removeprefix(_SVG) not in ("g", "a", "title", "desc", "metadata", "style", "script"):
                self._keep(level, tag.removeprefix(_SVG), about)
        elif about.get("transform"):
            level.matrix = _times(above.matrix, _transform(about["transform"], about.get("id", "")[:40]))
        self.levels.append(level)

    def _keep(self, level: _Level, tag: str, about: dict[str, str]) -> None:
        if level.role not in ("outline", *KeepOutKind.values):
            raise DrawingRefused(why="kind", name=level.name)
        if tag not in _PATHS:
            raise DrawingRefused(why="shape", name=level.name)
        self.found.append(_Found(level.name, level.role, level.clearance, tag, about, level.matrix))
        if len(self.found) > MOST_KEEP_OUTS + 2:
            raise DrawingRefused(why="many")

    def _end(self, _tag: str) -> None:
        self.levels.pop()


def _role_of(name: str) -> str:
    """What a name says: the outline, a kind of keep-out, "?" for a keep-out of no kind; else nothing."""
    said = name.strip().lower()
    if re.fullmatch(r"outline([-_ ].*)?", said):
        return "outline"
    found = _KEEP_OUT.match(said)
    if found is None:
        return ""
    return found[1] if found[1] in KeepOutKind.values else "?"


def _scale_of(about: dict[str, str]) -> float:
    """Millimetres a unit, from width, height and viewBox, which must agree."""
    width = re.fullmatch(rf"\s*({_NUMBER})\s*(mm|cm)\s*", about.get("width", "")[:40])
    height = re.fullmatch(rf"\s*({_NUMBER})\s*(mm|cm)\s*", about.get("height", "")[:40])
    box = re.findall(_NUMBER, about.get("viewBox", "")[:120])
    if width is None or len(box) != 4:
        raise DrawingRefused(why="no-scale")
    across, down = float(box[2]), float(box[3])
    if not (0 < across < 1e6 and 0 < down < 1e6 and 0 < float(width[1]) < 1e5):
        raise DrawingRefused(why="no-scale")
    scale = float(width[1]) * _MM[width[2]] / across
    if height is not None and abs(float(height[1]) * _MM[height[2]] / down - scale) > 0.005 * scale:
        raise DrawingRefused(why="no-scale")
    return scale


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        *(a[0] * b[0] + a[2] * b[1], a[1] * b[0] + a[3] * b[1], a[0] * b[2] + a[2] * b[3], a[1] * b[2] + a[3] * b[3]),
        *(a[0] * b[4] + a[2] * b[5] + a[4], a[1] * b[4] + a[3] * b[5] + a[5]),
    )  # type: ignore[return-value]


def _transform(said: str, name: str) -> Matrix:
    """A transform attribute. What it cannot be read as is refused, lest a shape land elsewhere."""
    matrix = _SAME
    rest = said[:500]
    for act, inside in re.findall(r"(\w+)\s*\(([^()]*)\)", rest):
        n = [float(number) for number in re.findall(_NUMBER, inside)]
        if act == "matrix" and len(n) == 6:
            step: Matrix = tuple(n)  # type: ignore[assignment]
        elif act == "translate" and len(n) in (1, 2):
            step = (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0)
        elif act == "scale" and len(n) in (1, 2):
            step = (n[0], 0, 0, n[-1], 0, 0)
        elif act == "rotate" and len(n) in (1, 3):
            cos, sin = math.cos(math.radians(n[0])), math.sin(math.radians(n[0]))
            x, y = n[1:] if len(n) == 3 else (0, 0)
            step = _times(_times((1, 0, 0, 1, x, y), (cos, sin, -sin, cos, 0, 0)), (1, 0, 0, 1, -x, -y))
        else:
            raise DrawingRefused(why="numbers", name=name)
        matrix = _times(matrix, step)
    if re.sub(r"\w+\s*\([^()]*\)|[\s,]", "", rest) or len(said) > 500:
        raise DrawingRefused(why="numbers", name=name)
    return matrix


# Shapes


def _attribute(about: dict[str, str], name: str, usual: str = "0") -> float:
    said = re.fullmatch(rf"\s*({_NUMBER})\s*(px)?\s*", about.get(name, usual)[:40])
    if said is None:
        raise ValueError(name)
    return float(said[1])


def _rect(about: dict[str, str]) -> str:
    if about.get("rx") or about.get("ry"):
        raise ValueError("round corners")
    x, y, w, h = (_attribute(about, name) for name in ("x", "y", "width", "height"))
    return f"M{x} {y}H{x + w}V{y + h}H{x}Z"


def _round(about: dict[str, str], rx: float, ry: float) -> str:
    x, y = _attribute(about, "cx"), _attribute(about, "cy")
    return f"M{x - rx} {y}A{rx} {ry} 0 0 1 {x + rx} {y}A{rx} {ry} 0 0 1 {x - rx} {y}Z"


#: Each kind of shape as a path.
_PATHS = {
    "path": lambda about: about.get("d", ""),
    "rect": _rect,
    "circle": lambda about: _round(about, _attribute(about, "r"), _attribute(about, "r")),
    "ellipse": lambda about: _round(about, _attribute(about, "rx"), _attribute(about, "ry")),
    "polygon": lambda about: f"M{about.get('points', '')}Z",
}


def _polygon(one: _Found, scale: float) -> Any:
    """A shape as a polygon in mm of the page. Raises DrawingRefused."""
    import shapely

    try:
        pen = RecordingPen()
        parse_path(_PATHS[one.tag](one.about), pen)
        rings = list(_rings(pen.value))
    except (ValueError, IndexError, KeyError, TypeError, ZeroDivisionError, OverflowError) as unread:
        raise DrawingRefused(why="numbers", name=one.name) from unread
    if not rings or any(not closed for _points, closed in rings):
        raise DrawingRefused(why="open" if rings else "numbers", name=one.name)
    if len(rings) > 1:
        raise DrawingRefused(why="crossing", name=one.name)
    a, b, c, d, e, f = one.matrix
    points = [((a * x + c * y + e) * scale, (b * x + d * y + f) * scale) for x, y in rings[0][0]]
    if not all(math.isfinite(part) and abs(part) < 1e5 for point in points for part in point):
        raise DrawingRefused(why="numbers", name=one.name)
    if len(set(points)) < 3:
        raise DrawingRefused(why="crossing", name=one.name)
    drawn = shapely.Polygon(points)
    if not drawn.is_valid or drawn.area <= 0:
        raise DrawingRefused(why="crossing", name=one.name)
    return drawn.simplify(TOLERANCE_MM)


def _rings(steps: list[tuple[str, Any]]) -> Iterator[tuple[list[Point], bool]]:
    """Each contour as points, and whether it is closed."""
    ring: list[Point] = []
    for step, points in steps:
        if step == "moveTo":
            ring = [points[0]]
        elif step == "lineTo":
            ring.append(points[0])
        elif step in ("curveTo", "qCurveTo"):
            start = ring[-1]
            ring += [on_curve(start, points, n / STEPS) for n in range(1, STEPS + 1)]
        elif step in ("closePath", "endPath"):
            yield ring, step == "closePath" or math.dist(ring[0], ring[-1]) < 1e-6


def _corners(drawn: Any, left: float, top: float, name: str) -> list[list[float]]:
    """The corners of a polygon from the plane's upper left corner, in micrometres; in one direction, the first not repeated."""
    corners = [[round(x - left, 3) + 0.0, round(y - top, 3) + 0.0] for x, y in drawn.exterior.coords[:-1]]
    if len(corners) > MOST_CORNERS:
        raise DrawingRefused(why="corners", name=name)
    return corners
