"""The typefaces of the bench: open-licence files, each with the smallest letter its strokes bear."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import uharfbuzz
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "foundation" / "faces"


@dataclass(frozen=True)
class Face:
    """A typeface. ``smallest_em_mm``: below this its thin strokes fall under what laser or stamp can hold."""

    code: str
    name: str | Promise
    file: str
    smallest_em_mm: Decimal

    @property
    def path(self) -> Path:
        return FOLDER / self.file


FACES = {
    face.code: face
    for face in (
        Face("roman", _("Roman"), "cormorant.ttf", Decimal("1.80")),
        Face("script", _("Script"), "pinyon.ttf", Decimal("2.40")),
        Face("kai", _("Kai"), "wenkai.ttf", Decimal("1.70")),
    )
}


#: Scripts a place may take. "latin" stands for all that is written with letters, figures and signs; "hanzi" for Han characters.
SCRIPTS = {"latin": _("letters and figures"), "hanzi": _("hanzi")}


def script_of(character: str) -> str:
    """The script a character counts to; figures, signs and spaces count to any and answer ""."""
    name = unicodedata.name(character, "")
    if name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "IDEOGRAPHIC", "FULLWIDTH")):
        return "hanzi"
    return "latin" if unicodedata.category(character).startswith("L") else ""


@dataclass(frozen=True)
class Loaded:
    """A face ready to shape and draw. Units are the font's, `upem` to the em; y grows upwards."""

    upem: int
    shaper: "uharfbuzz.Font"
    outlines: TTFont
    known: frozenset[int]
    version: str


@cache
def loaded(code: str) -> Loaded:
    """Open a face once per process."""
    data = FACES[code].path.read_bytes()
    face = uharfbuzz.Face(uharfbuzz.Blob(data))
    outlines = TTFont(FACES[code].path)
    return Loaded(
        upem=face.upem,
        shaper=uharfbuzz.Font(face),
        outlines=outlines,
        known=frozenset(outlines.getBestCmap()),
        version=hashlib.sha256(data).hexdigest(),
    )


def usual_face(faces: Sequence[str], language: str) -> str:
    """The face a panel begins with: for Chinese the first that has hanzi, else the house's first."""
    with_hanzi = (code for code in faces if ord("永") in loaded(code).known)
    return next(with_hanzi, faces[0]) if language.startswith("zh") else faces[0]


#: A drawn outline: ("M"|"L"|"Q"|"C"|"Z", points in font units).
Segment = tuple[str, tuple[tuple[float, float], ...]]


class _Recorder(BasePen):
    def __init__(self, glyphs) -> None:
        super().__init__(glyphs)
        self.segments: list[Segment] = []

    def _moveTo(self, pt):
        self.segments.append(("M", (pt,)))

    def _lineTo(self, pt):
        self.segments.append(("L", (pt,)))

    def _curveToOne(self, pt1, pt2, pt3):
        self.segments.append(("C", (pt1, pt2, pt3)))

    def _qCurveToOne(self, pt1, pt2):
        self.segments.append(("Q", (pt1, pt2)))

    def _closePath(self):
        self.segments.append(("Z", ()))


@cache
def outline(code: str, glyph_id: int) -> tuple[Segment, ...]:
    """The outline of one glyph of a face."""
    face = loaded(code)
    glyphs = face.outlines.getGlyphSet()
    pen = _Recorder(glyphs)
    glyphs[face.outlines.getGlyphName(glyph_id)].draw(pen)
    return tuple(pen.segments)
