"""Versions of the scoring model: draft, edit, publish; what is published never changes (SC-13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet

from leads.concurrent_edits import EditedMeanwhile
from leads.domain import conditions
from leads.facts import ACCOUNT_VOCABULARY, VOCABULARY
from leads.models import User
from scoring.domain import criteria, publishable, urgency
from scoring.domain.engagement import Behaviour as BehaviourRule
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.publishable import Fault
from scoring.domain.tiers import TierRow
from scoring.models import Behaviour, Criterion, Scorecard, Tier

Dimension = Criterion.Dimension
VOCABULARIES = {
    Dimension.FIT: VOCABULARY,
    Dimension.URGENCY: urgency.VOCABULARY,
    Dimension.ACCOUNT: ACCOUNT_VOCABULARY,
}


class NotPublishable(Exception):
    """The draft breaks a rule; `problems` says what to change and where, a sentence each."""

    def __init__(self, problems: list[Fault]) -> None:
        super().__init__(" ".join(fault.sentence for fault in problems))
        self.problems = problems


class NotADraft(Exception):
    """Only a draft can be edited or published."""


@dataclass(frozen=True)
class Edits:
    """What an editor of a draft changes: settings by name, weights and other columns by the rows' ids."""

    settings: Mapping[str, object] = field(default_factory=dict)
    weights: Mapping[int, int] = field(default_factory=dict)
    behaviours: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    tiers: Mapping[int, Mapping[str, object]] = field(default_factory=dict)


def published_model() -> Model:
    """The model that scores today."""
    return load(Scorecard.objects.published())


def load(scorecard: Scorecard) -> Model:
    """The version as values for the domain; versions that cannot change are kept in memory."""
    if scorecard.is_draft:
        return _read(scorecard.pk)
    return _remembered(scorecard.pk)


def create_draft(based_on: Scorecard, *, by: User | None, now: datetime) -> Scorecard:
    """A new draft with everything that `based_on` holds."""
    with transaction.atomic():
        _lock_numbering()
        draft: Scorecard = _copy(
            based_on,
            version=(Scorecard.objects.aggregate(last=Max("version"))["last"] or 0) + 1,
            status=Scorecard.Status.DRAFT,
            based_on=based_on,
            note="",
            revision=0,
            created_at=now,
            created_by=by,
            published_at=None,
            published_by=None,
        )
        for rows in (based_on.criteria, based_on.behaviours, based_on.tiers):
            for row in rows.all():
                _copy(row, scorecard=draft)
    return draft


def edit(draft: Scorecard, *, revision: int, edits: Edits) -> Scorecard:
    """Store what an editor changed; what `edits` does not name stays.

    Raises NotADraft, and EditedMeanwhile when the draft has moved on from `revision`.
    """
    with transaction.atomic():
        changed = Scorecard.objects.filter(
            pk=draft.pk, status=Scorecard.Status.DRAFT, revision=revision
        ).update(revision=F("revision") + 1, **edits.settings)
        if not changed:
            draft.refresh_from_db()
            raise EditedMeanwhile if draft.is_draft else NotADraft
        _store(draft.criteria.all(), {key: {"weight": weight} for key, weight in edits.weights.items()})
        _store(draft.behaviours.all(), edits.behaviours)
        _store(draft.tiers.all(), edits.tiers)
    draft.refresh_from_db()
    return draft


def problems(scorecard: Scorecard) -> list[Fault]:
    """What keeps the version from being published: a sentence each, with the field it concerns."""
    return publishable.faults(_read(scorecard.pk))


def publish(draft: Scorecard, *, by: User | None, now: datetime, revision: int | None = None) -> Scorecard:
    """Make `draft` the model that scores from now on; the one before it retires.

    Raises NotPublishable with what to change, NotADraft when it was published meanwhile, and EditedMeanwhile
    when `revision` is given and the draft has moved on from it. Two drafts at once are published in turn.
    """
    with transaction.atomic():
        versions = Scorecard.objects.select_for_update(no_key=True).order_by("pk")
        draft = {version.pk: version for version in versions}[draft.pk]
        if not draft.is_draft:
            raise NotADraft
        if revision not in (None, draft.revision):
            raise EditedMeanwhile
        found = problems(draft)
        if found:
            raise NotPublishable(found)
        Scorecard.objects.filter(status=Scorecard.Status.PUBLISHED).update(status=Scorecard.Status.RETIRED)
        Scorecard.objects.filter(pk=draft.pk).update(
            status=Scorecard.Status.PUBLISHED, published_at=now, published_by=by
        )
    draft.refresh_from_db()
    return draft


def _lock_numbering() -> None:
    """Let only one draft at a time take the next number; scoring, which reads versions, goes on."""
    list(Scorecard.objects.select_for_update(no_key=True).order_by("version")[:1])


def _store(rows: QuerySet[Any], values: Mapping[int, Mapping[str, object]]) -> None:
    """Write the values of each row that `values` names by its id; all of them name the same fields."""
    named = list(rows.filter(pk__in=values))
    for row in named:
        for name, value in values[row.pk].items():
            setattr(row, name, value)
    fields = sorted({name for each in values.values() for name in each})
    if named:
        rows.model.objects.bulk_update(named, fields)


def _copy(row: Any, **changes: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001 - public API
    del values["id"]
    fresh = type(row)(**values)
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save(force_insert=True)
    return fresh


@lru_cache(maxsize=64)
def _remembered(scorecard_id: int) -> Model:
    return _read(scorecard_id)


def _read(scorecard_id: int) -> Model:
    scorecard = Scorecard.objects.get(pk=scorecard_id)
    rows = list(scorecard.criteria.order_by("position"))
    return Model(
        version=scorecard.version,
        fit=tuple(_criterion(row) for row in rows if row.dimension == Dimension.FIT),
        urgency=tuple(_criterion(row) for row in rows if row.dimension == Dimension.URGENCY),
        behaviours={row.type_id: _behaviour(row) for row in scorecard.behaviours.select_related("type")},
        tiers=tuple(_tier(row) for row in scorecard.tiers.order_by("position")),
        gate=_gate(scorecard),
        decay_factor=scorecard.decay_factor,
        inactivity_weeks=scorecard.inactivity_weeks,
        urgency_window_days=scorecard.urgency_window_days,
        account=tuple(_criterion(row) for row in rows if row.dimension == Dimension.ACCOUNT),
        grades=(scorecard.grade_a, scorecard.grade_b, scorecard.grade_c),
        icp_fit=scorecard.icp_fit,
    )


def _criterion(row: Criterion) -> criteria.Criterion:
    vocabulary = VOCABULARIES[Dimension(row.dimension)]
    levels = tuple(
        criteria.Level(level["level"], level["label"], conditions.parse(level["when"], vocabulary))
        for level in row.levels
    )
    return criteria.Criterion(row.code, row.label, row.weight, levels, row.unknown_level)


def _behaviour(row: Behaviour) -> BehaviourRule:
    return BehaviourRule(
        type=row.type_id,
        label=row.type.label,
        points=row.points,
        weekly_cap=row.weekly_cap,
        depth_multiplier=row.depth_multiplier,
        depth=row.depth,
        request=row.request,
        hand_raise=row.hand_raise,
        minimum_tier=row.minimum_tier,
    )


def _tier(row: Tier) -> TierRow:
    return TierRow(row.code, row.label, row.fit_at_least, row.urgency_at_least, row.action)


def _gate(scorecard: Scorecard) -> Gate:
    return Gate(
        fit_at_least=scorecard.gate_fit,
        engagement_at_least=scorecard.gate_engagement,
        signal_within_days=scorecard.gate_signal_days,
        needs_target_person=scorecard.gate_target_person,
    )
