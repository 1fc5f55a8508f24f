"""Runs a model again over what happened: when it first passes a lead in each marketing passage, and with what scores.

The gate, fit, urgency and tiers are the very functions that score today; only engagement is reckoned in columns
(`trajectories`), and checked one by one where it comes close to the gate's threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from leads.domain.identity import EmailKind
from leads.domain.stages import Stage
from scoring.domain import criteria, gate, tiers, trajectories, urgency
from scoring.domain.criteria import CriteriaScore
from scoring.domain.engagement import HIGHEST
from scoring.domain.gate import Candidate, Verdict
from scoring.domain.histories import History, How, Moment, Pass, Person
from scoring.domain.model import Model
from scoring.domain.passages import Passage
from scoring.domain.touches import Touch
from scoring.domain.trajectories import Flags, Real, Touches, instant, microseconds
from scoring.domain.urgency import UrgencyFacts
from scoring.domain.weeks import week_of

ROLE_CRITERION = "role"
CLOSE = 1e-6  # points of engagement within which a threshold is decided by exact reckoning


@dataclass
class Rerun:
    """One model over the touches of some leads. What facts give is remembered, as many leads share theirs."""

    model: Model
    touches: Touches
    zone: str
    fit: Callable[[Mapping[str, object]], CriteriaScore]
    engagement: Real = field(init=False)
    requests: Flags = field(init=False)
    candidates: Flags = field(init=False)
    _urgencies: dict[UrgencyFacts, float] = field(default_factory=dict)
    _could_pass: dict[tuple[float, int, EmailKind | None, bool, bool], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        raising = {kind for kind, rule in self.model.behaviours.items() if rule.hand_raise}
        self.requests = trajectories.of_kinds(self.touches, raising)
        self.engagement = trajectories.engagement_after(self.touches, self.model)
        reaching = self.engagement >= self.model.gate.engagement_at_least - CLOSE
        self.candidates = reaching | self.requests

    def fits(self, facts: Mapping[str, object]) -> bool:
        """Whether the fit of such facts reaches the gate."""
        return self.fit(facts).value >= self.model.gate.fit_at_least

    def could_pass(self, person: Person) -> bool:
        """Whether the lead would pass by its scores if its engagement were the highest and nothing held it."""
        fit = self.fit(person.facts)
        role = _role_level(fit)
        key = (fit.value, role, person.email_kind, person.phone_parses, person.first_name)
        if key not in self._could_pass:
            self._could_pass[key] = self._at_best(person, fit.value, role)
        return self._could_pass[key]

    def _at_best(self, person: Person, fit: float, role_level: int) -> bool:
        best = Candidate(
            fit=fit,
            engagement=HIGHEST,
            days_since_last_signal=0,
            stage=Stage.LEAD,
            hand_raise=False,
            role_level=role_level,
            **_asked_of(person),
        )
        return gate.judge(self.model.gate, best, now=trajectories.UNIX).qualified

    def first_pass(self, lead: History, passage: Passage) -> Moment | None:
        """The first moment of the passage at which the gate passes the lead, None when there is none."""
        moments = self._moments(lead, passage)
        return next((one for one in moments if self.verdict(lead, passage, one).qualified), None)

    def scores(self, lead: History, moment: Moment) -> Pass:
        """What the lead is worth at the moment at which the model passes it."""
        fit, urgent = self.fit(lead.person.facts).value, self._urgency(lead, moment)
        return Pass(
            at=moment.at,
            how=self._how(moment),
            fit=fit,
            engagement=self._engagement(lead, moment),
            urgency=urgent,
            tier=tiers.tier_for(
                self.model.tiers, fit=fit, urgency=urgent, minimum=self._promised(lead, moment)
            ),
        )

    def verdict(self, lead: History, passage: Passage, moment: Moment) -> Verdict:
        """What the gate says of the lead at that moment, with what was known by then."""
        rule = self.model.behaviours.get(moment.trigger)
        person, fit, at = lead.person, self.fit(lead.person.facts), moment.at
        occurred = self.touches.occurred_at[lead.first : moment.last + 1]
        candidate = Candidate(
            fit=fit.value,
            engagement=self._engagement(lead, moment),
            days_since_last_signal=(at - instant(int(occurred.max()))).days,
            stage=passage.stage_at(at),
            hand_raise=rule is not None and rule.hand_raise,
            role_level=_role_level(fit),
            held_until=_held_until(passage, person, at),
            engaged_since_hold=self._engaged_since(passage.held_from, lead, moment),
            purchased=person.bought_until is not None and at < person.bought_until,
            suppressed=person.suppressed_at is not None and person.suppressed_at <= at,
            **_asked_of(person),
        )
        return gate.judge(self.model.gate, candidate, now=at)

    def _moments(self, lead: History, passage: Passage) -> Iterator[Moment]:
        """The touches that could pass, and the release of the hold, in order of time."""
        begin, end = self._known_in(lead, passage)
        places = np.flatnonzero(self._askable(lead)[begin - lead.first : end - lead.first]) + begin
        released = self._release(lead, passage)
        for place in places.tolist():
            at = instant(int(self.touches.known_at[place]))
            if released is not None and released.at < at:
                yield released
                released = None
            yield Moment(at, place, self.touches.kinds[self.touches.kind[place]])
        if released is not None:
            yield released

    def _askable(self, lead: History) -> Flags:
        """Whoever can never pass by scores is asked about at requests only."""
        chosen = self.candidates if self.could_pass(lead.person) else self.requests
        return chosen[lead.first : lead.end]

    def _known_in(self, lead: History, passage: Passage) -> tuple[int, int]:
        """Where the touches that became known within the passage begin and end."""
        known = self.touches.known_at[lead.first : lead.end]
        begin = int(np.searchsorted(known, microseconds(passage.begins_at)))
        if passage.ends_at is None:
            return lead.first + begin, lead.end
        side = "right" if passage.ended_for_good else "left"
        ended = np.searchsorted(known, microseconds(passage.ends_at), side=side)  # type: ignore[call-overload]
        return lead.first + begin, lead.first + int(ended)

    def _release(self, lead: History, passage: Passage) -> Moment | None:
        if passage.released_at is None or not self.could_pass(lead.person):
            return None
        known = self.touches.known_at[lead.first : lead.end]
        by_then = int(np.searchsorted(known, microseconds(passage.released_at), side="right"))
        return Moment(passage.released_at, lead.first + by_then - 1, "") if by_then else None

    def _engagement(self, lead: History, moment: Moment) -> float:
        """As reckoned in columns; exactly where the threshold is close, and at a release, which is no touch."""
        quick = float(self.engagement[moment.last])
        if moment.trigger and abs(quick - self.model.gate.engagement_at_least) > CLOSE:
            return quick
        week = week_of(moment.at, self.zone)
        return trajectories.engagement_known(
            self.touches, lead.first, moment.last, week=week, model=self.model
        )

    def _engaged_since(self, held_from: datetime | None, lead: History, moment: Moment) -> bool:
        """Whether anything worth points happened since the hold began (LC-6)."""
        if held_from is None:
            return True
        places = slice(lead.first, moment.last + 1)
        since = self.touches.occurred_at[places] > microseconds(held_from)
        kinds = {self.touches.kinds[kind] for kind in self.touches.kind[places][since].tolist()}
        return any((rule := self.model.behaviours.get(kind)) and rule.points > 0 for kind in kinds)

    def _how(self, moment: Moment) -> How:
        if not moment.trigger:
            return How.RELEASE
        rule = self.model.behaviours.get(moment.trigger)
        return How.REQUEST if rule is not None and rule.hand_raise else How.SCORES

    def _promised(self, lead: History, moment: Moment) -> str:
        """The tier that a high-intent touch guarantees."""
        since = moment.at - timedelta(days=self.model.gate.signal_within_days)
        return tiers.promised(self._known(lead, moment), self.model.behaviours, self.model.tiers, since=since)

    def _urgency(self, lead: History, moment: Moment) -> float:
        events = lead.person.critical_events
        said = [{"critical_event": word} for known_at, word in events if known_at <= moment.at]
        facts = urgency.facts_from(
            self._known(lead, moment),
            self.model.behaviours,
            now=moment.at,
            zone=self.zone,
            window_days=self.model.urgency_window_days,
            critical_event=urgency.critical_event_in(said),
        )
        if facts not in self._urgencies:
            self._urgencies[facts] = criteria.score(self.model.urgency, facts.as_facts()).value
        return self._urgencies[facts]

    def _known(self, lead: History, moment: Moment) -> list[Touch]:
        return [self.touches.touch(place) for place in range(lead.first, moment.last + 1)]


def _role_level(fit: CriteriaScore) -> int:
    return next((term.level for term in fit.terms if term.code == ROLE_CRITERION), 0)


def _asked_of(person: Person) -> dict[str, Any]:
    return {
        "email_kind": person.email_kind,
        "has_real_email": person.email_kind in (EmailKind.PERSONAL, EmailKind.FREE),
        "phone_parses": person.phone_parses,
        "first_name": person.first_name,
    }


def _held_until(passage: Passage, person: Person, at: datetime) -> datetime | None:
    """Until when a hold runs at that moment; one that was never released, until the passage ends."""
    if passage.stage_at(at) is not Stage.RECYCLED:
        return None
    return passage.released_at or passage.ends_at or person.held_until
