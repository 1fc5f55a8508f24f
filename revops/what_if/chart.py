"""The MQLs of each week as pairs of bars, today's model beside the draft: the geometry alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.domain.chart import Tick

WIDTH, HEIGHT = 720, 200
LEFT, TOP, BASE = 30, 14, 172
LABEL_ROOM, WIDEST_BAR = 52, 18
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Week:
    """How many each model passes in the week that begins on `monday`."""

    monday: date
    today: int
    draft: int
    is_whole: bool = True

    @property
    def label(self) -> str:
        """17 Aug."""
        return f"{self.monday:%-d %b}"

    @property
    def difference(self) -> int:
        """How many more the draft passes."""
        return self.draft - self.today


@dataclass(frozen=True)
class Bar:
    """One bar."""

    x: float
    y: float
    width: float
    height: float
    side: str


@dataclass(frozen=True)
class Pair:
    """A week's two bars, and its name where there is room for one."""

    middle: float
    name: str
    is_landmark: bool  # named even where the chart is small
    title: str
    is_whole: bool
    bars: tuple[Bar, Bar]


@dataclass(frozen=True)
class Chart:
    """Pairs from the oldest week to the newest, on a scale from nothing."""

    width: int
    height: int
    left: int
    base: int
    ticks: list[Tick]
    pairs: list[Pair]


def weekly(weeks: Sequence[Week]) -> Chart:
    """The chart of `weeks`, oldest first; names are thinned out where they would touch."""
    top = _round_up(max((max(week.today, week.draft) for week in weeks), default=0))
    pitch = (WIDTH - LEFT) / max(len(weeks), 1)
    every = max(1, -(-LABEL_ROOM // max(int(pitch), 1)))
    newest = len(weeks) - 1
    pairs = [
        _pair(week, LEFT + pitch * (place + 0.5), pitch=pitch, top=top, turn=(newest - place) / every)
        for place, week in enumerate(weeks)
    ]
    ticks = [Tick(_height_at(value, top), f"{value:g}") for value in (0, top / 2, top)]
    return Chart(WIDTH, HEIGHT, LEFT, BASE, ticks, pairs)


def _pair(week: Week, middle: float, *, pitch: float, top: int, turn: float) -> Pair:
    """`turn` counts names back from the newest week: every whole one is shown, every third where there is no room."""
    width = min(pitch * 0.38, WIDEST_BAR)
    return Pair(
        middle=round(middle, 1),
        name=week.label if turn.is_integer() else "",
        is_landmark=(turn / 3).is_integer(),
        title=f"Week of {week.label}: {week.today} by today’s model, {week.draft} by the draft"
        + ("" if week.is_whole else ", so far"),
        is_whole=week.is_whole,
        bars=(
            _bar(week.today, middle - width, width=width, top=top, side="today"),
            _bar(week.draft, middle, width=width, top=top, side="draft"),
        ),
    )


def _bar(value: int, x: float, *, width: float, top: int, side: str) -> Bar:
    y = _height_at(value, top)
    return Bar(round(x, 1), y, round(width, 1), round(BASE - y, 1), side)


def _height_at(value: float, top: int) -> float:
    return round(BASE - (BASE - TOP) * value / top, 1)


def _round_up(highest: int) -> int:
    """The next even number of the form 2, 4, 10, 20, 40, 100 that is not smaller."""
    power = 2
    while True:
        for step in STEPS:
            if highest <= step * power:
                return step * power
        power *= 10
