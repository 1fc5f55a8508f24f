"""Leaves a provider that fails again and again in peace for a while, then tries it once (a circuit breaker).

After five failures in a row it opens: nothing is asked for a minute, then one trial; each trial that fails doubles the
rest, up to an hour, and one that goes well closes it. The pattern is Nygard's ("Release It!", 2007, chapter 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OPENS_AFTER = 5
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)


class State(StrEnum):
    """Closed: everything is asked. Open: nothing is. Trying: one question decides."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    TRYING = "TRYING"


@dataclass(frozen=True)
class Breaker:
    """How often in a row a provider failed, and until when it is left in peace."""

    failures: int = 0
    rest_until: datetime | None = None

    def state(self, now: datetime) -> State:
        """Whether the provider may be asked at `now`."""
        if self.rest_until is None:
            return State.CLOSED
        return State.OPEN if now < self.rest_until else State.TRYING

    def after_failure(self, now: datetime) -> Breaker:
        """How it stands when one more question failed at `now`."""
        failures = self.failures + 1
        if failures < OPENS_AFTER:
            return Breaker(failures, None)
        rest = min(FIRST_REST * (1 << min(failures - OPENS_AFTER, 10)), LONGEST_REST)
        return Breaker(failures, now + rest)

    def after_success(self) -> Breaker:
        """How it stands when a question was answered."""
        return Breaker()
