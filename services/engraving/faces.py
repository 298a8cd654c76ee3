"""The typefaces of the bench: open-licence files, each with its finest stroke, and what laser and stamp can hold of it."""

import hashlib
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Lock

import uharfbuzz
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from . import symbols
from .symbols import Segment

#: A file's tables are read when they are first asked for, which two threads at once would find half read.
_reading = Lock()
FOLDER = Path(__file__).resolve().parent.parent / "foundation" / "faces"
#: The "face" of the signs we drew ourselves, and of the frames of monograms.
SIGNS = "symbols"


@dataclass(frozen=True)
class Limits:
    """What a tool can hold, in mm: the finest stroke, the lowest capital, the lowest hanzi (whose strokes stand closer)."""

    stem_mm: Decimal
    capital_mm: Decimal
    hanzi_mm: Decimal


#: By Zone.method. The laser's spot is 25 µm; a brass die holds 80 µm before the foil bridges.
LIMITS = {
    "laser": Limits(Decimal("0.025"), Decimal("1.0"), Decimal("1.5")),
    "hot stamp": Limits(Decimal("0.080"), Decimal("2.0"), Decimal("3.0")),
}


@dataclass(frozen=True)
class Face:
    """A typeface.

    ``stem_em``: its finest stroke, ``height_em``: the height of its capitals (or of its hanzi), both in em and measured from
    the file (see `strokes`); a test measures them again. ``initials``: it sets one to three initials, perhaps in a ``frame``.
    """

    code: str
    name: str | Promise
    file: str
    stem_em: Decimal
    height_em: Decimal
    has_hanzi: bool = False
    initials: bool = False
    frame: str = ""

    @property
    def path(self) -> Path:
        return FOLDER / self.file

    def smallest_em_mm(self, method: str) -> Decimal:
        """Below this, its strokes or its letters fall under what the tool can hold. Rounded up to 0.01 mm."""
        limits = LIMITS[method]
        lowest = limits.hanzi_mm if self.has_hanzi else limits.capital_mm
        return Decimal(math.ceil(max(limits.stem_mm / self.stem_em, lowest / self.height_em) * 100)) / 100


FACES = {
    face.code: face
    for face in (
        Face("roman", _("Roman"), "cormorant.ttf", Decimal("0.0148"), Decimal("0.625")),
        Face("script", _("Script"), "pinyon.ttf", Decimal("0.0106"), Decimal("0.689")),
        Face("capitals", _("Capitals"), "capitals.ttf", Decimal("0.0330"), Decimal("0.700")),
        Face("kai", _("Kai"), "wenkai.ttf", Decimal("0.0232"), Decimal("0.896"), has_hanzi=True),
        Face("monogram", _("Monogram"), "monogram.ttf", Decimal("0.0179"), Decimal("0.625"), initials=True),
        Face(
            "monogram-circle",
            _("Monogram in a circle"),
            "monogram.ttf",
            Decimal("0.0179"),
            Decimal("0.625"),
            initials=True,
            frame="circle",
        ),
        Face(
            "monogram-lozenge",
            _("Monogram in a lozenge"),
            "monogram.ttf",
            Decimal("0.0179"),
            Decimal("0.625"),
            initials=True,
            frame="lozenge",
        ),
    )
}
#: Our signs are drawn this fine, and this high.
SIGN_STEM_EM, SIGN_HEIGHT_EM = Decimal("0.073"), Decimal(str(symbols.HEIGHT))


def smallest_em_mm(face: str, method: str) -> float:
    """The smallest size of a face, or of our signs, for a tool."""
    if face == SIGNS:
        limits = LIMITS[method]
        return float(max(limits.stem_mm / SIGN_STEM_EM, limits.capital_mm / SIGN_HEIGHT_EM))
    return float(FACES[face].smallest_em_mm(method))


#: Scripts a place may take. "latin" stands for all that is written with letters, figures and signs; "hanzi" for Han characters.
SCRIPTS = {"latin": _("letters and figures"), "hanzi": _("hanzi")}


def script_of(character: str) -> str:
    """The script a character counts to; figures, signs and spaces count to any and answer ""."""
    name = unicodedata.name(character, "")
    if name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY", "IDEOGRAPHIC", "FULLWIDTH")) and not character.isspace():
        return "hanzi"
    if not unicodedata.category(character).startswith("L"):
        return ""
    return "hanzi" if unicodedata.east_asian_width(character) in "WF" else "latin"  # kana and hangul stand in the same square


@dataclass(frozen=True)
class Loaded:
    """A face ready to shape and draw. Units are the font's, `upem` to the em; y grows upwards."""

    upem: int
    shaper: "uharfbuzz.Font"
    outlines: TTFont
    known: frozenset[int]
    version: str
    places_marks: bool


@cache
def loaded(code: str) -> Loaded:
    """Open a face once per process; faces of one file share it."""
    return _opened(FACES[code].file)


@cache
def _opened(file: str) -> Loaded:
    data = (FOLDER / file).read_bytes()
    face = uharfbuzz.Face(uharfbuzz.Blob(data))
    outlines = TTFont(FOLDER / file)
    return Loaded(
        upem=face.upem,
        shaper=uharfbuzz.Font(face),
        outlines=outlines,
        known=frozenset(outlines.getBestCmap()),
        version=hashlib.sha256(data).hexdigest(),
        places_marks="GPOS" in outlines
        and any(record.FeatureTag == "mark" for record in outlines["GPOS"].table.FeatureList.FeatureRecord),
    )


def version(code: str) -> str:
    """The SHA-256 of a face's file, or of our drawings."""
    return symbols.version() if code == SIGNS else loaded(code).version


def units(code: str) -> int:
    """Font units to the em."""
    return symbols.UPEM if code == SIGNS else loaded(code).upem


def usual_face(faces: Sequence[str], language: str) -> str:
    """The face a panel begins with: for Chinese the first that has hanzi, else the house's first."""
    with_hanzi = (code for code in faces if FACES[code].has_hanzi)
    return next(with_hanzi, faces[0]) if language.startswith("zh") else faces[0]


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


def outline(code: str, glyph_id: int) -> tuple[Segment, ...]:
    """The outline of one glyph of a face, or of one of our signs."""
    return symbols.outline(glyph_id) if code == SIGNS else _drawn(FACES[code].file, glyph_id)


@cache
def _drawn(file: str, glyph_id: int) -> tuple[Segment, ...]:
    face = _opened(file)
    with _reading:
        glyphs = face.outlines.getGlyphSet()
        pen = _Recorder(glyphs)
        glyphs[face.outlines.getGlyphName(glyph_id)].draw(pen)
    return tuple(pen.segments)
