"""Scores people one signal after another from values in memory, and keeps all at once what `scores.apply` would keep.

What the same facts gave before is recalled, so that a signal costs a few look-ups.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.conf import settings

from leads import copying
from leads.domain.signal import SignalIn
from leads.facts import facts_of
from leads.models import Lead, Signal
from scoring import decay, scores
from scoring.decay import Crossing
from scoring.domain.touches import Touch
from scoring.domain.weeks import week_of
from scoring.first_touches import FirstTouches
from scoring.models import FitChange, Score, Scorecard
from scoring.scores import Evidence, Standing

Told = tuple[datetime, Touch, dict[str, Any]]
TIME = itemgetter(0)


@dataclass
class _Person:
    """What is known of a person's signals, in order of their time, and the score that is kept."""

    score: Score | None = None
    told: list[Told] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)  # of the score, where it is newer than its row

    def kept(self, scorecard: Scorecard) -> Score | None:
        """The score as it is by now; the row of somebody new is made only when a second signal asks for it."""
        if self.columns:
            self.score, self.columns = Score(**self.columns), {}
            self.score.scorecard = scorecard
        return self.score


class Look(NamedTuple):
    """Where a lead would stand by one signal more."""

    lead: Lead
    signal: SignalIn
    told: Told
    standing: Standing
    now: datetime


class Following:
    """The scores of some leads who are stored and locked, and of others who are new, as their signals come."""

    def __init__(self, known: Sequence[Lead]) -> None:
        self._people: defaultdict[int, _Person] = defaultdict(_Person)
        self._known = {lead.id: lead for lead in known}
        self._scored = self._read_scores()
        self._read_signals()
        self._state = scores.held_decay_state()
        self._scorecard = scores.published()
        self._rules = scores.recalled(self._scorecard.pk)
        zone = settings.ORGANISATION_TIME_ZONE
        self._first_touches = _first_touches(self._scorecard.pk, self._state.epoch, zone)
        self._fresh: dict[int, dict[str, Any]] = {}
        self._tiers_moved: dict[int, Lead] = {}
        self._fits_moved: list[FitChange] = []
        self._crossed: list[Crossing] = []

    def look(self, lead: Lead, signal: SignalIn, *, now: datetime) -> Look:
        """Where the lead would stand at `now` by a signal that need not be stored; changes nothing."""
        person = self._people[lead.id]
        kept = person.kept(self._scorecard)
        now = max(now, kept.updated_at) if kept is not None else now
        told = _told(signal.type, signal.occurred_at, depth=signal.depth, answers=signal.answers)
        if kept is None and not person.told and signal.occurred_at <= now:
            standing = self._first_touches.stand(lead, told[1], signal.answers, now=now)
        else:
            evidence = _evidence([*person.told, told], lead, until=now)
            by, state = self._rules, self._state
            standing = scores.weigh(evidence, kept, tier=lead.tier, by=by, state=state, now=now)
        return Look(lead, signal, told, standing, now)

    def keep(self, look: Look) -> None:
        """From now on the lead stands so."""
        lead, person, scorecard = look.lead, self._people[look.lead.id], self._scorecard
        if (kept := person.kept(scorecard)) is not None:
            self._crossed += decay.pending(kept, epoch=self._state.epoch, now=look.now)
            change = scores.fit_change(kept, look.standing, scorecard=scorecard, now=look.now)
            self._fits_moved += [change] if change else []
        insort(person.told, look.told, key=TIME)
        person.columns = scores.columns_of(lead, look.standing, scorecard=scorecard, now=look.now)
        self._fresh[lead.id] = person.columns
        if lead.tier != look.standing.now.tier:
            lead.tier = look.standing.now.tier
            self._tiers_moved[lead.id] = lead

    def store(self) -> None:
        """Keep where the leads stand; all of them are stored by now, those that were new with their tiers."""
        copying.stream(Score, (row for lead_id, row in self._fresh.items() if lead_id not in self._scored))
        known = [Score(**row) for lead_id, row in self._fresh.items() if lead_id in self._scored]
        copying.rewrite(known, scores.REWRITTEN)
        copying.rewrite(
            [lead for lead_id, lead in self._tiers_moved.items() if lead_id in self._known], ["tier"]
        )
        copying.insert(self._fits_moved)
        decay.tell(self._crossed)

    def _read_scores(self) -> set[int]:
        """Lock the scores before the decay state, for so does whoever scores one lead."""
        rows = Score.objects.select_for_update(of=("self",)).select_related("scorecard")
        for score in rows.filter(lead_id__any_of=self._known).order_by("lead"):
            self._people[score.lead_id].score = score
        return set(self._people)

    def _read_signals(self) -> None:
        rows = Signal.objects.filter(lead_id__any_of=self._known).order_by("occurred_at", "id")
        columns = rows.values_list("lead_id", "type_id", "occurred_at", "depth", "answers")
        for lead_id, kind, at, depth, answers in columns:
            self._people[lead_id or 0].told.append(_told(kind, at, depth=depth, answers=answers))


def _told(kind: str, at: datetime, *, depth: int, answers: dict[str, Any]) -> Told:
    return at, Touch(kind, at, week_of(at, settings.ORGANISATION_TIME_ZONE), depth), answers


def _evidence(told: list[Told], lead: Lead, *, until: datetime) -> Evidence:
    """All that was told by then, of which the last is put in its place."""
    told.sort(key=TIME)
    known = told[: bisect_right(told, until, key=TIME)]
    answers = tuple(said for *_, said in known if said)
    return Evidence(tuple(touch for _, touch, _ in known), answers, facts_of(lead))


@lru_cache(maxsize=4)
def _first_touches(scorecard_id: int, epoch: int, zone: str) -> FirstTouches:
    return FirstTouches(scores.recalled(scorecard_id), epoch=epoch, zone=zone)
