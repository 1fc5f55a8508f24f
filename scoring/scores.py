"""The one writer of scores: fit, engagement by forward decay, urgency and tier, from what is stored (SC-3, SC-4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from leads import prepared, row_changes
from leads.facts import facts_of
from leads.models import Lead
from leads.remembering import remembered, remembered_by_edition
from scoring import decay, scorecards
from scoring.domain import criteria, engagement, recall, tiers, urgency
from scoring.domain.criteria import CriteriaScore
from scoring.domain.engagement import Stored, Touch
from scoring.domain.model import Model
from scoring.domain.weeks import week_of
from scoring.models import DecayState, FitChange, Score, Scorecard

COLUMNS = [field.attname for field in Score._meta.concrete_fields]  # noqa: SLF001
REWRITTEN = [name for name in COLUMNS if name != "lead_id"]
INSTEAD = (
    f"ON CONFLICT (lead_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in REWRITTEN)}"
)
STATE = "SELECT id, epoch, week FROM scoring_decaystate WHERE id = 1 FOR KEY SHARE"
# The epoch first and then the score, as whoever moves the epoch locks them
HELD = f"""
    WITH kept AS (SELECT {", ".join(COLUMNS)} FROM scoring_score WHERE lead_id = %s FOR UPDATE)
    SELECT state.id, state.epoch, state.week, kept.* FROM ({STATE}) AS state LEFT JOIN kept ON true
"""  # noqa: S608 - names of ours
TOUCHES = """
    SELECT type, occurred_at, depth, nullif(answers, '{}') FROM leads_signal
    WHERE lead_id = %s AND occurred_at <= %s ORDER BY occurred_at, id
"""
TouchRow = tuple[str, datetime, int, dict[str, object]]


class First(NamedTuple):
    """All that a lead did whom this transaction makes, and the decay state, which was asked for ahead."""

    touch: TouchRow
    state: Callable[[], DecayState]


class Figures(NamedTuple):
    """What a lead is worth at one moment."""

    fit: float
    engagement: float
    urgency: float
    tier: str


class Evidence(NamedTuple):
    """All that the scores of one lead are computed from, read once."""

    touches: tuple[Touch, ...]
    answers: tuple[dict[str, object], ...]
    facts: dict[str, object]

    @property
    def last_signal_at(self) -> datetime | None:
        """When the person last did anything."""
        if len(self.touches) == 1:  # nearly always where many are taken in
            return self.touches[0].occurred_at
        return max((touch.occurred_at for touch in self.touches), default=None)


@dataclass(frozen=True)
class Rules:
    """A model, and how its criteria are scored: each time anew, or recalled where many are scored."""

    model: Model
    fit: Callable[[Mapping[str, object]], CriteriaScore]
    urgency: Callable[[Mapping[str, object]], CriteriaScore]

    @classmethod
    def of(cls, model: Model) -> Rules:
        """Scored anew."""
        return cls(model, partial(criteria.score, model.fit), partial(criteria.score, model.urgency))

    @classmethod
    def recalled(cls, model: Model) -> Rules:
        """Scored once for the same facts."""
        return cls(model, recall.scorer(model.fit), recall.scorer(model.urgency))


@lru_cache(maxsize=4)
def recalled(scorecard_id: int) -> Rules:
    """What a published version recalls in this process, from one lead to the next: it never changes."""
    return Rules.recalled(scorecards.of_version(scorecard_id))


class Standing(NamedTuple):
    """A lead scored: the figures before and now, with the parts they are made of."""

    before: Figures | None
    now: Figures
    fit: CriteriaScore
    urgency: CriteriaScore
    stored: Stored
    evidence: Evidence
    model: Model


def apply(lead: Lead, *, now: datetime, first: First | None = None) -> Standing:
    """Score `lead` from everything stored and keep the result; the caller holds the lead's lock.

    A score never goes back in time: signals whose clocks commit in another order count all touches all the same.
    Of a lead that this transaction made nothing is looked for beside its `first` touch.
    """
    kept, state = _held(lead) if first is None else (None, first.state())
    now = max(now, kept.updated_at) if kept is not None else now
    scorecard = published()
    if kept is not None and kept.scorecard_id == scorecard.pk:
        kept.scorecard = scorecard  # nearly always, so that it is not read once more
    evidence = evidence_of(lead, now=now) if first is None else evidence_from([first.touch], lead, now=now)
    rules = recalled(scorecard.pk)
    standing = weigh(evidence, kept, tier=lead.tier, by=rules, state=state, now=now)
    if kept is not None:
        decay.tell_pending(kept, epoch=state.epoch, now=now)
        if change := fit_change(kept, standing, scorecard=scorecard, now=now):
            prepared.store_later([change])
    _keep(lead, standing, scorecard=scorecard, now=now)
    return standing


def assess(
    lead: Lead,
    *,
    model: Model,
    state: DecayState,
    now: datetime,
    evidence: Evidence | None = None,
    compared: bool = True,
) -> Standing:
    """The scores of `lead` under `model` at `now`; reads, and keeps nothing.

    Who has read the evidence hands it in; what was kept until now is read where the standing is `compared` with it.
    """
    kept = _kept(Score.objects.select_related("scorecard"), lead) if compared else None
    evidence = evidence or evidence_of(lead, now=now)
    return weigh(evidence, kept, tier=lead.tier, by=Rules.of(model), state=state, now=now)


def weigh(
    evidence: Evidence, kept: Score | None, *, tier: str, by: Rules, state: DecayState, now: datetime
) -> Standing:
    """What the evidence comes to at `now`, beside what was kept and the tier until now."""
    model = by.model
    stored = engagement.store(evidence.touches, model.behaviours, model.decay(state.epoch))
    fit = by.fit(evidence.facts)
    urgent = by.urgency(_urgency_facts(evidence, model, now=now))
    minimum = _minimum_tier(evidence, model, now=now)
    return Standing(
        before=_figures_before(kept, tier=tier, state=state, now=now),
        now=Figures(
            fit=fit.value,
            engagement=engagement.engagement_in(stored, current_week(now), model.decay(state.epoch)),
            urgency=urgent.value,
            tier=tiers.tier_for(model.tiers, fit=fit.value, urgency=urgent.value, minimum=minimum),
        ),
        fit=fit,
        urgency=urgent,
        stored=stored,
        evidence=evidence,
        model=model,
    )


def engagement_of(score: Score, *, state: DecayState, now: datetime) -> float:
    """Engagement of a stored score at `now`, 0–100: one multiplication."""
    model = scorecards.load(score.scorecard)
    stored = Stored(score.engagement_sum, score.last_week)
    return engagement.engagement_in(stored, current_week(now), model.decay(state.epoch))


@remembered_by_edition
def decay_state() -> DecayState:
    """The epoch of the stored sums, and how far the weekly decay has been told."""
    return DecayState.objects.get(pk=1)


@remembered
def published() -> Scorecard:
    """The version that scores today."""
    return Scorecard.objects.published()


def held_decay_state() -> DecayState:
    """The same, held until the transaction ends: the epoch cannot move between reading it and writing a sum."""
    return hold_decay_state()()


def hold_decay_state() -> Callable[[], DecayState]:
    """The same asked for now, and read when that is called."""
    found = prepared.rows_ahead(STATE)
    return lambda: DecayState(*found()[0])


def _held(lead: Lead) -> tuple[Score | None, DecayState]:
    """What is kept of the lead, locked, and the epoch that it counts from, held as well; in one statement."""
    found = prepared.row(HELD, [lead.pk])
    kept = found[3:]
    score = Score.from_db(DEFAULT_DB_ALIAS, COLUMNS, kept) if kept[0] is not None else None
    return score, DecayState(*found[:3])


def current_week(now: datetime) -> int:
    """The decay week of `now` in the organisation's time zone."""
    return week_of(now, settings.ORGANISATION_TIME_ZONE)


def evidence_of(lead: Lead, *, now: datetime) -> Evidence:
    """Touches up to `now`, answers and facts of `lead`: two reads at most."""
    rows = prepared.rows(TOUCHES, [lead.pk, now])
    told = [(kind, at, depth, json.loads(answers) if answers else {}) for kind, at, depth, answers in rows]
    return evidence_from(told, lead, now=now)


def evidence_from(rows: Iterable[TouchRow], lead: Lead, *, now: datetime) -> Evidence:
    """The same from the lead's touches in order, as type, moment, depth and answers; later ones do not count yet."""
    zone, known = settings.ORGANISATION_TIME_ZONE, [row for row in rows if row[1] <= now]
    touches = tuple(Touch(kind, at, week_of(at, zone), depth) for kind, at, depth, _ in known)
    return Evidence(touches, tuple(answers for *_, answers in known if answers), facts_of(lead))


def urgency_of(evidence: Evidence, model: Model, *, now: datetime) -> CriteriaScore:
    """Urgency at `now`, of what was known by then."""
    return criteria.score(model.urgency, _urgency_facts(evidence, model, now=now))


def _kept(scores: QuerySet[Score], lead: Lead) -> Score | None:
    return next(iter(scores.filter(lead=lead)), None)


def _urgency_facts(evidence: Evidence, model: Model, *, now: datetime) -> dict[str, object]:
    return urgency.facts_from(
        evidence.touches,
        model.behaviours,
        now=now,
        zone=settings.ORGANISATION_TIME_ZONE,
        window_days=model.urgency_window_days,
        critical_event=urgency.critical_event_in(evidence.answers),
    ).as_facts()


def _minimum_tier(evidence: Evidence, model: Model, *, now: datetime) -> str:
    """The best tier that a recent high-intent touch guarantees (SC-8)."""
    since = now - timedelta(days=model.gate.signal_within_days)
    return tiers.promised(evidence.touches, model.behaviours, model.tiers, since=since)


def _figures_before(before: Score | None, *, tier: str, state: DecayState, now: datetime) -> Figures | None:
    if before is None:
        return None
    return Figures(before.fit, engagement_of(before, state=state, now=now), before.urgency, tier)


def fit_change(kept: Score, standing: Standing, *, scorecard: Scorecard, now: datetime) -> FitChange | None:
    """A line of the ledger of fit, not stored yet, where fit moved (SC-22)."""
    if kept.fit == standing.now.fit:
        return None
    same_version = kept.scorecard_id == scorecard.pk
    return FitChange(
        lead_id=kept.lead_id,
        at=now,
        cause=FitChange.Cause.FACTS if same_version else FitChange.Cause.RESCORE,
        scorecard=scorecard,
        before=kept.fit,
        after=standing.now.fit,
    )


def _keep(lead: Lead, standing: Standing, *, scorecard: Scorecard, now: datetime) -> None:
    prepared.insert_later(Score, [columns_of(lead, standing, scorecard=scorecard, now=now)], ending=INSTEAD)
    if lead.tier != standing.now.tier:
        lead.tier = standing.now.tier
        row_changes.change(lead, tier=lead.tier)


def columns_of(lead: Lead, standing: Standing, *, scorecard: Scorecard, now: datetime) -> dict[str, object]:
    """What the row that keeps the standing says, by column."""
    return {
        "lead_id": lead.id,
        "scorecard_id": scorecard.pk,
        "fit": standing.now.fit,
        "fit_low": standing.fit.low,
        "fit_high": standing.fit.high,
        "urgency": standing.now.urgency,
        "engagement_sum": standing.stored.sum,
        "last_week": standing.stored.last_week,
        "accounted_week": current_week(now),
        "last_signal_at": standing.evidence.last_signal_at,
        "updated_at": now,
    }
