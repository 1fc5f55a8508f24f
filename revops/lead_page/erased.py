"""The page of a lead whose person was erased: what was counted and decided stands, nothing is to be done (IN-10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from revops.lead_page.brief import Brief, decision
from revops.lead_page.score_sheet import ScoreTable, Term, tenths
from routing.models import Handoff
from scoring.domain import tiers

NOTHING_TO_DO: Mapping[str, Any] = {
    "attempt_form": None,
    "note_form": None,
    "meeting_form": None,
    "call_later": None,
    "cadence": None,
    "may_reinstate": False,
    "hints": [],
    "chart": None,  # it ends today, with what is known today
}


def page(told: Brief, handoff: Handoff | None, *, now: datetime) -> dict[str, Any]:
    """What of the lead page's context is another once the person was erased."""
    decided = [decision(handoff, now=now)] if handoff else []
    scores = [_fit_as_kept(told), *(replace(score, note="", lifts=()) for score in told.scores[1:])]
    return {**NOTHING_TO_DO, "brief": replace(told, sentences=decided, scores=scores, answers=[])}


def _fit_as_kept(told: Brief) -> ScoreTable:
    """Fit as it stood on that day: what it was made of is known no more, so it is not computed again."""
    explained = told.explanation
    kept = explained.standing.before
    if kept is None:
        return replace(told.scores[0], note="", lifts=())
    grade = tiers.grade(kept.fit, explained.standing.model.grades)
    line = Term(_("On the day of the erasure"), tenths(kept.fit), _("what it was made of is erased"))
    return ScoreTable(_("Fit"), tenths(kept.fit), (line,), grade=grade)
