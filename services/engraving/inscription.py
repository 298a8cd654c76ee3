"""The rules of an inscription, pure: what may be engraved, how large it becomes, where each glyph stands. Millimetres throughout.

Sources: Unicode normalisation (UAX #15), grapheme and control classes (UCD), true advance widths with kerning by HarfBuzz.
"""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal

import uharfbuzz

from .faces import FACES, loaded, outline, script_of
from .refusals import Empty, GlyphMissing, HiddenCharacter, ScriptNotTaken, TooLong, TooManyLines

RULES_VERSION = "2026.1"
LINE_PITCH = 1.18  # em from baseline to baseline
MOST_CHARACTERS = 200  # nobody's ring takes more; keeps shaping cheap
#: Unicode categories that leave no mark: control, format (bidi, zero width), surrogate, private, unassigned, separators.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_FILLERS = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x034F, 0x2800}
_SELECTORS = range(0xFE00, 0xFE10)


@dataclass(frozen=True)
class Area:
    """The usable area: width and height in mm, how many lines, which faces."""

    width_mm: Decimal
    height_mm: Decimal
    max_lines: int
    faces: tuple[str, ...]
    scripts: tuple[str, ...] = ("latin", "hanzi")


@dataclass(frozen=True)
class Placed:
    """One glyph: its id and where its origin stands, in mm from the area's upper left corner."""

    glyph: int
    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """A text that can be engraved: NFC text, face, em size in mm, glyphs, and how much of the width it fills."""

    text: str
    face: str
    em_mm: Decimal
    glyphs: tuple[Placed, ...]
    percent: int
    area: Area


def normalised(typed: str) -> str:
    """NFC, with line ends as one newline and blank edges off; nothing else is changed, ever."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(line.strip(" \t\u3000") for line in text.strip().split("\n"))


def lay_out(typed: str, *, face: str, area: Area) -> Layout:
    """Check a text and set it as large as the area allows. Raises one of this craft's refusals."""
    text = normalised(typed)
    if not text:
        raise Empty()
    lines = text.split("\n")
    if len(lines) > area.max_lines:
        raise TooManyLines(lines=len(lines), allowed=area.max_lines)
    _refuse_hidden(text)
    foreign = sorted({c for c in text if script_of(c) and script_of(c) not in area.scripts})
    if foreign:
        raise ScriptNotTaken(characters=foreign, scripts=area.scripts)
    missing = sorted({c for c in text if c != "\n" and ord(c) not in loaded(face).known})
    if missing:
        able = [f for f in area.faces if all(ord(c) in loaded(f).known for c in text if c != "\n")]
        raise GlyphMissing(characters=missing, face=face, faces=able)
    if len(text) > MOST_CHARACTERS:
        raise TooLong(percent=_percent_at_smallest(lines, face, area), faces=[], second_line=False)
    em = _em(lines, face, area)
    if em < float(FACES[face].smallest_em_mm):
        others = [f for f in area.faces if f != face and _fits(lines, f, area)]
        halves = len(lines) < area.max_lines
        tall = _block(lines, face)[1] * float(FACES[face].smallest_em_mm) > float(area.height_mm)
        tall = tall or float(area.height_mm) / len(lines) < float(FACES[face].smallest_em_mm)
        raise TooLong(percent=_percent_at_smallest(lines, face, area), faces=others, second_line=halves, too_tall=tall)
    # Down, never up: a size rounded up could touch the edge.
    em = int(em * 1000) / 1000
    return Layout(text, face, Decimal(f"{em:.3f}"), _place(lines, face, em, area), _percent(lines, face, em, area), area)


def _refuse_hidden(text: str) -> None:
    for place, character in enumerate(text, 1):
        hidden = (
            (unicodedata.category(character) in _INVISIBLE and character != "\n")
            or ord(character) in _FILLERS
            or ord(character) in _SELECTORS
        )
        if hidden:
            name = unicodedata.name(character, f"U+{ord(character):04X}").capitalize()
            raise HiddenCharacter(name=name, place=place, repaired=without_hidden(text))


def without_hidden(text: str) -> str:
    """The repair we offer: the text without anything invisible."""
    kept = (
        c for c in text if c == "\n" or not (unicodedata.category(c) in _INVISIBLE or ord(c) in _FILLERS or ord(c) in _SELECTORS)
    )
    return "".join(kept)


def _shape(line: str, face: str) -> tuple[list[tuple[int, float, float]], float]:
    """Glyphs (id, x, y) and the advance of one line, in em."""
    font = loaded(face)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(line)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font.shaper, buffer, {"kern": True, "liga": True})
    x = 0.0
    glyphs = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append((info.codepoint, x + position.x_offset / font.upem, position.y_offset / font.upem))
        x += position.x_advance / font.upem
    return glyphs, x


def _ink(line: str, face: str) -> tuple[float, float, float, float]:
    """Left, right, lowest and highest ink of one line, in em from its origin and baseline."""
    upem = loaded(face).upem
    glyphs, advance = _shape(line, face)
    xs, ys = [], []
    for glyph, x, y in glyphs:
        for _step, points in outline(face, glyph):
            xs += [x + px / upem for px, _py in points]
            ys += [y + py / upem for _px, py in points]
    if not xs:
        return 0.0, advance, 0.0, 0.0
    return min(xs), max(xs), min(ys), max(ys)


def _block(lines: list[str], face: str) -> tuple[float, float, list[tuple[float, float, float, float]]]:
    """Width and height of the whole block in em, and the ink of each line."""
    inks = [_ink(line, face) for line in lines]
    width = max(right - left for left, right, _low, _high in inks)
    height = inks[0][3] + LINE_PITCH * (len(lines) - 1) - inks[-1][2]
    return width, height, inks


def _em(lines: list[str], face: str, area: Area) -> float:
    width, height, _inks = _block(lines, face)
    tallest = float(area.height_mm) / len(lines)  # a single dot must not become a letter's height
    limits = [tallest]
    if width:
        limits.append(float(area.width_mm) / width)
    if height:
        limits.append(float(area.height_mm) / height)
    return min(limits)


def _fits(lines: list[str], face: str, area: Area) -> bool:
    known = loaded(face).known
    if any(ord(c) not in known for line in lines for c in line):
        return False
    return _em(lines, face, area) >= float(FACES[face].smallest_em_mm)


def _percent(lines: list[str], face: str, em: float, area: Area) -> int:
    return round(100 * _block(lines, face)[0] * em / float(area.width_mm))


def _percent_at_smallest(lines: list[str], face: str, area: Area) -> int:
    """How much of the place the text needs at the smallest size, across or upright, whichever is worse."""
    em = float(FACES[face].smallest_em_mm)
    upright = max(_block(lines, face)[1], len(lines)) * em / float(area.height_mm)
    return max(_percent(lines, face, em, area), round(100 * upright))


def _place(lines: list[str], face: str, em: float, area: Area) -> tuple[Placed, ...]:
    """Every line centred by its ink, the block centred by its ink."""
    _width, height, inks = _block(lines, face)
    top = (float(area.height_mm) - height * em) / 2
    placed = []
    for number, (line, (left, right, _low, _high)) in enumerate(zip(lines, inks, strict=True)):
        baseline = top + (inks[0][3] + LINE_PITCH * number) * em
        start = (float(area.width_mm) - (right - left) * em) / 2 - left * em
        for glyph, x, y in _shape(line, face)[0]:
            placed.append(Placed(glyph, start + x * em, baseline - y * em))
    return tuple(placed)
