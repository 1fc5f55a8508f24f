"""The words and figures of the revenue cycle as operations set them; its stages stay in code (LC-14, LC-15).

Every page reads them here, so that a name, an owner or an allowed age is the same everywhere; each change is audited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.domain.stages import PROFILES, Stage, StageProfile
from leads.models import RevenueCycle, User
from leads.remembering import remembered

SUBJECT = "revenue-cycle"
LabelSet = RevenueCycle.LabelSet
FIGURES = ("label_set", "pipeline_from", "pipeline_months")


@dataclass(frozen=True)
class Cycle:
    """The revenue cycle as it is spoken of today; `pipeline_from` is an amount, `pipeline_months` a horizon."""

    profiles: Mapping[Stage, StageProfile]
    label_set: str
    pipeline_from: int
    pipeline_months: int

    def label(self, stage: str) -> str:
        """The stage's name in the label set that pages use."""
        profile = self.profiles[Stage(stage)]
        return profile.demand_label if self.label_set == LabelSet.DEMAND else profile.label


def read() -> Cycle:
    """The cycle of this moment; one read."""
    stored = _stored()
    profiles = {stage: _profile(stage, stored.stages.get(stage.value, {})) for stage in Stage}
    return Cycle(profiles, stored.label_set, stored.pipeline_from, stored.pipeline_months)


def labels() -> dict[str, str]:
    """Stage → its name; one read, for a page that names many."""
    cycle = read()
    return {stage.value: cycle.label(stage) for stage in Stage}


def values_of(stage: Stage) -> dict[str, Any]:
    """What an editor may change of a stage, as it stands."""
    profile = read().profiles[stage]
    rest = profile.longest_rest
    return {
        "label": profile.label,
        "demand_label": profile.demand_label,
        "meaning": profile.meaning,
        "owner": profile.owner,
        "longest_rest_days": rest.days if rest else None,
        "benchmark": profile.benchmark,
    }


def figures() -> dict[str, Any]:
    """What an editor may change of the whole cycle, as it stands."""
    stored = _stored()
    return {name: getattr(stored, name) for name in FIGURES}


def edition_of(values: Mapping[str, Any]) -> str:
    """The edition of the values, for a form to carry."""
    return edition(values)


def edit_stage(stage: Stage, values: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> None:
    """Store the words and figures of a stage where they are still what was `seen`. Raises EditedMeanwhile."""
    with transaction.atomic():
        stored = _locked()
        before = values_of(stage)
        require_unchanged(before, seen=seen)
        RevenueCycle.objects.filter(pk=1).update(stages={**stored.stages, stage.value: dict(values)})
        text = f"The words and figures of the stage {values['label']} were changed"
        audit.record("cycle.stage", subject=SUBJECT, text=text, by=by, at=now, before=before, after=values)


def edit_figures(values: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> None:
    """Store which names are used and what pipeline is. Raises EditedMeanwhile."""
    with transaction.atomic():
        _locked()
        before = figures()
        require_unchanged(before, seen=seen)
        RevenueCycle.objects.filter(pk=1).update(**values)
        text = "What pipeline is, and by which names stages go, was changed"
        audit.record("cycle.figures", subject=SUBJECT, text=text, by=by, at=now, before=before, after=values)


@remembered
def _stored() -> RevenueCycle:
    return RevenueCycle.objects.filter(pk=1).first() or RevenueCycle(pk=1)


def _locked() -> RevenueCycle:
    RevenueCycle.objects.get_or_create(pk=1)
    return RevenueCycle.objects.select_for_update(no_key=True).get(pk=1)


def _profile(stage: Stage, stored: Mapping[str, Any]) -> StageProfile:
    if not stored:
        return PROFILES[stage]
    days = stored["longest_rest_days"]
    words = {name: stored[name] for name in ("label", "demand_label", "meaning", "owner", "benchmark")}
    return replace(PROFILES[stage], **words, longest_rest=timedelta(days=days) if days else None)
