"""Who holds what: each rep's load and clocks, what waits for nobody, and nothing of another team."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Team, User
from routing import team
from routing.models import Absence, Handoff, Rep
from tests import factories

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_each_rep_stands_with_what_they_hold_the_most_urgent_first(
    *, ana: User, mia: User, now: datetime
) -> None:
    Rep.objects.filter(user=ana).update(open_cap=4)
    for name, minutes in (("ada", 10), ("bea", 1)):
        factories.waiting(name, now=now - minutes * MINUTE)

    board = team.board(mia, now=now)

    [desk] = board.desks
    assert (desk.user, desk.open, desk.cap, desk.percent, desk.share) == (ana, 2, 4, 50, 100)
    assert [row.name for row in desk.rows] == ["Ada Klein", "Bea Klein"]
    assert (desk.breached, desk.at_risk) == (1, 0)
    assert desk.oldest is not None
    assert (desk.oldest.name, desk.oldest.waited) == ("Ada Klein", "10 min")
    assert (board.open, board.unassigned.rows) == (2, [])


def test_what_waits_for_nobody_stands_by_its_age(*, ana: User, mia: User, now: datetime) -> None:
    Absence.objects.create(rep=ana.rep, starts_at=now - HOUR, ends_at=now + HOUR)
    for name, minutes in (("ada", 5), ("bea", 30)):
        factories.waiting(name, now=now - minutes * MINUTE)

    board = team.board(mia, now=now)

    assert [row.name for row in board.unassigned.rows] == ["Bea Klein", "Ada Klein"]
    assert board.unassigned.open == 2
    [desk] = board.desks
    assert desk.load is not None
    assert (desk.load.away_until, desk.receives) == (now + HOUR, True)


def test_at_risk_is_less_than_a_fifth_of_the_clock(*, ana: User, mia: User, now: datetime) -> None:
    factories.waiting("ada", now=now)

    risks = [team.board(mia, now=now + timedelta(seconds=s)).desks[0].at_risk for s in (200, 250, 301)]

    assert risks == [0, 1, 0]


def test_manager_sees_their_teams_and_operations_all(
    *, ana: User, mia: User, charlie: User, olga: User, now: datetime
) -> None:
    factories.waiting("ada", now=now)
    moritz = factories.person("moritz", role="MANAGER", team=charlie.team)

    assert [desk.user for desk in team.board(mia, now=now).desks] == [ana]
    assert [desk.user for desk in team.board(olga, now=now).desks] == [ana, charlie]
    others = team.board(moritz, now=now)
    assert ([desk.user for desk in others.desks], others.open) == ([charlie], 0)


def test_whoever_holds_something_is_shown_though_they_receive_nothing(
    *, ana: User, mia: User, now: datetime
) -> None:
    handoff = factories.waiting("ada", now=now)
    other = factories.waiting("bea", now=now)
    Rep.objects.filter(user=ana).update(is_active=False)
    Handoff.objects.filter(pk=other.pk).update(assignee=mia)

    desks = team.board(mia, now=now).desks

    assert [(desk.user, desk.receives, [row.handoff_id for row in desk.rows]) for desk in desks] == [
        (ana, False, [handoff.pk]),
        (mia, False, [other.pk]),
    ]


def test_board_reads_as_often_for_many_reps_and_rows_as_for_one(
    *, ana: User, mia: User, dach: Team, now: datetime
) -> None:
    factories.waiting("ada", now=now)
    with CaptureQueriesContext(connection) as few:
        team.board(mia, now=now)
    for name in ("carla", "dora", "emil"):
        factories.rep(name, team=dach)
    for name in ("bea", "cleo", "dana", "edda"):
        factories.waiting(name, now=now)

    with CaptureQueriesContext(connection) as many:
        board = team.board(mia, now=now)

    assert (len(board.desks), board.open) == (4, 5)
    assert len(many) == len(few)


def test_only_the_most_urgent_are_shown_of_very_many(
    *, ana: User, mia: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "MOST_SHOWN", 1)
    for name, minutes in (("ada", 1), ("bea", 3)):
        factories.waiting(name, now=now - minutes * MINUTE)

    board = team.board(mia, now=now)

    assert (board.is_cut, board.desks[0].open) == (True, 2)
    assert [row.name for row in board.desks[0].rows] == ["Bea Klein"]
