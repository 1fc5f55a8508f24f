"""A scoring model as values: everything a decision needs, read once and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.domain.criteria import Criterion
from scoring.domain.engagement import Behaviour, Decay
from scoring.domain.gate import Gate
from scoring.domain.tiers import TierRow


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
