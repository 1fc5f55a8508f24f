"""When a message that was not taken is tried again, and how long an endpoint that fails is left in peace."""

from __future__ import annotations

from datetime import timedelta

FIRST_WAIT = timedelta(seconds=30)
GROWS_BY = 4
JITTER = 0.2
PATIENT_FOR = 2  # failures in a row that may be chance
SHORTEST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=10)


def wait(attempt: int, *, chance: float) -> timedelta:
    """The time after try number `attempt` (from 1): 30 s, 2 min, 8 min, 32 min …, up to a fifth more.

    `chance`, from 0 to 1, spreads the next tries of many messages that failed together.
    """
    grown: int = GROWS_BY ** (attempt - 1)
    return FIRST_WAIT * grown * (1 + JITTER * chance)


def rest(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row: not at all, then up to ten minutes."""
    over = failures - PATIENT_FOR
    return timedelta() if over <= 0 else min(SHORTEST_REST * (1 << min(over - 1, 10)), LONGEST_REST)
