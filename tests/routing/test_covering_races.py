"""Who is out is covered lead by lead: it can stop half-way, run twice at once, and keeps nobody waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from leads.models import Lead, User
from routing import rerouting, successions
from routing.models import Absence, Handoff, Reassignment, Rep
from routing.successions import Covered
from tests.arrivals import arrivals, handed_over
from tests.races import at_once, shared_out

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(ana: User, bob: User, now: datetime) -> list[Handoff]:
    """Six leads that wait for Ana, who is out from now on."""
    made = handed_over(6, now=now)
    Handoff.objects.update(assignee=ana)
    Lead.objects.update(owner=ana)
    Absence.objects.create(rep=Rep.objects.get(user=ana), starts_at=now, ends_at=now + timedelta(days=2))
    return made


def impatiently_cover(now: datetime) -> Covered:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    return successions.cover_begun(now=now)


def held_by(user: User) -> int:
    return Handoff.objects.open().filter(assignee=user).count()


def test_what_a_run_that_stopped_has_left_the_next_one_takes_up(
    waiting: list[Handoff], ana: User, now: datetime
) -> None:
    with transaction.atomic():
        Lead.objects.locked().get(pk=waiting[3].lead_id)
        stopped = at_once(partial(impatiently_cover, now))[0]
    assert isinstance(stopped, OperationalError)
    assert held_by(ana) == 3

    again = successions.cover_begun(now=now)

    assert (again.moved, held_by(ana)) == (3, 0)
    assert Absence.objects.get().covered_at == now


def test_two_runs_at_once_pass_each_lead_on_once(waiting: list[Handoff], ana: User, now: datetime) -> None:
    runs = at_once(*[partial(successions.cover_begun, now=now)] * 3)

    assert [run for run in runs if isinstance(run, Exception)] == []
    successions.cover_begun(now=now)
    assert held_by(ana) == 0
    assert Reassignment.objects.count() == len(waiting)


def test_covering_is_in_nobodys_way_who_moves_or_receives_leads(
    waiting: list[Handoff], ana: User, bob: User, mia: User, now: datetime
) -> None:
    Rep.objects.update(open_cap=500)
    moves = [partial(rerouting.reroute, one, by=mia, now=now, to=bob) for one in reversed(waiting)]
    live = arrivals(12, country="DE", now=now, name="live")

    jobs: list[Callable[[], object]] = [
        partial(successions.cover_begun, now=now),
        partial(shared_out, live, threads=2),
        lambda: [rerouting_or_theirs(move) for move in moves],
    ]

    done = at_once(*jobs)

    assert [one for one in done if isinstance(one, Exception)] == []
    assert isinstance(done[1], list)
    assert [one for one in done[1] if isinstance(one, Exception)] == []
    assert held_by(ana) == 0


def rerouting_or_theirs(move: partial[Reassignment]) -> str:
    """The move, or that the lead is with Bob already."""
    try:
        return str(move())
    except rerouting.CannotReceive as theirs:
        return str(theirs)
