"""Milliseconds of something done in this process, with what it cost."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import costs
from bench.costs import Spent


class Took(float):
    """Milliseconds, which know what was spent in them."""

    spent: Spent


def milliseconds(act: Callable[[], object]) -> float:
    """How long `act` takes, as a `Took`."""
    before = costs.here()
    began = time.perf_counter()
    act()
    took = Took((time.perf_counter() - began) * 1000)
    took.spent = costs.here().since(before)
    return took
