"""Setting lines: graphemes, which face sets them, and true shaping with kerning by HarfBuzz. Pure; sizes in em.

A line may mix scripts. What the chosen face does not have and stands in a hanzi's square (hanzi, kana, their marks) is set in the
place's face for hanzi, a little smaller and centred on the capitals, as a printer would. A letter that the chosen face lacks is
never borrowed: one letter of another hand inside a word is a fault, not a help.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

import regex
import uharfbuzz

from . import symbols
from .faces import FACES, SIGNS, loaded, outline, units
from .geometry import Block, Letter

LINE_PITCH = 1.18  # em from baseline to baseline
#: Hanzi beside letters: their size, and the air between the two scripts where no space was typed, in em.
BESIDE, GAP = 0.86, 0.10
#: Spaces a client may type; HarfBuzz knows their widths also where the face has none.
SPACES = frozenset(" \u00a0\u2009\u202f\u3000")

Glyph = tuple[int, float, float, float]  # id, x, y upwards, middle of the advance


def clusters(text: str) -> list[str]:
    """The grapheme clusters of a text: what a reader takes for one character."""
    return regex.findall(r"\X", text)


def companion(face: str, faces: Sequence[str]) -> str | None:
    """The face of the place that sets hanzi in a line of another face."""
    if FACES[face].has_hanzi or FACES[face].initials:
        return None
    return next((code for code in faces if FACES[code].has_hanzi), None)


def face_for(cluster: str, face: str, beside: str | None) -> str | None:
    """The face that sets a grapheme cluster: our signs, the chosen one, its companion, or None."""
    if symbols.symbol_of(cluster) is not None:
        return SIGNS
    if has(cluster, face):
        return face
    wide = all(unicodedata.east_asian_width(c) in "WF" for c in cluster)
    return beside if beside and wide and has(cluster, beside) else None


@lru_cache(maxsize=8192)
def has(cluster: str, face: str) -> bool:
    """Whether a face has a cluster, whole or (ễ as ê and its tilde) as a letter with marks that the face itself places."""
    if all(c in SPACES or ord(c) in loaded(face).known for c in cluster):
        return True
    glyphs, _advance = shaped(cluster, face)
    return len(glyphs) > 1 and all(glyph for glyph, *_at in glyphs) and places_marks(cluster, face)


def places_marks(cluster: str, face: str) -> bool:
    """Whether the face itself says where marks stand (GPOS "mark") and moves each of them there, rather than anybody guessing."""
    if not loaded(face).places_marks:
        return False
    (_base, _x, _y, middle), *marks = shaped(cluster, face)[0]
    return all(y or x < 2 * middle for _glyph, x, y, _middle in marks)


@lru_cache(maxsize=4096)
def shaped(text: str, face: str) -> tuple[tuple[Glyph, ...], float]:
    """Glyphs and the advance of a run in one face, in em."""
    font = loaded(face)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font.shaper, buffer, {"kern": True, "liga": True})
    x, glyphs = 0, []
    for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        middle = (x + at.x_advance / 2) / font.upem
        glyphs.append((info.codepoint, (x + at.x_offset) / font.upem, at.y_offset / font.upem, middle))
        x += at.x_advance
    return tuple(glyphs), x / font.upem


def set_line(line: str, face: str, beside: str | None) -> list[Letter]:
    """One line from x = 0 on its baseline (y downwards). Every cluster must have its face."""
    letters: list[Letter] = []
    x, before, last = 0.0, "", ""
    for code, run in groupby(_faced(line, face, beside), key=lambda pair: pair[1]):
        parts = [cluster for cluster, _code in run]
        if before and SIGNS not in (before, code) and not {last, parts[0]} & SPACES:
            x += GAP
        if code == SIGNS:
            for cluster in parts:
                number = symbols.symbol_of(cluster) or 0
                letters.append(Letter(SIGNS, number, x, 0.0, 1.0, x + symbols.advance(number) / 2))
                x += symbols.advance(number)
        else:
            size = BESIDE if code == beside else 1.0
            # Centred on the capitals of the letters beside it.
            drop = middle_of(code) * size - middle_of(face) if code == beside else 0.0
            glyphs, advance = shaped("".join(parts), code)
            letters += [Letter(code, g, x + gx * size, drop - gy * size, size, x + mid * size) for g, gx, gy, mid in glyphs]
            x += advance * size
        before, last = code, parts[-1]
    return letters


def block(lines: Sequence[str], face: str, beside: str | None) -> Block:
    """Lines set one above the other, each centred by its ink, the whole centred by its ink."""
    return centred([set_line(line, face, beside) for line in lines])


def centred(lines: Sequence[Sequence[Letter]], pitch: float = LINE_PITCH) -> Block:
    """Lines as a block around its centre."""
    inks = [ink_box(line) for line in lines]
    top = inks[0][1]
    height = pitch * (len(lines) - 1) + inks[-1][3] - top
    moved = []
    for number, (line, (left, _top, right, _bottom)) in enumerate(zip(lines, inks, strict=True)):
        dx, dy = -(left + right) / 2, pitch * number - top - height / 2
        moved.append(tuple(Letter(s.face, s.glyph, s.x + dx, s.y + dy, s.size, s.middle + dx) for s in line))
    return Block(tuple(moved), max(right - left for left, _t, right, _b in inks), height)


def ink_box(letters: Sequence[Letter]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the ink, in em, y downwards."""
    boxes = [(s, box) for s in letters if (box := _glyph_box(s.face, s.glyph))]
    if not boxes:
        return 0.0, 0.0, max((s.middle * 2 for s in letters), default=0.0), 0.0
    return (
        min(s.x + box[0] * s.size for s, box in boxes),
        min(s.y - box[3] * s.size for s, box in boxes),
        max(s.x + box[2] * s.size for s, box in boxes),
        max(s.y - box[1] * s.size for s, box in boxes),
    )


@lru_cache(maxsize=8192)
def _glyph_box(face: str, glyph: int) -> tuple[float, float, float, float] | None:
    points = [p for _step, ps in outline(face, glyph) for p in ps]
    if not points:
        return None
    upem, xs, ys = units(face), [x for x, _y in points], [y for _x, y in points]
    return min(xs) / upem, min(ys) / upem, max(xs) / upem, max(ys) / upem


@lru_cache(maxsize=16)
def middle_of(face: str) -> float:
    """Half the height of its capitals, or the middle of a hanzi's square, above the baseline, in em."""
    if not FACES[face].has_hanzi:
        return float(FACES[face].height_em) / 2
    box = _glyph_box(face, shaped("永", face)[0][0][0])
    return (box[1] + box[3]) / 2 if box else 0.38


def _faced(line: str, face: str, beside: str | None) -> list[tuple[str, str]]:
    """Each cluster with its face; a space goes with what stands before it."""
    faced: list[tuple[str, str]] = []
    for cluster in clusters(line):
        code = face_for(cluster, face, beside) or face
        if cluster in SPACES and faced and faced[-1][1] != SIGNS:
            code = faced[-1][1]
        faced.append((cluster, code))
    return faced
