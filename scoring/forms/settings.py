"""The gate to sales, how engagement fades, the grades of fit, and what the version is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from leads.form_fields import number, whole_number
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.publishable import FADING, GATE, GRADES
from scoring.forms.parts import PartForm, short

LONGEST_SILENCE = 520
LONGEST_RECENCY = 365


class SettingsForm(PartForm):
    """Every threshold and pace of a draft that is no row of a table."""

    parts = (GATE, FADING, GRADES)

    gate_fit = whole_number(_("Fit, at least"), 0, 100)
    gate_engagement = whole_number(_("Engagement, at least"), 0, 100)
    gate_signal_days = whole_number(_("Days since the last signal, at most"), 1, LONGEST_RECENCY)
    gate_target_person = forms.BooleanField(
        label=_("Only target persons"),
        required=False,
        help_text=_("A role that buys, a real e-mail, a phone that can be dialled, a first name."),
    )
    decay_factor = number(
        _("Engagement keeps each week"),
        0.01,
        1,
        help_text=_("0.75 keeps three quarters of it every Monday; 1 never fades."),
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid"),
            _("Give a number above 0 and at most 1, such as 0.75."),
        ),
    )
    inactivity_weeks = whole_number(
        _("Weeks of silence after which engagement restarts from 0"), 1, LONGEST_SILENCE
    )
    urgency_window_days = whole_number(
        _("Days that urgency looks back"),
        1,
        LONGEST_RECENCY,
        help_text=_("Depth, visits and requests count as long as they are no older."),
    )
    grade_a = whole_number(_("Grade A from fit"), 0, 100)
    grade_b = whole_number(_("Grade B from fit"), 0, 100)
    grade_c = whole_number(_("Grade C from fit"), 0, 100, help_text=_("Whoever has less is a D."))
    icp_fit = whole_number(
        _("Ideal customer from fit"), 0, 100, help_text=_("Of the company alone, whoever its people are.")
    )
    version_note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("What this version changes, for whoever reads the list of versions."),
    )

    def __init__(self, data: Any = None, *, version_note: str = "", **options: Any) -> None:
        self._stored_note = version_note
        super().__init__(data, **options)

    @property
    def note(self) -> str | None:
        return str(self.cleaned_data["version_note"])

    def stored(self) -> dict[str, Any]:
        model, gate = self.model, self.model.gate
        return {
            "gate_fit": short(gate.fit_at_least),
            "gate_engagement": short(gate.engagement_at_least),
            "gate_signal_days": gate.signal_within_days,
            "gate_target_person": gate.needs_target_person,
            "decay_factor": model.decay_factor,
            "inactivity_weeks": model.inactivity_weeks,
            "urgency_window_days": model.urgency_window_days,
            **dict(zip(("grade_a", "grade_b", "grade_c"), map(short, model.grades), strict=True)),
            "icp_fit": short(model.icp_fit),
            "version_note": self._stored_note,
        }

    def applied(self, model: Model) -> Model:
        given = self.cleaned_data
        gate = Gate(
            fit_at_least=given["gate_fit"],
            engagement_at_least=given["gate_engagement"],
            signal_within_days=given["gate_signal_days"],
            needs_target_person=given["gate_target_person"],
        )
        return replace(
            model,
            gate=gate,
            decay_factor=given["decay_factor"],
            inactivity_weeks=given["inactivity_weeks"],
            urgency_window_days=given["urgency_window_days"],
            grades=(given["grade_a"], given["grade_b"], given["grade_c"]),
            icp_fit=given["icp_fit"],
        )

    def groups(self) -> list[tuple[Any, list[BoundField]]]:
        """The fields under their titles."""
        return [
            (_("Gate to sales"), self._fields("gate_")),
            (_("Grades and ideal customers"), [*self._fields("grade_"), self["icp_fit"]]),
            (
                _("Fading"),
                [self["decay_factor"], self["inactivity_weeks"], self["urgency_window_days"]],
            ),
            (_("This version"), [self["version_note"]]),
        ]

    def _fields(self, prefix: str) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith(prefix)]
