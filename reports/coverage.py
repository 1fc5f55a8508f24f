"""What the roll-ups know of a period at this moment: the filled weeks, without the days that were touched since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
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


def known(measures: Iterable[Measure], period: Period) -> dict[str, Known]:
    """What is known of each of `measures`, by its name, in two readings."""
    names = [measure.name for measure in measures]
    filled: dict[str, dict[date, int]] = {name: {} for name in names}
    weeks = PackedWeek.objects.filter(
        measure__in=names,
        recipe=recipe(),
        monday__gte=monday_of(period.first),
        monday__lte=period.last,
    )
    for name, monday, facts in weeks.values_list("measure", "monday", "facts"):
        filled[name][monday] = facts
    touched = _touched(names, period)
    return {
        name: Known(cover(period, filled=mondays.keys(), touched=touched[name]), sum(mondays.values()))
        for name, mondays in filled.items()
    }


def in_rows(covered: Coverage, measure: Measure, zone: str) -> Q:
    """The rows of the days that no roll-up answers, of which there must be one."""
    found = Q()
    for first, last in covered.uncounted:
        found |= measure.during(Period(first, last, zone))
    return found


def _touched(names: Iterable[str], period: Period) -> dict[str, set[date]]:
    marks = Touched.objects.filter(measure__in=names, at__gte=period.starts_at, at__lt=period.ends_at)
    day = TruncDate("at", tzinfo=ZoneInfo(period.zone))
    found: dict[str, set[date]] = defaultdict(set)
    for name, touched_on in marks.values_list("measure", day).distinct():
        found[name].add(touched_on)
    return found
