"""The two forms on the way from SDR to account executive: booking the meeting, and accepting it with its terms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.form_fields import GIVE_A_MOMENT
from leads.models import Lead, User
from leads.money import in_currency
from routing import executives
from routing.meetings import Meeting, Terms

LOCAL = "%Y-%m-%dT%H:%M"


class ExecutiveField(forms.ModelChoiceField):  # type: ignore[type-arg]  # a class of Django knows no brackets
    """Account executives by name; who cannot take leads now says why."""

    why_not: dict[int, str] = {}

    def label_from_instance(self, user: Any) -> str:
        why_not = self.why_not.get(user.pk)
        return f"{user} ({why_not})" if why_not else str(user)


class MeetingForm(forms.Form):
    """When the meeting is, and which executive comes."""

    at = forms.DateTimeField(
        label=_("When"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        error_messages=GIVE_A_MOMENT,
    )
    executive = ExecutiveField(
        label=_("With"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose one of the account executives.")},
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, lead: Lead, now: datetime) -> None:
        """Offer the executives who could take the lead's meeting, the best first."""
        super().__init__(data, auto_id="meeting-%s")
        offered = executives.for_lead(lead, now=now)
        field = self.fields["executive"]
        assert isinstance(field, ExecutiveField)  # noqa: S101 - for the reader and the type checker
        field.why_not = {one.user.pk: one.why_not for one in offered}
        field.queryset = User.objects.filter(pk__in=field.why_not)
        if offered:
            self.initial["executive"] = offered[0].user.pk

    @property
    def meeting(self) -> Meeting:
        """What a valid form says."""
        given = self.cleaned_data
        return Meeting(given["at"], given["executive"], given["note"])


class TermsForm(forms.Form):
    """What the executive expects of the deal."""

    amount = forms.DecimalField(
        label=_("Amount"),
        max_digits=14,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"min": "1", "step": "any", "inputmode": "decimal"}),
        error_messages={
            "invalid": _("Give an amount, such as 45000."),
            "required": _("Give an amount above 0."),
        },
    )
    close_on = forms.DateField(
        label=_("Closes on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Choose the day on which it should close.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="terms-%s")
        self.fields["amount"].label = in_currency(str(self.fields["amount"].label))

    @property
    def terms(self) -> Terms:
        """What a valid form says."""
        return Terms(self.cleaned_data["amount"], self.cleaned_data["close_on"])
