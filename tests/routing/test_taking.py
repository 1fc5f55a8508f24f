"""Taking from the unassigned queue: the most urgent first, each to one person, nobody past a cap (QU-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from leads.models import OutboxMessage, Team, User
from routing import reps, taking
from routing.handoffs import AlreadyDecided, accept
from routing.models import Absence, Clock, ClockKind, Handoff, PoolMember, Reassignment, Rep
from routing.models.handoff import handoff_seen_by
from routing.reps import CannotTake
from routing.taking import NothingLeft
from tests import factories
from tests.races import at_once

MINUTE = timedelta(minutes=1)
SMALL = {**factories.COMPANY, "name": "Small Works", "employees": 12, "technologies": ["Excel"]}


@pytest.fixture
def off_pool(ana: User, bob: User) -> tuple[User, User]:
    """Both are reps of the team, in no pool: what comes in waits unassigned."""
    PoolMember.objects.all().delete()
    return ana, bob


def test_next_is_the_most_urgent_and_its_clocks_start_as_for_an_assignment(
    off_pool: tuple[User, User], now: datetime
) -> None:
    ana, _ = off_pool
    factories.waiting("small", now=now, company=SMALL)
    urgent = factories.waiting("urgent", now=now)
    OutboxMessage.objects.all().delete()

    taken = taking.take_next(ana, now=now + MINUTE)

    assert (taken.pk, taken.assignee, taken.received_at) == (urgent.pk, ana, now + MINUTE)
    running = dict(Clock.objects.running().filter(handoff=taken).values_list("kind", "started_at"))
    assert running == {ClockKind.FIRST_RESPONSE: now + MINUTE, ClockKind.REVIEW: now + MINUTE}
    assert set(Clock.objects.running().filter(handoff=taken).values_list("holder", flat=True)) == {ana.pk}
    moved = Reassignment.objects.get()
    assert (moved.cause, moved.to_user, moved.actor, moved.because) == ("TAKEN", ana, ana, "Ana took it")
    assert not OutboxMessage.objects.exists()


def test_nothing_left_is_said(off_pool: tuple[User, User], now: datetime) -> None:
    with pytest.raises(NothingLeft, match="No lead waits unassigned right now"):
        taking.take_next(off_pool[0], now=now)


def test_another_teams_lead_is_never_handed_out(
    off_pool: tuple[User, User], charlie: User, now: datetime
) -> None:
    factories.handoff(now=now)

    with pytest.raises(NothingLeft):
        taking.take_next(charlie, now=now)


def test_nobody_takes_past_a_cap(off_pool: tuple[User, User], now: datetime) -> None:
    ana, _ = off_pool
    Rep.objects.filter(user=ana).update(open_cap=1)
    first, second = (factories.waiting(name, now=now) for name in ("ada", "bea"))
    taking.take(first, by=ana, now=now + MINUTE)

    with pytest.raises(CannotTake, match="full: 1 open, cap 1"):
        taking.take_next(ana, now=now + MINUTE)
    with pytest.raises(CannotTake, match="full: 1 open, cap 1"):
        taking.take(second, by=ana, now=now + MINUTE)


def accept_as_a_page_does(handoff: Handoff, *, by: User, now: datetime) -> Handoff:
    """Read and locked with its lead in the transaction of the decision."""
    with transaction.atomic():
        held = handoff_seen_by(by, handoff.pk, is_held=True)
        assert held is not None
        return accept(held, by=by, now=now)


WAYS = pytest.mark.parametrize("get", [taking.take, accept, accept_as_a_page_does])


@WAYS
@pytest.mark.parametrize("cap", ["daily_cap", "weekly_cap", "open_cap"])
def test_nobody_gets_past_a_cap_what_nobody_has_by_whatever_button(
    *, get: Callable[..., Handoff], cap: str, off_pool: tuple[User, User], now: datetime
) -> None:
    ana, _ = off_pool
    first, second = (factories.waiting(name, now=now) for name in ("ada", "bea"))
    taking.take(first, by=ana, now=now + MINUTE)
    Rep.objects.filter(user=ana).update(**{cap: 1})

    with pytest.raises(CannotTake, match=r"You cannot take a lead now: full: 1 .*, cap 1\."):
        get(second, by=ana, now=now + MINUTE)

    assert Handoff.objects.open().filter(assignee=None).get() == second
    assert Handoff.objects.get(pk=second.pk).lead.owner is None
    assert accept(Handoff.objects.get(pk=first.pk), by=ana, now=now + MINUTE).decided_by == ana


@WAYS
def test_who_is_out_gets_nothing_that_nobody_has_by_whatever_button(
    *, get: Callable[..., Handoff], off_pool: tuple[User, User], now: datetime
) -> None:
    ana, _ = off_pool
    rep, handoff = Rep.objects.get(user=ana), factories.waiting("ada", now=now)
    Absence.objects.create(rep=rep, starts_at=now, ends_at=now + 60 * MINUTE)

    with pytest.raises(CannotTake, match=r"You cannot take a lead now: away\."):
        get(handoff, by=ana, now=now + MINUTE)

    assert Handoff.objects.open().filter(assignee=None).exists()


@WAYS
def test_who_has_no_caps_set_takes_what_nobody_has_by_whatever_button(
    *, get: Callable[..., Handoff], dach: Team, now: datetime
) -> None:
    nina = factories.person("nina", role="SDR", team=dach)

    assert get(factories.waiting("ada", now=now), by=nina, now=now + MINUTE).assignee == nina


def test_a_manager_weighs_caps_and_absence_for_themselves(
    off_pool: tuple[User, User], mia: User, now: datetime
) -> None:
    handoff = factories.waiting("ada", now=now)

    assert accept(handoff, by=mia, now=now + MINUTE).decided_by == mia


def test_what_lost_its_holder_since_it_was_read_is_accepted_within_caps(
    off_pool: tuple[User, User], now: datetime
) -> None:
    ana, _ = off_pool
    read = taking.take(factories.waiting("ada", now=now), by=ana, now=now + MINUTE)
    taking.take(factories.waiting("bea", now=now), by=ana, now=now + MINUTE)
    Handoff.objects.filter(pk=read.pk).update(assignee=None, received_at=None)
    Rep.objects.filter(user=ana).update(daily_cap=1)

    with pytest.raises(CannotTake, match="full: 1 today, cap 1"):
        accept(read, by=ana, now=now + MINUTE)

    assert Handoff.objects.get(pk=read.pk).is_open


@pytest.mark.django_db(transaction=True)
def test_accepting_many_at_once_passes_no_cap(*, dach: Team, now: datetime) -> None:
    ana = factories.rep("ana", team=dach).user
    PoolMember.objects.all().delete()
    Rep.objects.update(daily_cap=3)
    waiting = [factories.waiting(f"lead{number}", now=now) for number in range(6)]

    got = at_once(*(partial(accept, one, by=ana, now=now + MINUTE) for one in waiting))

    assert sum(isinstance(one, Handoff) for one in got) == 3
    assert sum(isinstance(one, CannotTake) for one in got) == 3
    assert Handoff.objects.filter(assignee=ana).count() == 3


def test_who_has_it_is_named_to_whoever_comes_second(off_pool: tuple[User, User], now: datetime) -> None:
    ana, bob = off_pool
    taken, accepted = (factories.waiting(name, now=now) for name in ("ada", "bea"))
    taking.take(taken, by=ana, now=now + MINUTE)
    accept(accepted, by=ana, now=now + MINUTE)

    with pytest.raises(CannotTake, match="Ana has this lead already"):
        taking.take(taken, by=bob, now=now + MINUTE)
    with pytest.raises(AlreadyDecided, match="Ana has already accepted"):
        taking.take(accepted, by=bob, now=now + MINUTE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("capped", [False, True])
def test_two_who_ask_at_once_get_two(*, capped: bool, dach: Team, now: datetime) -> None:
    people = [factories.rep(name, team=dach).user for name in ("ana", "bob", "cem", "dea")]
    PoolMember.objects.all().delete()
    if capped:
        Rep.objects.update(open_cap=5)
    waiting = [factories.waiting(f"lead{number}", now=now) for number in range(12)]

    asked = [partial(taking.take_next, user, now=now + MINUTE) for _ in range(3) for user in people]
    got = at_once(*asked)

    assert all(isinstance(one, Handoff) for one in got), got
    assert sorted(one.pk for one in got if isinstance(one, Handoff)) == [one.pk for one in waiting]
    assert reps.open_work(list(Rep.objects.all())) == {user.pk: 3 for user in people}


@pytest.mark.django_db(transaction=True)
def test_asking_beside_acceptances_gives_every_lead_one_owner(*, dach: Team, now: datetime) -> None:
    ana, bob = (factories.rep(name, team=dach).user for name in ("ana", "bob"))
    PoolMember.objects.all().delete()
    waiting = [factories.waiting(f"lead{number}", now=now) for number in range(6)]

    takes = [partial(taking.take_next, ana, now=now + MINUTE) for _ in waiting]
    accepts = [partial(accept, Handoff.objects.get(pk=one.pk), by=bob, now=now + MINUTE) for one in waiting]
    at_once(*takes, *accepts)

    for one in Handoff.objects.select_related("lead"):
        assert one.assignee in (ana, bob)
        assert one.lead.owner == one.assignee
        if one.decided_by is not None:
            assert one.decided_by == one.assignee == bob
