"""Who can receive a lead right now: present, active and under every cap (RT-1, RT-3, RT-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count

from leads import prepared
from leads.models import User
from leads.prepared import Given, Query
from routing.domain import rotation
from routing.models import Handoff, Pool, PoolMember, Rep

HAD_IT = "has had it before"
NO_REP = "not a rep"


@dataclass(frozen=True)
class Seat:
    """A pool member, and the same as the rotation sees it."""

    member: PoolMember
    candidate: rotation.Candidate


OF_USER = Query(lambda: Rep.objects.filter(user=Given("user")).select_related("user"))
MEMBERS = Query(
    lambda: PoolMember.objects.filter(pool=Given("pool")).order_by("id").select_related("rep__user__team")
)
HOLD = "SELECT id FROM routing_rep WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
HOLD_ONE = "SELECT id FROM routing_rep WHERE id = %s FOR NO KEY UPDATE"
# For each rep, whether they are away, and what is counted against each cap that they have: received since the day and
# the week began, in the rep's own zone, and still open. Each count reads one index only; together they read the rows.
# That the rows are as many as they are is said as a limit: whatever the arrays hold, the server keeps its plan.
STANDING = """
    SELECT asked.rep, asked.user_id,
        EXISTS (SELECT 1 FROM routing_absence WHERE rep_id = asked.rep AND starts_at <= %(now)s AND ends_at > %(now)s),
        CASE WHEN asked.by_day THEN (
            SELECT count(*) FROM routing_handoff WHERE assignee_id = asked.user_id AND received_at >= asked.day
        ) END,
        CASE WHEN asked.by_week THEN (
            SELECT count(*) FROM routing_handoff WHERE assignee_id = asked.user_id AND received_at >= asked.week
        ) END,
        CASE WHEN asked.by_open THEN (
            SELECT count(*) FROM routing_handoff WHERE assignee_id = asked.user_id AND status = 'OPEN'
        ) END
    FROM (
        SELECT * FROM unnest(
            %(reps)s::bigint[], %(users)s::bigint[], %(days)s::timestamptz[], %(weeks)s::timestamptz[],
            %(by_day)s::bool[], %(by_week)s::bool[], %(by_open)s::bool[]
        ) LIMIT %(many)s::bigint
    ) AS asked (rep, user_id, day, week, by_day, by_week, by_open)
"""


def hold(reps: Iterable[Rep]) -> None:
    """Let nobody else count what those with a cap hold, until the transaction or its savepoint ends (RT-6).

    A cap counts hand-offs from every pool and rule, so a pool's lock would not do. Everybody takes these locks last,
    in one statement by id, and gives back those of whom nobody can receive: no decisions wait for each other.
    """
    capped = [rep.pk for rep in reps if rep.has_caps]
    if len(capped) == 1:
        prepared.run_later(HOLD_ONE, capped)
    elif capped:
        prepared.run_later(HOLD, [capped])


def claim(user: User, *, now: datetime) -> str:
    """Why one person cannot receive now; where they can, nobody else gives to them until the transaction ends."""
    with transaction.atomic():
        rep = OF_USER.first(user=user.pk)
        if rep is None:
            return NO_REP
        hold([rep])
        why_not = why_not_receiving([rep], now=now)[rep.pk]
        if why_not:
            transaction.set_rollback(True)
    return why_not


def seats(pool: Pool, *, now: datetime, with_load: bool = False, holding: bool = False) -> dict[int, Seat]:
    """Everybody in the pool by member id, with why each cannot receive, if so, and with their open work on demand.

    While `holding`, nobody else counts what they hold until the transaction or its savepoint ends.
    """
    members = MEMBERS.all(pool=pool.pk)
    if holding:
        hold(member.rep for member in members)
    why_not = why_not_receiving([member.rep for member in members], now=now)
    held = open_work([member.rep for member in members]) if with_load else {}
    return {
        member.pk: Seat(member, _candidate(member, why_not[member.rep_id], held.get(member.rep.user_id, 0)))
        for member in members
    }


def open_work(reps: Sequence[Rep]) -> dict[int, int]:
    """By user id, how many hand-offs wait for the rep's decision; counted from the index alone."""
    mine = Handoff.objects.open().filter(assignee__in=[rep.user_id for rep in reps])
    return dict(mine.values_list("assignee").annotate(count=Count("*")))


def why_cannot_receive(user: User, *, now: datetime) -> str:
    """Why one person cannot receive now, in words; empty when they can."""
    rep = Rep.objects.filter(user=user).select_related("user").first()
    return why_not_receiving([rep], now=now)[rep.pk] if rep else NO_REP


def why_not_receiving(reps: Sequence[Rep], *, now: datetime) -> dict[int, str]:
    """By rep id, why they cannot receive now, or an empty text; one read however many reps."""
    standing = {row[0]: row for row in _standing(reps, now=now)}
    return {
        rep.pk: rotation.why_passed_over(
            is_active=rep.is_active and rep.user.is_active,
            is_away=standing[rep.pk][2],
            load=_load(rep, _counted(standing[rep.pk])),
        )
        for rep in reps
    }


def loads(reps: Sequence[Rep], *, now: datetime) -> dict[int, rotation.Load]:
    """By rep id, what each holds and received, beside their caps; counted only for what is capped, in one read."""
    standing = {row[0]: row for row in _standing(reps, now=now)}
    return {rep.pk: _load(rep, _counted(standing[rep.pk])) for rep in reps}


def start_of_day(rep: Rep, now: datetime) -> datetime:
    """Midnight in the rep's own zone; daily caps count from here."""
    zone = ZoneInfo(rep.time_zone or rep.user.time_zone)
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def start_of_week(rep: Rep, now: datetime) -> datetime:
    """Monday midnight in the rep's own zone; weekly caps count from here."""
    day = start_of_day(rep, now)
    return day - timedelta(days=day.weekday())


def _candidate(member: PoolMember, why_not: str, held: int) -> rotation.Candidate:
    return rotation.Candidate(
        id=member.pk,
        name=str(member.rep.user),
        weight=member.rep.weight,
        deficit=member.deficit,
        last_received_at=member.last_received_at,
        passed_over=why_not,
        user=member.rep.user_id,
        open=held,
        open_cap=member.rep.open_cap,
    )


def _standing(reps: Sequence[Rep], *, now: datetime) -> list[tuple[Any, ...]]:
    """For each rep a row of `STANDING`."""
    if not reps:
        return []
    asked = {
        "now": now,
        "many": len(reps),
        "reps": [rep.pk for rep in reps],
        "users": [rep.user_id for rep in reps],
        "days": [start_of_day(rep, now) for rep in reps],
        "weeks": [start_of_week(rep, now) for rep in reps],
        "by_day": [rep.daily_cap is not None for rep in reps],
        "by_week": [rep.weekly_cap is not None for rep in reps],
        "by_open": [rep.open_cap is not None for rep in reps],
    }
    return prepared.rows(STANDING, asked)


def _counted(row: tuple[Any, ...]) -> dict[str, int]:
    """Hand-offs received today and this week and those still open; none where there is no such cap."""
    return {name: count or 0 for name, count in zip(("today", "this_week", "open"), row[3:], strict=True)}


def _load(rep: Rep, counted: Mapping[str, int]) -> rotation.Load:
    return rotation.Load(
        today=counted.get("today", 0),
        this_week=counted.get("this_week", 0),
        open=counted.get("open", 0),
        daily_cap=rep.daily_cap,
        weekly_cap=rep.weekly_cap,
        open_cap=rep.open_cap,
    )
