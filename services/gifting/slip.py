"""The packing slip: a PDF without price, tax or total, in the house's hand."""

from dataclasses import asdict, dataclass
from pathlib import Path

from services.foundation import printing, scanning

_TEMPLATE = Path(__file__).with_name("slip.typ")


@dataclass(frozen=True)
class SlipLine:
    """One piece on the slip; the proofs of its engraving and of the lid of its box are SVG or empty."""

    title: str
    variant: str
    quantity: int
    engraving: str
    proof_svg: str
    card: str
    signed: str = ""
    lid: str = ""
    lid_svg: str = ""


@dataclass(frozen=True)
class Slip:
    """Everything on the slip. It has no field for money, so that none can slip in."""

    number: str
    title: str
    lines: tuple[SlipLine, ...]
    words: dict[str, str]
    language: str
    #: Which version of the order it says; the bench scans it.
    code: str


def pdf(slip: Slip) -> bytes:
    """Typeset the slip, A5."""
    return printing.pdf(
        _TEMPLATE, {**asdict(slip), "bars": scanning.code39(slip.code)}, title=slip.title, language=slip.language, paper="a5"
    )
