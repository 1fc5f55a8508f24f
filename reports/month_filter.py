"""Reads which month, and of which team, a reader asks for."""

from __future__ import annotations

from datetime import date
from typing import cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leads.models import User
from reports import choices
from reports.domain.periods import Period, Span, month_of, months_before
from reports.domain.selection import Selection

MONTHS = 13


class MonthFilter(forms.Form):
    """One of the last MONTHS months, the newest first."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, asked: QueryDict, *, user: User, today: date) -> None:
        months = months_before(today, MONTHS)
        completed = asked.copy()
        completed["month"] = asked.get("month") or f"{months[0]:%Y-%m}"
        super().__init__(completed)
        self.user, self.today = user, today
        teams = choices.teams(user, asked=asked.get("team", ""))
        self._offer("month", [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months])
        self._offer("team", [("", str(_("Every team"))), *teams])

    @property
    def selection(self) -> Selection:
        """The month so far, of the team; only of a valid form."""
        period = self._days(self.cleaned_data["month"])
        return Selection("", Span.CUSTOM, period, team=self.cleaned_data["team"])

    @property
    def before(self) -> Period:
        """The whole month before."""
        first = self.selection.period.first
        return Period(*month_of(months_before(first, 2)[1]), zone=settings.ORGANISATION_TIME_ZONE)

    @property
    def problems(self) -> list[str]:
        """What is wrong beyond the visible filters, which say it themselves."""
        return [str(error) for error in self.non_field_errors()]

    def _days(self, month: str) -> Period:
        first, last = month_of(date.fromisoformat(f"{month}-01"))
        return Period(first, min(last, self.today), settings.ORGANISATION_TIME_ZONE)

    def _offer(self, name: str, found: choices.Choices) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = found
