"""Glyphs as geometry: their outlines, cut into straight steps, as polygons of ink.

What is ink follows SVG's rule "nonzero": every face of the drawn lines about which they turn. Faces whose strokes overlap, as a
pen draws them, are thereby one piece of ink, as the laser needs them.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from .faces import outline, units
from .symbols import Point, Segment

if TYPE_CHECKING:
    import numpy

#: How far a straight step may lie from its curve, in em.
TOLERANCE_EM = 0.0005


def rings(segments: Iterable[Segment], tolerance: float) -> Iterator[list[Point]]:
    """The closed contours of an outline as points; a straight step keeps within about ``tolerance`` of its curve."""
    ring: list[Point] = []
    for step, points in segments:
        if step == "M":
            if len(ring) > 2:
                yield ring
            ring = [points[0]]
        elif step == "L":
            ring.append(points[0])
        elif step in "QC":
            start, corners = ring[-1], (ring[-1], *points)
            length = sum(math.dist(a, b) for a, b in zip(corners, corners[1:], strict=False))
            steps = max(3, math.ceil(math.sqrt(0.2 * length / tolerance)))  # exact for a quarter of a circle
            ring += [on_curve(start, points, n / steps) for n in range(1, steps + 1)]
        elif len(ring) > 2:
            yield ring
            ring = []
        else:
            ring = []
    if len(ring) > 2:
        yield ring


def on_curve(start: Point, points: Sequence[Point], t: float) -> Point:
    """A point of a Bézier curve (de Casteljau)."""
    ladder = [start, *points]
    while len(ladder) > 1:
        ladder = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in zip(ladder, ladder[1:], strict=False)]
    return ladder[0]


def ink_of(contours: Sequence[Sequence[Point]]) -> Any:
    """The polygon of everything about which the contours turn (nonzero), exactly, also where strokes overlap."""
    import numpy
    import shapely

    arrays = [numpy.asarray(ring, dtype=float) for ring in contours if len(ring) > 2]
    if not arrays:
        return shapely.MultiPolygon()
    noded = shapely.union_all([shapely.LineString([*ring, ring[0]]) for ring in arrays])
    faces = shapely.get_parts(shapely.polygonize([noded]))
    starts = numpy.concatenate(arrays)
    ends = numpy.concatenate([numpy.roll(ring, -1, axis=0) for ring in arrays])
    inked = [face for face in faces if _turns(starts, ends, *shapely.get_coordinates(shapely.point_on_surface(face))[0])]
    return shapely.union_all(inked)


def _turns(starts: "numpy.ndarray", ends: "numpy.ndarray", x: float, y: float) -> int:
    """How often the edges turn about a point (the winding number)."""
    side = (ends[:, 0] - starts[:, 0]) * (y - starts[:, 1]) - (x - starts[:, 0]) * (ends[:, 1] - starts[:, 1])
    up = (starts[:, 1] <= y) & (ends[:, 1] > y) & (side > 0)
    down = (starts[:, 1] > y) & (ends[:, 1] <= y) & (side < 0)
    return int(up.sum()) - int(down.sum())


@cache
def ink(face: str, glyph: int) -> Any:
    """The ink of one glyph, in em, y upwards."""
    scale = 1 / units(face)
    return ink_of([[(x * scale, y * scale) for x, y in ring] for ring in rings(outline(face, glyph), TOLERANCE_EM / scale)])


def inked(glyphs: Iterable[Any]) -> Any:
    """The ink of placed glyphs (see `inscription.Placed`) as one geometry, in mm in their plane."""
    import shapely
    from shapely.affinity import affine_transform

    parts = []
    for placed in glyphs:
        along, across = placed.size_mm * math.cos(placed.turn), placed.size_mm * math.sin(placed.turn)
        parts.append(affine_transform(ink(placed.face, placed.glyph), [along, across, across, -along, placed.x, placed.y]))
    return shapely.union_all(parts)


@cache
def hull(face: str, glyph: int) -> tuple[Point, ...]:
    """The convex hull of a glyph's drawn points, in em, y upwards; a curve lies within the hull of its handles."""
    scale = 1 / units(face)
    points = sorted({(x * scale, y * scale) for _step, ps in outline(face, glyph) for x, y in ps})
    if len(points) < 3:
        return tuple(points)

    def half(run: Iterable[Point]) -> list[Point]:
        chain: list[Point] = []
        for x, y in run:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2], chain[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        return chain[:-1]

    return (*half(points), *half(reversed(points)))
