"""What a browser needs to draw an inscription itself, as the rules draw it: a face's letters, and a place.

The letters of a face are one table: for every unit (a letter, or a few that the face joins into one drawing) its glyphs and its
advance, and by how much HarfBuzz moves each unit beside each other one. Pairs whose drawing changes in another way are named, and
left to the server. Made once (`manage.py draw_letters`), because a typeface is never replaced; hanzi are sent as they are typed.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import uharfbuzz

from . import monogram, specimens, symbols
from .area import Area
from .faces import FACES, SIGNS, loaded, outline, script_of, smallest_em_mm, units, version
from .geometry import place
from .shaping import BESIDE, GAP, LINE_PITCH, SPACES, companion, middle_of

#: The letters sent at once: of the languages of Europe written in Latin letters, figures, and the signs beside them.
_RANGES = ((0x20, 0x17F), (0x218, 0x21B), (0x1E9E, 0x1E9E), (0x2010, 0x2044), (0x20AC, 0x20AC), (0x2116, 0x2122))
_KINDS = frozenset("LNPSZ")


def letters_of(face: str) -> list[str]:
    """The letters of a face that are sent at once; of a face for initials the capitals."""
    found = [chr(c) for first, last in _RANGES for c in range(first, last + 1) if c in loaded(face).known or chr(c) in SPACES]
    found.append("\u3000")
    if FACES[face].initials:
        return [c for c in found if unicodedata.category(c) == "Lu"]
    return [c for c in found if unicodedata.category(c)[0] in _KINDS and unicodedata.category(c) not in ("Zl", "Zp")]


def table_of(face: str) -> dict[str, Any]:
    """The table of a face. Integers are font units."""
    letters = letters_of(face)
    alone = {letter: _shape(face, letter) for letter in letters}
    usual = [letter for letter in letters if len(alone[letter]) == 1 and alone[letter][0][2:] == (0, 0)]
    joined, odd, moved = ({}, set(), {}) if FACES[face].initials else _pairs(face, usual, alone)
    everything: dict[str, list[tuple[int, int, int, int]]] = {letter: alone[letter] for letter in usual} | joined
    moved |= _beside_joined(face, usual, joined, alone, odd)
    lefts, rights, matrix = _in_classes(list(everything), moved)
    return {
        "face": face,
        "version": version(face),
        "upem": units(face),
        "middle": middle_of(face),
        "units": {
            unit: [sum(g[1] for g in glyphs), lefts[unit], rights[unit], *(part for g in _placed(glyphs) for part in g)]
            for unit, glyphs in everything.items()
        },
        "moved": matrix,
        "odd": sorted(odd),
        "glyphs": outlines(face, {g[0] for glyphs in everything.values() for g in glyphs}),
    }


def signs_table() -> dict[str, Any]:
    """Our signs and frames, and the characters that stand for them."""
    count = len(symbols.SYMBOLS) + len(symbols.FRAMES)
    return {
        "face": SIGNS,
        "version": version(SIGNS),
        "upem": symbols.UPEM,
        "typed": symbols.NUMBER,
        "advances": [symbols.advance(number) for number in range(len(symbols.SYMBOLS))],
        "frames": symbols.FRAMES,
        "glyphs": outlines(SIGNS, range(count)),
    }


def hanzi_table(face: str, characters: Iterable[str]) -> dict[str, Any]:
    """Hanzi of a face, one by one: [advance, 0, 0, glyph, 0, 0]; null for what the face does not have. None moves another."""
    found: dict[str, list[int] | None] = {}
    for character in characters:
        glyphs = _shape(face, character) if ord(character) in loaded(face).known else []
        found[character] = [glyphs[0][1], 0, 0, glyphs[0][0], 0, 0] if len(glyphs) == 1 and glyphs[0][2:] == (0, 0) else None
    return {"units": found, "glyphs": outlines(face, {unit[3] for unit in found.values() if unit})}


def outlines(face: str, glyphs: Iterable[int]) -> dict[str, str]:
    """Outlines in font units, written as SVG writes them; y grows upwards."""
    return {str(glyph): "".join(_written(outline(face, glyph))) for glyph in sorted(glyphs)}


def place_of(area: Area) -> dict[str, Any] | None:
    """A place as the browser measures in it, in mm; None where only the server can (along an arc)."""
    if area.arc:
        return None
    import shapely

    where = place(area)
    edge, away = specimens.outlines_of(area)
    parts = [[list(ring.coords)[:-1] for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(where.usable)]
    return {
        "mm": [str(area.width_mm), str(area.height_mm)],
        "lines": area.max_lines,
        "tall": where.tall_mm,
        "largest": float(area.largest_em_mm) if area.largest_em_mm is not None else None,
        "anchors": [[anchor.x, anchor.y] for anchor in where.anchors],
        "usable": parts,
        "isConvex": len(parts) == 1 and len(parts[0]) == 1 and where.usable.equals(where.usable.convex_hull),
        "smallest": {code: smallest_em_mm(code, area.method) for code in (*area.faces, SIGNS)},
        "beside": {code: companion(code, area.faces) for code in area.faces},
        "initials": {code: FACES[code].frame for code in area.faces if FACES[code].initials},
        "takesAll": set(area.scripts) >= {"latin", "hanzi"},
        "edge": edge,
        "away": away,
        "aspect": specimens.MOST_ASPECT,
    }


def rules() -> dict[str, Any]:
    """The numbers by which lines and initials are set."""
    return {
        "pitch": LINE_PITCH,
        "besideSize": BESIDE,
        "gap": GAP,
        "spaces": "".join(sorted(SPACES)),
        "sides": monogram.SIDES,
        "air": monogram.AIR,
        "frameAir": monogram.FRAME_AIR,
        "frameStroke": symbols.FRAME_STROKE,
    }


def written() -> dict[str, str]:
    """Every table that is kept as a file, by the file's name: one for each typeface (monograms share one), and our signs."""
    by_file = {FACES[code].file: code for code in reversed(FACES)}
    tables = {code: table_of(code) for code in by_file.values()} | {SIGNS: signs_table() | {"rules": rules()}}
    return {f"{name}.json": _as_json(table) for name, table in tables.items()}


def table_name(face: str) -> str:
    """The file in which a face's table is kept."""
    return next(code for code in FACES if FACES[code].file == FACES[face].file) + ".json"


def _as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _shape(face: str, text: str) -> list[tuple[int, int, int, int]]:
    """Glyph, advance and offsets, set as within a word of Latin letters."""
    return [glyph[:4] for glyph in _clustered(face, text)]


def _clustered(face: str, text: str, script: str = "Latn") -> list[tuple[int, int, int, int, int]]:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    if script and not any(script_of(c) == "hanzi" for c in text):
        buffer.script = script
    buffer.guess_segment_properties()
    uharfbuzz.shape(loaded(face).shaper, buffer, {"kern": True, "liga": True})
    return [
        (info.codepoint, at.x_advance, at.x_offset, at.y_offset, info.cluster)
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]


def _placed(glyphs: Sequence[tuple[int, int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Each glyph of a unit with where it stands from the unit's beginning."""
    x = 0
    for glyph, advance, dx, dy in glyphs:
        yield glyph, x + dx, dy
        x += advance


Alone = dict[str, list[tuple[int, int, int, int]]]


def _pairs(face: str, letters: list[str], alone: Alone) -> tuple[Alone, set[str], dict[tuple[str, str], int]]:
    """Units of several letters; pairs left to the server; and how far the second of each other pair is moved."""
    joined: Alone = {}
    odd: set[str] = set()
    moved: dict[tuple[str, str], int] = {}
    for first in letters:
        run = "".join(first + second for second in letters)
        by_cluster: dict[int, list[tuple[int, int, int, int]]] = {}
        for *glyph, cluster in _clustered(face, run):
            by_cluster.setdefault(cluster, []).append(tuple(glyph))  # type: ignore[arg-type]
        for n, second in enumerate(letters):
            here, there = by_cluster.get(2 * n, []), by_cluster.get(2 * n + 1, [])
            plain = len(here) == len(there) == 1 and (here[0][0], there[0][0]) == (alone[first][0][0], alone[second][0][0])
            if plain and here[0][2:] == there[0][2:] == (0, 0):
                if shift := here[0][1] - alone[first][0][1]:
                    moved[first, second] = shift
                continue
            pair = _shape(face, first + second)  # by itself: its neighbours in the run may have had a say
            as_alone = [g[0] for g in pair] == [alone[first][0][0], alone[second][0][0]]
            if as_alone and all(g[2:] == (0, 0) for g in pair) and pair[1][1] == alone[second][0][1]:
                if shift := pair[0][1] - alone[first][0][1]:
                    moved[first, second] = shift
            elif first + second in _JOINED and len(pair) == 1:
                joined[first + second] = pair
            else:
                odd.add(first + second)
    return joined, odd, moved


#: Ligatures worth a unit of their own; rarer ones are left to the server.
_JOINED = frozenset(a + b for a, b in product("fT", "fhijltb")) | {"gg", "tt", "TT", "RR", "Qu"}


def _beside_joined(face: str, letters: list[str], joined: Alone, alone: Alone, odd: set[str]) -> dict[tuple[str, str], int]:
    """How letters stand beside units of several; where more than the advance changes, the pair is odd."""
    moved: dict[tuple[str, str], int] = {}
    both = [(a, b) for a in joined for b in (*letters, *joined)] + [(a, b) for a in letters for b in joined]
    known = alone | joined
    for first, second in both:
        pair, apart = _shape(face, first + second), [*known[first], *known[second]]
        same = [g[0] for g in pair] == [g[0] for g in apart] and all(g[2:] == (0, 0) for g in pair)
        if not same or pair[1][1] != apart[1][1]:
            odd.add(first + second)
        elif shift := pair[0][1] - apart[0][1]:
            moved[first, second] = shift
    return moved


def _in_classes(every: list[str], moved: dict[tuple[str, str], int]) -> tuple[dict[str, int], dict[str, int], list[list[int]]]:
    """The same, with units that move alike in one class: a class to the left and one to the right for each, and a matrix."""
    rows = {first: tuple(moved.get((first, second), 0) for second in every) for first in every}
    columns = {second: tuple(moved.get((first, second), 0) for first in every) for second in every}
    row_class = {row: n for n, row in enumerate(dict.fromkeys(rows.values()))}
    column_class = {column: n for n, column in enumerate(dict.fromkeys(columns.values()))}
    lefts = {unit: row_class[rows[unit]] for unit in every}
    rights = {unit: column_class[columns[unit]] for unit in every}
    matrix = [[0] * len(column_class) for _row in row_class]
    for (first, second), shift in moved.items():
        matrix[lefts[first]][rights[second]] = shift
    return lefts, rights, matrix


def _written(segments: Iterable[symbols.Segment]) -> Iterator[str]:
    for step, points in segments:
        yield step + " ".join(f"{_short(x)} {_short(y)}" for x, y in points)


def _short(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") if number != int(number) else str(int(number))
