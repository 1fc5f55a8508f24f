"""Versions of the scoring model: draft, edit, publish; what is published never changes (SC-13)."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from leads.domain import conditions
from leads.facts import VOCABULARY
from leads.models import User
from scoring.domain import criteria, urgency
from scoring.domain.engagement import Behaviour as BehaviourRule
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.tiers import TierRow
from scoring.models import Behaviour, Criterion, Scorecard, Tier

Dimension = Criterion.Dimension
VOCABULARIES = {Dimension.FIT: VOCABULARY, Dimension.URGENCY: urgency.VOCABULARY}


class NotPublishable(Exception):
    """The draft breaks a rule; `problems` says what to change, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class NotADraft(Exception):
    """Only a draft can be edited or published."""


class EditedMeanwhile(Exception):
    """Somebody else saved the draft since it was read; nothing was overwritten."""


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
        draft = _copy(
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


def edit(draft: Scorecard, *, weights: dict[int, int], revision: int, **settings: Any) -> Scorecard:
    """Store criterion weights by id and the draft's own settings.

    Raises NotADraft, and EditedMeanwhile when the draft has moved on from `revision`.
    """
    with transaction.atomic():
        changed = Scorecard.objects.filter(
            pk=draft.pk, status=Scorecard.Status.DRAFT, revision=revision
        ).update(revision=F("revision") + 1, **settings)
        if not changed:
            draft.refresh_from_db()
            raise EditedMeanwhile if draft.is_draft else NotADraft
        for criterion in draft.criteria.all():
            criterion.weight = weights.get(criterion.pk, criterion.weight)
            criterion.save(update_fields=["weight"])
    draft.refresh_from_db()
    return draft


def problems(scorecard: Scorecard) -> list[str]:
    """What keeps the version from being published, a sentence each."""
    model = _read(scorecard.pk)
    return [
        f"{Dimension(dimension).label}: {problem}"
        for dimension, rows in ((Dimension.FIT, model.fit), (Dimension.URGENCY, model.urgency))
        for problem in criteria.validate(rows)
    ]


def publish(draft: Scorecard, *, by: User | None, now: datetime) -> Scorecard:
    """Make `draft` the model that scores from now on; the one before it retires.

    Raises NotPublishable with what to change, NotADraft when it was published meanwhile.
    """
    found = problems(draft)
    if found:
        raise NotPublishable(found)
    with transaction.atomic():
        Scorecard.objects.select_for_update().filter(status=Scorecard.Status.PUBLISHED).update(
            status=Scorecard.Status.RETIRED
        )
        published = Scorecard.objects.filter(pk=draft.pk, status=Scorecard.Status.DRAFT).update(
            status=Scorecard.Status.PUBLISHED, published_at=now, published_by=by
        )
        if not published:
            raise NotADraft
    draft.refresh_from_db()
    return draft


def _copy(row: Any, **changes: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
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
