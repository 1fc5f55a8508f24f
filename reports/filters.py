"""Reads what a reader asks of a report; whatever is unknown is refused in words, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.models import User
from reports import choices, divisions
from reports.choices import Choices
from reports.domain import periods
from reports.domain.periods import Period, Span
from reports.domain.selection import NOBODY, Selection
from reports.flat_select import FlatSelect

LONGEST = timedelta(days=2 * 366)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
SPANS = (
    (Span.THIS_WEEK.value, _("This week")),
    (Span.FOUR_WEEKS.value, _("Last 4 weeks")),
    (Span.TWELVE_WEEKS.value, _("Last 12 weeks")),
    (Span.CUSTOM.value, _("From … to …")),
)
USUAL = {"period": Span.FOUR_WEEKS.value}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )


def _with_usual(asked: QueryDict, usual: Mapping[str, str], *, today: date) -> QueryDict:
    """What was asked, completed where a reader leaves it to us: days from four weeks ago until today."""
    days = periods.latest(Span.FOUR_WEEKS, today=today, zone=settings.ORGANISATION_TIME_ZONE)
    completed = asked.copy()
    for name, value in {**usual, "since": f"{days.first}", "until": f"{days.last}"}.items():
        if not completed.get(name):
            completed[name] = value
    return completed


def _check_days(first: date, last: date) -> None:
    if first > last:
        raise ValidationError({"since": _("Choose a first day that is not after the last.")})
    if last - first > LONGEST:
        raise ValidationError({"since": _("Choose at most two years.")})


class ReportFilter(forms.Form):
    """What a report shows, of what `user` may see."""

    usual: ClassVar[dict[str, str]] = USUAL

    period = forms.ChoiceField(label=_("Period"), choices=SPANS, required=False, initial=Span.FOUR_WEEKS)
    since = _day(_("From"))
    until = _day(_("To"))
    team = forms.ChoiceField(label=_("Team"), required=False)
    rep = forms.ChoiceField(label=_("Rep"), required=False, widget=FlatSelect)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        strip=False,  # a source is as its sender wrote it
        widget=forms.TextInput(attrs={"list": "sources"}),
    )

    def __init__(self, asked: QueryDict, *, user: User, now: datetime) -> None:
        self.today = now.astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE)).date()
        super().__init__(_with_usual(asked, self.usual, today=self.today))
        self.user = user
        self._offer("team", _("Every team"), choices.teams(user, asked=asked.get("team", "")))
        self._offer("rep", _("Every rep"), choices.reps(user, asked=asked.get("rep", "")))
        self._offer("tier", _("Every tier"), choices.tiers())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("since"), cleaned.get("until")
        if cleaned.get("period") == Span.CUSTOM and first and last:
            _check_days(first, last)
        return cleaned

    @property
    def selection(self) -> Selection:
        """What was asked for; only of a valid form."""
        asked = self.cleaned_data
        narrowed = {name: asked[name] for name in ("tier", "rep", "team", "source")}
        kind = asked.get("kind", "")
        return Selection(kind=kind, span=Span(asked["period"]), period=self._period(), **narrowed)

    @property
    def problems(self) -> list[str]:
        """What is wrong beyond the visible filters, which say it themselves."""
        hidden = [error for field in self.hidden_fields() for error in field.errors]
        return [*self.non_field_errors(), *hidden]

    def _offer(self, name: str, everything: Promise, found: Choices) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", everything), *found, (NOBODY, divisions.WITHOUT[name])]

    def _period(self) -> Period:
        asked, zone = self.cleaned_data, settings.ORGANISATION_TIME_ZONE
        if asked["period"] == Span.CUSTOM:
            return Period(asked["since"], asked["until"], zone)
        return periods.latest(Span(asked["period"]), today=self.today, zone=zone)
