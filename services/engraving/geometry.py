"""Where ink may lie, and the largest size at which a text lies there. By geometry, in millimetres; pure.

A text is represented by its *reach*: for each letter and the next one on its line, the convex hull of both. The reach holds all
ink and the gaps between neighbours, so that no line leaps over a hallmark. A text fits when its reach lies in the usable area:
the outline without its keep-outs, each grown by its clearance.

The size is found from a few anchors (the centre; the middle of each free span; the point farthest from every edge), by bisection,
and checked once more after rounding down: what leaves here lies inside, or a bug is raised. With a keep-out between two lines a
larger size than the one found may exist; a smaller one is never wrong.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy
import shapely

from .area import Arc, Area
from .outlines import hull

#: Degrees between the corners by which an arc is drawn; the inner side is drawn around its circle, the outer within.
_ARC_STEP = 0.5
#: Sizes are multiples of this, in mm, rounded down: a size rounded up could touch the edge.
EM_STEP = 0.001
#: Anchors are multiples of this, in mm (or degrees on an arc), so that another version of the library finds the same.
_ANCHOR_STEP = 0.01


@dataclass(frozen=True)
class Letter:
    """One glyph of a block in em: its origin from the block's centre (y downwards), its size, the middle of its advance."""

    face: str
    glyph: int
    x: float
    y: float
    size: float
    middle: float


Line = tuple[Letter, ...]


@dataclass(frozen=True)
class Block:
    """A text set in em around its centre."""

    lines: tuple[Line, ...]
    width: float
    height: float


@dataclass(frozen=True)
class Anchor:
    """Where a block's centre stands: x and y in mm, or on an arc the degrees from its middle (and 0). ``span_mm``: room there."""

    x: float
    y: float
    span_mm: float


@dataclass(frozen=True)
class Place:
    """An area ready to be asked."""

    area: Area
    usable: Any
    anchors: tuple[Anchor, ...]
    tall_mm: float

    def holds(self, block: Block, anchor: Anchor, em: float) -> bool:
        """Whether the block's reach, at this size, lies in the usable area."""
        reach = _reach_on_arc(block, self.area, anchor, em) if self.area.arc else _reach(block, anchor, em)
        return bool(shapely.covers(self.usable, reach).all())


@lru_cache(maxsize=512)
def place(area: Area) -> Place:
    """Prepare an area: what is usable of it, and where a text may stand."""
    usable = usable_area(area)
    shapely.prepare(usable)
    tall = float(area.arc.depth_mm if area.arc else area.height_mm)
    return Place(area, usable, tuple(_anchors(area, usable)), tall)


def usable_area(area: Area) -> Any:
    """The outline without its keep-outs, each grown by its clearance."""
    usable = drawn_outline(area)
    for keep_out in area.keep_outs:
        usable = usable.difference(grown(keep_out.outline, float(keep_out.clearance_mm)))
    return usable


def drawn_outline(area: Area) -> Any:
    """The place without regard to its keep-outs."""
    plane = shapely.box(0, 0, float(area.width_mm), float(area.height_mm))
    if area.arc:
        plane = _sector(area.arc)
    return plane.intersection(shapely.Polygon([(float(x), float(y)) for x, y in area.outline])) if area.outline else plane


def grown(outline: Sequence[Any], clearance_mm: float) -> Any:
    """A keep-out with its clearance all round; its corners stay corners."""
    return shapely.Polygon([(float(x), float(y)) for x, y in outline]).buffer(clearance_mm, join_style="mitre")


def distance_mm(area: Area, ink: Any, kind: str) -> float | None:
    """How far ink lies from the nearest drawn keep-out of a kind; None where there is none."""
    marks = [shapely.Polygon([(float(x), float(y)) for x, y in k.outline]) for k in area.keep_outs if k.kind == kind]
    return min((float(ink.distance(mark)) for mark in marks), default=None)


def largest(block: Block, where: Place, *, cap: float) -> tuple[float, Anchor]:
    """The largest size in mm up to ``cap`` (0 when none), and where; of equals the first anchor. Raises RuntimeError on a bug."""
    best, at = 0.0, where.anchors[0] if where.anchors else Anchor(0, 0, 0)
    for anchor in where.anchors:
        if best >= cap or not where.holds(block, anchor, best + EM_STEP):
            continue
        size = _largest_at(block, where, anchor, best, cap)
        if size > best:
            best, at = size, anchor
    if best and not where.holds(block, at, best):
        raise RuntimeError(f"a text found to fit at {best} mm does not")
    return best, at


def _largest_at(block: Block, where: Place, anchor: Anchor, low: float, cap: float) -> float:
    if where.holds(block, anchor, cap):
        return _down(cap)
    high = cap
    while high - low > EM_STEP / 4:
        middle = (low + high) / 2
        if where.holds(block, anchor, middle):
            low = middle
        else:
            high = middle
    size = _down(low)
    return size if where.holds(block, anchor, size) else 0.0


def _down(size: float) -> float:
    return math.floor(size / EM_STEP + 1e-9) / round(1 / EM_STEP)


def position(letter: Letter, area: Area, anchor: Anchor, em: float) -> tuple[float, float, float]:
    """Where a glyph's origin stands in the plane, in mm, and how far it is turned, in radians clockwise."""
    if not area.arc:
        return anchor.x + letter.x * em, anchor.y + letter.y * em, 0.0
    (cx, cy), upwards = area.arc.centre_mm, -1 if area.arc.below else 1  # whether the letters' heads point outwards
    radius = float(area.arc.radius_mm) - upwards * letter.y * em
    angle = upwards * (math.radians(anchor.x) + letter.middle * em / radius)
    before = (letter.x - letter.middle) * em  # along the tangent, from where the letter touches the circle back to its origin
    sin, cos = math.sin(angle), math.cos(angle)
    return cx + upwards * radius * sin + before * cos, cy - upwards * radius * cos + before * sin, angle


@lru_cache(maxsize=256)
def _pairs(block: Block) -> tuple[Any, Any]:
    """The letters, and for every letter and the next a group of hull points: (group, letter, x, y), in em from its origin."""
    letters = [letter for line in block.lines for letter in line]
    points = [numpy.array([(n, x * s.size, -y * s.size) for x, y in hull(s.face, s.glyph)]) for n, s in enumerate(letters)]
    pairs, first = [], 0
    for line in block.lines:
        inked = [n for n in range(first, first + len(line)) if len(points[n])]
        pairs += [(a, b) for a, b in zip(inked, inked[1:], strict=False)] or [(n, n) for n in inked]
        first += len(line)
    rows = [
        numpy.concatenate([numpy.column_stack([numpy.full(len(points[n]), row), points[n]]) for n in sorted({a, b})])
        for row, (a, b) in enumerate(pairs)
    ]
    return letters, numpy.concatenate(rows) if rows else numpy.empty((0, 4))


@lru_cache(maxsize=256)
def _hulls(block: Block) -> Any:
    """The reach in em around the block's centre."""
    letters, rows = _pairs(block)
    if not len(rows):
        return numpy.array([], dtype=object)
    at = numpy.array([(s.x, s.y) for s in letters])[rows[:, 1].astype(int)]
    return _convex(rows[:, 0], rows[:, 2:] + at)


def _convex(row: Any, points: Any) -> Any:
    corners = shapely.points(points)
    return shapely.convex_hull(shapely.multipoints(corners, indices=row.astype(int)))


def _reach(block: Block, anchor: Anchor, em: float) -> Any:
    return shapely.transform(_hulls(block), lambda points: points * em + (anchor.x, anchor.y))


def _reach_on_arc(block: Block, area: Area, anchor: Anchor, em: float) -> Any:
    letters, rows = _pairs(block)
    if not len(rows):
        return numpy.array([], dtype=object)
    placed = numpy.array([position(letter, area, anchor, em) for letter in letters])[rows[:, 1].astype(int)]
    sin, cos, x, y = numpy.sin(placed[:, 2]), numpy.cos(placed[:, 2]), rows[:, 2] * em, rows[:, 3] * em
    return _convex(rows[:, 0], numpy.column_stack([placed[:, 0] + x * cos - y * sin, placed[:, 1] + x * sin + y * cos]))


def _sector(arc: Arc) -> Any:
    (cx, cy), half = arc.centre_mm, float(arc.sweep_degrees) / 2
    steps = max(2, math.ceil(2 * half / _ARC_STEP))
    outer = float(arc.radius_mm + arc.depth_mm / 2)
    inner = float(arc.radius_mm - arc.depth_mm / 2) / math.cos(math.radians(half / steps))
    side = -1 if arc.below else 1

    def point(radius: float, degrees: float) -> tuple[float, float]:
        return cx + radius * math.sin(math.radians(degrees)), cy - side * radius * math.cos(math.radians(degrees))

    turns = [-half + 2 * half * n / steps for n in range(steps + 1)]
    return shapely.Polygon([*(point(outer, t) for t in turns), *(point(inner, t) for t in reversed(turns))])


def _anchors(area: Area, usable: Any) -> list[Anchor]:
    """Where a block may be centred, in the order of preference."""
    if usable.is_empty:
        return []
    if area.arc:
        return _on_arc(area.arc, usable)
    left, top, right, bottom = drawn_outline(area).bounds
    middle = ((left + right) / 2, (top + bottom) / 2)
    found = [middle]
    for y in (middle[1], *_free_rows(usable, middle[0])):
        found += [(x, y) for x, _span in _spans(usable, y)]
    for part in shapely.get_parts(usable):
        (x1, y1, x2, y2), pole = part.bounds, shapely.maximum_inscribed_circle(part, tolerance=0.05)
        found += [((x1 + x2) / 2, (y1 + y2) / 2), pole.coords[0]]
    rounded = dict.fromkeys(tuple(round(c / _ANCHOR_STEP) * _ANCHOR_STEP for c in at) for at in found)
    inside = [at for at in rounded if usable.covers(shapely.Point(at))]
    return [Anchor(x, y, next((span for at, span in _spans(usable, y) if abs(at - x) <= span / 2), 0.0)) for x, y in inside]


def _spans(usable: Any, y: float) -> list[tuple[float, float]]:
    """Middle and length of every free stretch at one height."""
    left, _top, right, _bottom = usable.bounds
    cut = usable.intersection(shapely.LineString([(left - 1, y), (right + 1, y)]))
    bounds = [part.bounds for part in shapely.get_parts(cut) if part.length > 0]
    return [((x1 + x2) / 2, x2 - x1) for x1, _y, x2, _z in sorted(bounds)]


def _free_rows(usable: Any, x: float) -> list[float]:
    """The middles of the free stretches along the upright through the middle."""
    _left, top, _right, bottom = usable.bounds
    cut = usable.intersection(shapely.LineString([(x, top - 1), (x, bottom + 1)]))
    bounds = [part.bounds for part in shapely.get_parts(cut) if part.length > 0]
    return [(y1 + y2) / 2 for _x, y1, _z, y2 in sorted(bounds, key=lambda b: b[1])]


def _on_arc(arc: Arc, usable: Any) -> list[Anchor]:
    """The middle of the arc, and the middle of every free stretch of its circle, in degrees."""
    (cx, cy), radius, half = arc.centre_mm, float(arc.radius_mm), float(arc.sweep_degrees) / 2
    side, steps = -1 if arc.below else 1, max(2, math.ceil(2 * half / 0.1))
    turns = numpy.linspace(-half, half, steps + 1)
    points = shapely.points(cx + radius * numpy.sin(numpy.radians(turns)), cy - side * radius * numpy.cos(numpy.radians(turns)))
    free = shapely.covers(usable, points)
    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[False], free, [False]]).astype(int)))
    stretches = [(turns[a], turns[b - 1]) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    found = [0.0, *(float(a + b) / 2 for a, b in stretches)]
    rounded = dict.fromkeys(round(t / _ANCHOR_STEP) * _ANCHOR_STEP for t in found)
    anchors = []
    for t in rounded:
        span = next((b - a for a, b in stretches if a - 0.2 <= t <= b + 0.2), 0.0)
        if span:
            anchors.append(Anchor(t, 0.0, math.radians(span) * radius))
    return anchors
