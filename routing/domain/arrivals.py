"""When the next lead is to be expected, from when leads came at this time of the week before (QU-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

WEEKS = 4
WEEK = timedelta(days=7)
FEWEST = 2


def usual_wait(arrivals: Sequence[datetime], *, now: datetime) -> timedelta | None:
    """How long the first lead took to come after this minute of the week: the median of the last four weeks.

    None where fewer than two of those weeks had a lead after it.
    """
    waits = [_wait(arrivals, now - WEEK * ago) for ago in range(1, WEEKS + 1)]
    known = [wait.total_seconds() for wait in waits if wait is not None]
    return timedelta(seconds=median(known)) if len(known) >= FEWEST else None


def _wait(arrivals: Sequence[datetime], start: datetime) -> timedelta | None:
    return min((at - start for at in arrivals if start < at <= start + WEEK), default=None)
