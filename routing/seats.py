"""Who sits in a pool, as the rotation sees them while many leads in a row are given to its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from routing import reps
from routing.domain.rotation import Candidate, Turn
from routing.models import PoolMember
from routing.standings import Standing


class Member(NamedTuple):
    """A membership as the rotation reads it."""

    id: int
    user: int
    deficit: float
    last_received_at: datetime | None


def members_of(pools: Sequence[int]) -> dict[int, list[Member]]:
    """By pool, whoever is in it now that nobody else takes a turn there."""
    members: dict[int, list[Member]] = {pk: [] for pk in pools}
    found = PoolMember.objects.filter(pool__in=pools).order_by("id")
    told = found.values_list("pool", "pk", "rep__user", "deficit", "last_received_at")
    for pool, pk, user, deficit, last_received_at in told:
        members[pool].append(Member(pk, user, deficit, last_received_at))
    return members


class Seats:
    """A pool's members as the rotation sees them, counted on in place as turns are taken."""

    def __init__(self, members: Sequence[Member], standings: Mapping[int, Standing]) -> None:
        known = [member for member in members if member.user in standings]  # who joined since is not seen
        self.all = [_seat(member, standings[member.user]) for member in known]
        self._by_id = {seat.id: seat for seat in self.all}
        self._standings = standings
        self._varying = [seat for seat in self.all if standings[seat.user].varies]
        self._asked_at: datetime | None = None
        self.received_since: set[int] = {seat.user for seat in self.all}

    def candidates(self, *, now: datetime, not_to: frozenset[int]) -> Sequence[Candidate]:
        """Everybody in the order of memberships, with why each cannot receive a lead that goes `not_to` some."""
        if now != self._asked_at:
            self._look(self._varying, now)
        if self.received_since:
            self._look([seat for seat in self.all if seat.user in self.received_since], now)
        self._asked_at = now
        self.received_since.clear()
        if not not_to:
            return self.all
        return [replace(c, passed_over=reps.HAD_IT) if c.user in not_to else c for c in self.all]

    def _look(self, seats: Iterable[Candidate], now: datetime) -> None:
        for seat in seats:
            standing = self._standings[seat.user]
            seat.passed_over, seat.open = standing.why_not(now), standing.open

    def pay(self, turn: Turn, *, now: datetime) -> None:
        """Everybody earned their share, and the receiver paid."""
        for member, deficit in turn.deficits.items():
            self._by_id[member].deficit = deficit
        self._by_id[turn.receiver.id].last_received_at = now.astimezone(UTC)


def _seat(member: Member, standing: Standing) -> Candidate:
    return Candidate(
        member.id,
        str(standing.rep.user),
        standing.rep.weight,
        member.deficit,
        member.last_received_at,
        user=member.user,
        open_cap=standing.rep.open_cap,
    )
