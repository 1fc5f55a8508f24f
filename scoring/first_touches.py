"""Scores people by the one touch that is known of them, to what `scores.weigh` gives: most of a list are such people.

What a like touch as long ago, and the same facts, came to before is recalled, so that a person costs a few look-ups.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from leads.facts import alike, facts_of
from leads.models import Lead
from scoring.domain import engagement, tiers, urgency
from scoring.domain.criteria import CriteriaScore
from scoring.domain.engagement import Stored
from scoring.domain.touches import Touch
from scoring.domain.weeks import week_of
from scoring.scores import Evidence, Figures, Rules, Standing

MOST_RECALLED = 100_000
Answers = dict[str, Any]


class _Shown(NamedTuple):
    """What a touch comes to by itself."""

    stored: Stored
    engagement: float
    urgency: CriteriaScore
    minimum: str


class FirstTouches:
    """Scores by one version of the model against one epoch."""

    def __init__(self, by: Rules, *, epoch: int, zone: str) -> None:
        self._by, self._model, self._decay = by, by.model, by.model.decay(epoch)
        self._zone = zone
        self._window = timedelta(days=by.model.urgency_window_days)
        self._promise = timedelta(days=by.model.gate.signal_within_days)
        self._facts: dict[Any, tuple[dict[str, object], CriteriaScore]] = {}
        self._shown: dict[Any, _Shown] = {}
        self._tier = lru_cache(maxsize=MOST_RECALLED)(self._tier_for)

    def stand(self, lead: Lead, touch: Touch, answers: Answers, *, now: datetime) -> Standing:
        """Where somebody stands at `now` by a touch that came by then, and was never scored before."""
        facts, fit = self._known_of(lead)
        shown = self._what_it_shows(touch, answers, now)
        tier = self._tier(fit.value, shown.urgency.value, shown.minimum)
        return Standing(
            before=None,
            now=Figures(fit.value, shown.engagement, shown.urgency.value, tier),
            fit=fit,
            urgency=shown.urgency,
            stored=shown.stored,
            evidence=Evidence((touch,), (answers,) if answers else (), facts),
            model=self._model,
        )

    def _known_of(self, lead: Lead) -> tuple[dict[str, object], CriteriaScore]:
        """The facts of the lead as it is in memory, and what they come to."""
        key = alike(lead)
        found = self._facts.get(key)
        if found is None:
            if len(self._facts) >= MOST_RECALLED:
                self._facts.clear()
            facts = facts_of(lead)
            found = self._facts[key] = facts, self._by.fit(facts)
        return found

    def _what_it_shows(self, touch: Touch, answers: Answers, now: datetime) -> _Shown:
        ago, week = now - touch.occurred_at, week_of(now, self._zone)
        event = urgency.critical_event_in((answers,)) if answers else "none"
        like = touch.type, touch.week, touch.depth
        key = (*like, week, ago.days, ago < self._window, ago <= self._promise, event)
        found = self._shown.get(key)
        if found is None:
            if len(self._shown) >= MOST_RECALLED:
                self._shown.clear()
            found = self._shown[key] = self._weighed(touch, event, week=week, now=now)
        return found

    def _weighed(self, touch: Touch, event: str, *, week: int, now: datetime) -> _Shown:
        model, decay = self._model, self._decay
        stored = engagement.store((touch,), model.behaviours, decay)
        facts = urgency.facts_from(
            (touch,),
            model.behaviours,
            now=now,
            zone=self._zone,
            window_days=model.urgency_window_days,
            critical_event=event,
        )
        promised = tiers.promised((touch,), model.behaviours, model.tiers, since=now - self._promise)
        value = engagement.engagement_in(stored, week, decay)
        return _Shown(stored, value, self._by.urgency(facts.as_facts()), promised)

    def _tier_for(self, fit: float, urgent: float, minimum: str) -> str:
        return tiers.tier_for(self._model.tiers, fit=fit, urgency=urgent, minimum=minimum)
