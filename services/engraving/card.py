"""The bench card: one job on A5, its proof at true size, in the house's hand. It lies with the piece; its code opens the job."""

import io
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

import segno

from services.foundation import print_faces, printing

_TEMPLATE = Path(__file__).with_name("card.typ")
#: What a sheet of A5 leaves between its margins, and of A4 turned on its side, for a place that is longer, in mm.
ACROSS_MM, ACROSS_WIDE_MM = 128, 277


@dataclass(frozen=True)
class Row:
    """A word and what stands beside it."""

    word: str
    said: str


@dataclass(frozen=True)
class Card:
    """Everything on one card. It has no field for money. ``letters``: the lines of the text, sign by sign; measures in mm."""

    code: str
    number: str
    piece: str
    variant: str
    promise: str
    rows: list[Row]
    text: str
    letters: list[list[str]]
    proof_svg: str
    width_mm: float
    height_mm: float
    sha256: str
    qr_svg: str = field(init=False)
    times: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "qr_svg", qr(self.code))
        across = ACROSS_WIDE_MM if self.is_wide else ACROSS_MM
        larger = min(across / self.width_mm, 34 / self.height_mm, 8)
        object.__setattr__(self, "times", max(1.0, math.floor(larger * 10) / 10))
        object.__setattr__(self, "letters", [[_printed(sign) for sign in line] for line in self.letters])

    @property
    def is_wide(self) -> bool:
        return self.width_mm > ACROSS_MM


def _printed(sign: str) -> str:
    """A sign that no face of the printer has is named by its number: the proof shows it, and the card must not be silent."""
    return f"U+{ord(sign[0]):04X}" if print_faces.unprintable(sign) else sign


def qr(code: str) -> str:
    """The code as a QR symbol that a scanner types (ISO/IEC 18004, error correction Q: a card is handled)."""
    drawn = io.BytesIO()
    segno.make_qr(code, error="q").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()


def pdf(cards: list[Card], *, title: str, words: dict[str, str], language: str) -> bytes:
    """One sheet a card, all on the same paper."""
    paper = "a4" if any(card.is_wide for card in cards) else "a5"
    data = {"cards": [asdict(card) for card in cards], "words": words, "wide": paper == "a4"}
    return printing.pdf(_TEMPLATE, data, title=title, language=language, paper=paper)
