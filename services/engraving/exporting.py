"""The proof as files for the bench, at 1:1 in millimetres: the very SVG, and a DXF made from the very SVG.

Nothing is laid out anew here: what the client approved is read and cut into straight steps. Strokes that overlap, as in a script
face, become one contour, because a laser fills what lies inside contours and would leave a gap where two of them cross.
"""

import io
import logging
import re
from typing import Any
from xml.etree import ElementTree

from .outlines import ink_of, rings
from .symbols import Segment

#: Layers of the DXF: what the laser cuts, and the zone's edge, only to lay the piece by.
ENGRAVE, ZONE = "ENGRAVE", "ZONE"
#: How far a straight step may lie from its curve, in mm: far below the laser's spot.
TOLERANCE_MM = 0.001
_STEP = re.compile(r"([MLQCZ])([^MLQCZ]*)")


def plane_mm(svg: str) -> tuple[float, float]:
    """Width and height of the proof's plane."""
    _x, _y, width, height = _root(svg).attrib["viewBox"].split()
    return float(width), float(height)


def ink(svg: str) -> Any:
    """The ink of a stored proof as polygons, in mm, y downwards."""
    return ink_of([ring for path in _root(svg) for ring in rings(_segments(path.attrib["d"]), TOLERANCE_MM)])


def dxf(svg: str) -> bytes:
    """A stored proof as DXF R2010 in mm, y upwards: closed polylines on ENGRAVE, the plane's edge on ZONE."""
    import ezdxf
    import shapely
    from ezdxf import units

    # The same proof gives the same bytes: no times and no random names among them.
    ezdxf.options.write_fixed_meta_data_for_testing = True
    logging.getLogger("ezdxf").setLevel(logging.WARNING)  # it tells of every table it makes
    width, height = plane_mm(svg)
    drawing = ezdxf.new("R2010", units=units.MM)
    drawing.layers.add(ENGRAVE, color=7)
    edge = drawing.layers.add(ZONE, color=8)
    edge.dxf.plot = 0
    space = drawing.modelspace()
    space.add_lwpolyline([(0, 0), (width, 0), (width, height), (0, height)], close=True, dxfattribs={"layer": ZONE})
    for polygon in shapely.get_parts(ink(svg)):
        for ring in (polygon.exterior, *polygon.interiors):
            points = [(x, height - y) for x, y in list(ring.coords)[:-1]]
            space.add_lwpolyline(points, close=True, dxfattribs={"layer": ENGRAVE})
    written = io.StringIO()
    drawing.write(written)
    return written.getvalue().encode()


def _root(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own bytes, whose hash is the contract


def _segments(d: str) -> list[Segment]:
    """The steps of a path we wrote ourselves: absolute M, L, Q, C, Z with all numbers."""
    steps = []
    for step, numbers in _STEP.findall(d):
        values = [float(n) for n in numbers.split()]
        steps.append((step, tuple(zip(values[::2], values[1::2], strict=True))))
    return steps
