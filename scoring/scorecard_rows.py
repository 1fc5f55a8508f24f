"""A scoring model as rows and as values: what is written is read back the same, whatever became of the vocabulary."""

from __future__ import annotations

from typing import Any

from leads.domain import conditions
from leads.facts import ACCOUNT_VOCABULARY, VOCABULARY
from scoring.domain import criteria, urgency
from scoring.domain.engagement import Behaviour as BehaviourRule
from scoring.domain.gate import Gate
from scoring.domain.model import DIMENSIONS, Model
from scoring.domain.tiers import TierRow
from scoring.models import Behaviour, Criterion, Scorecard, Tier

VOCABULARIES = {"fit": VOCABULARY, "urgency": urgency.VOCABULARY, "account": ACCOUNT_VOCABULARY}
"""What the criteria of each score may ask about."""


def read(scorecard_id: int) -> Model:
    """The version as values; four reads."""
    scorecard = Scorecard.objects.get(pk=scorecard_id)
    rows = list(scorecard.criteria.order_by("position"))
    by_dimension: dict[str, Any] = {
        name: tuple(_criterion(row) for row in rows if row.dimension == name.upper()) for name in DIMENSIONS
    }
    return Model(
        version=scorecard.version,
        behaviours={row.type_id: _behaviour(row) for row in scorecard.behaviours.select_related("type")},
        tiers=tuple(_tier(row) for row in scorecard.tiers.order_by("position")),
        gate=_gate(scorecard),
        decay_factor=scorecard.decay_factor,
        inactivity_weeks=scorecard.inactivity_weeks,
        urgency_window_days=scorecard.urgency_window_days,
        grades=(scorecard.grade_a, scorecard.grade_b, scorecard.grade_c),
        icp_fit=scorecard.icp_fit,
        **by_dimension,
    )


def settings_of(model: Model) -> dict[str, object]:
    """What the version's own row keeps of the model, by column."""
    grade_a, grade_b, grade_c = model.grades
    return {
        "decay_factor": model.decay_factor,
        "inactivity_weeks": model.inactivity_weeks,
        "urgency_window_days": model.urgency_window_days,
        "gate_fit": model.gate.fit_at_least,
        "gate_engagement": model.gate.engagement_at_least,
        "gate_signal_days": model.gate.signal_within_days,
        "gate_target_person": model.gate.needs_target_person,
        "grade_a": grade_a,
        "grade_b": grade_b,
        "grade_c": grade_c,
        "icp_fit": model.icp_fit,
    }


def write(scorecard: Scorecard, model: Model) -> None:
    """Put the criteria, signals and tiers of `model` in the place of the draft's; the caller holds its lock."""
    for rows in (scorecard.criteria, scorecard.behaviours, scorecard.tiers):
        rows.all().delete()
    Criterion.objects.bulk_create(
        _criterion_row(scorecard, dimension, row, place=place)
        for dimension in DIMENSIONS
        for place, row in enumerate(model.criteria(dimension), start=1)
    )
    Behaviour.objects.bulk_create(_behaviour_row(scorecard, each) for each in model.behaviours.values())
    Tier.objects.bulk_create(
        Tier(scorecard=scorecard, position=place, **vars(row))
        for place, row in enumerate(model.tiers, start=1)
    )


def _criterion(row: Criterion) -> criteria.Criterion:
    levels = tuple(
        criteria.Level(level["level"], level["label"], conditions.kept(level["when"])) for level in row.levels
    )
    return criteria.Criterion(row.code, row.label, row.weight, levels, row.unknown_level)


def _criterion_row(scorecard: Scorecard, dimension: str, row: criteria.Criterion, *, place: int) -> Criterion:
    levels = [
        {"level": level.level, "label": level.label, "when": conditions.dump(level.when)}
        for level in row.levels
    ]
    return Criterion(
        scorecard=scorecard,
        dimension=dimension.upper(),
        position=place,
        code=row.code,
        label=row.label,
        weight=int(row.weight),
        unknown_level=row.unknown_level,
        levels=levels,
    )


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


def _behaviour_row(scorecard: Scorecard, rule: BehaviourRule) -> Behaviour:
    says = {name: value for name, value in vars(rule).items() if name not in ("type", "label")}
    return Behaviour(scorecard=scorecard, type_id=rule.type, **says)


def _tier(row: Tier) -> TierRow:
    return TierRow(row.code, row.label, row.fit_at_least, row.urgency_at_least, row.action)


def _gate(scorecard: Scorecard) -> Gate:
    return Gate(
        fit_at_least=scorecard.gate_fit,
        engagement_at_least=scorecard.gate_engagement,
        signal_within_days=scorecard.gate_signal_days,
        needs_target_person=scorecard.gate_target_person,
    )
