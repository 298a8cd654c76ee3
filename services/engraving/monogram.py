"""Initials in the traditional arrangement: one alone, two side by side, of three the middle one larger; perhaps in a frame."""

import math

import regex

from . import symbols
from .faces import FACES, SIGNS
from .geometry import Block, Letter
from .outlines import hull
from .shaping import centred, clusters, ink_box, shaped

MOST_INITIALS = 3
#: The letters at the sides of three, to the middle one; air between letters, and between letters and frame, in em.
SIDES, AIR, FRAME_AIR = 0.66, 0.05, 0.12


def is_initials(text: str) -> bool:
    """One to three capitals of the Latin alphabet, with or without accents."""
    letters = clusters(text)
    return 0 < len(letters) <= MOST_INITIALS and all(regex.fullmatch(r"[\p{Lu}&&\p{Latin}]\p{Mn}*", c, regex.V1) for c in letters)


def initials_of(text: str) -> str:
    """The initials we propose for a text: the first letter of each word, at most three; "" where there are none."""
    words = regex.findall(r"\p{Latin}[\p{L}\p{Mn}'’]*", text)
    if len(words) == 1 and len(clusters(words[0])) <= MOST_INITIALS:
        found = words[0].upper()
    else:
        found = "".join(clusters(word)[0] for word in words[:MOST_INITIALS]).upper()
    return found if is_initials(found) else ""


def block(text: str, face: str) -> Block:
    """The arrangement of initials, around its centre, in em of the largest letter."""
    letters = clusters(text)
    sizes = [SIDES, 1.0, SIDES] if len(letters) == 3 else [1.0] * len(letters)
    middle = float(FACES[face].height_em) / 2
    x, line = 0.0, []
    for letter, size in zip(letters, sizes, strict=True):
        ((glyph, *_rest), *_marks), _advance = shaped(letter, face)
        alone = Letter(face, glyph, 0.0, 0.0, size, 0.0)
        left, _top, right, _bottom = ink_box([alone])
        start = x - left
        # The small letters stand on the middle of the large one.
        line.append(Letter(face, glyph, start, -middle * (1 - size), size, start + right / 2))
        x += right - left + AIR
    arranged = centred([line])
    return framed(arranged, FACES[face].frame) if FACES[face].frame else arranged


def framed(inner: Block, frame: str) -> Block:
    """The arrangement with a frame drawn round it, with even air."""
    points = [(s.x + x * s.size, s.y - y * s.size) for line in inner.lines for s in line for x, y in hull(s.face, s.glyph)]
    if frame == "circle":
        clear = max(math.hypot(x, y) for x, y in points) + FRAME_AIR
        radius = clear / (1 - symbols.FRAME_STROKE)
    else:
        clear = max(abs(x) + abs(y) for x, y in points) + FRAME_AIR * math.sqrt(2)
        radius = clear / (1 - symbols.FRAME_STROKE * math.sqrt(2))
    drawn = Letter(SIGNS, symbols.FRAMES[frame], 0.0, 0.0, radius, 0.0)
    return Block((*inner.lines, (drawn,)), 2 * radius, 2 * radius)
