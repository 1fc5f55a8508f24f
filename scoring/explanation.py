"""Takes a lead's scores apart into terms that add up to them, with what is unknown and what comes next (SC-12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from leads.models import Lead
from scoring import qualification, scorecards, scores
from scoring.domain import engagement, lifts, tiers
from scoring.domain.criteria import CriteriaScore, Term
from scoring.domain.engagement import EngagementTerm
from scoring.domain.lifts import FitLift, Lift
from scoring.domain.weeks import week_start
from scoring.scores import Evidence, Standing

STRONG_LEVEL = 3
MOST_LIFTS = 3


@dataclass(frozen=True)
class Explanation:
    """The scores of one lead, each as its terms, and the sentences in which the gate says why it does not pass."""

    version: int
    tier: str
    fit: CriteriaScore
    urgency: CriteriaScore
    engagement: float
    engagement_terms: tuple[EngagementTerm, ...]
    falls_under: datetime | None
    threshold: float
    failed: tuple[str, ...]
    grade: str
    lifts: tuple[Lift, ...]
    fit_lifts: tuple[FitLift, ...]
    standing: Standing
    epoch: int

    @property
    def unknown(self) -> list[str]:
        """The criteria of fit that nothing is known about."""
        return [term.label.lower() for term in self.fit.terms if term.unknown]

    def strongest(self) -> list[str]:
        """What speaks most for the lead: the criteria of fit at the top level, the heaviest first."""
        best = [term for term in self.fit.terms if term.level == STRONG_LEVEL]
        return [_praise(term) for term in sorted(best, key=lambda term: -term.points)[:2]]


def explain(
    lead: Lead, *, now: datetime, evidence: Evidence | None = None, compared: bool = True
) -> Explanation:
    """The scores of `lead` at `now`, recomputed from what is stored by the published model.

    Who has read the evidence hands it in; the standing knows what was kept before only where it is `compared`.
    """
    model, state = scorecards.published_model(), scores.decay_state()
    standing = scores.assess(lead, model=model, state=state, now=now, evidence=evidence, compared=compared)
    decay, week = model.decay(state.epoch), scores.current_week(now)
    touches, threshold = standing.evidence.touches, model.gate.engagement_at_least
    verdict = qualification.judge(lead, standing, trigger="", now=now).verdict
    return Explanation(
        version=model.version,
        tier=standing.now.tier,
        fit=standing.fit,
        urgency=standing.urgency,
        engagement=standing.now.engagement,
        engagement_terms=engagement.terms(touches, model.behaviours, decay, week=week),
        falls_under=_falls_under(standing, epoch=state.epoch, week=week),
        threshold=threshold,
        failed=tuple(failure.sentence for failure in verdict.failed),
        grade=tiers.grade(standing.now.fit, model.grades),
        lifts=tuple(
            lifts.lifts(touches, model.behaviours, decay, week=week, threshold=threshold)[:MOST_LIFTS]
        ),
        fit_lifts=tuple(lifts.fit_lifts(standing.fit)[:MOST_LIFTS]),
        standing=standing,
        epoch=state.epoch,
    )


def _falls_under(standing: Standing, *, epoch: int, week: int) -> datetime | None:
    """When engagement falls under the gate without new activity (SC-21); None when it stands under it already."""
    threshold = standing.model.gate.engagement_at_least
    if standing.now.engagement < threshold:
        return None
    falls_in = engagement.falls_under(standing.stored, threshold, week, standing.model.decay(epoch))
    return None if falls_in is None else week_start(falls_in, settings.ORGANISATION_TIME_ZONE)


def _praise(term: Term) -> str:
    return f"{term.label.lower()}: {term.level_label.lower()}"
