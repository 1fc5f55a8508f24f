"""Chooses a nurture track by what a person did of late: the first rule in order that their touches meet (QU-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple


class Touch(NamedTuple):
    """One thing that a person did, and when."""

    type: str
    at: datetime


@dataclass(frozen=True)
class Track:
    """A rule: so many touches of these types within the window, after so many days of silence; no types means any."""

    code: str
    types: frozenset[str]
    at_least: int
    window_days: int
    silent_days: int = 0


@dataclass(frozen=True)
class Placed:
    """In which track somebody is, and why in a line."""

    track: str
    because: str


def place(
    tracks: Sequence[Track], touches: Sequence[Touch], *, known_since: datetime, now: datetime
) -> Placed | None:
    """The first of `tracks` that what they did meets; None where none of them does.

    Only who was `known_since` before the silence comes back after it.
    """
    for track in tracks:
        because = _because(track, touches, known_since=known_since, now=now)
        if because:
            return Placed(track.code, because)
    return None


def next_touch(*, last: date | None, every_days: int, today: date) -> date:
    """The day of the next touch: today for who was never touched, else the interval later, not before today."""
    return today if last is None else max(today, last + timedelta(days=every_days))


def reach_back(tracks: Sequence[Track]) -> timedelta:
    """How far back touches matter to any of the tracks."""
    return timedelta(days=max((track.window_days + track.silent_days for track in tracks), default=0))


def _because(track: Track, touches: Sequence[Touch], *, known_since: datetime, now: datetime) -> str:
    begins = now - timedelta(days=track.window_days)
    recent = [one for one in touches if begins < one.at <= now]
    counted = [one for one in recent if not track.types or one.type in track.types]
    if len(counted) < track.at_least:
        return ""
    if track.silent_days:
        quiet_from = begins - timedelta(days=track.silent_days)
        if known_since > quiet_from or any(quiet_from < one.at <= begins for one in touches):
            return ""
    times = "once" if len(counted) == 1 else f"{len(counted)} times"
    said = f"{times} in the last {track.window_days} days"
    return f"back after {track.silent_days} days of silence, {said}" if track.silent_days else said
