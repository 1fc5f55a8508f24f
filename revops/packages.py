"""What a hand-off holds of a lead's scores as they were, taken from the lead as it stands (LC-3)."""

from __future__ import annotations

from datetime import datetime

from leads.models import Lead
from routing.handoffs import Package
from routing.models import Handoff
from scoring import scorecards, scores


def of(lead: Lead, *, now: datetime) -> Package:
    """The scores of `lead` at `now`, with the priority, source and capture of the hand-off before."""
    standing = scores.assess(lead, model=scorecards.published_model(), state=scores.decay_state(), now=now)
    before = Handoff.objects.that_stand().filter(lead=lead).first()
    return Package(
        fit=standing.now.fit,
        engagement=standing.now.engagement,
        urgency=standing.now.urgency,
        tier=standing.now.tier,
        priority=before.priority if before else "",
        source=before.source if before else "",
        trigger="meeting",
        scorecard_version=standing.model.version,
        captured_at=before.captured_at if before else now,
    )
