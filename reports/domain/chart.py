"""Weekly figures as bars: the geometry alone, in the units of the drawing's own box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.domain.compliance import TARGET, Figures
from reports.domain.periods import Week

WIDTH, HEIGHT = 400, 190
LEFT, TOP, BASE = 30, 20, 165
LABEL_ROOM, WIDEST_BAR = 30, 44
TICKS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Point:
    """One week's figure as a share of the scale; None where there is too little to draw."""

    week: Week
    share: float | None
    value: str
    title: str
    is_good: bool | None


@dataclass(frozen=True)
class Scale:
    """What the bars stand on: marks (share, label), a line to reach and a band that is healthy."""

    marks: Sequence[tuple[float, str]]
    target: tuple[float, str] | None = None
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bar:
    """One week: a bar, or only its name where there was too little to judge."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: str
    name: str
    title: str
    is_on_target: bool | None
    is_whole: bool


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Bars from the oldest week to the newest, with the scale; `band` is drawn behind them."""

    width: int
    height: int
    left: int
    base: int
    ticks: list[Tick]
    bars: list[Bar]
    target: Tick | None
    band: tuple[float, float] | None


def weekly(weeks: Sequence[tuple[Week, Figures]]) -> Chart:
    """The rates of `weeks`, oldest first, from nothing to all."""
    scale = Scale([(mark, f"{mark * 100:.0f}") for mark in TICKS], target=(TARGET, f"{TARGET * 100:.0f}"))
    return bars([_point(week, figures) for week, figures in weeks], scale)


def bars(points: Sequence[Point], scale: Scale) -> Chart:
    """The chart of `points`, oldest first; names are thinned out where they would touch."""
    pitch = (WIDTH - LEFT) / max(len(points), 1)
    every = max(1, round(LABEL_ROOM / pitch + 0.49))
    newest = len(points) - 1
    drawn = [
        _bar(point, place=place, pitch=pitch, is_named=(newest - place) % every == 0)
        for place, point in enumerate(points)
    ]
    return Chart(
        WIDTH,
        HEIGHT,
        LEFT,
        BASE,
        ticks=[_tick(mark) for mark in scale.marks],
        bars=drawn,
        target=_tick(scale.target) if scale.target else None,
        band=_band(*scale.band) if scale.band else None,
    )


def top_of(values: Sequence[float], *, at_least: float) -> float:
    """The round number at the top of a scale that shows `values`: 1, 2 or 5 times a power of ten."""
    largest = max([*values, at_least])
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest)


def _point(week: Week, figures: Figures) -> Point:
    title = f"{week.label}, {week.days}: {figures.verdict}"
    return Point(week, figures.rate, figures.percent.rstrip("%"), title, figures.is_on_target)


def _bar(point: Point, *, place: int, pitch: float, is_named: bool) -> Bar:
    width = min(pitch * 0.7, WIDEST_BAR)
    middle = LEFT + pitch * (place + 0.5)
    top = BASE if point.share is None else _height_at(point.share)
    return Bar(
        x=round(middle - width / 2, 1),
        y=top,
        width=round(width, 1),
        height=round(BASE - top, 1),
        middle=round(middle, 1),
        value=point.value if is_named else "",
        name=point.week.label if is_named else "",
        title=point.title,
        is_on_target=point.is_good,
        is_whole=point.week.is_whole,
    )


def _tick(mark: tuple[float, str]) -> Tick:
    share, label = mark
    return Tick(_height_at(share), label)


def _band(low: float, high: float) -> tuple[float, float]:
    """Where the band begins, from above, and how high it is."""
    return _height_at(high), round(_height_at(low) - _height_at(high), 1)


def _height_at(share: float) -> float:
    return round(BASE - (BASE - TOP) * share, 1)
