"""The forms of what was promised and of when teams work; hours that make no sense are refused beside their day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.domain.countries import country_code
from leads.form_fields import ZoneField, whole_number
from leads.models import Team
from routing import policies, working_hours
from routing.calendars import parse_hours
from routing.domain import durations, weekly_hours
from routing.domain.business_time import Calendar, InvalidCalendar
from routing.domain.durations import Unit
from routing.domain.public_holidays import UnknownCountry, public_holidays
from routing.domain.weekly_hours import UnclearHours
from routing.forms.ladders import UNITS, LadderRows, as_initial
from routing.models import BusinessCalendar, ServiceLevel

LONGEST_TARGET = timedelta(days=365)
MOST_DAYS = 366


class PromiseForm(LadderRows):
    """How long a promise runs, in which time, whether it is made at all, and what happens when nobody keeps it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    amount = whole_number(gettext_lazy("Within"), 1, 1_000_000)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS)
    runs_in = forms.ChoiceField(
        label=gettext_lazy("Runs in"),
        choices=ServiceLevel.Runs.choices,
        help_text=gettext_lazy("Business time stands still while the team is closed; wall time never does."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Promised"),
        required=False,
        help_text=gettext_lazy("Otherwise no clock starts for it."),
    )

    def __init__(self, data: Any = None, *, promise: ServiceLevel) -> None:
        amount, unit = durations.in_unit(promise.target)
        initial = {
            "amount": amount,
            "unit": unit.value,
            "runs_in": promise.runs_in,
            "is_active": promise.is_active,
            "seen": policies.edition_of(promise),
            **as_initial(policies.ladder_of(promise)),
        }
        super().__init__(data, clock=promise.clock, initial=initial)

    def promise_fields(self) -> list[BoundField]:
        """What comes before the ladder."""
        return [self[name] for name in ("amount", "unit", "runs_in", "is_active")]

    @property
    def changes(self) -> dict[str, Any]:
        """What a valid form asks `policies.edit` to store."""
        given = self.cleaned_data
        target = durations.of(given["amount"], Unit(given["unit"]))
        return {"target": target, "runs_in": given["runs_in"], "is_active": given["is_active"]}

    def clean(self) -> dict[str, Any]:
        """A promise of more than a year is a slip of the pen."""
        given = super().clean() or {}
        if given.get("amount") and given.get("unit"):
            most = LONGEST_TARGET // durations.of(1, Unit(given["unit"]))
            if given["amount"] > most:
                self.add_error(
                    "amount", _("Promise at most a year: %(most)s %(unit)s.") % {"most": most, **given}
                )
        return given


class CalendarForm(forms.Form):
    """A team's zone, hours by weekday and days off, as text."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Team"), empty_label=gettext_lazy("Choose a team")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    zone = ZoneField(
        label=gettext_lazy("Time zone"), max_length=64, help_text=gettext_lazy("Such as Europe/Berlin.")
    )
    holiday_country = forms.CharField(
        label=gettext_lazy("Public holidays of"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("A country by name or in two letters, such as DE; empty keeps none."),
    )
    extra_days = forms.CharField(
        label=gettext_lazy("Own days off"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Dates between commas or lines: 2026-12-24, 2026-12-31."),
    )

    def __init__(self, data: Any = None, *, calendar: BusinessCalendar | None = None) -> None:
        self.calendar = calendar
        super().__init__(data, initial=_stored(calendar))
        for day, name in WEEKDAYS.items():
            self.fields[f"hours_{day}"] = forms.CharField(label=name, required=False, max_length=200)
        team = self.fields["team"]
        if calendar is not None:
            del self.fields["team"]
        elif isinstance(team, forms.ModelChoiceField):
            taken = BusinessCalendar.objects.filter(team__isnull=False).values("team")
            team.queryset = Team.objects.exclude(pk__in=taken).order_by("name")

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says about the calendar."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "zone": given["zone"],
            "hours": self._hours,
            "holiday_country": given["holiday_country"],
            "extra_days": given["extra_days"],
        }

    def about_fields(self) -> list[BoundField]:
        """What comes before the hours."""
        return [self[name] for name in ("team", "name", "zone") if name in self.fields]

    def day_fields(self) -> list[BoundField]:
        """The hours, Monday first."""
        return [self[f"hours_{day}"] for day in range(7)]

    def days_off_fields(self) -> list[BoundField]:
        """What comes after the hours."""
        return [self["holiday_country"], self["extra_days"]]

    def clean_name(self) -> str:
        """Names tell calendars apart."""
        name: str = self.cleaned_data["name"]
        others = BusinessCalendar.objects.exclude(pk=self.calendar.pk if self.calendar else 0)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("There is a calendar of this name already."))
        return name

    def clean_holiday_country(self) -> str:
        """The code of a country whose holidays are known, or none."""
        given: str = self.cleaned_data["holiday_country"]
        country = country_code(given)
        if country:
            try:
                public_holidays(country, years=[timezone.now().year])
            except UnknownCountry as unknown:
                told = _(
                    "No public holidays are known of %(country)s; write a country such as Germany or DE."
                )
                raise forms.ValidationError(told % {"country": given}) from unknown
        return country

    def clean_extra_days(self) -> list[date]:
        """The dates in order, each once."""
        parts = self.cleaned_data["extra_days"].replace("\n", ",").split(",")
        days = sorted({_date(part.strip()) for part in parts if part.strip()})
        if len(days) > MOST_DAYS:
            raise forms.ValidationError(_("Give at most %(most)s days.") % {"most": MOST_DAYS})
        return days

    def clean(self) -> dict[str, Any]:
        """Hours that are clear, do not overlap, and leave the team some time to work in."""
        given = super().clean() or {}
        self._hours: dict[str, list[list[str]]] = {}
        for day in range(7):
            spans = self._spans(day, given.get(f"hours_{day}", ""))
            if spans:
                self._hours[str(day)] = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in spans]
                self._refuse_overlap(day)
        if not self._hours and not self.errors:
            self.add_error(
                None, _("Give hours to at least one day: on this calendar no clock would ever run out.")
            )
        return given

    def _spans(self, day: int, text: str) -> list[tuple[time, time]]:
        try:
            return weekly_hours.read(text)
        except UnclearHours as unclear:
            self.add_error(f"hours_{day}", str(unclear))
            return []

    def _refuse_overlap(self, day: int) -> None:
        try:
            Calendar("UTC", parse_hours(_by_number(self._hours)))
        except InvalidCalendar as overlap:
            self.add_error(f"hours_{day}", str(overlap))
            del self._hours[str(day)]


def _stored(calendar: BusinessCalendar | None) -> dict[str, Any]:
    if calendar is None:
        return {"seen": ""}
    days = parse_hours(_by_number(calendar.hours))
    return {
        "name": calendar.name,
        "zone": calendar.zone,
        "holiday_country": calendar.holiday_country,
        "extra_days": ", ".join(day.isoformat() for day in calendar.extra_days),
        "seen": working_hours.edition_of(calendar),
        **{f"hours_{day}": weekly_hours.written(spans) for day, spans in days.items()},
    }


def _by_number(hours: Mapping[str, object]) -> dict[int, object]:
    return {int(day): spans for day, spans in hours.items()}


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as unclear:
        shown = text[:30]
        raise forms.ValidationError(
            _("“%(text)s” is no date; write dates like 2026-12-24.") % {"text": shown}
        ) from unclear
