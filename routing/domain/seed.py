"""The seeded promises with their ladders (SL-3, SL-4): what a new installation begins with, for ops to edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from routing.domain.ladder import Action, Step

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MANAGER, OPS, REROUTE, RECYCLE = Action.NOTIFY_MANAGER, Action.NOTIFY_OPS, Action.REROUTE, Action.RECYCLE


@dataclass(frozen=True)
class Promised:
    """One promise; without a tier or priority it is for all that no stricter one covers."""

    clock: str
    target: timedelta
    ladder: tuple[Step, ...]
    tier: str = ""
    priority: str = ""
    in_wall_time: bool = False


def _ladder(*steps: tuple[timedelta, Action]) -> tuple[Step, ...]:
    return tuple(Step(after, action) for after, action in steps)


PROMISES = (
    Promised("DELIVERY", HOUR, _ladder((HOUR, MANAGER), (2 * HOUR, OPS))),
    Promised("FIRST_RESPONSE", 5 * MINUTE, _ladder((5 * MINUTE, MANAGER), (15 * MINUTE, REROUTE)), tier="T1"),
    Promised("FIRST_RESPONSE", 30 * MINUTE, _ladder((30 * MINUTE, MANAGER), (2 * HOUR, REROUTE)), tier="T2"),
    Promised("FIRST_RESPONSE", 4 * HOUR, _ladder((4 * HOUR, RECYCLE)), tier="T3"),
    Promised("FIRST_RESPONSE", HOUR, _ladder((HOUR, MANAGER), (2 * HOUR, REROUTE)), priority="P1"),
    Promised("FIRST_RESPONSE", DAY, _ladder((DAY, MANAGER))),
    Promised("REVIEW", 2 * HOUR, _ladder((2 * HOUR, MANAGER), (DAY, OPS), (2 * DAY, RECYCLE)), priority="P1"),
    Promised("REVIEW", DAY, _ladder((DAY, MANAGER), (2 * DAY, RECYCLE))),
    Promised("FOLLOW_UP", 4 * HOUR, _ladder((4 * HOUR, MANAGER))),
    Promised("MEETING", 7 * DAY, _ladder((7 * DAY, MANAGER)), in_wall_time=True),
    Promised("MEETING_REVIEW", 3 * DAY, _ladder((3 * DAY, MANAGER)), in_wall_time=True),
)
