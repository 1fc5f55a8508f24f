"""What the roll-ups know of a period at this moment: the filled weeks, without the days that were touched since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import TruncDate

from reports.domain.coverage import Coverage, cover
from reports.domain.periods import Period, monday_of
from reports.measures import Measure, recipe
from reports.models import PackedWeek, Touched


@dataclass(frozen=True)
class Known:
    """The coverage of a period; `facts` is how many facts its filled weeks held when they were filled."""

    coverage: Coverage
    facts: int


def known(measures: Collection[Measure], period: Period) -> Known:
    """What is known of every one of `measures`: a day counts as touched when one of them was."""
    names = [measure.name for measure in measures]
    weeks = PackedWeek.objects.filter(
        measure__in=names,
        recipe=recipe(),
        monday__gte=monday_of(period.first),
        monday__lte=period.last,
    )
    filled: dict[date, int] = {}
    facts = 0
    for monday, week_facts in weeks.values_list("monday", "facts"):
        filled[monday] = filled.get(monday, 0) + 1
        facts += week_facts
    complete = {monday for monday, count in filled.items() if count == len(names)}
    return Known(cover(period, filled=complete, touched=_touched(names, period)), facts)


def in_rows(covered: Coverage, measure: Measure, zone: str) -> Q:
    """The rows of the days that no roll-up answers; nothing where there is no such day."""
    found = Q(pk__lt=0)
    for first, last in covered.uncounted:
        found |= measure.during(Period(first, last, zone))
    return found


def _touched(names: Collection[str], period: Period) -> set[date]:
    marks = Touched.objects.filter(measure__in=names, at__gte=period.starts_at, at__lt=period.ends_at)
    day = TruncDate("at", tzinfo=ZoneInfo(period.zone))
    return set(marks.values_list(day, flat=True).distinct())
