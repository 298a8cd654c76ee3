"""Measuring a face: its finest stroke and the height of its letters, from the file. For whoever adds one, and for the test.

The finest stroke is the width at which a letter comes apart: its ink is eaten away from all sides until one more bite would
sever it; twice the bite is the width of the thinnest stroke that holds two parts together (a serif's fine end does not count).
Letters differ, so a face is measured on a sample, and takes the tenth part from below: one letter in ten may be finer by a hair.
"""

from functools import cache

from .faces import FACES, SIGNS, loaded
from .outlines import ink
from .symbols import SYMBOLS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&"
#: Common, dense and traditional hanzi alike.
HANZI = "永爱愛國王玥鑫龘子之手与與偕老赢鷹鬱曦馨懿麗輝耀德福壽囍龍鳳蘭義薇瀚翼藝韻嘉慧婧繁霖"


@cache
def stem_em(code: str) -> float:
    """The finest stroke of a face, or of our signs, in em."""
    if code == SIGNS:
        return min(_severed_at(ink(SIGNS, number)) for number in range(len(SYMBOLS)))
    face = FACES[code]
    sample = HANZI if face.has_hanzi else LETTERS[:26] if face.initials else LETTERS
    widths = sorted(_severed_at(_glyph(code, letter)) for letter in sample)
    return widths[len(widths) // 10]


def height_em(code: str) -> float:
    """The height of a capital H, or of 永, in em."""
    _left, low, _right, high = _glyph(code, "永" if FACES[code].has_hanzi else "H").bounds
    return high - low


def _glyph(code: str, letter: str):
    face = loaded(code)
    return ink(code, face.outlines.getGlyphID(face.outlines.getBestCmap()[ord(letter)]))


def _severed_at(letter) -> float:
    parts = len(getattr(letter, "geoms", [letter]))
    low, high = 0.0, 0.5
    while high - low > 0.0002:
        middle = (low + high) / 2
        eaten = letter.buffer(-middle / 2)
        if not eaten.is_empty and len(getattr(eaten, "geoms", [eaten])) <= parts:
            low = middle
        else:
            high = middle
    return low
