"""Small drawings for the panel: each typeface in a few letters of its own, our signs, and a place with what is written in it.

Drawn from the same outlines as the proof; pictures to look at, never a contract.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from . import proof
from .area import Area
from .faces import FACES, SIGNS
from .geometry import Letter, drawn_outline, grown
from .inscription import Layout, Placed, arrange
from .shaping import ink_box
from .symbols import SYMBOLS

INK, EDGE, AWAY = "#1a1614", "#b08d57", "#e6dfd6"
#: Units of a drawing to the em.
EM = 10.0
#: A place much longer than high is shown in part, around what is written.
MOST_ASPECT = 9
SIGN_NUMBERS = {symbol.code: number for number, symbol in enumerate(SYMBOLS)}


@cache
def of_face(code: str) -> str:
    """A few letters in a face: initials where it sets initials, hanzi where it has them. All faces at one size."""
    words = "AL" if FACES[code].initials else "执子之手" if FACES[code].has_hanzi else "Anna & Léon"
    block = arrange(words, code, Area(Decimal(60), Decimal(60), 1, (code,)))
    glyphs = [Placed(s.glyph, s.x * EM, s.y * EM, s.face, s.size * EM) for line in block.lines for s in line]
    width, height = block.width * EM + 0.4, max(block.height * EM + 0.4, 1.2 * EM)
    return _svg((-width / 2, -height / 2, width, height), f'<path d="{proof.path_of(glyphs)}" fill="{INK}"/>')


@cache
def of_sign(number: int) -> str:
    """One of our signs, in a square."""
    left, top, right, bottom = (edge * EM for edge in ink_box([Letter(SIGNS, number, 0, 0, 1, 0)]))
    side = max(right - left, bottom - top) + 0.4
    box = ((left + right - side) / 2, (top + bottom - side) / 2, side, side)
    return _svg(box, f'<path d="{proof.path_of([Placed(number, 0, 0, SIGNS, EM)])}" fill="{INK}"/>')


def of_place(area: Area, layout: Layout | None) -> str:
    """The place enlarged: its edge, what is kept out of it, and the inscription where it will stand."""
    edge, away = outlines_of(area)
    box = view_box(area, layout)
    drawn = f'<path d="{away}" fill="{AWAY}"/><path d="{edge}" fill="none" stroke="{EDGE}" stroke-width="{box[3] / 80:.3f}"/>'
    if layout:
        drawn += f'<path d="{proof.path_of(layout.glyphs)}" fill="{INK}"/>'
    return _svg(box, drawn)


def outlines_of(area: Area) -> tuple[str, str]:
    """The edge of a place, and its keep-outs with their distances as far as they lie within it, as paths in mm."""
    plane = drawn_outline(area)
    away = [grown(k.outline, float(k.clearance_mm)).intersection(plane) for k in area.keep_outs]
    return _rings(plane), "".join(_rings(part) for part in away if not part.is_empty)


def view_box(area: Area, layout: Layout | None = None) -> tuple[float, float, float, float]:
    """The part of the plane that is shown, with a little air: all of it, or so much of a long one as holds what is written."""
    width, height = float(area.width_mm), float(area.height_mm)
    air = height / 8
    shown, middle = min(width, MOST_ASPECT * height), width / 2
    if layout and shown < width:
        xs = [placed.x for placed in layout.glyphs]
        em = float(layout.em_mm)
        shown, middle = min(width, max(shown, max(xs) - min(xs) + 3 * em)), (max(xs) + min(xs) + em / 2) / 2
    left = min(max(middle - shown / 2, 0), width - shown)
    return left - air, -air, shown + 2 * air, height + 2 * air


def _rings(shape: Any) -> str:
    import shapely

    rings = (ring.coords for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors))
    return "".join("M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in ring[:-1]) + "Z" for ring in map(list, rings))


def _svg(box: Sequence[float], drawn: str) -> str:
    x, y, width, height = box
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * 4:.0f}" height="{height * 4:.0f}" '
        f'viewBox="{x:.3f} {y:.3f} {width:.3f} {height:.3f}">{drawn}</svg>'
    )
