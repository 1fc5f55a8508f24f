"""Who can receive a lead right now: present, active and under every cap (RT-1, RT-3, RT-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from leads import prepared, quick_rows
from leads.models import User
from leads.prepared import Given, Query
from leads.remembering import knows_edition, remembered_by_edition, still_holds
from routing.domain import rotation
from routing.models import Absence, Handoff, Pool, PoolMember, Rep

COUNTED = ("today", "this_week", "open")
HAD_IT = "has had it before"
NO_REP = "not a rep"


@dataclass(frozen=True)
class Seat:
    """A pool member, and the same as the rotation sees it."""

    member: PoolMember
    candidate: rotation.Candidate


class CannotTake(Exception):
    """The rep is away or at a cap, or somebody else has the lead. The message says which."""


OF_USER = Query(lambda: Rep.objects.filter(user=Given("user")).select_related("user"))
MEMBERS = Query(
    lambda: (
        PoolMember.objects.filter(pool=Given("pool"))
        .order_by("id")
        .select_related("rep__user__team")
        .annotate(
            is_away=Exists(
                Absence.objects.filter(
                    rep=OuterRef("rep"), starts_at__lte=Given("now"), ends_at__gt=Given("now")
                )
            )
        )
    )
)
# Of the same, what changes from one decision to the next
SEATS = """
    SELECT id, rep_id, deficit, received, last_received_at, EXISTS (
        SELECT FROM routing_absence AS absence
        WHERE absence.rep_id = member.rep_id AND starts_at <= %(now)s AND ends_at > %(now)s
    )
    FROM routing_poolmember AS member WHERE pool_id = %(pool)s ORDER BY id
"""
SEATED = ("id", "rep_id", "deficit", "received", "last_received_at", "is_away")
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
        why_not = _claimed(user, now=now)
        if why_not:
            transaction.set_rollback(True)
    return why_not


def require_free(user: User, *, now: datetime) -> None:
    """Raise CannotTake for a rep who is away or at a cap; who is none has neither.

    As in every decision the rep comes last: the lead is locked by now, and nobody else gives to them meanwhile.
    """
    why_not = claim(user, now=now)
    if why_not not in ("", NO_REP):
        raise CannotTake(f"You cannot take a lead now: {why_not}.")


def remembered_of(user_id: int) -> Rep | None:
    """The rep as the edition of the operating model has them that is remembered; None where none is."""
    return _everybody_by_user().get(user_id) if knows_edition() else None


def _claimed(user: User, *, now: datetime) -> str:
    """Why they cannot receive now, asked while they are held."""
    known = remembered_of(user.pk)
    if known is not None:
        hold([known])
        standing, still = prepared.rows_ahead(STANDING, _asked([known], now=now)), still_holds()
        if still():
            return _why_not(known, standing()[0])
    rep = OF_USER.first(user=user.pk)
    if rep is None:
        return NO_REP
    hold([rep])
    return why_not_receiving([rep], now=now)[rep.pk]


def seats(pool: Pool, *, now: datetime, with_load: bool = False, holding: bool = False) -> dict[int, Seat]:
    """Everybody in the pool by member id, with why each cannot receive, if so, and with their open work on demand.

    While `holding`, nobody else counts what they hold until the transaction or its savepoint ends.
    """
    members = _members(pool, now=now)
    capped = [member.rep for member in members if member.rep.has_caps]
    if holding:
        hold(capped)
    why_not = why_not_receiving(capped, now=now)
    held = open_work([member.rep for member in members]) if with_load else {}
    found = {}
    for member in members:
        rep = member.rep
        standing = (rep.pk, rep.user_id, vars(member)["is_away"])
        reason = why_not[rep.pk] if rep.pk in why_not else _why_not(rep, standing)
        found[member.pk] = Seat(member, _candidate(member, reason, held.get(rep.user_id, 0)))
    return found


def _members(pool: Pool, *, now: datetime) -> Sequence[PoolMember]:
    """Everybody in the pool, who also say whether they are away."""
    if knows_edition():
        found, still = prepared.rows_ahead(SEATS, {"pool": pool.pk, "now": now}), still_holds()
        rows = found()
        if still():
            return [_seated(row, pool, _everybody()) for row in rows]
    return MEMBERS.all(pool=pool.pk, now=now)


def _seated(row: Sequence[Any], pool: Pool, everybody: Mapping[int, Rep]) -> PoolMember:
    told = {"pool_id": pool.pk, **dict(zip(SEATED, row, strict=True))}
    return quick_rows.kept(PoolMember, told, pool=pool, rep=everybody[told["rep_id"]])


@remembered_by_edition
def _everybody() -> dict[int, Rep]:
    """Every rep by id, with their person and team."""
    return {rep.pk: rep for rep in Rep.objects.select_related("user__team")}


@remembered_by_edition
def _everybody_by_user() -> dict[int, Rep]:
    """The same by the ids of their people."""
    return {rep.user_id: rep for rep in _everybody().values()}


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
    return {rep.pk: _why_not(rep, standing[rep.pk]) for rep in reps}


def loads(reps: Sequence[Rep], *, now: datetime) -> dict[int, rotation.Load]:
    """By rep id, what each holds and received, beside their caps; counted only for what is capped, in one read."""
    standing = {row[0]: row for row in _standing(reps, now=now)}
    return {rep.pk: _load(rep, _counted(standing[rep.pk])) for rep in reps}


def start_of_day(rep: Rep, now: datetime) -> datetime:
    """Midnight in the rep's own zone; daily caps count from here."""
    return _start_of_day_in(_zone_of(rep), now)


def start_of_week(rep: Rep, now: datetime) -> datetime:
    """Monday midnight in the rep's own zone; weekly caps count from here."""
    return _start_of_week(start_of_day(rep, now))


def _zone_of(rep: Rep) -> str:
    return rep.time_zone or rep.user.time_zone


def _start_of_day_in(zone: str, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _start_of_week(day: datetime) -> datetime:
    return day - timedelta(days=day.weekday())


def _why_not(rep: Rep, standing: Sequence[Any]) -> str:
    """Why the rep cannot receive, by a row of `STANDING`, or by its beginning where no cap is counted."""
    return rotation.why_passed_over(
        is_active=rep.is_active and rep.user.is_active,
        is_away=standing[2],
        load=_load(rep, _counted(standing)),
    )


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
    return prepared.rows(STANDING, _asked(reps, now=now)) if reps else []


def _asked(reps: Sequence[Rep], *, now: datetime) -> dict[str, Any]:
    """What `STANDING` is asked by."""
    days = {zone: _start_of_day_in(zone, now) for zone in {_zone_of(rep) for rep in reps}}
    began = [days[_zone_of(rep)] for rep in reps]
    return {
        "now": now,
        "many": len(reps),
        "reps": [rep.pk for rep in reps],
        "users": [rep.user_id for rep in reps],
        "days": began,
        "weeks": [_start_of_week(day) for day in began],
        "by_day": [rep.daily_cap is not None for rep in reps],
        "by_week": [rep.weekly_cap is not None for rep in reps],
        "by_open": [rep.open_cap is not None for rep in reps],
    }


def _counted(row: Sequence[Any]) -> dict[str, int]:
    """Hand-offs received today and this week and those still open; none where there is no such cap."""
    return {name: count or 0 for name, count in zip(COUNTED, row[3:], strict=False)}


def _load(rep: Rep, counted: Mapping[str, int]) -> rotation.Load:
    return rotation.Load(
        today=counted.get("today", 0),
        this_week=counted.get("this_week", 0),
        open=counted.get("open", 0),
        daily_cap=rep.daily_cap,
        weekly_cap=rep.weekly_cap,
        open_cap=rep.open_cap,
    )
