"""The form of a rejection reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.form_fields import whole_number
from routing import rejection_reasons
from routing.models import RejectionReason

LONGEST_HOLD = 1095
Outcome = RejectionReason.Outcome


class ReasonForm(forms.Form):
    """What a reason is called and what it does with the lead."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("Reason"), max_length=80)
    outcome = forms.ChoiceField(label=gettext_lazy("Then"), choices=Outcome.choices)
    hold_days = whole_number(
        gettext_lazy("Days on hold"),
        1,
        LONGEST_HOLD,
        required=False,
        help_text=gettext_lazy("For recycled leads; empty holds them for 90 days."),
    )
    note_required = forms.BooleanField(label=gettext_lazy("The rep must write a note"), required=False)
    gives_turn_back = forms.BooleanField(
        label=gettext_lazy("It was no lead: the rep gets the turn back"),
        required=False,
        help_text=gettext_lazy(
            "For junk and duplicates; in the pool’s rotation the lead then never counted."
        ),
    )
    second_look = forms.BooleanField(
        label=gettext_lazy("A manager looks again where fit is 70 or more"),
        required=False,
        help_text=gettext_lazy("The lead stays an MQL until the manager has decided."),
    )

    def __init__(self, data: Any = None, *, reason: RejectionReason | None = None) -> None:
        stored = rejection_reasons.values_of(reason) if reason else {}
        edition = rejection_reasons.edition_of(reason) if reason else ""
        super().__init__(data, initial={**stored, "seen": edition})

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says about the reason."""
        return {name: self.cleaned_data[name] for name in rejection_reasons.COLUMNS}

    def clean(self) -> dict[str, Any]:
        """Only who is recycled is held."""
        given = super().clean() or {}
        if given.get("hold_days") and given.get("outcome") not in (None, Outcome.RECYCLE):
            self.add_error(
                "hold_days", _("Only recycled leads are held: choose Recycle, or leave the days empty.")
            )
        return given
