"""The drawings of a calibration: intervals as small bars and the reliability curve, in units of their own boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.domain.calibration import Bin, CriterionFigures, LevelFigures

BAR_WIDTH, BAR_HEIGHT = 160, 16
SIZE, LEFT, TOP, RIGHT, BOTTOM = 320, 40, 8, 12, 22
STEPS = (0.05, 0.1, 0.2, 0.25)
MOST_TICKS = 5


@dataclass(frozen=True)
class Bar:
    """An interval with the value in it, and a line to compare with; all are places along the bar."""

    low: float
    width: float
    value: float
    mark: float


@dataclass(frozen=True)
class Point:
    """One bin of the curve, with its interval upright."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Tick:
    """A line of the scale, the same across and upright."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Curve:
    """Foreseen across, observed upright; on the diagonal what was foreseen came."""

    size: int
    left: int
    top: int
    right: int
    base: int
    ticks: list[Tick]
    points: list[Point]

    @property
    def line(self) -> str:
        """The points joined, as a polyline reads them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def weight_bars(figures: Sequence[CriterionFigures]) -> list[Bar | None]:
    """The interval of each suggested weight, marked with today's; None for what is set aside."""
    most = max((max(one.high or 0, one.weight, one.suggested or 0) for one in figures), default=0)
    return [
        None
        if one.suggested is None or one.low is None or one.high is None
        else _bar(one.low, one.high, value=one.suggested, mark=one.weight, most=most)
        for one in figures
    ]


def level_bars(levels: Sequence[LevelFigures], *, overall: float, most: float) -> list[Bar]:
    """The interval of each level's rate on a scale from nothing to `most`, marked with the overall rate."""
    return [_bar(one.low, one.high, value=one.rate, mark=overall, most=most) for one in levels]


def curve(bins: Sequence[Bin]) -> Curve:
    """The reliability curve, both scales from nothing to the same end."""
    most = max((max(one.predicted, one.high) for one in bins), default=1.0)
    step = next((one for one in STEPS if most / one <= MOST_TICKS), STEPS[-1])
    end = min(1.0, step * math.ceil(most / step - 1e-9))
    base, right = SIZE - BOTTOM, SIZE - RIGHT

    def across(share: float) -> float:
        return round(LEFT + (right - LEFT) * share / end, 1)

    def upright(share: float) -> float:
        return round(base - (base - TOP) * share / end, 1)

    ticks = [step * number for number in range(round(end / step) + 1)]
    return Curve(
        size=SIZE,
        left=LEFT,
        top=TOP,
        right=right,
        base=base,
        ticks=[Tick(across(tick), upright(tick), f"{tick:.0%}") for tick in ticks],
        points=[
            Point(across(one.predicted), upright(one.observed), upright(one.low), upright(one.high))
            for one in bins
        ],
    )


def _bar(low: float, high: float, *, value: float, mark: float, most: float) -> Bar:
    def place(number: float) -> float:
        return round(BAR_WIDTH * number / most, 1) if most else 0.0

    return Bar(place(low), round(place(high) - place(low), 1), value=place(value), mark=place(mark))
