"""The proof: outlines in true millimetres as SVG. The same layout always gives the same bytes, so their hash can be a promise."""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy
import resvg_py

from .faces import outline, units
from .inscription import Layout, Placed
from .outlines import on_curve
from .symbols import Point

#: Steps into which a curve is cut when it is bent onto a picture.
STEPS = 6
#: From parts of a place's width and height to parts of a picture's, many points at once.
Bend = Callable[["numpy.ndarray", "numpy.ndarray"], tuple["numpy.ndarray", "numpy.ndarray"]]


def svg(layout: Layout) -> str:
    """The proof of a layout: one path, viewBox in mm, so that it prints, shows and engraves at 1:1."""
    width, height = layout.area.width_mm, layout.area.height_mm
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}"><path d="{path_of(layout.glyphs)}"/></svg>'
    )


def sha256(proof: str) -> str:
    """The hash stored and printed beside the proof."""
    return hashlib.sha256(proof.encode()).hexdigest()


def png(proof: str, *, width_px: int = 900, colour: str = "#000000", paper: str = "#FFFFFF") -> bytes:
    """The proof as a picture for letters."""
    inked = proof.replace("<path ", f'<path fill="{colour}" ')
    return bytes(resvg_py.svg_to_bytes(svg_string=inked, width=width_px, background=paper, dpi=96))


def on_picture(
    layout: Layout,
    *,
    quad: Sequence[Point],
    grid: Sequence[Sequence[Point]] | None,
    width: int,
    height: int,
    shown_mm: tuple[float, float] | None = None,
    foil: bool = False,
) -> str:
    """The same outlines laid onto a picture: an SVG the size of the picture, to stand over it; cut into metal, or in foil.

    ``quad`` (TL, TR, BR, BL) and ``grid`` (rows of points) are fractions of the picture; the grid, where there is one, bends the
    text along a curved band. Source: the studio's exported zones. ``shown_mm``: width and height of the part of the plane that
    the picture shows, around its middle; a larger size of the same piece has more room than its picture.
    """
    bend = onto(quad, grid)
    whole = float(layout.area.width_mm), float(layout.area.height_mm)
    w_mm, h_mm = shown_mm or whole
    left, top = (whole[0] - w_mm) / 2, (whole[1] - h_mm) / 2
    steps, points = _flattened(layout.glyphs)
    u, v = bend((points[:, 0] - left) / w_mm, (points[:, 1] - top) / h_mm)
    written = iter(zip((u * width).tolist(), (v * height).tolist(), strict=True))
    d = "".join("Z" if step == "Z" else "{}{:.1f} {:.1f}".format(step, *next(written)) for step in steps)
    looks = (" ".join(f'{name}="{value}"' for name, value in cut.items()) for cut in cuts_of(foil=foil))
    cuts = "".join(f'<path d="{d}" {look}/>' for look in looks)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{cuts}</svg>'


def cuts_of(*, foil: bool) -> tuple[dict[str, str], ...]:
    """How ink looks on a picture, layer by layer, as attributes of SVG: on leather the foil is the light part, a cut is dark."""
    if foil:
        return {"fill": "#2a0508", "fill-opacity": ".5", "transform": "translate(0 1)"}, {"fill": "#e3c68a"}
    light = {"fill": "#fff6df", "fill-opacity": ".75", "transform": "translate(0 1.2)"}
    return light, {"fill": "#3b2a10", "fill-opacity": ".86"}


def path_of(glyphs: Iterable[Placed]) -> str:
    """Placed glyphs as one path, in micrometres of their plane."""
    parts = []
    for placed in glyphs:
        mm = _in_plane(placed)
        for step, points in outline(placed.face, placed.glyph):
            parts.append(step + " ".join(f"{_plain(x)} {_plain(y)}" for x, y in map(mm, points)))
    return "".join(parts)


def _plain(number: float) -> str:
    """Micrometres, without a minus before nought."""
    written = f"{number:.3f}"
    return "0.000" if written == "-0.000" else written


def _in_plane(placed: Placed) -> Callable[[Point], Point]:
    """From a glyph's units (y upwards) to mm in the plane (y downwards)."""
    scale = placed.size_mm / units(placed.face)
    if not placed.turn:
        return lambda p: (placed.x + p[0] * scale, placed.y - p[1] * scale)
    along, across = scale * math.cos(placed.turn), scale * math.sin(placed.turn)
    return lambda p: (placed.x + p[0] * along + p[1] * across, placed.y + p[0] * across - p[1] * along)


def _flattened(glyphs: Iterable[Placed]) -> tuple[list[str], "numpy.ndarray"]:
    """The outlines as straight steps, M, L and Z, and the points in mm of all but the last."""
    steps: list[str] = []
    points = [numpy.empty((0, 2))]
    for placed in glyphs:
        letters, drawn = _straight(placed.face, placed.glyph)
        steps += letters
        scale = placed.size_mm / units(placed.face)
        along, across = scale * math.cos(placed.turn), scale * math.sin(placed.turn)
        points.append(drawn @ numpy.array([[along, across], [across, -along]]) + (placed.x, placed.y))
    return steps, numpy.concatenate(points)


@lru_cache(maxsize=4096)
def _straight(face: str, glyph: int) -> tuple[str, "numpy.ndarray"]:
    """The same of one glyph, in its units; every curve in a few steps."""
    letters, points = [], []
    last: Point = (0, 0)
    for step, handles in outline(face, glyph):
        if step in "QC":
            letters += ["L"] * STEPS
            points += [on_curve(last, handles, i / STEPS) for i in range(1, STEPS + 1)]
        else:
            letters.append(step)
            points += handles
        last = handles[-1] if handles else last
    return "".join(letters), numpy.array(points, dtype=float).reshape(-1, 2)


def onto(quad: Sequence[Point], grid: Sequence[Sequence[Point]] | None) -> Bend:
    """From the unit square onto the place on a picture, in fractions of the picture."""
    return _along_grid(grid) if grid and len(grid[0]) > 2 else _on_quad(quad)


def _on_quad(quad: Sequence[Point]) -> Bend:
    """The projective map of the unit square onto a quad (Heckbert 1989)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    dx1, dy1, dx2, dy2 = x1 - x2, y1 - y2, x3 - x2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    den = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / den, (dx1 * sy - sx * dy1) / den
    a, b, d, e = x1 - x0 + g * x1, x3 - x0 + h * x3, y1 - y0 + g * y1, y3 - y0 + h * y3

    def bend(u, v):
        w = g * u + h * v + 1
        return (a * u + b * v + x0) / w, (d * u + e * v + y0) / w

    return bend


def _along_grid(grid: Sequence[Sequence[Point]]) -> Bend:
    """Bilinear within the grid's cells: its columns follow the band."""
    corners = numpy.array(grid, dtype=float)
    rows, columns = corners.shape[:2]

    def bend(u, v):
        x, y = numpy.clip(u, 0, 1) * (columns - 1), numpy.clip(v, 0, 1) * (rows - 1)
        i, j = numpy.minimum(x.astype(int), columns - 2), numpy.minimum(y.astype(int), rows - 2)
        fx, fy = (x - i)[:, None], (y - j)[:, None]
        above = corners[j, i] * (1 - fx) + corners[j, i + 1] * fx
        below = corners[j + 1, i] * (1 - fx) + corners[j + 1, i + 1] * fx
        bent = above * (1 - fy) + below * fy
        return bent[:, 0], bent[:, 1]

    return bend
