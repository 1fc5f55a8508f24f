"""The form on which a draft is edited: a field for every weight, points, cap and threshold, named by what it is for.

Names hold codes, not ids, so that the same field of two versions can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.form_fields import number, whole_number
from scoring.models import Behaviour, Criterion, Scorecard, Tier
from scoring.scorecards import Edits

LARGEST_POINTS = 1000
LONGEST_SILENCE = 520
LONGEST_RECENCY = 365
SETTINGS = (
    "note",
    "decay_factor",
    "inactivity_weeks",
    "gate_fit",
    "gate_engagement",
    "gate_signal_days",
    "gate_target_person",
)


@dataclass(frozen=True)
class Row:
    """One line of a table of the form."""

    label: str
    fields: list[BoundField]


@dataclass(frozen=True)
class WeightGroup:
    """The weights of one score, which must total 100."""

    title: str
    rows: list[Row]
    total: int
    faults: list[str]


class RevisionForm(forms.Form):
    """Which state of a draft somebody looked at."""

    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class ScorecardForm(RevisionForm):
    """Everything that an ops admin may change on a draft."""

    gate_fit = whole_number(gettext_lazy("Fit, at least"), 0, 100)
    gate_engagement = whole_number(gettext_lazy("Engagement, at least"), 0, 100)
    gate_signal_days = whole_number(gettext_lazy("Days since the last signal, at most"), 1, LONGEST_RECENCY)
    gate_target_person = forms.BooleanField(
        label=gettext_lazy("Only target persons"),
        required=False,
        help_text=gettext_lazy("A role that buys, a real e-mail, a phone that can be dialled, a first name."),
    )
    decay_factor = number(
        gettext_lazy("Engagement keeps each week"),
        0.01,
        1,
        help_text=gettext_lazy("0.75 keeps three quarters of it every Monday; 1 never fades."),
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid"),
            gettext_lazy("Give a number above 0 and at most 1, such as 0.75."),
        ),
    )
    inactivity_weeks = whole_number(
        gettext_lazy("Weeks of silence after which engagement restarts from 0"), 1, LONGEST_SILENCE
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What this version changes, for whoever reads the list of versions."),
    )

    def __init__(self, data: Any = None, *, scorecard: Scorecard) -> None:
        self.criteria = list(scorecard.criteria.order_by("-dimension", "position"))
        self.behaviours = list(scorecard.behaviours.select_related("type").order_by("-points", "type"))
        self.tiers = list(scorecard.tiers.order_by("position"))
        self.faults: dict[str, list[str]] = {}
        super().__init__(data, initial={"revision": scorecard.revision, **self._stored(scorecard)})
        self.fields |= self._rows()

    @property
    def stored(self) -> Mapping[str, Any]:
        """What the draft holds, by field."""
        return self.initial

    @property
    def edits(self) -> Edits:
        """What a valid form asks `scorecards.edit` to store."""
        given = self.cleaned_data
        return Edits(
            settings={name: given[name] for name in SETTINGS},
            weights={row.pk: given[_weight(row)] for row in self.criteria},
            behaviours={
                row.pk: {"points": given[f"points_{row.type_id}"], "weekly_cap": given[f"cap_{row.type_id}"]}
                for row in self.behaviours
            },
            tiers={
                row.pk: {
                    "fit_at_least": given[f"tier_fit_{row.code}"],
                    "urgency_at_least": given[f"tier_urgency_{row.code}"],
                }
                for row in self.tiers
            },
        )

    def place(self, field: str, sentence: str) -> None:
        """Show a sentence beside its field, or at the table that it concerns."""
        if field in self.fields:
            self.add_error(field, sentence)
        else:
            self.faults.setdefault(field, []).append(sentence)

    def weight_groups(self) -> list[WeightGroup]:
        """Fit and urgency, each with its total as it stands on the page."""
        return [self._group(dimension) for dimension in Criterion.Dimension]

    def behaviour_rows(self) -> list[Row]:
        """A line a type of signal: points and weekly cap."""
        return [
            Row(str(row.type), [self[f"points_{row.type_id}"], self[f"cap_{row.type_id}"]])
            for row in self.behaviours
        ]

    def tier_rows(self) -> list[Row]:
        """A line a tier: least fit and least urgency."""
        return [
            Row(row.label, [self[f"tier_fit_{row.code}"], self[f"tier_urgency_{row.code}"]])
            for row in self.tiers
        ]

    def gate_fields(self) -> list[BoundField]:
        """The thresholds of the gate."""
        return [self[name] for name in SETTINGS if name.startswith("gate_")]

    def fading_fields(self) -> list[BoundField]:
        """How engagement fades."""
        return [self["decay_factor"], self["inactivity_weeks"]]

    def _group(self, dimension: Criterion.Dimension) -> WeightGroup:
        rows = [Row(row.label, [self[_weight(row)]]) for row in self.criteria if row.dimension == dimension]
        total = sum(_whole(row.fields[0].value()) for row in rows)
        return WeightGroup(
            str(dimension.label), rows, total, faults=self.faults.get(f"weights_{dimension.lower()}", [])
        )

    def _stored(self, scorecard: Scorecard) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(scorecard, name) for name in SETTINGS}
        values |= {_weight(row): row.weight for row in self.criteria}
        for row in self.behaviours:
            values |= {
                f"points_{row.type_id}": _short(row.points),
                f"cap_{row.type_id}": _short(row.weekly_cap),
            }
        for tier in self.tiers:
            values |= {
                f"tier_fit_{tier.code}": tier.fit_at_least,
                f"tier_urgency_{tier.code}": tier.urgency_at_least,
            }
        return values

    def _rows(self) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for criterion in self.criteria:
            fields[_weight(criterion)] = _in_table(whole_number(_weight_label(criterion), 0, 100))
        for behaviour in self.behaviours:
            fields |= _behaviour_fields(behaviour)
        for tier in self.tiers:
            fields |= _tier_fields(tier)
        return fields


def _weight(row: Criterion) -> str:
    return f"weight_{row.dimension.lower()}_{row.code}"


def _weight_label(row: Criterion) -> str:
    score = Criterion.Dimension(row.dimension).label
    return _("%(score)s: weight of %(criterion)s") % {"score": score, "criterion": row.label}


def _behaviour_fields(row: Behaviour) -> dict[str, forms.Field]:
    named = {"signal": row.type.label}
    return {
        f"points_{row.type_id}": _in_table(
            number(_("%(signal)s: points") % named, -LARGEST_POINTS, LARGEST_POINTS)
        ),
        f"cap_{row.type_id}": _in_table(
            number(_("%(signal)s: cap a week") % named, 0, LARGEST_POINTS, required=False)
        ),
    }


def _tier_fields(row: Tier) -> dict[str, forms.Field]:
    named = {"tier": row.label}
    return {
        f"tier_fit_{row.code}": _in_table(whole_number(_("%(tier)s: fit, at least") % named, 0, 100)),
        f"tier_urgency_{row.code}": _in_table(whole_number(_("%(tier)s: urgency, at least") % named, 0, 100)),
    }


def _in_table(field: forms.Field) -> forms.Field:
    """A field whose label is the table's own heads, and read out by its name."""
    field.widget.attrs["aria-label"] = str(field.label)
    return field


def _short(value: float | None) -> float | None:
    """A number without the decimals that say nothing: 35, not 35.0."""
    return int(value) if value is not None and value.is_integer() else value


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
