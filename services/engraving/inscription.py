"""The rules of an inscription, pure: what may be engraved, how large it becomes, where each glyph stands. Millimetres throughout.

Sources: Unicode normalisation (UAX #15), grapheme clusters (UAX #29), emoji (UTS #51), control classes (UCD); true advance widths
with kerning by HarfBuzz; containment by polygons. A change here is a new RULES_VERSION, and the rules before it stay where proofs
were made by them (see `proving`).
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from . import monogram, symbols
from .area import Area
from .breaking import in_two
from .faces import FACES, SIGNS, loaded, script_of, smallest_em_mm
from .geometry import EM_STEP, Block, largest, place, position
from .refusals import (
    Empty,
    GlyphMissing,
    HiddenCharacter,
    MarksNotPlaced,
    NotInitials,
    OtherForm,
    ScriptNotTaken,
    SymbolUnknown,
    TooLong,
    TooManyLines,
)
from .shaping import SPACES, block, clusters, companion, face_for, has, places_marks, set_line

__all__ = ["Area", "Layout", "Placed", "lay_out", "normalised", "RULES_VERSION"]

RULES_VERSION = "2026.2"
MOST_CHARACTERS = 200  # nobody's ring takes more; keeps shaping cheap
#: Unicode categories that leave no mark: control, format (bidi, zero width), surrogate, private, unassigned, separators.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_FILLERS = {0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x034F, 0x2800, 0x180B, 0x180C, 0x180D, 0x1D159}
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
#: Other characters that begin a line: the repair begins one.
_LINE_ENDS = frozenset("\v\f\x85\u2028\u2029")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u20e3")


@dataclass(frozen=True)
class Placed:
    """One glyph: its face and id, where its origin stands in mm from the plane's upper left corner, its em, its turn.

    ``turn``: radians clockwise.
    """

    glyph: int
    x: float
    y: float
    face: str
    size_mm: float
    turn: float = 0.0


@dataclass(frozen=True)
class Layout:
    """A text that can be engraved: NFC text, face, em size in mm, glyphs, and how much of the room in its line it fills.

    ``told``: what the client should be told although nothing looks different: "composed" (letters and their accents became one
    character each), "trimmed" (spaces at the ends of lines), "companion" (hanzi are set in the place's face for them).
    """

    text: str
    face: str
    em_mm: Decimal
    glyphs: tuple[Placed, ...]
    percent: int
    area: Area
    told: tuple[str, ...] = ()

    @property
    def faces(self) -> tuple[str, ...]:
        """Every face its glyphs are taken from, sorted."""
        return tuple(sorted({placed.face for placed in self.glyphs}))


def normalised(typed: str) -> str:
    """NFC, with line ends as one newline and blank edges off; nothing else is changed, ever."""
    text = unicodedata.normalize("NFC", _one_newline(typed))
    return "\n".join(line.strip(" \t\u3000") for line in text.strip().split("\n"))


def _one_newline(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n")


def lay_out(typed: str, *, face: str, area: Area) -> Layout:
    """Check a text and set it as large as the area allows. Raises one of this craft's refusals."""
    text = normalised(typed)
    if not text:
        raise Empty()
    if len(text) > MOST_CHARACTERS:
        raise TooLong(percent=math.ceil(100 * len(text) / MOST_CHARACTERS), faces=[], second_line=False)
    _refuse_unknown_signs(text)
    _refuse_hidden(text)
    _refuse_other_forms(typed)
    lines = text.split("\n")
    if len(lines) > area.max_lines:
        raise TooManyLines(lines=len(lines), allowed=area.max_lines)
    foreign = sorted({c for c in text if script_of(c) and script_of(c) not in area.scripts and c not in symbols.NUMBER})
    if foreign:
        raise ScriptNotTaken(characters=foreign, scripts=area.scripts)
    if FACES[face].initials and not monogram.is_initials(text):
        raise NotInitials(repaired=monogram.initials_of(text))
    _refuse_marks(text, face, area.faces)
    missing = missing_in(text, face, area.faces)
    if missing:
        able = [f for f in area.faces if not FACES[f].initials and not missing_in(text, f, area.faces)]
        raise GlyphMissing(characters=missing, face=face, faces=able)
    return _set(text, face, area, _told(typed, text, face, area))


def missing_in(text: str, face: str, faces: Sequence[str]) -> list[str]:
    """The characters that neither a face nor its companion has."""
    beside = companion(face, faces)
    lacking = [c for c in clusters(text) if c != "\n" and face_for(c, face, beside) is None]
    return sorted({c for cluster in lacking for c in cluster if ord(c) not in loaded(face).known and c not in SPACES})


def fits(text: str, face: str, area: Area) -> bool:
    """Whether ``lay_out`` would say yes."""
    try:
        return bool(lay_out(text, face=face, area=area))
    except (Empty, GlyphMissing, HiddenCharacter, MarksNotPlaced, NotInitials, OtherForm, ScriptNotTaken, SymbolUnknown, TooLong):
        return False
    except TooManyLines:
        return False


def _set(text: str, face: str, area: Area, told: tuple[str, ...]) -> Layout:
    found, smallest, cap, where = _sized(text, face, area)
    em, anchor, arranged = found
    if em < smallest - 1e-9:
        lines = text.split("\n")
        others = [f for f in area.faces if f != face and not FACES[f].initials and _fits_in(text, f, area)]
        raise TooLong(
            percent=max(101, math.ceil(100 * smallest / em)) if em else 999,
            faces=others,
            second_line=len(lines) < area.max_lines and in_two_lines(text, face, area) is not None,
            too_tall=not FACES[face].initials and (cap < smallest or arranged.height * smallest > where.tall_mm),
        )
    placed = []
    for line in arranged.lines:
        for letter in line:
            x, y, turn = position(letter, area, anchor, em)
            placed.append(Placed(letter.glyph, x, y, letter.face, letter.size * em, turn))
    percent = min(100, round(100 * arranged.width * em / anchor.span_mm)) if anchor.span_mm else 100
    return Layout(text, face, Decimal(f"{em:.3f}"), tuple(placed), percent, area, told)


def _sized(text: str, face: str, area: Area):
    """Size, anchor and block; the smallest size allowed, the largest, and the place."""
    arranged = arrange(text, face, area)
    where = place(area)
    rows = 1 if FACES[face].initials else len(arranged.lines)
    cap = where.tall_mm / rows  # a single dot must not become a letter's height
    if area.largest_em_mm is not None:
        cap = min(cap, float(area.largest_em_mm))
    cap = math.floor(cap / EM_STEP + 1e-9) * EM_STEP
    letters = [letter for line in arranged.lines for letter in line]
    limits = [smallest_em_mm(s.face, area.method) / s.size for s in letters if not _is_frame(s)]
    smallest = max(limits, default=float(FACES[face].smallest_em_mm(area.method)))
    em, anchor = largest(arranged, where, cap=cap)
    return (em, anchor, arranged), smallest, cap, where


def _is_frame(letter) -> bool:
    return letter.face == SIGNS and letter.glyph >= len(symbols.SYMBOLS)


def arrange(text: str, face: str, area: Area) -> Block:
    """The text as a block in em: lines, or initials in their arrangement."""
    if FACES[face].initials:
        return monogram.block(text, face)
    return block(text.split("\n"), face, companion(face, area.faces))


def _fits_in(text: str, face: str, area: Area) -> bool:
    """Whether a text that has passed the checks fits in another face."""
    if missing_in(text, face, area.faces) or _unplaced(text, face, area.faces):
        return False
    (em, _anchor, _block), smallest, _cap, _where = _sized(text, face, area)
    return em >= smallest - 1e-9


def in_two_lines(text: str, face: str, area: Area) -> str | None:
    """The text with its longest line broken in two, where it then fits; else None."""
    lines = text.split("\n")
    if len(lines) >= area.max_lines or FACES[face].initials:
        return None
    beside = companion(face, area.faces)

    def width(line: str) -> float:
        return max((s.middle for s in set_line(line, face, beside)), default=0.0)

    longest = max(range(len(lines)), key=lambda n: width(lines[n]))
    halves = in_two(lines[longest], width)
    if halves is None:
        return None
    broken = "\n".join([*lines[:longest], *halves, *lines[longest + 1 :]])
    return broken if _fits_in(broken, face, area) else None


def _told(typed: str, text: str, face: str, area: Area) -> tuple[str, ...]:
    told = []
    plain = _one_newline(typed)
    if unicodedata.normalize("NFC", plain) != plain:
        told.append("composed")
    if unicodedata.normalize("NFC", plain) != text:
        told.append("trimmed")
    beside = companion(face, area.faces)
    if beside and any(face_for(c, face, beside) == beside for c in clusters(text) if c != "\n"):
        told.append("companion")
    return tuple(told)


def _refuse_unknown_signs(text: str) -> None:
    """Emoji outside our set are named whole, with everything that belongs to their cluster."""
    for cluster in clusters(text):
        if symbols.symbol_of(cluster) is not None or not _EMOJI.search(cluster):
            continue
        # A sign that is plain text by itself (©, ™, №, a black square) is a matter of the face.
        if len(cluster) == 1 and not regex.match(r"\p{Emoji_Presentation}", cluster) and _some_face_has(cluster):
            continue
        raise SymbolUnknown(cluster=cluster, repaired=_with_ours(text), symbols=[s.typed[0] for s in symbols.SYMBOLS])


def _some_face_has(character: str) -> bool:
    return any(ord(character) in loaded(code).known for code in FACES)


def _with_ours(text: str) -> str:
    """The text with unknown signs replaced by the nearest of ours, or left out."""
    kept = []
    for cluster in clusters(text):
        unknown = symbols.symbol_of(cluster) is None and _EMOJI.search(cluster)
        plain = len(cluster) == 1 and not regex.match(r"\p{Emoji_Presentation}", cluster) and _some_face_has(cluster)
        if unknown and not plain:
            kept.append(symbols.near(cluster))
        elif cluster != " " or not kept or kept[-1]:  # a sign that goes takes the space behind it along
            kept.append(cluster)
    return normalised("".join(kept))


def _is_hidden(character: str) -> bool:
    return (
        (unicodedata.category(character) in _INVISIBLE and character != "\n")
        or (unicodedata.category(character) == "Zs" and character not in SPACES)
        or ord(character) in _FILLERS
        or any(ord(character) in selectors for selectors in _SELECTORS)
    )


def _refuse_hidden(text: str) -> None:
    place_in_text = 0
    for cluster in clusters(text):
        if symbols.symbol_of(cluster) is None:
            for offset, character in enumerate(cluster, 1):
                if _is_hidden(character):
                    name = unicodedata.name(character, f"U+{ord(character):04X}").capitalize()
                    raise HiddenCharacter(name=name, place=place_in_text + offset, repaired=without_hidden(text))
        place_in_text += len(cluster)


def without_hidden(text: str) -> str:
    """The repair we offer: the text without anything invisible; what begins a line or is a space becomes the ordinary one."""

    def kept(character: str) -> str:
        if character in _LINE_ENDS:
            return "\n"
        if unicodedata.category(character) == "Zs" or character == "\t":
            return character if character in SPACES else " "
        return "" if _is_hidden(character) else character

    parts = (c if symbols.symbol_of(c) is not None else "".join(map(kept, c)) for c in clusters(text))
    return normalised("".join(parts))


def _refuse_other_forms(typed: str) -> None:
    """NFC replaces a compatibility hanzi by the unified one, which may look otherwise: the client decides, not we."""
    changed = [c for c in typed if _is_compatible_hanzi(c) and unicodedata.normalize("NFC", c) != c]
    if changed:
        repaired = normalised(typed)
        raise OtherForm(characters=changed, forms=[unicodedata.normalize("NFC", c) for c in changed], repaired=repaired)


def _is_compatible_hanzi(character: str) -> bool:
    return 0xF900 <= ord(character) <= 0xFAFF or 0x2F800 <= ord(character) <= 0x2FA1F


def _refuse_marks(text: str, face: str, faces: Sequence[str]) -> None:
    unplaced = _unplaced(text, face, faces)
    if unplaced:
        kept = [_with_one_mark(c, face) if c in unplaced else c for c in clusters(text)]
        raise MarksNotPlaced(clusters=unplaced, repaired=normalised("".join(kept)))


def _with_one_mark(cluster: str, face: str) -> str:
    """The letter of a cluster with the first of its marks that makes a letter the face has; else without any."""
    letter, marks = _taken_apart(cluster)
    composed = (unicodedata.normalize("NFC", letter + mark) for mark in marks)
    return next((c for c in composed if len(c) == 1 and has(c, face)), letter)


def _taken_apart(cluster: str) -> tuple[str, list[str]]:
    parts = unicodedata.normalize("NFD", cluster)
    return "".join(c for c in parts if not _is_mark(c)), [c for c in parts if _is_mark(c)]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _unplaced(text: str, face: str, faces: Sequence[str]) -> list[str]:
    """Clusters whose combining marks a face cannot place: more than one after composing, none to stand on, or no anchor.

    A cluster whose very letter is missing is a matter of the face, not of its marks.
    """
    found, beside = [], companion(face, faces)
    for cluster in clusters(text):
        marks = [c for c in cluster if _is_mark(c)]
        letter, _all_marks = _taken_apart(cluster)
        if not marks or symbols.symbol_of(cluster) is not None or (letter and face_for(letter, face, beside) is None):
            continue
        if len(marks) > 1 or len(marks) == len(cluster) or not (has(cluster, face) and places_marks(cluster, face)):
            found.append(cluster)
    return found
