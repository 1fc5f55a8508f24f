"""A scoring model as values: everything a decision needs, read once and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scoring.domain.criteria import Criterion
from scoring.domain.engagement import Behaviour, Decay
from scoring.domain.gate import Gate
from scoring.domain.tiers import TierRow

DIMENSIONS = ("fit", "urgency", "account")
"""The scores that are made of weighted criteria, as the fields of a model are called."""

OPTIONAL = frozenset({"account"})
"""The scores that a model may do without."""


@dataclass(frozen=True)
class Model:
    """One version of the scorecard."""

    version: int
    fit: tuple[Criterion, ...]
    urgency: tuple[Criterion, ...]
    behaviours: Mapping[str, Behaviour]
    tiers: tuple[TierRow, ...]
    gate: Gate
    decay_factor: float
    inactivity_weeks: int
    urgency_window_days: int
    account: tuple[Criterion, ...] = ()
    grades: tuple[float, float, float] = (75, 50, 25)
    icp_fit: float = 60

    def decay(self, epoch: int) -> Decay:
        """How this version decays, for sums that are stored against `epoch`."""
        return Decay(self.decay_factor, self.inactivity_weeks, epoch)

    def criteria(self, dimension: str) -> tuple[Criterion, ...]:
        """The criteria of one score, one of DIMENSIONS, in their order."""
        rows: tuple[Criterion, ...] = getattr(self, dimension)
        return rows

    def with_criteria(self, dimension: str, rows: Iterable[Criterion]) -> Model:
        """The same model with other criteria of one score."""
        return replace(self, **{dimension: tuple(rows)})  # type: ignore[arg-type]  # one of DIMENSIONS

    def with_weights(self, dimension: str, weights: Mapping[str, float]) -> Model:
        """The same model with other weights of one score, by code; a criterion that is not named keeps its own."""
        rows = self.criteria(dimension)
        return self.with_criteria(
            dimension, (replace(row, weight=weights.get(row.code, row.weight)) for row in rows)
        )

    def with_tiers(self, rows: Iterable[TierRow]) -> Model:
        """The same model with another tier table."""
        return replace(self, tiers=tuple(rows))

    def with_behaviours(self, rows: Iterable[Behaviour]) -> Model:
        """The same model with other worths of the types of signal."""
        return replace(self, behaviours={row.type: row for row in rows})
