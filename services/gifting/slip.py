"""The packing slip: a PDF without price, tax or total. Set by typst, which sets hanzi well."""

from dataclasses import dataclass
from pathlib import Path

import typst

FACES = Path(__file__).resolve().parent.parent / "foundation" / "faces"
_TEMPLATE = Path(__file__).with_name("slip.typ")


@dataclass(frozen=True)
class SlipLine:
    """One piece on the slip; proof is the engraving's SVG or empty."""

    title: str
    variant: str
    quantity: int
    engraving: str
    proof_svg: str
    card: str


@dataclass(frozen=True)
class Slip:
    """Everything on the slip. It has no field for money, so that none can slip in.

    ``colours``: ink, muted and line as #RRGGBB. ``face``: the family of the house's own print face, from ``faces_folder``.
    """

    house: str
    number: str
    lines: tuple[SlipLine, ...]
    words: dict[str, str]
    language: str
    colours: dict[str, str]
    face: str = ""
    faces_folder: str = ""


def pdf(slip: Slip) -> bytes:
    """Typeset the slip, A5."""
    import json
    from dataclasses import asdict

    return bytes(
        typst.compile(  # type: ignore[misc]  # its stub forgets that a template may be bytes
            _TEMPLATE.read_bytes(),
            font_paths=[str(FACES), *([slip.faces_folder] if slip.face else [])],
            ignore_system_fonts=True,
            sys_inputs={"slip": json.dumps(asdict(slip))},
        )
    )
