"""The house's printer: a Typst template and its data become a PDF in the house's faces, colours and hand.

Faces come from the folders named here alone, never from the machine, so that the same paper leaves every machine. Every PDF is
tagged and carries its title and language (PDF/UA-1), so that it can be read aloud.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from . import print_faces
from .house import house

#: The hand that every paper shares: page, face, wordmark.
HAND = Path(__file__).with_name("hand.typ")
#: Countries that print on US Letter (CLDR, supplemental/measurementData: paperSize); all others on A4.
_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])


def paper_of(country: str) -> str:
    """The sheet of a country (ISO 3166-1), as Typst calls it."""
    return "us-letter" if country in _LETTER else "a4"


class DoesNotFit(Exception):
    """The template itself found that its words have no room (its `assert`)."""


def pdf(template: Path, data: Mapping[str, Any], *, title: str, language: str, paper: str = "") -> bytes:
    """Typeset a paper. The template finds `data`, and the hand's `house`, `sheet` and `wordmark`. Raises DoesNotFit."""
    return _set(template, data, title=title, language=language, paper=paper, format="pdf", pdf_standards=["ua-1"])


def svg(template: Path, data: Mapping[str, Any], *, title: str, language: str) -> bytes:
    """The same paper as a picture, of one page: what is looked at is what is printed. Raises DoesNotFit."""
    return _set(template, data, title=title, language=language, paper="", format="svg")


def families() -> list[str]:
    """The faces of every paper, the house's own first, as Typst calls them."""
    face = house().faces.get("print")
    return [*([face.family] if face else []), *print_faces.FAMILIES]


def _set(template: Path, data: Mapping[str, Any], *, title: str, language: str, paper: str, **how: Any) -> bytes:
    the_house = house()
    face = the_house.faces.get("print")
    colours = {name: the_house.colours[name] for name in ("ink", "muted", "accent_line", "hairline")}
    said = {
        "data": dict(data),
        "title": title,
        "language": "zh" if language == "zh-hans" else language,
        "paper": paper,
        "wordmark": the_house.wordmark,
        "faces": families(),
        "colours": colours,
    }
    try:
        return bytes(
            typst.compile(  # type: ignore[misc, call-overload, type-var]  # its stub forgets that a template may be bytes
                HAND.read_bytes() + template.read_bytes(),
                font_paths=[str(print_faces.FOLDER), *([str(face.file.parent)] if face else [])],
                ignore_system_fonts=True,
                sys_inputs={"said": _printable(json.dumps(said, ensure_ascii=False))},
                **how,
            )
        )
    except typst.TypstError as no:
        if "assertion failed" in str(no):
            raise DoesNotFit from no
        raise


def _printable(text: str) -> str:
    """The narrow no-break space of French amounts is in none of our faces; the no-break space is as good on paper."""
    return text.replace("\u202f", "\u00a0")
