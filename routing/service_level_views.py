"""The pages of what was promised and of when teams work: promises with an example each, and business calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Case, IntegerField, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads.access import CONFIGURATION_READERS, only
from leads.concurrent_edits import EditedMeanwhile
from leads.conflict import overtaken
from leads.models import Role
from leads.viewer import viewer
from routing import policies, working_hours
from routing.calendars import Calendars, parse_hours
from routing.domain import durations, first_response, weekly_hours
from routing.domain.business_time import Calendar
from routing.forms.service_levels import CalendarForm, PromiseForm
from routing.models import BusinessCalendar, ClockKind, ServiceLevel

UNPROCESSABLE = 422


@dataclass(frozen=True)
class PromiseInWords:
    """A promise as it is read, and when a lead that is handed over now would be due by it."""

    row: ServiceLevel
    target: str
    due_at: datetime
    ladder: list[tuple[str, str]]


@dataclass(frozen=True)
class CalendarInWords:
    """A calendar as it is read: a line for each weekday that is open."""

    row: BusinessCalendar
    hours: list[tuple[str, str]]


@require_safe
@only(*CONFIGURATION_READERS)
def service_levels(request: HttpRequest) -> HttpResponse:
    """Every promise, and the calendars by which business time runs."""
    now = timezone.now()
    company = Calendars(at=now).of(None, None)
    promises = ServiceLevel.objects.order_by(_place_of_kind(), "target", "pk").prefetch_related("ladder")
    calendars = BusinessCalendar.objects.select_related("team").order_by("team__name")
    context = {
        "promises": [_promise_in_words(row, company, now=now) for row in promises],
        "calendars": sorted(
            map(_calendar_in_words, calendars), key=lambda each: each.row.team_id is not None
        ),
        "responses": [row for row in first_response.TABLE if row.counts],
        "never": [row.label for row in first_response.TABLE if not row.counts] + list(first_response.NEVER),
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "routing/service_levels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """How long, in which time, and whether at all."""
    promise = get_object_or_404(ServiceLevel, pk=promise_id)
    form = PromiseForm(request.POST if request.method == "POST" else None, promise=promise)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "promise": promise}
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "routing/service_levels_edit.html", context, status=status)
    seen = form.cleaned_data["seen"]
    try:
        policies.edit(
            promise, form.changes, ladder=form.ladder, seen=seen, by=viewer(request), now=timezone.now()
        )
    except EditedMeanwhile:
        return _promise_conflict(request, form, promise)
    messages.success(request, _("Saved. Clocks that start from now on run by it."))
    return redirect("service-levels")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def add_calendar(request: HttpRequest) -> HttpResponse:
    """A calendar for a team that works by other hours than the company."""
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _calendar_page(request, form)
    try:
        calendar = working_hours.create(
            team=form.cleaned_data["team"], values=form.values, by=viewer(request), now=timezone.now()
        )
    except working_hours.CalendarTaken:
        return _taken(request, form)
    messages.success(request, _("%(team)s works by its own calendar.") % {"team": calendar.team})
    return redirect("service-levels")


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Zone, hours and days off."""
    calendar = get_object_or_404(BusinessCalendar.objects.select_related("team"), pk=calendar_id)
    form = CalendarForm(request.POST if request.method == "POST" else None, calendar=calendar)
    if request.method != "POST" or not form.is_valid():
        return _calendar_page(request, form)
    seen = form.cleaned_data["seen"]
    try:
        working_hours.edit(calendar, form.values, seen=seen, by=viewer(request), now=timezone.now())
    except EditedMeanwhile:
        return _calendar_conflict(request, form, calendar)
    except working_hours.CalendarTaken:
        return _taken(request, form)
    messages.success(request, _("%(name)s: saved.") % {"name": form.values["name"]})
    return redirect("service-levels")


@require_POST
@only(Role.OPS)
def remove_calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Let a team work by the company's calendar again."""
    calendar = get_object_or_404(BusinessCalendar.objects.select_related("team"), pk=calendar_id)
    try:
        working_hours.remove(calendar, by=viewer(request), now=timezone.now())
    except working_hours.CompanyCalendar:
        messages.error(request, _("The company’s calendar stays: every team without its own works by it."))
        return redirect("service-levels")
    messages.success(request, _("%(team)s works by the company’s calendar again.") % {"team": calendar.team})
    return redirect("service-levels")


def _promise_in_words(row: ServiceLevel, company: Calendar, *, now: datetime) -> PromiseInWords:
    in_business_time = row.runs_in == ServiceLevel.Runs.BUSINESS
    due_at = company.add(now, row.target) if in_business_time else now + row.target
    steps = sorted(row.ladder.all(), key=lambda step: (step.after, step.pk))
    ladder = [(_in_words(step.after, row), step.get_action_display()) for step in steps]
    return PromiseInWords(row, _in_words(row.target, row), due_at, ladder)


def _in_words(span: timedelta, row: ServiceLevel) -> str:
    """Business time in hours: two days of it would be taken for two working days."""
    hours = span // timedelta(hours=1)
    if row.runs_in == ServiceLevel.Runs.BUSINESS and span >= timedelta(days=2):
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    return durations.in_words(span)


def _place_of_kind() -> Case:
    """Kinds in the order in which a lead meets them."""
    places = [When(clock=kind, then=place) for place, kind in enumerate(ClockKind.values)]
    return Case(*places, output_field=IntegerField())


def _calendar_in_words(row: BusinessCalendar) -> CalendarInWords:
    days = parse_hours({int(day): spans for day, spans in row.hours.items()})
    hours = [
        (str(WEEKDAYS[day]), weekly_hours.written(spans)) for day, spans in sorted(days.items()) if spans
    ]
    return CalendarInWords(row, hours)


def _calendar_page(request: HttpRequest, form: CalendarForm) -> HttpResponse:
    context = {"form": form, "calendar": form.calendar}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "routing/service_levels_calendar.html", context, status=status)


def _taken(request: HttpRequest, form: CalendarForm) -> HttpResponse:
    form.add_error(None, _("Somebody gave this team or this name a calendar meanwhile."))
    return _calendar_page(request, form)


def _promise_conflict(request: HttpRequest, form: PromiseForm, promise: ServiceLevel) -> HttpResponse:
    fresh = PromiseForm(promise=ServiceLevel.objects.get(pk=promise.pk))
    title = _("Somebody saved this promise while you were editing.")
    return overtaken(request, form, fresh, title=title, back=reverse("service-level-edit", args=[promise.pk]))


def _calendar_conflict(request: HttpRequest, form: CalendarForm, calendar: BusinessCalendar) -> HttpResponse:
    fresh = CalendarForm(calendar=BusinessCalendar.objects.get(pk=calendar.pk))
    title = _("Somebody saved this calendar while you were editing.")
    return overtaken(request, form, fresh, title=title, back=reverse("calendar-edit", args=[calendar.pk]))
