"""When teams work: makes, edits and removes business calendars (SL-1); the company's own always stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import Team, User
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


def create(*, team: Team, values: Mapping[str, Any], by: User, now: datetime) -> BusinessCalendar:
    """A calendar for a team that has none of its own. Raises CalendarTaken."""
    try:
        with transaction.atomic():
            made = BusinessCalendar.objects.create(team=team, **values)
            _record("added", made, text=f"{team} works by its own calendar.", by=by, now=now, after=values)
            return made
    except IntegrityError as taken:
        raise CalendarTaken from taken


def edit(
    calendar: BusinessCalendar, values: Mapping[str, Any], *, seen: str, by: User, now: datetime
) -> None:
    """Store `values` where the calendar is still what was `seen`; running clocks keep their due time.

    Raises EditedMeanwhile and CalendarTaken.
    """
    try:
        with transaction.atomic():
            locked = BusinessCalendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
            before = values_of(locked)
            require_unchanged(before, seen=seen)
            BusinessCalendar.objects.filter(pk=calendar.pk).update(**values)
            told = f"Changed the calendar “{values['name']}”."
            _record("edited", calendar, text=told, by=by, now=now, before=before, after=values)
    except IntegrityError as taken:
        raise CalendarTaken from taken


def remove(calendar: BusinessCalendar, *, by: User, now: datetime) -> None:
    """Let the team work by the company's calendar again. Raises CompanyCalendar."""
    if calendar.team_id is None:
        raise CompanyCalendar
    with transaction.atomic():
        told, before = f"Removed the calendar “{calendar.name}”.", values_of(calendar)
        gone = dict.fromkeys(before)
        _record("removed", calendar, text=told, by=by, now=now, before=before, after=gone)
        BusinessCalendar.objects.filter(pk=calendar.pk).delete()


def _record(
    verb: str,
    calendar: BusinessCalendar,
    *,
    text: str,
    by: User,
    now: datetime,
    after: Mapping[str, Any],
    before: Mapping[str, Any] = {},
) -> None:
    audit.record_change(
        f"calendar.{verb}",
        subject=f"calendar:{calendar.pk}",
        text=text,
        by=by,
        at=now,
        before=before,
        after=after,
    )
