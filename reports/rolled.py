"""The facts of a period that a viewer may see: from roll-ups, and from rows for the days they know nothing of.

Read it inside `snapshot.one_moment`, so that roll-ups and rows agree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from leads.models import Team, User
from reports import coverage, packing, scope, unpacked
from reports.domain.coverage import Coverage
from reports.domain.selection import NOBODY, Selection
from reports.measures import FILTERED, Measure, facts_of
from reports.packing import EPOCH, LAST_DAY, Coded, Column, Facts

EXACT_UP_TO = 4000
"""A period with no more facts than this is read from rows alone, and so has exact percentiles."""


def facts(measure: Measure, selection: Selection, *, user: User) -> Facts:
    """The facts of the selection, with exact spans where they are few."""
    known = coverage.known([measure], selection.period)[measure.name]
    if known.facts <= EXACT_UP_TO:
        rows = scope.chosen(measure, selection, user=user)
        return facts_of(measure, rows.filter(measure.during(selection.period)), zone=selection.period.zone)
    return packing.together(_parts(measure, selection, user=user, covered=known.coverage))


@dataclass(frozen=True)
class Counted:
    """How many facts the roll-ups know to be good and bad, and which rows are to be counted beside."""

    good: int
    bad: int
    rest: Q | None


def counts(measures: Collection[Measure], selection: Selection, *, user: User) -> dict[str, Counted]:
    """What the roll-ups know of each measure, by its name."""
    known = coverage.known(measures, selection.period)
    found = {}
    for measure in measures:
        covered = known[measure.name].coverage
        good = total = 0
        for week, chosen in _weeks(measure, selection, user=user, covered=covered):
            total += int(np.count_nonzero(chosen))
            good += int(np.count_nonzero(week.is_good & chosen))
        rest = coverage.in_rows(covered, measure, selection.period.zone) if covered.uncounted else None
        found[measure.name] = Counted(good, total - good, rest)
    return found


def _parts(measure: Measure, selection: Selection, *, user: User, covered: Coverage) -> list[Facts]:
    """What the roll-ups know, week by week, and what only the rows know."""
    weeks = _weeks(measure, selection, user=user, covered=covered)
    parts = [week if chosen.all() else week.where(chosen) for week, chosen in weeks]
    if covered.uncounted:
        zone = selection.period.zone
        rows = scope.chosen(measure, selection, user=user).filter(coverage.in_rows(covered, measure, zone))
        parts.append(facts_of(measure, rows, zone=zone))
    return parts


def _weeks(
    measure: Measure, selection: Selection, *, user: User, covered: Coverage
) -> Iterator[tuple[Facts, Column]]:
    """The filled weeks in which counted days lie, each with what of it is asked for."""
    if not covered.counted:
        return
    is_chosen = chosen_of(selection, user=user)
    in_days = np.zeros(LAST_DAY, dtype=bool)
    in_days[[(day - EPOCH).days for day in covered.counted]] = True
    for week in unpacked.weeks(measure, covered.mondays):
        yield week, in_days[week.day] & is_chosen(week)


def chosen_of(selection: Selection, *, user: User) -> Callable[[Coded], Column]:
    """Tells of each row of columns whether it is under the filters of the selection and in what `user` may see."""
    wanted = {name: getattr(selection, name) for name in FILTERED if getattr(selection, name)}
    teams = [] if user.sees_every_lead else _teams_of(user)

    def is_chosen(rows: Coded) -> Column:
        chosen = np.ones(len(rows.codes["tier"]), dtype=bool)
        for name, value in wanted.items():
            chosen &= rows.having(name, ["" if value == NOBODY else value])
        if not user.sees_every_lead:
            chosen &= rows.having("rep", [str(user.pk)]) | rows.having("team", teams)
        return chosen

    return is_chosen


def _teams_of(user: User) -> list[str]:
    """The teams whose facts `user` may see, by the rule of `visible_to`, on columns."""
    return [str(pk) for pk in Team.objects.led_by(user).values_list("pk", flat=True)]
