"""The proof: outlines in true millimetres as SVG. The same layout always gives the same bytes, so their hash can be a promise."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import resvg_py

from .faces import loaded, outline
from .inscription import Layout

Point = tuple[float, float]
#: Steps into which a curve is cut when it is bent onto a picture.
STEPS = 6


def svg(layout: Layout) -> str:
    """The proof of a layout: one path, viewBox in mm, so that it prints, shows and engraves at 1:1."""
    width, height = layout.area.width_mm, layout.area.height_mm
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}"><path d="{_path(layout)}"/></svg>'
    )


def sha256(proof: str) -> str:
    """The hash stored and printed beside the proof."""
    return hashlib.sha256(proof.encode()).hexdigest()


def png(proof: str, *, width_px: int = 900, colour: str = "#000000", paper: str = "#FFFFFF") -> bytes:
    """The proof as a picture for letters."""
    inked = proof.replace("<path ", f'<path fill="{colour}" ')
    return bytes(resvg_py.svg_to_bytes(svg_string=inked, width=width_px, background=paper, dpi=96))


def on_picture(
    layout: Layout, *, quad: Sequence[Point], grid: Sequence[Sequence[Point]] | None, width: int, height: int, foil: bool = False
) -> str:
    """The same outlines laid onto a picture: an SVG the size of the picture, to stand over it; cut into metal, or in foil.

    ``quad`` (TL, TR, BR, BL) and ``grid`` (rows of points) are fractions of the picture; the grid, where there is one, bends the
    text along a curved band. Source: the studio's exported zones.
    """
    bend = _along_grid(grid) if grid and len(grid[0]) > 2 else _on_quad(quad)
    w_mm, h_mm = float(layout.area.width_mm), float(layout.area.height_mm)
    parts = []
    for step, points in _flattened(layout):
        if step == "Z":
            parts.append("Z")
            continue
        u, v = bend(points[0] / w_mm, points[1] / h_mm)
        parts.append(f"{step}{u * width:.1f} {v * height:.1f}")
    d = "".join(parts)
    if foil:  # on leather the foil is the light part
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<path d="{d}" fill="#2a0508" fill-opacity=".5" transform="translate(0 1)"/><path d="{d}" fill="#e3c68a"/></svg>'
        )
    light = f'<path d="{d}" fill="#fff6df" fill-opacity=".75" transform="translate(0 1.2)"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{light}'
        f'<path d="{d}" fill="#3b2a10" fill-opacity=".86"/></svg>'
    )


def _path(layout: Layout) -> str:
    parts = []
    scale = float(layout.em_mm) / loaded(layout.face).upem
    for placed in layout.glyphs:
        for step, points in outline(layout.face, placed.glyph):
            numbers = " ".join(f"{placed.x + x * scale:.3f} {placed.y - y * scale:.3f}" for x, y in points)
            parts.append(step + numbers)
    return "".join(parts)


def _flattened(layout: Layout) -> Iterator[tuple[str, Point]]:
    """The outlines as straight steps in mm: M, L and Z."""
    scale = float(layout.em_mm) / loaded(layout.face).upem
    for placed in layout.glyphs:

        def mm(p: Point, placed=placed) -> Point:
            return placed.x + p[0] * scale, placed.y - p[1] * scale

        last: Point = (0, 0)
        for step, points in outline(layout.face, placed.glyph):
            if step in "ML":
                last = points[0]
                yield step, mm(last)
            elif step in "QC":
                for i in range(1, STEPS + 1):
                    yield "L", mm(_on_curve(last, points, i / STEPS))
                last = points[-1]
            else:
                yield "Z", (0, 0)


def _on_curve(start: Point, points: Sequence[Point], t: float) -> Point:
    ladder = [start, *points]
    while len(ladder) > 1:  # de Casteljau
        ladder = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in zip(ladder, ladder[1:], strict=False)]
    return ladder[0]


def _on_quad(quad: Sequence[Point]) -> Callable[[float, float], Point]:
    """The projective map of the unit square onto a quad (Heckbert 1989)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    dx1, dy1, dx2, dy2 = x1 - x2, y1 - y2, x3 - x2, y3 - y2
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    den = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / den, (dx1 * sy - sx * dy1) / den
    a, b, d, e = x1 - x0 + g * x1, x3 - x0 + h * x3, y1 - y0 + g * y1, y3 - y0 + h * y3

    def bend(u: float, v: float) -> Point:
        w = g * u + h * v + 1
        return (a * u + b * v + x0) / w, (d * u + e * v + y0) / w

    return bend


def _along_grid(grid: Sequence[Sequence[Point]]) -> Callable[[float, float], Point]:
    """Bilinear within the grid's cells: its columns follow the band."""
    rows, columns = len(grid), len(grid[0])

    def bend(u: float, v: float) -> Point:
        x, y = min(max(u, 0), 1) * (columns - 1), min(max(v, 0), 1) * (rows - 1)
        i, j = min(int(x), columns - 2), min(int(y), rows - 2)
        fx, fy = x - i, y - j
        a, b, c, d = grid[j][i], grid[j][i + 1], grid[j + 1][i], grid[j + 1][i + 1]
        return tuple(  # type: ignore[return-value]
            (a[k] * (1 - fx) + b[k] * fx) * (1 - fy) + (c[k] * (1 - fx) + d[k] * fx) * fy for k in (0, 1)
        )

    return bend
