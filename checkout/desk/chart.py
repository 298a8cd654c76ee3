"""Bars for a page without script: what stands where, in units of the drawing. A table beside it says the same in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from .forecasting import Week

WIDTH, HEIGHT = 720, 260
LEFT, BOTTOM, TOP = 96, 36, 12
#: How much of a week's place its bar fills.
_FILLED = Decimal("0.62")
LINES = 4


@dataclass(frozen=True)
class Bar:
    """A rectangle of one series: ``parts`` below, ``held`` upon it."""

    series: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """A word at a place: an amount at its line, or the day a week begins."""

    x: float
    y: float
    amount: Decimal | None = None
    week: Week | None = None


@dataclass(frozen=True)
class Chart:
    """All that is drawn, from left to right."""

    bars: list[Bar]
    lines: list[Mark]
    weeks: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def top_of(most: Decimal) -> Decimal:
    """A round number that nothing exceeds: 1, 2, 4 or 8 times a power of ten, so that its quarters are round too."""
    if most <= 0:
        return Decimal(LINES)
    power = Decimal(10) ** (most.adjusted())
    return next(power * step for step in (1, 2, 4, 8, 10) if power * step >= most)


def draw(weeks: Sequence[Week]) -> Chart:
    """The bars of some weeks on one scale from zero."""
    top = top_of(max((week.total for week in weeks), default=Decimal(0)))
    high, floor = HEIGHT - TOP - BOTTOM, HEIGHT - BOTTOM
    place = Decimal(WIDTH - LEFT) / max(len(weeks), 1)
    bars, marks = [], []
    for n, week in enumerate(weeks):
        x, y = LEFT + place * n + place * (1 - _FILLED) / 2, Decimal(floor)
        for series, amount in (("parts", week.parts), ("held", week.held)):
            height = (amount * high / top).quantize(Decimal("0.1"), rounding=ROUND_CEILING)
            if height:
                y -= height
                bars.append(Bar(series, _round(x), _round(y), _round(place * _FILLED), _round(height)))
        marks.append(Mark(_round(LEFT + place * n + place / 2), floor + 16, week=week))
    lines = [Mark(LEFT, _round(Decimal(floor) - Decimal(high) * n / LINES), amount=top * n / LINES) for n in range(LINES + 1)]
    return Chart(bars, lines, marks)


def _round(number: Decimal) -> float:
    return float(round(number, 1))
