"""How promises were kept, counted in the database: a fixed number of queries, whatever the number of clocks.

A clock belongs to the period in which it started.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import BooleanField, Count, Expression, ExpressionWrapper, F
from django.db.models.functions import TruncWeek

from leads.models import Team, User
from reports.clock_states import condition
from reports.domain.compliance import Figures, Quantiles, State
from reports.domain.selection import NOBODY, Selection
from routing.models import Clock, ClockKind
from routing.models.service_level import ClockQuerySet

COUNTED = (State.MET, State.BREACHED, State.RUNNING, State.AT_RISK, State.OVERDUE)
COLUMN = {"tier": "tier", "rep": "holder_id", "team": "team_id", "source": "handoff__source"}
WITHOUT = {"tier": "No tier", "rep": "Unassigned", "team": "No team", "source": "Unknown"}
SOURCES = 40

# All divisions from one reading of the clocks: at a million a year, a fifth of the time of a query for each.
DIVIDE = """
SELECT by_tier, by_rep, by_team, by_source, by_week,
       GROUPING(by_tier, by_rep, by_team, by_source, by_week) AS folded,
       COUNT(*) FILTER (WHERE is_met) AS met,
       COUNT(*) FILTER (WHERE is_breached) AS breached,
       COUNT(*) FILTER (WHERE is_running) AS running,
       COUNT(*) FILTER (WHERE is_at_risk) AS at_risk,
       COUNT(*) FILTER (WHERE is_overdue) AS overdue,
       PERCENTILE_CONT(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY elapsed) AS elapsed,
       PERCENTILE_CONT(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY to_contact) AS to_contact
FROM ({clocks}) AS clock
GROUP BY GROUPING SETS ((), (by_tier), (by_rep), (by_team), (by_source), (by_week))
"""
DIVISIONS = ("tier", "rep", "team", "source", "week")


@dataclass(frozen=True)
class Group:
    """The clocks that share a tier, rep, team or source; `key` is the value of its filter."""

    key: str
    label: str
    figures: Figures


@dataclass(frozen=True)
class Divided:
    """The same clocks as a whole, by week (its Monday), and by tier, rep, team and source."""

    total: Figures
    weeks: dict[date, Figures]
    groups: dict[str, list[Group]]


def selected(clocks: ClockQuerySet, selection: Selection) -> ClockQuerySet:
    """Those of `clocks` that the selection asks for."""
    return _narrowed(clocks, selection).filter(kind=selection.kind)


def by_kind(clocks: ClockQuerySet, selection: Selection, *, now: datetime) -> dict[str, Figures]:
    """The counts of every clock kind under the selection's other filters, without its times."""
    counts = {state.value: Count("pk", filter=condition(state, now=now)) for state in COUNTED}
    rows = _narrowed(clocks, selection).values("kind").annotate(**counts)
    found = {row["kind"]: Figures(**_counts(row)) for row in rows}
    return {kind: found.get(kind, Figures()) for kind in ClockKind.values}


def divide(clocks: ClockQuerySet, *, zone: str, now: datetime) -> Divided:
    """The figures of `clocks` in every division; weeks begin on Monday in `zone`.

    Tiers come in their order, the rest from the lowest rate up, with those too few to judge last. Sources are named
    by the outside world and may be many: only the SOURCES with most clocks are told apart.
    """
    found: dict[str, dict[Any, Figures]] = {name: {} for name in DIVISIONS}
    total = Figures()
    for row in _rows(clocks, zone=zone, now=now):
        name = _division(row["folded"])
        if name:
            found[name][row[f"by_{name}"]] = _figures(row)
        else:
            total = _figures(row)
    weeks = {monday.date(): figures for monday, figures in found.pop("week").items()}
    return Divided(total, weeks, _groups(found))


def worst_open(clocks: ClockQuerySet, *, now: datetime, limit: int) -> Iterator[Clock]:
    """The clocks that run past their due time, the longest overdue first."""
    overdue = clocks.filter(condition(State.OVERDUE, now=now)).order_by("due_at", "pk")
    return overdue.select_related("lead__account", "handoff", "holder", "team")[:limit].iterator()


def tier_place(tier: str) -> tuple[bool, int, str]:
    """Sorts T1, T2, T10, then the tiers with names, then none."""
    return (tier == NOBODY, len(tier), tier)


def _narrowed(clocks: ClockQuerySet, selection: Selection) -> ClockQuerySet:
    period = selection.period
    chosen = clocks.filter(started_at__gte=period.starts_at, started_at__lt=period.ends_at)
    for name, column in COLUMN.items():
        value = getattr(selection, name)
        if value:
            chosen = chosen.filter(**_equals(column, value))
    return chosen


def _equals(column: str, value: str) -> dict[str, object]:
    if value != NOBODY:
        return {column: value}
    return {f"{column}__isnull": True} if column.endswith("_id") else {column: ""}


def _rows(clocks: ClockQuerySet, *, zone: str, now: datetime) -> list[dict[str, Any]]:
    states = {f"is_{state.value}": _is(state, now=now) for state in COUNTED}
    columns = {f"by_{name}": F(column) for name, column in COLUMN.items()}
    spans = {
        "elapsed": F("stopped_at") - F("started_at"),
        "to_contact": F("handoff__first_contact_at") - F("handoff__captured_at"),
    }
    week = TruncWeek("started_at", tzinfo=ZoneInfo(zone))
    sql, values = clocks.order_by().values(**columns, **states, **spans, by_week=week).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(DIVIDE.format(clocks=sql), values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _is(state: State, *, now: datetime) -> Expression:
    return ExpressionWrapper(condition(state, now=now), output_field=BooleanField())


def _division(folded: int) -> str | None:
    """Which column a row is grouped by: the one bit of GROUPING that is not set; None for the whole."""
    for place, name in enumerate(reversed(DIVISIONS)):
        if not folded & 1 << place:
            return name
    return None


def _figures(row: Mapping[str, Any]) -> Figures:
    return Figures(
        **_counts(row), elapsed=_quantiles(row["elapsed"]), to_contact=_quantiles(row["to_contact"])
    )


def _counts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {state.value: row[state.value] for state in COUNTED}


def _quantiles(found: list[timedelta | None] | None) -> Quantiles:
    return Quantiles(*found) if found else Quantiles()


def _groups(found: dict[str, dict[Any, Figures]]) -> dict[str, list[Group]]:
    names: dict[str, dict[Any, str]] = {
        "rep": dict(User.objects.filter(pk__in=found["rep"]).values_list("pk", "name")),
        "team": dict(Team.objects.filter(pk__in=found["team"]).values_list("pk", "name")),
    }
    groups = {
        name: [
            _group(name, key, figures, label=names.get(name, {}).get(key)) for key, figures in rows.items()
        ]
        for name, rows in found.items()
    }
    groups["source"] = sorted(groups["source"], key=_largest_first)[:SOURCES]
    for name in ("rep", "team", "source"):
        groups[name].sort(key=_worst_first)
    groups["tier"].sort(key=lambda group: tier_place(group.key))
    return groups


def _group(name: str, key: Any, figures: Figures, *, label: str | None) -> Group:
    if not key:
        return Group(NOBODY, WITHOUT[name], figures)
    return Group(str(key), label or str(key), figures)


def _largest_first(group: Group) -> tuple[int, str]:
    return (-group.figures.total, group.label)


def _worst_first(group: Group) -> tuple[bool, float, int, str]:
    rate = group.figures.rate
    return (rate is None, rate or 0.0, -group.figures.total, group.label)
