"""What reps hold and receive, read once under their locks and counted on in memory while leads are given to them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from routing import reps
from routing.domain import rotation
from routing.domain.rotation import Load
from routing.models import Absence, Handoff, Rep

NO_CAPS = Load(0, 0, 0, None, None, None)


class Standing:
    """One rep: present, active and under every cap, as if all that was given here had been written down (RT-6).

    `varies` says whether the answer depends on the moment or on what they are given.
    """

    def __init__(self, rep: Rep) -> None:
        self.rep = rep
        self.is_active = rep.is_active and rep.user.is_active
        self.has_caps = rep.has_caps
        self.absences: list[tuple[datetime, datetime]] = []
        self.received: list[datetime] = []  # in order of time; kept where a day or a week is capped
        self.open = 0

    @property
    def varies(self) -> bool:
        return self.has_caps or bool(self.absences)

    def why_not(self, now: datetime) -> str:
        """Why they cannot receive at `now`, in words; empty when they can."""
        is_away = any(begins <= now < ends for begins, ends in self.absences)
        load = self._load(now) if self.has_caps else NO_CAPS
        return rotation.why_passed_over(is_active=self.is_active, is_away=is_away, load=load)

    def receive(self, now: datetime) -> None:
        """They were given a lead that waits for their decision."""
        self.open += 1
        if self.has_caps:
            insort(self.received, now)

    def _load(self, now: datetime) -> Load:
        rep = self.rep
        return Load(
            today=self._since(reps.start_of_day(rep, now)) if rep.daily_cap else 0,
            this_week=self._since(reps.start_of_week(rep, now)) if rep.weekly_cap else 0,
            open=self.open,
            daily_cap=rep.daily_cap,
            weekly_cap=rep.weekly_cap,
            open_cap=rep.open_cap,
        )

    def _since(self, begin: datetime) -> int:
        return len(self.received) - bisect_left(self.received, begin)


def of_reps(
    rows: Iterable[Rep], *, moments: Sequence[datetime], weighed: Collection[int] = ()
) -> dict[int, Standing]:
    """By user id, where each stands at any of the moments; their users are read with them. Three reads.

    Open work is counted where it is capped, and of the users who are `weighed` by it.
    """
    found = {rep.user_id: Standing(rep) for rep in rows}
    by_rep = {one.rep.pk: one for one in found.values()}
    first, last = min(moments), max(moments)
    away = Absence.objects.filter(rep__in=by_rep, starts_at__lte=last, ends_at__gt=first)
    for rep, begins, ends in away.values_list("rep", "starts_at", "ends_at"):
        by_rep[rep].absences.append((begins, ends))
    held = [one.rep for user, one in found.items() if one.rep.open_cap is not None or user in weighed]
    for user, count in reps.open_work(held).items():
        found[user].open = count
    for user, at in _received(found, first):
        found[user].received.append(at)
    return found


def _received(found: dict[int, Standing], first: datetime) -> Iterator[tuple[int, datetime]]:
    """What those with a cap by day or week have received since that of the first moment began, in order."""
    asked = defaultdict(list)
    for user, one in found.items():
        if one.rep.daily_cap or one.rep.weekly_cap:
            start = reps.start_of_week if one.rep.weekly_cap else reps.start_of_day
            asked[start(one.rep, first)].append(user)
    counted = Q(pk__in=[])
    for begin, users in asked.items():
        counted |= Q(assignee__in=users, received_at__gte=begin)
    rows = Handoff.objects.filter(counted).order_by("received_at") if asked else Handoff.objects.none()
    for user, at in rows.values_list("assignee", "received_at").iterator():
        if user is not None and at is not None:
            yield user, at
