"""Compares how hand-offs were received before and after a moment: acceptance, and the mix of rejections (SC-18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ENOUGH = 10
"""Under so many decisions, or rejections, a share says nothing and is not told."""

MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Decided:
    """Hand-offs decided in a period: how many were accepted, and how many rejected for each reason."""

    accepted: int
    rejected: Mapping[str, int]

    @property
    def rejections(self) -> int:
        """How many were rejected."""
        return sum(self.rejected.values())

    @property
    def total(self) -> int:
        """How many were decided."""
        return self.accepted + self.rejections

    @property
    def acceptance(self) -> float | None:
        """The share that was accepted, 0 to 1; None for too few to judge."""
        return self.accepted / self.total if self.total >= ENOUGH else None

    def share(self, reason: str) -> float | None:
        """The share of the rejections that had this reason, 0 to 1; None for too few to judge."""
        return self.rejected.get(reason, 0) / self.rejections if self.rejections >= ENOUGH else None


@dataclass(frozen=True)
class ReasonChange:
    """How often a reason was given before and after, and by how much its share moved (None: too few)."""

    reason: str
    before: int
    after: int
    share_before: float | None
    share_after: float | None
    moved: float | None


def reasons(before: Decided, after: Decided) -> list[ReasonChange]:
    """Every reason given in either period, the one whose share moved the most first."""
    found = [_change(reason, before, after) for reason in sorted({*before.rejected, *after.rejected})]
    return sorted(found, key=lambda one: (-abs(one.moved or 0), -one.after))


def quarter_of(day: date) -> tuple[int, int]:
    """The year and the quarter, 1 to 4."""
    return day.year, (day.month - 1) // MONTHS_A_QUARTER + 1


def quarter_begins(day: date) -> date:
    """The first day of the quarter that `day` lies in."""
    year, quarter = quarter_of(day)
    return date(year, (quarter - 1) * MONTHS_A_QUARTER + 1, 1)


def _change(reason: str, before: Decided, after: Decided) -> ReasonChange:
    was, now = before.share(reason), after.share(reason)
    return ReasonChange(
        reason=reason,
        before=before.rejected.get(reason, 0),
        after=after.rejected.get(reason, 0),
        share_before=was,
        share_after=now,
        moved=None if was is None or now is None else now - was,
    )
