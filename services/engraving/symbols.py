"""The small signs we drew ourselves, as outlines, and the characters a client may type for them.

Units are those of the faces: a thousand to the em, y grows upwards, the height of a capital. Curves are cubic, so that a laser
follows a heart and not a polygon. A new drawing is a new version: see `faces.loaded("symbols").version`.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Point = tuple[float, float]
#: A drawn step: ("M"|"L"|"Q"|"C"|"Z", points in font units).
Segment = tuple[str, tuple[Point, ...]]

UPEM = 1000
#: The height to which a sign is drawn, and the air beside it, in em.
HEIGHT, AIR = 0.64, 0.06


@dataclass(frozen=True)
class Symbol:
    """``typed``: the characters that stand for it; the first is the one we offer."""

    code: str
    name: str | Promise
    typed: tuple[str, ...]


SYMBOLS = (
    Symbol("heart", _("heart"), ("♥", "❤")),
    Symbol("open-heart", _("open heart"), ("♡",)),
    Symbol("star", _("star"), ("★", "⭐")),
    Symbol("crescent", _("crescent moon"), ("☾", "☽", "🌙")),
    Symbol("sun", _("sun"), ("☀",)),
    Symbol("infinity", _("infinity"), ("∞", "♾")),
    Symbol("clover", _("four-leaf clover"), ("🍀",)),
    Symbol("flower", _("flower"), ("✿", "🌸")),
    Symbol("note", _("musical note"), ("♪", "🎵")),
    Symbol("ring", _("ring"), ("💍",)),
    Symbol("paw", _("paw"), ("🐾",)),
)
NUMBER = {typed: number for number, symbol in enumerate(SYMBOLS) for typed in symbol.typed}
#: Signs near one of ours; the repair offers ours, the text is never changed by itself.
NEAR = {
    **dict.fromkeys("💛💚💙💜🖤🤍🤎🧡🩷🩵🩶💕💖💗💓💞💘💝💟❣", "♥"),
    **dict.fromkeys("☆✨🌟⋆✩✰", "★"),
    **dict.fromkeys("🌛🌜🌝", "☾"),
    **dict.fromkeys("🌞☼", "☀"),
    **dict.fromkeys("☘", "🍀"),
    **dict.fromkeys("🌷🌹🌺🌼🌻💐❀", "✿"),
    **dict.fromkeys("♫🎶♩♬", "♪"),
    **dict.fromkeys("🐶🐱🐕🐈", "🐾"),
}
#: Frames around a monogram; glyph numbers after the symbols', drawn to an outer radius of one em around the origin.
FRAMES = {"circle": len(SYMBOLS), "lozenge": len(SYMBOLS) + 1}
FRAME_STROKE = 0.05


def symbol_of(cluster: str) -> int | None:
    """The number of the sign a grapheme cluster stands for; a selector of text or picture form behind it changes nothing."""
    return NUMBER.get(cluster.rstrip("\ufe0e\ufe0f"))


def near(cluster: str) -> str:
    """One of our signs near a cluster, or ""."""
    return next((NEAR[c] for c in cluster if c in NEAR), "")


@cache
def outline(number: int) -> tuple[Segment, ...]:
    """The drawing of a sign or frame."""
    if number == FRAMES["circle"]:
        return (*_circle(0, 0, 1000), *_circle(0, 0, 1000 * (1 - FRAME_STROKE), hole=True))
    if number == FRAMES["lozenge"]:
        inner = 1000 * (1 - FRAME_STROKE * math.sqrt(2))
        return (
            *_polygon([(1000, 0), (0, 1000), (-1000, 0), (0, -1000)]),
            *_polygon([(inner, 0), (0, -inner), (-inner, 0), (0, inner)]),
        )
    return _set_upright(_DRAWN[SYMBOLS[number].code]())


@cache
def advance(number: int) -> float:
    """How far the next letter stands, in em."""
    xs = [x for _step, points in outline(number) for x, _y in points]
    return (max(xs) / UPEM) + AIR


@cache
def version() -> str:
    """SHA-256 over all drawings, as a file's would be."""
    drawn = [outline(n) for n in range(len(SYMBOLS) + len(FRAMES))]
    return hashlib.sha256(
        repr([[(s, [(round(x, 3), round(y, 3)) for x, y in p]) for s, p in d] for d in drawn]).encode()
    ).hexdigest()


def _set_upright(drawn: Iterable[Segment]) -> tuple[Segment, ...]:
    """Scaled to the height of a capital, standing on the baseline, with air on its left."""
    drawn = tuple(drawn)
    points = [p for _step, ps in drawn for p in ps]
    left, low = min(x for x, _y in points), min(y for _x, y in points)
    scale = HEIGHT * UPEM / (max(y for _x, y in points) - low)
    return tuple((s, tuple(((x - left) * scale + AIR * UPEM, (y - low) * scale) for x, y in ps)) for s, ps in drawn)


def _polygon(points: Iterable[Point]) -> tuple[Segment, ...]:
    first, *rest = points
    return (("M", (first,)), *(("L", (p,)) for p in rest), ("Z", ()))


def _arc(cx: float, cy: float, r: float, start: float, end: float) -> list[Segment]:
    """Cubic steps along a circle from one angle to another, in degrees, anticlockwise when end > start."""
    parts = max(1, math.ceil(abs(end - start) / 90))
    step = math.radians((end - start) / parts)
    pull = 4 / 3 * math.tan(step / 4) * r
    drawn: list[Segment] = []
    for n in range(parts):
        a, b = math.radians(start) + n * step, math.radians(start) + (n + 1) * step
        ax, ay, bx, by = cx + r * math.cos(a), cy + r * math.sin(a), cx + r * math.cos(b), cy + r * math.sin(b)
        first, second = (ax - pull * math.sin(a), ay + pull * math.cos(a)), (bx + pull * math.sin(b), by - pull * math.cos(b))
        drawn.append(("C", (first, second, (bx, by))))
    return drawn


def _circle(cx: float, cy: float, r: float, *, hole: bool = False) -> tuple[Segment, ...]:
    turn = -360 if hole else 360
    return (("M", ((cx + r, cy),)), *_arc(cx, cy, r, 0, turn), ("Z", ()))


def _moved(
    drawn: Iterable[Segment], *, dx: float = 0, dy: float = 0, scale: Point = (1, 1), turn: float = 0
) -> tuple[Segment, ...]:
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def move(p: Point) -> Point:
        x, y = p[0] * scale[0], p[1] * scale[1]
        return x * cos - y * sin + dx, x * sin + y * cos + dy

    return tuple((s, tuple(move(p) for p in ps)) for s, ps in drawn)


def _heart() -> tuple[Segment, ...]:
    """Point at the origin, lobes upwards; drawn anticlockwise."""
    right: list[Segment] = [("C", ((200, 170), (500, 420), (500, 690))), ("C", ((500, 860), (380, 960), (250, 960)))]
    right.append(("C", ((140, 960), (50, 900), (0, 800))))
    left: list[Segment] = [("C", ((-50, 900), (-140, 960), (-250, 960))), ("C", ((-380, 960), (-500, 860), (-500, 690)))]
    left.append(("C", ((-500, 420), (-200, 170), (0, 0))))
    return (("M", ((0, 0),)), *right, *left, ("Z", ()))


def _backwards(drawn: Iterable[Segment]) -> tuple[Segment, ...]:
    """One closed contour run the other way: a hole."""
    points = [p for _step, ps in drawn for p in ps]
    points.reverse()
    cubic = [("C", tuple(points[i : i + 3])) for i in range(1, len(points) - 1, 3)]
    return (("M", (points[0],)), *cubic, ("Z", ()))


def _open_heart() -> tuple[Segment, ...]:
    return (*_heart(), *_backwards(_moved(_heart(), scale=(0.74, 0.74), dy=150)))


def _star() -> tuple[Segment, ...]:
    spoke = [(500 if n % 2 == 0 else 200, math.radians(90 + 36 * n)) for n in range(10)]
    return _polygon((r * math.cos(a), r * math.sin(a)) for r, a in spoke)


def _crescent() -> tuple[Segment, ...]:
    """A disc with a smaller disc bitten out of its right; the horns end where the two circles meet."""
    big, small, away = 500.0, 410.0, 200.0
    x = (big**2 - small**2 + away**2) / (2 * away)
    y = math.sqrt(big**2 - x**2)
    horn, bite = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(y, x - away))
    return (("M", ((x, y),)), *_arc(0, 0, big, horn, 360 - horn), *_arc(away, 0, small, 360 - bite, bite), ("Z", ()))


def _sun() -> tuple[Segment, ...]:
    ray = _polygon([(330, -75), (500, 0), (330, 75)])
    rays = (step for n in range(8) for step in _moved(ray, turn=45 * n))
    return (*_circle(0, 0, 260), *rays)


def _infinity() -> tuple[Segment, ...]:
    """The stroke of a figure eight (Gerono's), as its two parallel curves: where both turn about a point, it is empty."""
    half, steps = 62, 96
    right, left = [], []
    for n in range(steps):
        t = 2 * math.pi * n / steps
        x, y, dx, dy = 560 * math.cos(t), 560 * 1.05 * math.sin(t) * math.cos(t), -math.sin(t), 1.05 * math.cos(2 * t)
        length = math.hypot(dx, dy)
        right.append((x + half * dy / length, y - half * dx / length))
        left.append((x - half * dy / length, y + half * dx / length))
    return (*_polygon(right), *_polygon(reversed(left)))


def _clover() -> tuple[Segment, ...]:
    leaf = _moved(_heart(), scale=(0.52, 0.48), dy=22)
    leaves = (step for n in range(4) for step in _moved(leaf, turn=45 + 90 * n))
    stem: tuple[Segment, ...] = (
        ("M", ((-75, -60),)),
        ("C", ((-75, -260), (-20, -430), (80, -590))),
        ("L", ((200, -500),)),
        ("C", ((115, -380), (75, -250), (75, -60))),
        ("Z", ()),
    )
    return (*leaves, *stem, *_circle(0, 0, 100))  # the leaves meet in their points: a button holds them together


def _flower() -> tuple[Segment, ...]:
    petal = _moved(_circle(0, 0, 165), scale=(0.9, 1.15), dy=285)
    petals = (step for n in range(5) for step in _moved(petal, turn=72 * n))
    return (*petals, *_circle(0, 0, 80))


def _note() -> tuple[Segment, ...]:
    head = _moved(_circle(0, 0, 170), scale=(1.15, 0.8), turn=20)
    flag: tuple[Segment, ...] = (
        ("M", ((120, 780),)),
        ("C", ((150, 640), (380, 600), (300, 320))),
        ("C", ((330, 470), (230, 520), (120, 550))),
        ("Z", ()),
    )
    return (*head, *_polygon([(120, 30), (185, 30), (185, 780), (120, 780)]), *flag)


def _ring() -> tuple[Segment, ...]:
    stone = _polygon([(0, 330), (190, 530), (110, 630), (-110, 630), (-190, 530)])
    return (*_circle(0, 0, 370), *_circle(0, 0, 285, hole=True), *stone)


def _paw() -> tuple[Segment, ...]:
    pad = _moved(_circle(0, 0, 260), scale=(1.05, 0.85), dy=-140)
    toes = [(-330, 120, 18), (-125, 300, 6), (125, 300, -6), (330, 120, -18)]
    drawn = (step for x, y, turn in toes for step in _moved(_circle(0, 0, 115), scale=(0.82, 1.2), turn=turn, dx=x, dy=y))
    return (*pad, *drawn)


_DRAWN = {
    "heart": _heart,
    "open-heart": _open_heart,
    "star": _star,
    "crescent": _crescent,
    "sun": _sun,
    "infinity": _infinity,
    "clover": _clover,
    "flower": _flower,
    "note": _note,
    "ring": _ring,
    "paw": _paw,
}
