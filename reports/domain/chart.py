"""The weekly rates as bars: the geometry alone, in the units of the drawing's own box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.domain.compliance import TARGET, Figures
from reports.domain.periods import Week

WIDTH, HEIGHT = 400, 190
LEFT, TOP, BASE = 30, 20, 165
LABEL_ROOM, WIDEST_BAR = 30, 44
TICKS = (0, 50, 100)


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
    """Bars from the oldest week to the newest on a scale from nothing to 100%."""

    width: int
    height: int
    left: int
    base: int
    target_y: float
    ticks: list[Tick]
    bars: list[Bar]


def weekly(weeks: Sequence[tuple[Week, Figures]]) -> Chart:
    """The chart of `weeks`, oldest first; names are thinned out where they would touch."""
    pitch = (WIDTH - LEFT) / max(len(weeks), 1)
    every = max(1, round(LABEL_ROOM / pitch + 0.49))
    newest = len(weeks) - 1
    bars = [
        _bar(week, figures, place=place, pitch=pitch, is_named=(newest - place) % every == 0)
        for place, (week, figures) in enumerate(weeks)
    ]
    ticks = [Tick(_height_at(tick / 100), str(tick)) for tick in TICKS]
    return Chart(WIDTH, HEIGHT, LEFT, BASE, _height_at(TARGET), ticks, bars)


def _bar(week: Week, figures: Figures, *, place: int, pitch: float, is_named: bool) -> Bar:
    width = min(pitch * 0.7, WIDEST_BAR)
    middle = LEFT + pitch * (place + 0.5)
    top = BASE if figures.rate is None else _height_at(figures.rate)
    return Bar(
        x=round(middle - width / 2, 1),
        y=top,
        width=round(width, 1),
        height=round(BASE - top, 1),
        middle=round(middle, 1),
        value=figures.percent.rstrip("%") if is_named else "",
        name=week.label if is_named else "",
        title=f"{week.label}, {week.days}: {figures.verdict}",
        is_on_target=figures.is_on_target,
        is_whole=week.is_whole,
    )


def _height_at(rate: float) -> float:
    return round(BASE - (BASE - TOP) * rate, 1)
