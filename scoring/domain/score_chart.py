"""Fit and engagement over time as steps: the geometry alone, in the units of the drawing's own box (SC-22)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

HEIGHT = 170
LEFT, RIGHT, TOP, BASE = 28, 8, 14, 146
TICKS = (0, 50, 100)
A_WEEK = timedelta(weeks=1)

Points = Sequence[tuple[datetime, float]]
"""A score from each instant on, in the order of time."""


class Week(NamedTuple):
    """A Monday, and when its week begins and ends; where the clocks change it has an hour more or less."""

    monday: date
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Column:
    """A week to point at: where it lies, its Monday, and both scores as it ends; None where there was none."""

    x: float
    width: float
    monday: date
    engagement: float
    fit: float | None


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: float
    label: str


@dataclass(frozen=True)
class Month:
    """Where a month begins."""

    x: float
    begins: datetime


@dataclass(frozen=True)
class Chart:
    """Paths and marks; `ahead` is engagement to come if nothing more happens."""

    width: int
    height: int
    left: int
    right: int
    top: int
    base: int
    ticks: list[Tick]
    months: list[Month]
    engagement: str
    ahead: str
    fit: str
    threshold_y: float
    today_x: float
    columns: list[Column]


@dataclass(frozen=True)
class _Box:
    """From instants and scores to places."""

    since: datetime
    until: datetime
    width: int

    def x(self, at: datetime) -> float:
        share = (min(max(at, self.since), self.until) - self.since) / (self.until - self.since)
        return round(LEFT + share * (self.width - LEFT - RIGHT), 1)

    def y(self, score: float) -> float:
        return round(BASE - (BASE - TOP) * min(max(score, 0), 100) / 100, 1)

    def steps(self, points: Points, *, end: datetime) -> str:
        """A path of steps from the first point to `end`; empty without points."""
        if not points:
            return ""
        moves = [f"H{self.x(at)}V{self.y(score)}" for at, score in points[1:] if at <= end]
        return f"M{self.x(points[0][0])} {self.y(points[0][1])}{''.join(moves)}H{self.x(end)}"


def chart(
    *,
    engagement: Points,
    fit: Points,
    ahead: Points,
    threshold: float,
    weeks: Sequence[Week],
    months: Sequence[datetime],
    now: datetime,
    width: int,
) -> Chart:
    """The chart from the first of `weeks`, which are in order, to the end of what lies `ahead` of `now`."""
    until = max([now + A_WEEK, *(at for at, _ in ahead)])
    box = _Box(min(weeks[0].begins, now - A_WEEK), until, width)
    return Chart(
        width=width,
        height=HEIGHT,
        left=LEFT,
        right=width - RIGHT,
        top=TOP,
        base=BASE,
        ticks=[Tick(box.y(tick), str(tick)) for tick in TICKS],
        months=[Month(box.x(at), at) for at in months if box.since < at < until],
        engagement=box.steps(_from(engagement, box.since), end=now),
        ahead=box.steps([(now, _at(engagement, now) or 0.0), *ahead], end=until),
        fit=box.steps(_from(fit, box.since), end=now),
        threshold_y=box.y(threshold),
        today_x=box.x(now),
        columns=[
            _column(box, week, engagement=engagement, fit=fit, now=now)
            for week in weeks
            if week.begins <= now
        ],
    )


def _from(points: Points, since: datetime) -> list[tuple[datetime, float]]:
    """The points from `since` on, begun by the score that held there."""
    before = [score for at, score in points if at <= since]
    begun = [(since, before[-1])] if before else []
    return [*begun, *((at, score) for at, score in points if at > since)]


def _column(box: _Box, week: Week, *, engagement: Points, fit: Points, now: datetime) -> Column:
    last = min(week.ends - timedelta(seconds=1), now)
    x = box.x(week.begins)
    width = round(box.x(week.ends) - x, 1)
    return Column(x, width, week.monday, engagement=_at(engagement, last) or 0.0, fit=_at(fit, last))


def _at(points: Points, at: datetime) -> float | None:
    place = bisect_right(points, at, key=lambda point: point[0])
    return points[place - 1][1] if place else None
