"""Reads what a reader asks of the compliance pages; whatever is unknown is refused in words, never guessed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.models import User
from reports import choices, compliance, divisions, records
from reports.choices import Choices
from reports.domain import periods
from reports.domain.compliance import State
from reports.domain.periods import Period, Span
from reports.domain.selection import NOBODY, Selection
from reports.keyset import Cursor, NotACursor
from routing.models import Clock, ClockKind
from routing.models.service_level import ClockQuerySet

LONGEST = timedelta(days=2 * 366)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
SPANS = (
    (Span.THIS_WEEK.value, _("This week")),
    (Span.FOUR_WEEKS.value, _("Last 4 weeks")),
    (Span.TWELVE_WEEKS.value, _("Last 12 weeks")),
    (Span.CUSTOM.value, _("From … to …")),
)
STATES = (
    ("", _("Every clock")),
    (State.MET.value, _("Met")),
    (State.BREACHED.value, _("Breached")),
    (State.OVERDUE.value, _("Open breaches")),
    (State.RUNNING.value, _("Running")),
    (State.AT_RISK.value, _("At risk")),
    (State.DECIDED.value, _("Met or breached")),
    (State.STOPPED.value, _("Stopped")),
)
NEWEST, EARLIEST_DUE = "newest", "due"
SORTS = ((NEWEST, _("Newest first")), (EARLIEST_DUE, _("Earliest due first")))


USUAL = {"kind": ClockKind.FIRST_RESPONSE.value, "period": Span.FOUR_WEEKS.value, "sort": NEWEST}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )


def _with_usual(asked: QueryDict, *, today: date) -> QueryDict:
    """What was asked, completed where a reader leaves it to us: days from four weeks ago until today."""
    days = periods.latest(Span.FOUR_WEEKS, today=today, zone=settings.ORGANISATION_TIME_ZONE)
    usual = USUAL | {"since": f"{days.first}", "until": f"{days.last}"}
    completed = asked.copy()
    for name, value in usual.items():
        if not completed.get(name):
            completed[name] = value
    return completed


def _check_days(first: date, last: date) -> None:
    if first > last:
        raise ValidationError({"since": _("Choose a first day that is not after the last.")})
    if last - first > LONGEST:
        raise ValidationError({"since": _("Choose at most two years.")})


class ComplianceFilter(forms.Form):
    """What the compliance pages show, of what `user` may see."""

    kind = forms.ChoiceField(
        label=_("Clock"), choices=ClockKind.choices, required=False, widget=forms.HiddenInput
    )
    period = forms.ChoiceField(label=_("Period"), choices=SPANS, required=False, initial=Span.FOUR_WEEKS)
    since = _day(_("From"))
    until = _day(_("To"))
    team = forms.ChoiceField(label=_("Team"), required=False)
    rep = forms.ChoiceField(label=_("Rep"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    source = forms.CharField(
        label=_("Source"), required=False, max_length=200, widget=forms.TextInput(attrs={"list": "sources"})
    )

    def __init__(self, asked: QueryDict, *, user: User, now: datetime) -> None:
        self.today = now.astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE)).date()
        super().__init__(_with_usual(asked, today=self.today))
        self.user = user
        seen = Clock.objects.visible_to(user)
        self._offer("team", _("Every team"), choices.teams(user, asked=asked.get("team", ""), seen=seen))
        self._offer("rep", _("Every rep"), choices.reps(user, asked=asked.get("rep", ""), seen=seen))
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
        return Selection(kind=asked["kind"], span=Span(asked["period"]), period=self._period(), **narrowed)

    @property
    def problems(self) -> list[str]:
        """What is wrong beyond the visible filters, which say it themselves."""
        return [*self.non_field_errors(), *self["kind"].errors]

    def _offer(self, name: str, everything: Promise, found: Choices) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", everything), *found, (NOBODY, divisions.WITHOUT[name])]

    def _period(self) -> Period:
        asked, zone = self.cleaned_data, settings.ORGANISATION_TIME_ZONE
        if asked["period"] == Span.CUSTOM:
            return Period(asked["since"], asked["until"], zone)
        return periods.latest(Span(asked["period"]), today=self.today, zone=zone)


class RecordsFilter(ComplianceFilter):
    """What the list behind the numbers shows, in which order, and from where on."""

    state = forms.ChoiceField(label=_("Clocks"), choices=STATES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)
    cursor: Cursor | None = None

    field_order = ("state", "sort")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        try:
            self.cursor = self._read_cursor()
        except NotACursor as error:
            message = _("The place in the list cannot be read. Go back to its beginning.")
            raise ValidationError(message) from error
        return cleaned

    def chosen(self, *, now: datetime) -> ClockQuerySet:
        """The clocks asked for, as they stand at `now`, with what a record shows of them."""
        state = State(self.cleaned_data["state"]) if self.cleaned_data["state"] else None
        return records.in_state(compliance.selected(self.selection, user=self.user), state, now=now)

    @property
    def state_label(self) -> str:
        """Which clocks are listed, in words."""
        return str(dict(STATES)[self.cleaned_data["state"]])

    @property
    def listing(self) -> dict[str, str]:
        """The part of the address that chooses among the selection's clocks and orders them, without the usual."""
        asked = {"state": self.cleaned_data["state"], "sort": self.cleaned_data["sort"]}
        return {name: value for name, value in asked.items() if value and value != USUAL.get(name)}

    @property
    def is_newest_first(self) -> bool:
        """True for the newest first, False for the earliest due first."""
        return bool(self.cleaned_data["sort"] == NEWEST)

    def _read_cursor(self) -> Cursor | None:
        for name in ("before", "after"):
            if text := self.data.get(name):
                return Cursor.parse(text, backwards=name == "before")
        return None
