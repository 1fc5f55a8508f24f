"""How promises were kept: the clocks of a period, those that stopped and those that run, from roll-ups and from rows.

A clock belongs to the period in which it started. Read it inside `snapshot.one_moment`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from leads.models import User
from reports import divisions, rolled, running, scope
from reports.clock_states import MET, STOPPED, STOPPED_LATE, condition
from reports.divisions import Divided
from reports.domain.compliance import Figures, State
from reports.domain.selection import Selection
from reports.measures import CLOCKS, OF_CLOCKS
from reports.rolled import Counted
from reports.running import Running
from routing.models import Clock
from routing.models.clock import ClockQuerySet


def selected(selection: Selection, *, user: User) -> ClockQuerySet:
    """The clocks that the selection asks for, of those that `user` may see."""
    return _started_in(selection, _of_any_kind(selection, user=user)).filter(kind=selection.kind)


def divide(selection: Selection, *, user: User, now: datetime) -> Divided:
    """The figures of the selection as a whole, by week, and by tier, team, rep and source."""
    return _divide(selection, running.of(selection, user=user, now=now), user=user)


def by_kind(selection: Selection, *, user: User, now: datetime) -> dict[str, Figures]:
    """The counts of every clock kind under the selection's other filters."""
    return _by_kind(selection, running.of(selection, user=user, now=now), {}, user=user)


def divide_beside_kinds(
    selection: Selection, *, user: User, now: datetime
) -> tuple[Divided, dict[str, Figures]]:
    """Both `divide` and `by_kind`, for the price of what differs."""
    found = running.of(selection, user=user, now=now)
    divided = _divide(selection, found, user=user)
    return divided, _by_kind(selection, found, {selection.kind: divided.total}, user=user)


def worst_open(selection: Selection, *, user: User, now: datetime, limit: int) -> list[Clock]:
    """The clocks that run past their due time, the longest overdue first."""
    overdue = selected(selection, user=user).filter(condition(State.OVERDUE, now=now))
    worst = overdue.order_by("due_at", "pk").select_related("lead__account", "handoff", "holder", "team")
    return list(worst[:limit])


def _divide(selection: Selection, live: Running, *, user: User) -> Divided:
    stopped = rolled.facts(CLOCKS[selection.kind], selection, user=user)
    return divisions.divide(stopped, live.divided(selection.kind))


def _by_kind(
    selection: Selection, live: Running, known: Mapping[str, Figures], *, user: User
) -> dict[str, Figures]:
    """Those `known` already are not read."""
    found = dict(known)
    counted = rolled.counts([CLOCKS[kind] for kind in CLOCKS if kind not in known], selection, user=user)
    rest, now_running = _uncounted(counted, selection, user=user), live.by_kind()
    for kind, one in counted.items():
        good, bad = rest.get(kind, (0, 0))
        found[kind] = _figures(one.good + good, one.bad + bad, now_running.get(kind, (0, 0, 0)))
    return {kind: found[kind] for kind in CLOCKS}


def _of_any_kind(selection: Selection, *, user: User) -> ClockQuerySet:
    clocks = scope.narrowed(Clock.objects.that_stand().visible_to(user), selection, OF_CLOCKS)
    assert isinstance(clocks, ClockQuerySet)  # noqa: S101 - tells the type checker what filters give back
    return clocks


def _started_in(selection: Selection, clocks: ClockQuerySet) -> ClockQuerySet:
    period = selection.period
    return clocks.filter(started_at__gte=period.starts_at, started_at__lt=period.ends_at)


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


def _figures(met: int, late: int, live: Sequence[int]) -> Figures:
    in_time, at_risk, overdue = live
    return Figures(met=met, breached=late + overdue, running=in_time, at_risk=at_risk, overdue=overdue)
