"""The form of a person: who they are, what they do, and in which team."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Role, Team, User

IN_A_TEAM = (Role.SDR, Role.AE, Role.MANAGER)


class PersonForm(forms.Form):
    """Name, role and team."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("Who sells needs one; a manager sees the teams below it."),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("role") in IN_A_TEAM and not found.get("team"):
            self.add_error("team", _("Who has this role works in a team. Choose one."))
        return found


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones())]


class NewPersonForm(PersonForm):
    """The same, of somebody who is to be invited."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("A link to set a password goes there; they sign in with this address."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=_zones, initial=lambda: settings.ORGANISATION_TIME_ZONE
    )
    field_order = ("email", "name", "role", "team", "time_zone")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("Somebody with this address is here already."))
        return email
