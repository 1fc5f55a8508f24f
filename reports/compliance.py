"""How promises were kept: the clocks of a period, from roll-ups for those that stopped and from rows for the running.

A clock belongs to the period in which it started. Read it inside `snapshot.one_moment`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import BooleanField, Count, DateField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncWeek

from leads.models import User
from reports import divisions, rolled, scope
from reports.clock_states import MET, STOPPED, STOPPED_LATE, condition
from reports.divisions import Divided, Live
from reports.domain.compliance import Figures, State
from reports.domain.selection import Selection
from reports.measures import CLOCKS, OF_CLOCKS
from reports.rolled import Counted
from routing.models import Clock
from routing.models.clock import ClockQuerySet

# Each running clock is counted in all, and by its tier, team, rep, source and week.
RUNNING = """
SELECT CASE GROUPING(by_tier, by_team, by_rep, by_source, by_week)
           WHEN 15 THEN 'tier' WHEN 23 THEN 'team' WHEN 27 THEN 'rep' WHEN 29 THEN 'source' WHEN 30 THEN 'week'
           ELSE 'total' END,
       COALESCE(by_tier, by_team::text, by_rep::text, by_source, by_week::date::text, ''),
       COUNT(*) FILTER (WHERE running), COUNT(*) FILTER (WHERE at_risk), COUNT(*) FILTER (WHERE overdue)
FROM ({clocks}) AS clock
GROUP BY GROUPING SETS ((), (by_tier), (by_team), (by_rep), (by_source), (by_week))
"""
LIVE = (State.RUNNING, State.AT_RISK, State.OVERDUE)


def selected(selection: Selection, *, user: User) -> ClockQuerySet:
    """The clocks that the selection asks for, of those that `user` may see."""
    return _started_in(selection, _of_any_kind(selection, user=user)).filter(kind=selection.kind)


def divide(selection: Selection, *, user: User, now: datetime) -> Divided:
    """The figures of the selection as a whole, by week, and by tier, team, rep and source."""
    stopped = rolled.facts(CLOCKS[selection.kind], selection, user=user)
    running = selected(selection, user=user).running()
    return divisions.divide(stopped, _live(running, zone=selection.period.zone, now=now))


def by_kind(
    selection: Selection, *, user: User, now: datetime, known: Mapping[str, Figures] | None = None
) -> dict[str, Figures]:
    """The counts of every clock kind under the selection's other filters; those `known` already are not read."""
    found = dict(known or {})
    unknown = [measure for kind, measure in CLOCKS.items() if kind not in found]
    counted = rolled.counts(unknown, selection, user=user)
    rest, running = _uncounted(counted, selection, user=user), _running(selection, user=user, now=now)
    for kind, one in counted.items():
        good, bad = rest.get(kind, (0, 0))
        found[kind] = _figures(one.good + good, one.bad + bad, running.get(kind, dict.fromkeys(LIVE, 0)))
    return {kind: found[kind] for kind in CLOCKS}


def worst_open(selection: Selection, *, user: User, now: datetime, limit: int) -> Iterator[Clock]:
    """The clocks that run past their due time, the longest overdue first."""
    overdue = selected(selection, user=user).filter(condition(State.OVERDUE, now=now))
    worst = overdue.order_by("due_at", "pk").select_related("lead__account", "handoff", "holder", "team")
    return worst[:limit].iterator()


def _of_any_kind(selection: Selection, *, user: User) -> ClockQuerySet:
    clocks = scope.narrowed(Clock.objects.visible_to(user), selection, OF_CLOCKS)
    assert isinstance(clocks, ClockQuerySet)  # noqa: S101 - tells the type checker what filters give back
    return clocks


def _started_in(selection: Selection, clocks: ClockQuerySet) -> ClockQuerySet:
    period = selection.period
    return clocks.filter(started_at__gte=period.starts_at, started_at__lt=period.ends_at)


def _live(running: ClockQuerySet, *, zone: str, now: datetime) -> Iterator[Live]:
    """The running clocks by each of their divisions."""
    states = {state.value: ExpressionWrapper(condition(state, now=now), BooleanField()) for state in LIVE}
    columns = {f"by_{name}": F(column) for name, column in OF_CLOCKS.items()}
    week = TruncWeek("started_at", tzinfo=ZoneInfo(zone), output_field=DateField())
    sql, values = running.order_by().values(by_week=week, **columns, **states).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(RUNNING.format(clocks=sql), values)
        for name, key, *counts in cursor.fetchall():
            yield Live(name, date.fromisoformat(key) if name == "week" else key, counts)


def _live_counts(now: datetime) -> dict[str, Count]:
    return {state.value: _count(condition(state, now=now)) for state in LIVE}


def _count(true: Q) -> Count:
    return Count("pk", filter=true)


def _uncounted(
    counted: Mapping[str, Counted], selection: Selection, *, user: User
) -> dict[str, tuple[int, int]]:
    """The stopped clocks that no roll-up knows, met and late, by their kind."""
    rest = [Q(one.rest, kind=kind) for kind, one in counted.items() if one.rest is not None]
    if not rest:
        return {}
    rows = (
        _of_any_kind(selection, user=user).filter(STOPPED, reduce(or_, rest)).order_by().values_list("kind")
    )
    return {
        kind: (met, late) for kind, met, late in rows.annotate(met=_count(MET), late=_count(STOPPED_LATE))
    }


def _running(selection: Selection, *, user: User, now: datetime) -> dict[str, dict[State, int]]:
    running = _started_in(selection, _of_any_kind(selection, user=user).running())
    rows = running.order_by().values_list("kind").annotate(**_live_counts(now))
    return {kind: dict(zip(LIVE, counts, strict=True)) for kind, *counts in rows}


def _figures(met: int, late: int, running: Mapping[State, int]) -> Figures:
    return Figures(
        met=met,
        breached=late + running[State.OVERDUE],
        running=running[State.RUNNING],
        at_risk=running[State.AT_RISK],
        overdue=running[State.OVERDUE],
    )
