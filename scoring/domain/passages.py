"""Cuts a lead's history into marketing passages: each runs from when marketing has the lead until it has it anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from leads.domain.stages import Stage

PASSED, ASKED = "passed the gate", "asked to be contacted"
"""Why the gate makes a lead an MQL, in the words of its history; any other cause was decided elsewhere (LC-15)."""

UNDONE = "undone"
_BACK_WITH_MARKETING = (Stage.RECYCLED, Stage.LOST)
_FOR_GOOD = (Stage.CUSTOMER, Stage.DISQUALIFIED)


@dataclass(frozen=True)
class Visit:
    """That a lead came into a stage."""

    stage: Stage
    came_from: str
    entered_at: datetime
    cause: str


@dataclass(frozen=True)
class Passage:
    """One time with marketing, and on with sales until marketing has the lead back, it is won or it is refused.

    `stage` is where the lead stood as it began; a hold that was never released lasts as long as the passage.
    `qualified_at` is when it really became an MQL, `by_gate` whether the gate said so.
    """

    stage: Stage
    begins_at: datetime
    ends_at: datetime | None = None
    ended_for_good: bool = False
    released_at: datetime | None = None
    qualified_at: datetime | None = None
    by_gate: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in it; the next passage's first instant does not, the very end of a lead does."""
        if self.ends_at is None or at < self.ends_at:
            return at >= self.begins_at
        return self.ended_for_good and at == self.ends_at

    def stage_at(self, at: datetime) -> Stage:
        """Where marketing's lead stands: recycled until its release, lost until it asks."""
        if self.stage is Stage.RECYCLED and self.released_at is not None and at >= self.released_at:
            return Stage.LEAD
        return self.stage

    @property
    def held_from(self) -> datetime | None:
        """Since when only new engagement counts, in a passage that began with a hold."""
        return self.begins_at if self.stage is Stage.RECYCLED else None


def passages_of(visits: Iterable[Visit]) -> list[Passage]:
    """The passages of one lead, in order, from its visits in order; what was undone did not happen."""
    found: list[Passage] = []
    for visit in _lasting(visits):
        if _begins(visit):
            _end(found, visit.entered_at)
            found.append(Passage(visit.stage, visit.entered_at))
        elif found:
            found[-1] = _gone_on(found[-1], visit)
    return found


def _lasting(visits: Iterable[Visit]) -> list[Visit]:
    kept: list[Visit] = []
    for visit in visits:
        if visit.cause == UNDONE and kept and kept[-1].stage == visit.came_from:
            kept.pop()
        elif visit.cause != UNDONE:
            kept.append(visit)
    return kept


def _begins(visit: Visit) -> bool:
    reinstated = visit.stage is Stage.LEAD and visit.came_from == Stage.DISQUALIFIED
    return not visit.came_from or visit.stage in _BACK_WITH_MARKETING or reinstated


def _end(found: list[Passage], at: datetime) -> None:
    if found and found[-1].ends_at is None:
        found[-1] = replace(found[-1], ends_at=at)


def _gone_on(passage: Passage, visit: Visit) -> Passage:
    if passage.ends_at is not None:
        return passage
    if visit.stage in _FOR_GOOD:
        return replace(passage, ends_at=visit.entered_at, ended_for_good=True)
    if visit.stage is Stage.LEAD and visit.came_from == Stage.RECYCLED:
        return replace(passage, released_at=visit.entered_at)
    if visit.stage is Stage.MQL and passage.qualified_at is None:
        return replace(passage, qualified_at=visit.entered_at, by_gate=visit.cause in (PASSED, ASKED))
    return passage
