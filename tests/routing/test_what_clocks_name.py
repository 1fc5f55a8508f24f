"""What clocks and their steps name is there and stays there, as a foreign key would have it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from leads.models import Team, User
from routing.models import Clock, ClockStep, Handoff, ServiceLevel
from tests import factories
from tests.races import racers

ROUNDS = 30
NOBODY = 987_654_321
NAMED = ["handoff_id", "lead_id", "holder_id", "team_id", "service_level_id"]
PARENTS = [
    "routing_handoff",
    "leads_lead",
    "leads_user",
    "leads_team",
    "routing_servicelevel",
    "routing_clock",
]


def named_by(clock: Clock) -> dict[str, int]:
    return {
        "routing_handoff": clock.handoff_id,
        "leads_lead": clock.lead_id,
        "leads_user": clock.holder_id or 0,
        "leads_team": clock.team_id or 0,
        "routing_servicelevel": clock.service_level_id,
        "routing_clock": clock.pk,
    }


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        act()
    return str(told.value)


def send(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def named_anew(clock: Clock, team: Team) -> None:
    Clock.objects.filter(pk=clock.pk).update(team=team)


def started(clock: Clock, team: Team, *, at: datetime) -> None:
    """A clock like this one, for that team, which has stopped already."""
    Clock.objects.bulk_create(
        [
            Clock(
                handoff_id=clock.handoff_id,
                lead_id=clock.lead_id,
                kind=clock.kind,
                service_level_id=clock.service_level_id,
                target=clock.target,
                team=team,
                started_at=at,
                due_at=at,
                stopped_at=at,
            )
        ]
    )


def gone(team: Team) -> None:
    send("DELETE FROM leads_team WHERE id = %s", team.pk)


def a_clock(handoff: Handoff) -> Clock:
    """One that runs, with a holder, a team and steps."""
    return Clock.objects.running().filter(handoff=handoff, kind="REVIEW").get()


@pytest.mark.django_db
@pytest.mark.parametrize("column", NAMED)
def test_a_clock_cannot_name_who_is_not_there(ana: User, now: datetime, column: str) -> None:
    clock = a_clock(factories.handoff(now=now))
    others = list(Clock.objects.exclude(pk=clock.pk).values_list("pk", flat=True))

    def store() -> None:
        strange = Clock.objects.get(pk=clock.pk)
        strange.pk, strange.stopped_at = None, now + timedelta(days=9)
        setattr(strange, column, NOBODY)
        strange.save()

    assert str(NOBODY) in refused(store)
    assert str(NOBODY) in refused(lambda: Clock.objects.filter(pk=clock.pk).update(**{column: NOBODY}))
    assert list(Clock.objects.exclude(pk=clock.pk).values_list("pk", flat=True)) == others


@pytest.mark.django_db
def test_a_step_cannot_name_a_clock_that_is_not_there(ana: User, now: datetime) -> None:
    step = ClockStep.objects.filter(clock=a_clock(factories.handoff(now=now))).first()
    assert step is not None
    strange = ClockStep(clock_id=NOBODY, action=step.action, after=step.after, due_at=now)

    assert str(NOBODY) in refused(lambda: ClockStep.objects.bulk_create([strange]))
    assert str(NOBODY) in refused(lambda: ClockStep.objects.filter(pk=step.pk).update(clock=NOBODY))


@pytest.mark.django_db
@pytest.mark.parametrize("table", PARENTS)
def test_what_a_clock_or_a_step_names_is_not_taken_away(ana: User, now: datetime, table: str) -> None:
    named = named_by(a_clock(factories.handoff(now=now)))[table]

    told = refused(lambda: send(f"DELETE FROM {table} WHERE id = %s", named))

    assert f"takes {named} away" in told


@pytest.mark.django_db
@pytest.mark.parametrize("table", PARENTS)
def test_what_is_named_keeps_its_id(ana: User, now: datetime, table: str) -> None:
    named = named_by(a_clock(factories.handoff(now=now)))[table]

    told = refused(lambda: send(f"UPDATE {table} SET id = id + 1000000 WHERE id = %s", named))

    assert "keeps its id" in told


@pytest.mark.django_db
def test_who_is_named_by_nobody_can_go(ana: User, now: datetime) -> None:
    factories.handoff(now=now)
    team = Team.objects.create(name="Nobody's")
    level = ServiceLevel.objects.create(clock="REVIEW", tier="T9", target=timedelta(hours=1))

    team.delete()
    level.delete()

    assert not Team.objects.filter(name="Nobody's").exists()


@pytest.mark.django_db
def test_a_clock_goes_with_its_steps(ana: User, now: datetime) -> None:
    clock = a_clock(factories.handoff(now=now))
    assert clock.steps.exists()

    clock.delete()

    assert not ClockStep.objects.filter(clock=clock.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_is_named_who_goes_at_the_same_moment(ana: User, now: datetime) -> None:
    clock = a_clock(factories.handoff(now=now))
    teams = [Team.objects.create(name=f"Short-lived {number}") for number in range(ROUNDS)]
    contradictions = []

    with racers(2) as race:
        for team in teams:
            race(partial(named_anew, clock, team), partial(gone, team))
            clock.refresh_from_db()
            if clock.team_id == team.pk and not Team.objects.filter(pk=team.pk).exists():
                contradictions.append(team)

    assert contradictions == []


@pytest.mark.django_db(transaction=True)
def test_no_clock_starts_for_a_team_that_goes_at_the_same_moment(ana: User, now: datetime) -> None:
    clock = a_clock(factories.handoff(now=now))
    teams = [Team.objects.create(name=f"Short-lived {number}") for number in range(ROUNDS)]

    with racers(2) as race:
        for team in teams:
            race(partial(started, clock, team, at=now), partial(gone, team))

    named = set(Clock.objects.filter(team__in=[team.pk for team in teams]).values_list("team", flat=True))
    assert named <= set(Team.objects.values_list("pk", flat=True))
