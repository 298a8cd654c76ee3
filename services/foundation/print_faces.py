"""What the house's printer can set: the signs of the faces of its papers, the house's own among them."""

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from .house import house

FOLDER = Path(__file__).resolve().parent / "faces"
#: The faces of every paper, in their order, and what Typst calls their families.
FACES = ("cormorant.ttf", "wenkai.ttf")
FAMILIES = ("Cormorant Garamond", "LXGW WenKai")
#: What Typst calls the face of handwriting, which a card may be set in.
SCRIPT, KAI = "Pinyon Script", "LXGW WenKai"


@cache
def _known(own: Path | None) -> frozenset[int]:
    files = [FOLDER / name for name in FACES] + ([own] if own else [])
    return frozenset(code for file in files for code in TTFont(file, lazy=True).getBestCmap())


def unprintable(text: str) -> list[str]:
    """The signs of a text that no face of the printer has, each once, in their order."""
    own = house().faces.get("print")
    known = _known(own.file if own else None)
    return [sign for sign in dict.fromkeys(text) if not sign.isspace() and ord(sign) not in known]
