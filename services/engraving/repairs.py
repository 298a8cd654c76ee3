"""What we offer when a text cannot be engraved as typed. Pure: every repair has been laid out before it is offered.

A repair is a proposal with its own text and face; nothing is applied but by the client's press. "Smaller" needs none: every text
is set as large as its place allows, down to what the tool can hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import regex

from services.foundation.refusal import Refusal

from . import monogram
from .area import Area
from .dates import date_forms
from .faces import FACES
from .inscription import fits, in_two_lines, lay_out, normalised
from .shaping import clusters

MOST_OFFERED = 4
#: The kind of repair a refusal's own proposal is.
_KINDS = {
    "hidden-character": "without-hidden",
    "symbol-unknown": "our-sign",
    "other-form": "usual-form",
    "marks-not-placed": "without-marks",
    "not-initials": "initials",
}
_DATE = regex.compile(r"\b(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4})\b|\b(\d{4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})\b")
_MONTHS = regex.compile(r"\b(\d{1,2})(?:er)?\s+(\p{L}+)\s+(\d{4})\b")


@dataclass(frozen=True)
class Repair:
    """A text and a face that can be engraved. ``kind``: without-hidden, our-sign, usual-form, without-marks, initials, one-line,
    fewer-lines, other-face, second-line, shorter."""

    kind: str
    text: str
    face: str


def repairs(typed: str, face: str, area: Area) -> list[Repair]:
    """Up to four repairs of a text that is refused, the nearest to what was typed first; none where it is not refused."""
    try:
        lay_out(typed, face=face, area=area)
        return []
    except Refusal as no:
        refusal = no
    found: dict[tuple[str, str], Repair] = {}
    for step in _steps(typed, face, area, refusal):
        for repair in step:
            if repair.text and (repair.text, repair.face) not in found and fits(repair.text, repair.face, area):
                found[repair.text, repair.face] = repair
            if len(found) == MOST_OFFERED:
                return list(found.values())
        if found and refusal.code in _KINDS and refusal.code != "not-initials":
            break  # the text itself was the trouble, and is mended
    return list(found.values())


def _steps(typed: str, face: str, area: Area, refusal: Refusal) -> Iterator[Iterable[Repair]]:
    """Groups of candidates, the nearest to what was typed first."""
    text, kind = normalised(typed), _KINDS.get(refusal.code, "")
    begun = [refusal.facts["repaired"]] if kind else [text]
    if kind:
        yield [Repair(kind, begun[0], face)]
    if refusal.code == "too-many-lines":
        begun = list(_fewer_lines(text, area.max_lines))
        yield [Repair("fewer-lines" if "\n" in joined else "one-line", joined, face) for joined in begun]
    broken = [in_two_lines(start, face, area) for start in begun] if kind or refusal.code == "too-long" else []
    yield [Repair("second-line", lines, face) for lines in broken if lines]
    others = [code for code in area.faces if code != face and not FACES[code].initials]
    as_typed = text if refusal.code == "not-initials" else begun[0]
    named = "other-face" if as_typed == text else kind or "one-line"
    yield [Repair(named, as_typed, code) for code in others]
    if refusal.code in ("too-long", "too-many-lines"):
        yield [Repair("shorter", shorter, face) for start in begun for shorter in shortened(start)]
        if not any(broken):
            yield [Repair("second-line", lines, code) for code in others if (lines := in_two_lines(text, code, area))]


def _fewer_lines(text: str, most: int) -> Iterator[str]:
    """Without empty lines, where that is enough; else the last lines joined, then all of them."""
    lines = [line for line in text.split("\n") if line]
    if len(lines) <= most:
        yield "\n".join(lines)
        return
    if most > 1:
        yield "\n".join([*lines[: most - 1], " ".join(lines[most - 1 :])])
    yield " ".join(lines)


def shortened(text: str) -> Iterator[str]:
    """Honest ways to say the same in less, from the least change to the most; never a cut."""
    less = regex.sub(r"[ \u00a0\u3000]{2,}", " ", text)
    if less != text:
        yield less
    joined = regex.sub(r"(?i)(?<=\S)\s+(?:and|et|und|y|e)\s+(?=\S)", " & ", less)
    if joined != less:
        yield joined
    dated = _shorter_date(joined)
    if dated != joined:
        yield dated
    for start in dict.fromkeys((less, joined, dated)):
        initialled = _given_names_as_initials(start)
        if initialled != start:
            yield initialled
    initials = monogram.initials_of(text)
    if len(clusters(initials)) > 1:
        yield ".".join(clusters(initials)) + "."


def _shorter_date(text: str) -> str:
    def short(day: date | None, as_typed: str) -> str:
        if day is None:
            return as_typed
        return dict(date_forms(day))["short"] if len(dict(date_forms(day))["short"]) < len(as_typed) else as_typed

    def figures(found: "regex.Match[str]") -> str:
        d, m, y, y2, m2, d2 = found.groups()
        return short(_day(y or y2, m or m2, d or d2), found.group())

    def words(found: "regex.Match[str]") -> str:
        d, name, y = found.groups()
        for month in range(1, 13):
            day = _day(y, month, d)
            if day and any(name.casefold() == form.split()[1].casefold() for _code, form in date_forms(day)[4:6]):
                return short(day, found.group())
        return found.group()

    return _MONTHS.sub(words, _DATE.sub(figures, text))


def _day(year: object, month: object, day: object) -> date | None:
    try:
        return date(int(str(year)), int(str(month)), int(str(day)))
    except ValueError:
        return None


def _given_names_as_initials(text: str) -> str:
    """In a line of two or more Latin words that all begin with a capital: every one but the last to its initial."""
    lines = []
    for line in text.split("\n"):
        words = line.split(" ")
        names = len(words) > 1 and all(regex.fullmatch(r"\p{Lu}[\p{L}\p{Mn}'’.-]*", word) for word in words)
        lines.append(" ".join([*(clusters(w)[0] + "." for w in words[:-1]), words[-1]]) if names else line)
    return "\n".join(lines)
