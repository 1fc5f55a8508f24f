"""When a figure of the hand-off is bad enough to tell people, by limits that operations can change (SL-7, SL-9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reports.domain.compliance import in_percent


class Watched(StrEnum):
    """What is watched."""

    TOP_TIER_MISSES = "TOP_TIER_MISSES"
    ACCEPTANCE = "ACCEPTANCE"
    REJECTIONS = "REJECTIONS"


LABELS = {
    Watched.TOP_TIER_MISSES: "First responses to T1 missed",
    Watched.ACCEPTANCE: "Acceptance",
    Watched.REJECTIONS: "Rejections",
}


@dataclass(frozen=True)
class Limit:
    """The share that must not be passed, over so many days, judged by at least so many cases."""

    share: float
    minimum: int
    days: int


USUAL = {
    Watched.TOP_TIER_MISSES: Limit(0.10, 10, 7),
    Watched.ACCEPTANCE: Limit(0.50, 20, 28),
    Watched.REJECTIONS: Limit(0.70, 20, 28),
}


@dataclass(frozen=True)
class Reading:
    """So many of so many cases, at one moment."""

    count: int
    base: int

    @property
    def share(self) -> float:
        """The share, 0 to 1."""
        return self.count / self.base if self.base else 0.0

    def words(self, limit: Limit) -> str:
        """61%, 41 of 67; never rounded to the limit."""
        return f"{in_percent(self.share, lines=[limit.share])}, {self.count} of {self.base}"


def is_breached(watched: Watched, reading: Reading, limit: Limit) -> bool | None:
    """Whether the reading is on the wrong side of the limit; None when there are too few cases to judge."""
    if reading.base < limit.minimum:
        return None
    if watched is Watched.ACCEPTANCE:
        return reading.share < limit.share
    return reading.share > limit.share


def sentence(watched: Watched, reading: Reading, limit: Limit) -> str:
    """What is wrong, with its base and its limit."""
    days, share = f"in the last {limit.days} days", reading.words(limit)
    if watched is Watched.TOP_TIER_MISSES:
        return f"T1: {share} first responses were missed {days}; more than {limit.share:.0%} is too many."
    if watched is Watched.ACCEPTANCE:
        return f"Sales accepted {share}, {days}; under {limit.share:.0%} the scoring is broken: run an audit."
    return (
        f"Sales rejected {share}, {days}; over {limit.share:.0%} an audit of the scoring model is required."
    )
