"""Spans in slots whose bounds grow by a tenth: counts that can be added up, and percentiles within 5% of the exact.

Slot 0 holds what took less than a millisecond; slot n what took from 1.1^(n-1) ms to under 1.1^n ms; the last one all
that took longer, years. A percentile interpolates between ranks on the geometric middles of the slots, as NumPy's
default and PostgreSQL's PERCENTILE_CONT do on the values themselves.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

GROWTH = 1.1
SLOTS = 300
ERROR = math.sqrt(GROWTH) - 1
"""The largest relative error of a percentile, 0.0489; spans under a millisecond read as none at all."""

MIDDLES: npt.NDArray[np.float64] = np.concatenate(([0.0], GROWTH ** (np.arange(1, SLOTS) - 0.5)))
"""The geometric middle of each slot in milliseconds."""


def slots_of(milliseconds: npt.NDArray[np.float64]) -> npt.NDArray[np.uint16]:
    """The slot of each span; a span below nothing counts as nothing."""
    long_enough = np.maximum(milliseconds, 1.0)
    slots = 1 + np.floor(np.log(long_enough) / math.log(GROWTH))
    return np.where(milliseconds < 1, 0, np.minimum(slots, SLOTS - 1)).astype(np.uint16)


def quantiles(counts: npt.NDArray[np.int64], share: float) -> npt.NDArray[np.float64]:
    """For each row of `counts` (groups × SLOTS) the milliseconds below which `share` of its spans lie; 0 for none."""
    upto = np.cumsum(counts, axis=1)
    rank = (upto[:, -1] - 1) * share
    low = MIDDLES[np.argmax(upto > np.floor(rank)[:, None], axis=1)]
    high = MIDDLES[np.argmax(upto > np.ceil(rank)[:, None], axis=1)]
    found: npt.NDArray[np.float64] = np.where(
        upto[:, -1] > 0, low + (high - low) * (rank - np.floor(rank)), 0.0
    )
    return found
