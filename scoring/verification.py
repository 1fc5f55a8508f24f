"""Recomputes every stored score from what it was made of, and reports each difference (SC-4)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from leads.models import Lead
from scoring import scorecards, scores
from scoring.domain import engagement
from scoring.models import DecayState, Score

TOLERANCE = 1e-9


def differences(*, now: datetime) -> Iterator[str]:
    """A sentence for each lead whose stored engagement is not what its touches give at `now`."""
    state = scores.decay_state()
    kept = Score.objects.select_related("scorecard", "lead__account").order_by("lead")
    for score in kept.iterator(chunk_size=500):
        yield from _differences_of(score, score.lead, state=state, now=now)


def _differences_of(score: Score, lead: Lead, *, state: DecayState, now: datetime) -> Iterator[str]:
    model = scorecards.load(score.scorecard)
    evidence = scores.evidence_of(lead, now=now)
    stored = engagement.store(evidence.touches, model.behaviours, model.decay(state.epoch))
    if not math.isclose(stored.sum, score.engagement_sum, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        yield f"Lead {lead.pk}: engagement is stored as {score.engagement_sum}, its touches give {stored.sum}."
    if stored.last_week != score.last_week:
        yield f"Lead {lead.pk}: its last week is stored as {score.last_week}, its touches give {stored.last_week}."
