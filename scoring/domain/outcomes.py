"""What became of a hand-off, judged only by what came after it: good, bad, or not to be counted, and why (SC-15)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leads.domain.stages import Stage

ON_THE_WAY = frozenset({Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY})


class Target(StrEnum):
    """Which ending a calibration asks about."""

    WON = "won"
    ACCEPTED = "accepted"


class Outcome(StrEnum):
    """Good and bad are counted; every other one says why the hand-off is left out."""

    GOOD = "good"
    BAD = "bad"
    UNDECIDED = "undecided"
    LATER_PASSAGE = "later passage"
    DUPLICATE = "duplicate"
    KNOWN_AFTERWARDS = "known afterwards"
    NO_SNAPSHOT = "no snapshot"

    @property
    def is_counted(self) -> bool:
        """Whether a calibration learns from it."""
        return self in (Outcome.GOOD, Outcome.BAD)


@dataclass(frozen=True)
class Passage:
    """One hand-off and what followed; the deals are those of its lead that closed after it, or are still open."""

    accepted: bool
    rejected: bool
    stage: Stage
    won: bool = False
    lost: bool = False
    has_open_deal: bool = False
    is_first: bool = True
    is_duplicate: bool = False
    is_known_afterwards: bool = False
    has_snapshot: bool = True


def outcome_of(passage: Passage, target: Target) -> Outcome:
    """How the passage ended for `target`, or why it cannot be counted: one first passage a lead, honestly known."""
    if not passage.is_first:
        return Outcome.LATER_PASSAGE
    if passage.is_duplicate:
        return Outcome.DUPLICATE
    if passage.is_known_afterwards:
        return Outcome.KNOWN_AFTERWARDS
    if not passage.has_snapshot:
        return Outcome.NO_SNAPSHOT
    return _decision(passage) if target is Target.ACCEPTED else _deal(passage)


def _decision(passage: Passage) -> Outcome:
    if passage.accepted:
        return Outcome.GOOD
    return Outcome.BAD if passage.rejected else Outcome.UNDECIDED


def _deal(passage: Passage) -> Outcome:
    """Won counts even after a first no; a lead that is on its way again is not lost yet."""
    if passage.won:
        return Outcome.GOOD
    if passage.has_open_deal or passage.stage in ON_THE_WAY:
        return Outcome.UNDECIDED
    is_over = passage.lost or passage.rejected or passage.stage in (Stage.LOST, Stage.DISQUALIFIED)
    return Outcome.BAD if is_over else Outcome.UNDECIDED
