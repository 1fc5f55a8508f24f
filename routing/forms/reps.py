"""The forms of a rep: what an editor may change, as far as their role goes, and when the rep is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.form_fields import GIVE_A_MOMENT, ZoneField, whole_number
from routing import roster
from routing.models import Pool, Rep, Territory

LARGEST_CAP = 10_000
LARGEST_WEIGHT = 100
LONGEST_SEGMENT = 10
NO_LEADS = gettext_lazy(
    "A cap of 0 would keep every lead away. Leave it empty for no cap, or make the rep inactive."
)


def _cap(label: Any) -> forms.IntegerField:
    return whole_number(label, 1, LARGEST_CAP, required=False, error_messages={"min_value": NO_LEADS})


class RepForm(forms.Form):
    """A rep's settings; fields beyond the editor's role are not there."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    daily_cap = _cap(gettext_lazy("At most a day"))
    weekly_cap = _cap(gettext_lazy("At most a week"))
    open_cap = _cap(gettext_lazy("At most open at a time"))
    weight = whole_number(
        gettext_lazy("Weight in rotation"),
        1,
        LARGEST_WEIGHT,
        help_text=gettext_lazy("A rep of weight 2 receives twice as many leads as one of weight 1."),
    )
    backup = forms.ModelChoiceField(
        Rep.objects.none(),
        label=gettext_lazy("Backup"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        help_text=gettext_lazy("Who takes over when this rep is out or late."),
    )
    pools = forms.ModelMultipleChoiceField(
        Pool.objects.order_by("name"),
        label=gettext_lazy("Pools"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    territories = forms.ModelMultipleChoiceField(
        Territory.objects.order_by("name"),
        label=gettext_lazy("Territories"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    segments = forms.CharField(
        label=gettext_lazy("Segments"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Tiers or segments between commas: T1, T2."),
    )
    is_senior = forms.BooleanField(label=gettext_lazy("Senior"), required=False)
    time_zone = ZoneField(
        label=gettext_lazy("Own time zone"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("Such as Europe/Vienna. Empty: the zone of the team’s calendar."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        help_text=gettext_lazy(
            "Who is not active receives nothing; what they hold stays with them until it is handed over."
        ),
    )

    def __init__(self, data: Any = None, *, rep: Rep, editable: Collection[str]) -> None:
        stored = roster.values_of(rep, editable)
        if "segments" in stored:
            stored["segments"] = ", ".join(stored["segments"])
        super().__init__(data, initial={**stored, "seen": roster.edition_of(rep, editable)})
        for name in set(self.fields) - set(editable) - {"seen"}:
            del self.fields[name]
        choice = self.fields["backup"]
        if isinstance(choice, forms.ModelChoiceField):
            others = Rep.objects.filter(is_active=True).exclude(pk=rep.pk).select_related("user")
            choice.queryset = others.order_by("user__name") | Rep.objects.filter(pk=rep.backup_id or 0)

    @property
    def changes(self) -> dict[str, Any]:
        """What a valid form asks `roster.edit` to store."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def clean_segments(self) -> list[str]:
        """The segments as a list, each once."""
        parts = [part.strip() for part in self.cleaned_data["segments"].split(",")]
        if any(len(part) > LONGEST_SEGMENT for part in parts):
            raise forms.ValidationError(_("A segment has at most 10 characters."))
        return list(dict.fromkeys(part for part in parts if part))


class LeaveForm(forms.Form):
    """Who takes over what a leaver owns; leads go by the rules."""

    successor = forms.ModelChoiceField(
        Rep.objects.none(),
        label=gettext_lazy("Companies and open opportunities go to"),
        required=False,
        empty_label=gettext_lazy("their manager"),
    )

    def __init__(self, data: Any = None, *, rep: Rep) -> None:
        super().__init__(data, initial={"successor": rep.backup_id})
        choice = self.fields["successor"]
        if isinstance(choice, forms.ModelChoiceField):
            others = Rep.objects.filter(is_active=True, user__is_active=True).exclude(pk=rep.pk)
            choice.queryset = others.select_related("user").order_by("user__name")


class AbsenceForm(forms.Form):
    """When a rep is away, told by the rep's own clock."""

    starts_at = forms.DateTimeField(
        label=gettext_lazy("Out from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=GIVE_A_MOMENT,
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Back on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages=GIVE_A_MOMENT,
    )

    def __init__(self, data: Any = None, *, zone: str) -> None:
        super().__init__(data)
        self.zone = zone

    def full_clean(self) -> None:
        """The times are those of the rep's zone, whatever the editor's."""
        with timezone.override(ZoneInfo(self.zone)):
            super().full_clean()

    @property
    def span(self) -> dict[str, datetime]:
        """From when until when, as instants."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at")}
