"""How long whoever guesses has to wait: nothing for a slip of the hand, ever longer for a machine (PF-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""Without a guess for that long, the count begins anew."""


@dataclass(frozen=True)
class Tally:
    """The guesses that were counted in one place, and until when no more is heard there."""

    guesses: int
    last_at: datetime
    free_at: datetime


def counted(before: Tally | None, *, free: int, now: datetime) -> Tally | None:
    """The tally with one more guess at `now`, of which the first `free` cost nothing; None while it has to wait.

    A guess that is refused is not counted: whoever keeps knocking cannot make the wait longer.
    """
    if before is None or now - before.last_at >= FORGOTTEN_AFTER:
        return Tally(1, last_at=now, free_at=now + _wait(1, free=free))
    if now < before.free_at:
        return None
    guesses = before.guesses + 1
    return Tally(guesses, last_at=now, free_at=now + _wait(guesses, free=free))


def _wait(guesses: int, *, free: int) -> timedelta:
    """After the last free one 30 seconds, then twice as long each time, a quarter of an hour at most."""
    if guesses < free:
        return timedelta()
    growth: int = 2 ** min(guesses - free, 10)
    return min(FIRST_WAIT * growth, LONGEST_WAIT)
