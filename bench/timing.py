"""Milliseconds of something done in this process."""

import time
from collections.abc import Callable


def milliseconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
