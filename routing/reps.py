"""Who can receive a lead right now: present, active and under every cap (RT-1, RT-3, RT-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q

from leads.models import User
from routing.domain import rotation
from routing.models import Absence, Handoff, Pool, PoolMember, Rep

HAD_IT = "has had it before"
NO_REP = "not a rep"


@dataclass(frozen=True)
class Seat:
    """A pool member, and the same as the rotation sees it."""

    member: PoolMember
    candidate: rotation.Candidate


def hold(reps: Iterable[Rep]) -> None:
    """Let nobody else count what those with a cap hold, until the transaction or its savepoint ends (RT-6).

    A cap counts hand-offs from every pool and rule, so a pool's lock would not do. Everybody takes these locks last,
    in one statement by id, and gives back those of whom nobody can receive: no decisions wait for each other.
    """
    capped = [rep.pk for rep in reps if rep.has_caps]
    if capped:
        list(
            Rep.objects.select_for_update(no_key=True).filter(pk__in=capped).order_by("pk").values_list("pk")
        )


def claim(user: User, *, now: datetime) -> str:
    """Why one person cannot receive now; where they can, nobody else gives to them until the transaction ends."""
    with transaction.atomic():
        rep = Rep.objects.filter(user=user).select_related("user").first()
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
    members = list(pool.members.order_by("id").select_related("rep__user__team"))
    if holding:
        hold(member.rep for member in members)
    why_not = why_not_receiving([member.rep for member in members], now=now)
    held = open_work([member.rep for member in members]) if with_load else {}
    return {
        member.pk: Seat(member, _candidate(member, why_not[member.rep_id], held.get(member.rep.user_id, 0)))
        for member in members
    }


def open_work(reps: Sequence[Rep]) -> dict[int, int]:
    """By user id, how many hand-offs wait for the rep's decision."""
    mine = Handoff.objects.open().filter(assignee__in=[rep.user_id for rep in reps])
    return dict(mine.values_list("assignee").annotate(count=Count("id")))


def why_cannot_receive(user: User, *, now: datetime) -> str:
    """Why one person cannot receive now, in words; empty when they can."""
    rep = Rep.objects.filter(user=user).select_related("user").first()
    return why_not_receiving([rep], now=now)[rep.pk] if rep else NO_REP


def why_not_receiving(reps: Sequence[Rep], *, now: datetime) -> dict[int, str]:
    """By rep id, why they cannot receive now, or an empty text; two reads however many reps."""
    away = set(
        Absence.objects.filter(rep__in=reps, starts_at__lte=now, ends_at__gt=now).values_list(
            "rep_id", flat=True
        )
    )
    held = loads(reps, now=now)
    return {
        rep.pk: rotation.why_passed_over(
            is_active=rep.is_active and rep.user.is_active, is_away=rep.pk in away, load=held[rep.pk]
        )
        for rep in reps
    }


def loads(reps: Sequence[Rep], *, now: datetime) -> dict[int, rotation.Load]:
    """By rep id, what each holds and received, beside their caps; counted only for who has a cap, in one read."""
    counts = _counts([rep for rep in reps if rep.has_caps], now=now)
    return {rep.pk: _load(rep, counts.get(rep.user_id, {})) for rep in reps}


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


def _counts(reps: Sequence[Rep], *, now: datetime) -> dict[int, dict[str, int]]:
    """By user id, hand-offs received today and this week and those still open, in one read."""
    if not reps:
        return {}
    today, this_week = Q(pk__in=[]), Q(pk__in=[])
    for rep in reps:
        today |= Q(assignee=rep.user_id, received_at__gte=start_of_day(rep, now))
        this_week |= Q(assignee=rep.user_id, received_at__gte=start_of_week(rep, now))
    still_open = Q(status=Handoff.Status.OPEN)
    rows = (
        Handoff.objects.filter(assignee__in=[rep.user_id for rep in reps])
        .filter(this_week | still_open)
        .values("assignee")
        .annotate(
            today=Count("id", filter=today),
            this_week=Count("id", filter=this_week),
            open=Count("id", filter=still_open),
        )
    )
    return {row["assignee"]: {name: row[name] for name in ("today", "this_week", "open")} for row in rows}


def _load(rep: Rep, counted: Mapping[str, int]) -> rotation.Load:
    return rotation.Load(
        today=counted.get("today", 0),
        this_week=counted.get("this_week", 0),
        open=counted.get("open", 0),
        daily_cap=rep.daily_cap,
        weekly_cap=rep.weekly_cap,
        open_cap=rep.open_cap,
    )
