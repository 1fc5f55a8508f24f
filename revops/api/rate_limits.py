"""How many signals a source may send a minute, counted in Redis over a sliding window; with Redis gone, all are taken.

Intake must not depend on Redis: what cannot be counted is let through, and for some seconds nobody asks again, so that
a Redis that hangs slows down nobody. A refused signal is not counted.

A process asks for a thousandth of the rate at once and lets through so many within the next second without asking, so
that a busy source is counted to a few thousandths. Whoever may send less than 2,000 a minute is counted one by one.
"""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from redis import RedisError

from leads.models import Source

PATIENCE = 0.2  # seconds for an answer of Redis
PAUSE = 5.0  # seconds without asking a Redis that was gone
LOTS = 1000  # of signals, that a minute's rate is counted in
LASTING = 1.0  # seconds for which what was counted ahead may be used
logger = logging.getLogger(__name__)


class TooMany(Exception):
    """The source has sent what it may for now; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many signals: try again in {retry_after} seconds.")
        self.retry_after = retry_after


class _Gone:
    """Until when Redis is taken to be gone, on this process's own clock."""

    until = 0.0


@dataclass
class _Ahead:
    """How many signals of a source this process has counted and not let through yet, and until when it may."""

    left: int = 0
    until: float = 0.0

    def takes(self) -> bool:
        """Whether one signal goes without asking."""
        if not self.left or time.monotonic() >= self.until:
            return False
        self.left -= 1
        return True


_ahead: defaultdict[tuple[int, int], _Ahead] = defaultdict(_Ahead)
"""By source and rate."""


def count(source: Source, *, signals: int = 1) -> None:
    """Count the signals against the source's rate; raises TooMany where they are more than it has left.

    More at once than fit into a whole minute take all of it, so that a large batch waits but is never impossible.
    """
    ahead = _ahead[source.pk, source.signals_per_minute]
    if time.monotonic() < _Gone.until or (signals == 1 and ahead.takes()):
        return
    limit, name = _limit(source)
    lot = max(1, limit.amount // LOTS) if signals == 1 else 1
    try:
        if lot > 1 and _limiter().hit(limit, name, cost=lot):
            ahead.left, ahead.until = lot - 1, time.monotonic() + LASTING
            return
        counted = _limiter().hit(limit, name, cost=min(signals, limit.amount))
        wait = 0.0 if counted else _limiter().get_window_stats(limit, name).reset_time - time.time()
    except (RedisError, OSError):
        logger.warning("signals are not counted: Redis does not answer")
        _Gone.until = time.monotonic() + PAUSE
        return
    if not counted:
        raise TooMany(max(1, math.ceil(wait)))


def forget(source: Source) -> None:
    """Begin anew: the source has sent nothing."""
    _ahead.clear()
    _limiter().clear(*_limit(source))


def _limit(source: Source) -> tuple[RateLimitItemPerMinute, str]:
    return RateLimitItemPerMinute(source.signals_per_minute), f"source-{source.pk}"


@cache
def _limiter() -> SlidingWindowCounterRateLimiter:
    address = settings.REDIS_URL.replace("unix://", "redis+unix://")
    storage = storage_from_string(address, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    return SlidingWindowCounterRateLimiter(storage)
