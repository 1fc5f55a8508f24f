"""The facts of a period that a viewer may see: from roll-ups, and from rows for the days they know nothing of.

Read it inside `snapshot.one_moment`, so that roll-ups and rows agree.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from leads.models import Team, User
from reports import coverage, packing, scope, unpacked
from reports.domain.selection import NOBODY, Selection
from reports.measures import FILTERED, Measure, facts_of
from reports.packing import EPOCH, LAST_DAY, Column, Facts

EXACT_UP_TO = 4000
"""A period with no more facts than this is read from rows alone, and so has exact percentiles."""


def facts(measure: Measure, selection: Selection, *, user: User) -> Facts:
    """The facts of the selection; exact spans where they are few, else the slots of the histogram."""
    period = selection.period
    known = coverage.known([measure], period)
    rows = scope.chosen(measure, selection, user=user)
    if known.facts <= EXACT_UP_TO:
        return facts_of(measure, rows.filter(measure.during(period)), zone=period.zone)
    uncounted = coverage.in_rows(known.coverage, measure, period.zone)
    packed = packing.together(unpacked.weeks(measure, known.coverage.mondays))
    return packing.together(
        [
            packed.where(_is_asked_for(packed, selection, user=user, days=known.coverage.counted)),
            facts_of(measure, rows.filter(uncounted), zone=period.zone),
        ]
    )


def _is_asked_for(facts: Facts, selection: Selection, *, user: User, days: frozenset[date]) -> Column:
    """Whether each fact lies in the days, under the filters, and in what `user` may see."""
    in_days = np.zeros(LAST_DAY, dtype=bool)
    in_days[[(day - EPOCH).days for day in days]] = True
    chosen: Column = in_days[facts.day]
    for name in FILTERED:
        if value := getattr(selection, name):
            chosen &= facts.having(name, ["" if value == NOBODY else value])
    return chosen if user.sees_every_lead else chosen & _may_be_seen(facts, user)


def _may_be_seen(facts: Facts, user: User) -> Column:
    """The rule of `visible_to`, on columns: a rep's own and team's, a manager's teams'."""
    teams = [str(pk) for pk in Team.objects.led_by(user).values_list("pk", flat=True)]
    return facts.having("rep", [str(user.pk)]) | facts.having("team", teams)
