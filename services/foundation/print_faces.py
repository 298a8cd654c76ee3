"""What the house's printer can set: the signs of the faces on card and slip. Pure."""

from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent / "faces"
#: The faces of `gifting/slip.typ`, in their order.
FACES = ("cormorant.ttf", "wenkai.ttf")


@cache
def _known() -> frozenset[int]:
    return frozenset(code for name in FACES for code in TTFont(FOLDER / name, lazy=True).getBestCmap())


def unprintable(text: str) -> list[str]:
    """The signs of a text that no face of the printer has, each once, in their order."""
    return [sign for sign in dict.fromkeys(text) if not sign.isspace() and ord(sign) not in _known()]
