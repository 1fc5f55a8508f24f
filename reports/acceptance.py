"""What sales decided about marketing's hand-offs, by when they decided it: accepted, rejected, and why."""

from __future__ import annotations

import numpy as np

from leads.models import User
from reports import rolled
from reports.domain.acceptance import Acceptance
from reports.domain.compliance import Figures
from reports.domain.selection import Selection
from reports.measures import DECISION
from reports.packing import Facts


def decisions(selection: Selection, *, user: User) -> Facts:
    """The decisions of the period that `user` may see, as facts: good is accepted, the detail is the reason."""
    return rolled.facts(DECISION, selection, user=user)


def total(found: Facts) -> Acceptance:
    """All of them."""
    accepted = int(found.is_good.sum())
    return Acceptance(accepted, len(found) - accepted)


def of(figures: Figures) -> Acceptance:
    """The acceptance of a group of decisions."""
    return Acceptance(figures.met, figures.breached)


def by_reason(found: Facts) -> dict[str, int]:
    """How many rejections there were for each reason (its code), the most frequent first."""
    legend = found.legend["detail"]
    counts = np.bincount(found.codes["detail"][~found.is_good], minlength=len(legend))
    named = zip(legend, counts.tolist(), strict=True)
    return dict(sorted(((code, count) for code, count in named if count), key=lambda one: (-one[1], one[0])))
