"""How sales takes what marketing hands over: the share accepted, and what its height says about the scoring (SL-9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reports.domain.compliance import in_percent
from reports.domain.definitions import NEARNESS, Definition

ENOUGH = 20
BROKEN_BELOW = 0.50
HEALTHY_FROM, HEALTHY_TO = 0.60, 0.75
EASY_ABOVE = 0.85
LINES = (BROKEN_BELOW, HEALTHY_FROM, HEALTHY_TO, EASY_ABOVE)


class Band(StrEnum):
    """What a rate of acceptance says."""

    TOO_FEW = "too few to judge"
    BROKEN = "scoring broken: run an audit"
    LOW = "below healthy"
    HEALTHY = "healthy"
    HIGH = "above healthy"
    EASY = "threshold too low"


STATES = {
    Band.TOO_FEW: "plenty",
    Band.BROKEN: "breached",
    Band.LOW: "fifth",
    Band.HEALTHY: "met",
    Band.HIGH: "half",
    Band.EASY: "fifth",
}
"""The shape that stands beside each band."""


@dataclass(frozen=True)
class Acceptance:
    """So many decisions, and how many of them took the lead."""

    accepted: int = 0
    rejected: int = 0

    @property
    def decided(self) -> int:
        """All decisions: the base of the rate."""
        return self.accepted + self.rejected

    @property
    def rate(self) -> float | None:
        """The share accepted; None when too few are decided to judge."""
        return self.accepted / self.decided if self.decided >= ENOUGH else None

    @property
    def band(self) -> Band:
        """What the rate says."""
        return Band.TOO_FEW if self.rate is None else band_of(self.rate)

    @property
    def percent(self) -> str:
        """The rate as it is read: 61%; empty when there is none. It never reads as in another band."""
        return "" if self.rate is None else in_percent(self.rate, lines=LINES)

    @property
    def base(self) -> str:
        """What the rate stands on: 41 of 67."""
        return f"{self.accepted} of {self.decided}"

    @property
    def verdict(self) -> str:
        """The rate with its base and what it says, in one phrase."""
        if not self.decided:
            return "none decided yet"
        return f"{self.percent}, {self.base}: {self.band}" if self.percent else f"{self.band}: {self.base}"

    @property
    def state(self) -> str:
        """The name under which the style sheet draws the band."""
        return STATES[self.band]


def band_of(rate: float) -> Band:
    """The band in which a rate lies; the bounds of the healthy one belong to it."""
    if rate < BROKEN_BELOW:
        return Band.BROKEN
    if rate < HEALTHY_FROM:
        return Band.LOW
    if rate <= HEALTHY_TO:
        return Band.HEALTHY
    return Band.EASY if rate > EASY_ABOVE else Band.HIGH


RATE = Definition(
    "Accepted",
    "Accepted divided by accepted and rejected, of the hand-offs decided in the period. 60 to 75% is healthy; under "
    "50% the scoring is broken; over 85% the threshold is too low. With fewer than 20 decided no rate is given.",
)
ACCEPTED = Definition("Taken", "Hand-offs that sales accepted in the period.")
SECOND_LOOKS = Definition(
    "Second looks",
    "Leads of good fit that were rejected as a bad fit and that a manager then decided; no decisions of their own.",
)
REJECTED = Definition("Rejected", "Hand-offs that sales rejected in the period, each with its reason.")
TO_DECISION = Definition(
    "Time to decide",
    "Median wall time from the hand-off to the decision; nights, weekends and holidays count. " + NEARNESS,
)
