"""When teams work: makes, edits and removes business calendars (SL-1); the company's own always stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from leads.concurrent_edits import edition, require_unchanged
from leads.models import Team
from routing.models import BusinessCalendar

COLUMNS = ("name", "zone", "hours", "holiday_country", "extra_days")


class CompanyCalendar(Exception):
    """The company's calendar serves every team without its own, so it cannot be removed."""


class CalendarTaken(Exception):
    """The team has a calendar, or another calendar the name, since the form was shown."""


def values_of(calendar: BusinessCalendar) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    return {name: getattr(calendar, name) for name in COLUMNS}


def edition_of(calendar: BusinessCalendar) -> str:
    """The edition of the calendar, for a form to carry."""
    return edition(values_of(calendar))


def create(*, team: Team, values: Mapping[str, Any]) -> BusinessCalendar:
    """A calendar for a team that has none of its own. Raises CalendarTaken."""
    try:
        with transaction.atomic():
            return BusinessCalendar.objects.create(team=team, **values)
    except IntegrityError as taken:
        raise CalendarTaken from taken


def edit(calendar: BusinessCalendar, values: Mapping[str, Any], *, seen: str) -> None:
    """Store `values` where the calendar is still what was `seen`; running clocks keep their due time.

    Raises EditedMeanwhile and CalendarTaken.
    """
    try:
        with transaction.atomic():
            locked = BusinessCalendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
            require_unchanged(values_of(locked), seen=seen)
            BusinessCalendar.objects.filter(pk=calendar.pk).update(**values)
    except IntegrityError as taken:
        raise CalendarTaken from taken


def remove(calendar: BusinessCalendar) -> None:
    """Let the team work by the company's calendar again. Raises CompanyCalendar."""
    if calendar.team_id is None:
        raise CompanyCalendar
    calendar.delete()
