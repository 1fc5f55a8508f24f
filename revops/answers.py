"""The answer that a signal gets: the lead, its scores before and after, the gate, the hand-off and why (IN-2)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings

from leads import addresses
from leads.domain.signal import SignalIn
from leads.domain.stages import Stage
from leads.matching import Match
from leads.models import Lead
from routing.handoffs import HandedOver
from scoring.qualification import Qualification
from scoring.scores import Standing


class Outcome(NamedTuple):
    """Where a lead stands after the pipeline looked at it."""

    standing: Standing
    qualification: Qualification
    handed_over: HandedOver | None


def anonymous_answer(signal: SignalIn) -> dict[str, Any]:
    """For a visitor whom nobody knows yet: the touch is kept and joins the person when they are identified."""
    return {
        "signal_id": signal.signal_id,
        "lead": None,
        "scores": None,
        "gate": {"qualified": False, "failed": ["The visitor is not known yet."]},
        "handoff": None,
    }


def answer_for(signal: SignalIn, match: Match, outcome: Outcome) -> dict[str, Any]:
    """For a known person."""
    lead, verdict = match.lead, outcome.qualification.verdict
    return {
        "signal_id": signal.signal_id,
        "lead": {
            "id": lead.id,
            "created": match.created,
            "stage": lead.stage,
            "tier": lead.tier,
            "priority": outcome.qualification.priority,
            "suppressed": lead.stage == Stage.DISQUALIFIED,
            "url": _address_of(lead),
        },
        "scores": _scores(outcome.standing),
        "gate": {"qualified": verdict.qualified, "failed": [failure.sentence for failure in verdict.failed]},
        "handoff": None if outcome.handed_over is None else told_of(outcome.handed_over),
    }


def _address_of(lead: Lead) -> str:
    return f"{settings.SITE_URL}{addresses.of_record('lead', lead.id)}"


def _scores(standing: Standing) -> dict[str, dict[str, int | None]]:
    before, now = standing.before, standing.now
    return {
        name: {
            "before": None if before is None else round(getattr(before, name)),
            "after": round(getattr(now, name)),
        }
        for name in ("fit", "engagement", "urgency")
    }


def told_of(handed_over: HandedOver) -> dict[str, Any]:
    """With whom the lead is, why, and by when what is due."""
    handoff = handed_over.handoff
    return {
        "id": handoff.pk,
        "assignee": handoff.assignee.email if handoff.assignee else None,
        "because": handoff.because,
        "due": {kind.lower(): at.isoformat() for kind, at in handed_over.due.items()},
    }
