"""Engagement by forward decay: one stored sum from which any later week's score is one multiplication (SC-3).

Forward decay is Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for
Streaming Systems", ICDE 2009. The same touches give the same sum in any order, once, twice or late.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.domain.engagement_terms import HIGHEST, LIMIT, EngagementTerm, terms
from scoring.domain.touches import (
    LARGEST,
    Behaviour,
    Decay,
    Touch,
    WeekSum,
    is_silent,
    power,
    since_silence,
    week_sums,
)

__all__ = [
    "HIGHEST",
    "LIMIT",
    "Behaviour",
    "Decay",
    "EngagementTerm",
    "Stored",
    "Touch",
    "crossing_range",
    "engagement_in",
    "falls_under",
    "moved_epoch",
    "store",
    "stored_of",
    "terms",
    "unlimited_in",
]


DIGITS = 9  # a score is rounded so far, so that 30 points this week are 30 and not a hair less


@dataclass(frozen=True)
class Stored:
    """What a lead keeps: Σ points · factor^(epoch - week), and the week of the last touch."""

    sum: float
    last_week: int | None


def store(touches: Iterable[Touch], behaviours: Mapping[str, Behaviour], decay: Decay) -> Stored:
    """What to keep of the touches; those before a silence of `inactivity_weeks` count no more."""
    active = since_silence(touches, decay)
    last_week = max((touch.week for touch in active), default=None)
    return stored_of(week_sums(active, behaviours), last_week, decay)


def stored_of(sums: Iterable[WeekSum], last_week: int | None, decay: Decay) -> Stored:
    """What to keep of the weeks' sums of touches that still count, the last of which came in `last_week`."""
    if last_week is None:
        return Stored(0.0, None)
    # summed as of the last week, where every power is at most 1, and only then moved to the epoch
    total = math.fsum(part.capped * power(decay.factor, last_week - part.week) for part in sums)
    moved = moved_epoch(total, from_epoch=last_week, to_epoch=decay.epoch, factor=decay.factor)
    return Stored(moved, last_week)


def engagement_in(stored: Stored, week: int, decay: Decay) -> float:
    """The score, 0 to 100, in a week not before the last touch; 0 after too long a silence."""
    return min(max(unlimited_in(stored, week, decay), 0.0), HIGHEST)


def unlimited_in(stored: Stored, week: int, decay: Decay) -> float:
    """The same before it stops at 0 and 100, to nine decimals: what the ledger's lines add up to (SC-22)."""
    if is_silent(stored.last_week, week, decay):
        return 0.0
    return _score(stored.sum, power(decay.factor, week - decay.epoch))


def crossing_range(threshold: float, week: int, decay: Decay) -> tuple[float, float]:
    """The half-open range of stored sums at or over the threshold the week before and under it in `week`.

    Agrees with `engagement_in` to the last bit. Says nothing of leads that fall silent, whose sum is any.
    """
    if not 0 < threshold <= HIGHEST:
        return 0.0, 0.0
    return (
        _least_sum(threshold, power(decay.factor, week - 1 - decay.epoch)),
        _least_sum(threshold, power(decay.factor, week - decay.epoch)),
    )


def falls_under(  # noqa: PLR0917 - reads as a sentence: what falls under what, from when, and how
    stored: Stored, threshold: float, from_week: int, decay: Decay
) -> int | None:
    """The first week, from `from_week` on, whose score is under the threshold without new touches (SC-21).

    None only for a threshold that no score is under.
    """
    if threshold <= 0:
        return None
    silent = from_week if stored.last_week is None else stored.last_week + decay.inactivity_weeks
    weeks = range(from_week, max(from_week, silent))
    return next((week for week in weeks if engagement_in(stored, week, decay) < threshold), weeks.stop)


def moved_epoch(total: float, *, from_epoch: int, to_epoch: int, factor: float) -> float:
    """The same engagement as a sum stored against another epoch."""
    moved = total * power(factor, to_epoch - from_epoch)
    return min(max(moved, -LARGEST), LARGEST)


def _score(total: float, scale: float) -> float:
    return round(total * scale, DIGITS)


def _least_sum(threshold: float, scale: float) -> float:
    """The smallest sum whose score reaches the threshold, found by halving; infinite when none does."""
    if _score(LARGEST, scale) < threshold:
        return math.inf
    under, reaching = 0.0, min(2 * threshold / scale, LARGEST)
    while under < (middle := under + (reaching - under) / 2) < reaching:
        if _score(middle, scale) < threshold:
            under = middle
        else:
            reaching = middle
    return reaching
