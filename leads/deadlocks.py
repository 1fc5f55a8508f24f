"""Does again what the database undid because two waited for each other: one of them has to give way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError
from psycopg.errors import DeadlockDetected

Answer = TypeVar("Answer")
TIMES = 5


def again(work: Callable[[], Answer]) -> Answer:
    """What `work` gives, all of it one transaction; raises what it does, a deadlock when it met TIMES of them."""
    for left in reversed(range(TIMES)):
        try:
            return work()
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError("the last time returns or raises")
