"""How a running clock reads: how much is left in its own time, in which state, in words (QU-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from routing.domain.business_time import Calendar, NeverOpen

HALF, FIFTH = 0.5, 0.2
ALWAYS_SHOWN = timedelta(days=1)


class State(StrEnum):
    """What the clock's state is called; each has a shape and words beside its colour."""

    PLENTY = "plenty"
    HALF = "half"
    FIFTH = "fifth"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"


@dataclass(frozen=True)
class Face:
    """A clock as it reads at one moment; `left` is negative once it is over."""

    state: State
    left: timedelta
    share_left: float
    text: str
    spans: list[list[int]]


def read(
    *,
    due_at: datetime,
    target: timedelta,
    calendar: Calendar | None,
    now: datetime,
    zone: tzinfo = UTC,
    stands_until: datetime | None = None,
) -> Face:
    """The face at `now`; without a calendar the clock runs in wall time. Times of day are told in `zone`.

    A clock that somebody let stand still says until when, and has then as much left as it has now.
    """
    if stands_until is not None and now < stands_until <= due_at:
        return _standing(due_at, target, calendar, until=stands_until.astimezone(zone))
    left = left_of(due_at, calendar, now)
    share = left / target if target else 0.0
    paused = calendar is not None and left > timedelta(0) and not calendar.is_open(now)
    state = State.PAUSED if paused else _state(share)
    text = f"paused, runs at {_opens(calendar, now.astimezone(zone))}" if paused else _text(state, left)
    return Face(state, left, share, text, _spans(due_at, calendar, now))


def _standing(due_at: datetime, target: timedelta, calendar: Calendar | None, *, until: datetime) -> Face:
    left = left_of(due_at, calendar, until)
    in_wall_time = [[int(until.timestamp()), int((due_at + ALWAYS_SHOWN).timestamp())]]
    return Face(
        State.PAUSED,
        left,
        left / target if target else 0.0,
        f"paused until {until:%-d %b, %H:%M}",
        _spans(due_at, calendar, until) or in_wall_time,
    )


def words(span: timedelta) -> str:
    """A span as people say it: 45 s, 4 min, 3 h 10 min, 2 d 4 h (a day is 24 hours of the clock's own time)."""
    seconds = int(abs(span).total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds} s"
    days, rest = divmod(seconds // 60, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    shown = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(shown)


def left_of(due_at: datetime, calendar: Calendar | None, now: datetime) -> timedelta:
    """What is left at `now` in the clock's own time; negative once it is over."""
    return due_at - now if calendar is None else calendar.between(now, due_at)


def _state(share: float) -> State:
    if share <= 0:
        return State.BREACHED
    if share < FIFTH:
        return State.FIFTH
    return State.HALF if share < HALF else State.PLENTY


def _text(state: State, left: timedelta) -> str:
    return f"{words(left)} over" if state is State.BREACHED else f"{words(left)} left"


def _opens(calendar: Calendar | None, now: datetime) -> str:
    """When the clock runs again, by the wall clock that `now` is told in."""
    if calendar is None:
        return ""
    try:
        opens = calendar.next_open(now).astimezone(now.tzinfo)
    except NeverOpen:
        return "no known time"
    return f"{opens:%H:%M}" if opens.date() == now.date() else f"{opens:%a %H:%M}"


def _spans(due_at: datetime, calendar: Calendar | None, now: datetime) -> list[list[int]]:
    """Open spans in Unix seconds around the deadline, so that a page can count business time by itself."""
    if calendar is None:
        return []
    return calendar.unix_spans(min(now, due_at), max(now, due_at) + ALWAYS_SHOWN)
