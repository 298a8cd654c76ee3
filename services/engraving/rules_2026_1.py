"""The rules under which proofs were made until 24 November 2026: one face, one rectangle, every line straight and centred.

Kept as they were, so that such a proof can be computed again. Nothing new is laid out here.
"""

from decimal import Decimal

import uharfbuzz

from .faces import loaded, outline
from .inscription import normalised

VERSION = "2026.1"
LINE_PITCH = 1.18

Ink = tuple[float, float, float, float]  # left, right, lowest, highest; em


def drawn(typed: str, *, face: str, width_mm: str, height_mm: str) -> str:
    """The proof's SVG, byte for byte; width and height as they stood in the zone, with all their digits."""
    lines = normalised(typed).split("\n")
    width, height = float(width_mm), float(height_mm)
    inks = [_ink(line, face) for line in lines]
    across = max(right - left for left, right, _low, _high in inks)
    upright = inks[0][3] + LINE_PITCH * (len(lines) - 1) - inks[-1][2]
    limits = [height / len(lines)] + ([width / across] if across else []) + ([height / upright] if upright else [])
    em = float(Decimal(f"{int(min(limits) * 1000) / 1000:.3f}"))
    top, scale, parts = (height - upright * em) / 2, em / loaded(face).upem, []
    for number, (line, (left, right, _low, _high)) in enumerate(zip(lines, inks, strict=True)):
        baseline = top + (inks[0][3] + LINE_PITCH * number) * em
        start = (width - (right - left) * em) / 2 - left * em
        for glyph, gx, gy in _shape(line, face)[0]:
            x0, y0 = start + gx * em, baseline - gy * em
            for step, points in outline(face, glyph):
                parts.append(step + " ".join(f"{x0 + x * scale:.3f} {y0 - y * scale:.3f}" for x, y in points))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm" '
        f'viewBox="0 0 {width_mm} {height_mm}"><path d="{"".join(parts)}"/></svg>'
    )


def _shape(line: str, face: str) -> tuple[list[tuple[int, float, float]], float]:
    font = loaded(face)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(line)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font.shaper, buffer, {"kern": True, "liga": True})
    x, glyphs = 0.0, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append((info.codepoint, x + position.x_offset / font.upem, position.y_offset / font.upem))
        x += position.x_advance / font.upem
    return glyphs, x


def _ink(line: str, face: str) -> Ink:
    upem = loaded(face).upem
    glyphs, advance = _shape(line, face)
    xs, ys = [], []
    for glyph, x, y in glyphs:
        for _step, points in outline(face, glyph):
            xs += [x + px / upem for px, _py in points]
            ys += [y + py / upem for _px, py in points]
    return (min(xs), max(xs), min(ys), max(ys)) if xs else (0.0, advance, 0.0, 0.0)
