"""Asks the gate about a lead as it stands, and says why not where it does not pass (SC-9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from leads.domain import identity
from leads.domain.identity import EmailKind
from leads.domain.stages import Stage
from leads.models import Lead
from scoring.domain import gate, tiers
from scoring.domain.criteria import CriteriaScore
from scoring.domain.gate import Candidate, Gate, Verdict
from scoring.domain.passages import ASKED, PASSED
from scoring.scores import Standing

ROLE_CRITERION = "role"
NEVER_ASKED = datetime.min.replace(tzinfo=UTC)  # the moment, where nobody is on hold


@dataclass(frozen=True)
class Qualification:
    """The gate's verdict and, where it qualifies, why the lead is in the queue."""

    verdict: Verdict
    priority: str

    @property
    def cause(self) -> str:
        """Why the lead qualifies, for its history."""
        return ASKED if self.verdict.hand_raise else PASSED


def judge(lead: Lead, standing: Standing, *, trigger: str, now: datetime) -> Qualification:
    """Whether `lead` becomes an MQL by the signal of type `trigger` ('' for none), naming what failed."""
    behaviour = standing.model.behaviours.get(trigger)
    candidate = _candidate(lead, standing, hand_raise=bool(behaviour and behaviour.hand_raise), now=now)
    return _judged(standing.model.gate, candidate, now if candidate.held_until else None)


@lru_cache(maxsize=50_000)
def _judged(rules: Gate, candidate: Candidate, now: datetime | None) -> Qualification:
    """What is said of everybody alike; only who is on hold is asked at what moment."""
    verdict = gate.judge(rules, candidate, now=now or NEVER_ASKED)
    return Qualification(verdict, _priority(candidate, rules))


def _priority(candidate: Candidate, rules: Gate) -> str:
    return tiers.priority(
        hand_raise=candidate.hand_raise,
        fit=candidate.fit >= rules.fit_at_least,
        target_person=not gate.target_person(rules, candidate),
        engagement=candidate.engagement >= rules.engagement_at_least,
    )


def _candidate(lead: Lead, standing: Standing, *, hand_raise: bool, now: datetime) -> Candidate:
    kind = identity.email_kind(identity.normalise_email(lead.email)) if lead.email else None
    return Candidate(
        fit=standing.now.fit,
        engagement=standing.now.engagement,
        days_since_last_signal=_days_since(standing.evidence.last_signal_at, now),
        stage=Stage(lead.stage),
        hand_raise=hand_raise,
        email_kind=kind,
        has_real_email=kind in (EmailKind.PERSONAL, EmailKind.FREE),
        phone_parses=bool(identity.parse_phone(lead.phone, lead.country)),
        first_name=bool(lead.first_name),
        role_level=_role_level(standing.fit),
        held_until=lead.held_until,
        engaged_since_hold=_engaged_since_hold(lead, standing),
        purchased=lead.acquired == Lead.Acquired.PURCHASED,
        suppressed=lead.suppressed_at is not None,
    )


def _role_level(fit: CriteriaScore) -> int:
    for term in fit.terms:
        if term.code == ROLE_CRITERION:
            return term.level
    return 0


def _days_since(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else (now - at).days


def _engaged_since_hold(lead: Lead, standing: Standing) -> bool:
    """Whether anything worth points happened since the lead was put on hold (LC-6)."""
    if lead.held_from is None:
        return True
    behaviours = standing.model.behaviours
    return any(
        touch.occurred_at > lead.held_from and touch.type in behaviours and behaviours[touch.type].points > 0
        for touch in standing.evidence.touches
    )
