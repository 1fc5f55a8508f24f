"""What the pools hold: each rep's share, what they earned and received, and the last turns (RT-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet, Sum

from leads.models import Role, Team, User
from routing import reps
from routing.models import Pool, PoolMember, Turn

TURNS_SHOWN = 50


@dataclass(frozen=True)
class MemberRow:
    """One rep in the rotation; `owed` is what they earned and have not received, in turns."""

    name: str
    user: User
    weight: int
    share: float
    earned: float
    received: int
    owed: float
    last_received_at: datetime | None
    why_not: str


def visible_to(user: User) -> QuerySet[Pool]:
    """Pools that `user` may know of: a manager those of the teams below, the rest of the office all."""
    pools = Pool.objects.select_related("team").order_by("name")
    if user.role == Role.MANAGER:
        return pools.filter(team__in=Team.objects.led_by(user))
    return pools


def listed(user: User) -> QuerySet[Pool]:
    """The pools with who is active in each and what everybody in it received together."""
    active = PoolMember.objects.filter(rep__is_active=True).select_related("rep__user")
    return (
        visible_to(user)
        .prefetch_related(Prefetch("members", active))
        .annotate(received=Sum("members__received"))
    )


def members(pool: Pool, *, now: datetime) -> list[MemberRow]:
    """Everybody in the pool by name; shares are by weight among all of them."""
    seats = reps.seats(pool, now=now).values()
    whole = sum(seat.candidate.weight for seat in seats) or 1
    rows = [
        MemberRow(
            name=seat.candidate.name,
            user=seat.member.rep.user,
            weight=seat.candidate.weight,
            share=seat.candidate.weight / whole,
            earned=seat.member.received + seat.member.deficit,
            received=seat.member.received,
            owed=seat.member.deficit,
            last_received_at=seat.member.last_received_at,
            why_not=seat.candidate.passed_over,
        )
        for seat in seats
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def last_turns(pool: Pool) -> QuerySet[Turn]:
    """The newest turns, those given back among them."""
    turns = Turn.objects.filter(pool=pool).select_related("rep__user", "lead__account")
    return turns.order_by("-at", "-id")[:TURNS_SHOWN]
