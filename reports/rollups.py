"""Fills the roll-ups: whatever a trigger marked as touched is counted again, a week a transaction.

A filling that is cut off leaves nothing behind: its week is counted by the next one. Two at once share the weeks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import DateField
from django.db.models.functions import TruncWeek

from reports import packing, running_rollups
from reports.domain.periods import DAY, WEEK, Period
from reports.measures import MEASURES, Measure, facts_of, recipe
from reports.models import PackedWeek, Touched
from reports.packing import Facts
from reports.snapshot import one_moment

MOST_WEEKS = 500


def fill(*, now: datetime, most: int = MOST_WEEKS) -> int:
    """Read what runs again where it was touched, then count every touched week anew; returns how many weeks were.

    The newest first, `most` at most.
    """
    running_rollups.fill(now=now)
    due = sorted(_due(), reverse=True)[:most]
    return sum(_fill_week(MEASURES[name], monday, now=now) for monday, name in due)


def differences() -> Iterator[str]:
    """A sentence for each filled and since untouched week, or chunk of what runs, that is not what its rows give."""
    yield from running_rollups.differences()
    with one_moment():
        touched = _touched_weeks()
        weeks = PackedWeek.objects.filter(recipe=recipe(), measure__in=MEASURES)
        for week in weeks.order_by("measure", "monday").iterator(chunk_size=1):
            if (week.monday, week.measure) not in touched and not _agrees(week):
                yield f"Roll-up of {week.measure}, week of {week.monday}: it is not what its rows give."


def _due() -> set[tuple[date, str]]:
    """The weeks that are touched, and those of another recipe, with the weeks beside that now share their days."""
    outdated = PackedWeek.objects.filter(measure__in=MEASURES).exclude(recipe=recipe())
    again = outdated.values_list("monday", "measure")
    return {*_touched_weeks(), *((monday + WEEK * by, name) for monday, name in again for by in (-1, 0, 1))}


def _touched_weeks() -> set[tuple[date, str]]:
    zone = ZoneInfo(settings.ORGANISATION_TIME_ZONE)
    week = TruncWeek("at", tzinfo=zone, output_field=DateField())
    touched = Touched.objects.filter(measure__in=MEASURES)
    return set(touched.values_list(week, "measure").distinct())


def _fill_week(measure: Measure, monday: date, *, now: datetime) -> bool:
    """Count the week anew; False where another filling is at it.

    The marks go before the rows are read: what changes after the reading leaves a mark that stays.
    """
    period = _days_of(monday)
    with transaction.atomic():
        PackedWeek.objects.bulk_create(
            [PackedWeek(measure=measure.name, monday=monday)], ignore_conflicts=True
        )
        weeks = PackedWeek.objects.filter(measure=measure.name, monday=monday)
        locked = weeks.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
        if locked is None:
            return False
        marks = Touched.objects.filter(measure=measure.name)
        marks.filter(at__gte=period.starts_at, at__lt=period.ends_at).delete()
        facts = facts_of(measure, measure.rows().filter(measure.during(period)), zone=period.zone)
        weeks.update(
            recipe=recipe(),
            filling=uuid4(),
            facts=len(facts),
            legend=facts.legend,
            columns=packing.pack(facts),
            filled_at=now,
        )
    return True


def _days_of(monday: date) -> Period:
    return Period(monday, monday + WEEK - DAY, settings.ORGANISATION_TIME_ZONE)


def _agrees(week: PackedWeek) -> bool:
    measure, period = MEASURES[week.measure], _days_of(week.monday)
    fresh: Facts = facts_of(measure, measure.rows().filter(measure.during(period)), zone=period.zone)
    kept = (week.facts, week.legend, bytes(week.columns))
    return kept == (len(fresh), fresh.legend, packing.pack(fresh))
