"""Turns are kept, and a lead that was none gives its turn back, as if it had never been (RT-5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leads.models import Team, User
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import Handoff, PoolMember, RejectionReason, Turn
from tests import factories


@pytest.fixture
def pool(dach: Team) -> list[User]:
    """Three reps who share leads two to one to one."""
    return [
        factories.rep(name, team=dach, weight=weight).user
        for name, weight in (("ana", 2), ("bob", 1), ("cem", 1))
    ]


def standing() -> list[tuple[object, ...]]:
    return list(
        PoolMember.objects.order_by("pk").values_list("rep__user", "deficit", "received", "last_received_at")
    )


def reject(handoff: Handoff, code: str, *, now: datetime, duplicate_of: Handoff | None = None) -> None:
    reason = RejectionReason.objects.get(code=code)
    lead = duplicate_of.lead if duplicate_of else None
    assert handoff.assignee is not None
    handoffs.reject(handoff, Rejection(reason, "said so", lead), by=handoff.assignee, now=now)


def test_every_turn_is_kept_with_what_each_earned(pool: list[User], now: datetime) -> None:
    handoff = factories.waiting("ada", now=now)

    turn = Turn.objects.get()
    assert (turn.pool, turn.rep.user, turn.lead, turn.at) == (
        handoff.pool,
        handoff.assignee,
        handoff.lead,
        now,
    )
    members = {str(member.pk): member.rep.weight / 4 for member in PoolMember.objects.select_related("rep")}
    assert turn.shares == members


def test_duplicate_gives_the_turn_back_exactly(pool: list[User], now: datetime) -> None:
    first = factories.waiting("ada", now=now)
    before = standing()
    duplicate = factories.waiting("bea", now=now + timedelta(minutes=1))

    reject(duplicate, "duplicate", now=now + timedelta(minutes=2), duplicate_of=first)

    assert standing() == before
    assert duplicate.assignee == factories.waiting("dua", now=now + timedelta(minutes=3)).assignee


def test_what_happened_in_between_stays(pool: list[User], now: datetime) -> None:
    first = factories.waiting("ada", now=now)
    others = [factories.waiting(name, now=now + timedelta(minutes=1)) for name in ("bea", "cara")]

    reject(first, "duplicate", now=now + timedelta(minutes=2), duplicate_of=others[0])

    totals = {row[0]: (row[1], row[2]) for row in standing()}
    received = {user.pk: sum(each.assignee == user for each in others) for user in pool}
    assert totals == {
        user.pk: (pytest.approx(2 * user.rep.weight / 4 - received[user.pk]), received[user.pk])
        for user in pool
    }


def test_other_rejections_cost_the_turn(pool: list[User], now: datetime) -> None:
    handoff = factories.waiting("ada", now=now)
    before = standing()

    reject(handoff, "no-budget", now=now)

    assert standing() == before
    assert Turn.objects.get().given_back_at is None


def test_undone_rejection_pays_again(pool: list[User], now: datetime) -> None:
    first = factories.waiting("ada", now=now)
    second = factories.waiting("bea", now=now)
    before = standing()
    reject(second, "duplicate", now=now, duplicate_of=first)
    assert standing() != before

    assert second.assignee is not None
    handoffs.undo(second, by=second.assignee, now=now + timedelta(seconds=5))

    assert standing() == before
    assert not Turn.objects.filter(given_back_at__isnull=False).exists()


def test_who_left_the_pool_meanwhile_gets_nothing_back(pool: list[User], now: datetime) -> None:
    first = factories.waiting("ada", now=now)
    second = factories.waiting("bea", now=now)
    PoolMember.objects.filter(rep__user=second.assignee).delete()

    reject(second, "duplicate", now=now, duplicate_of=first)

    assert PoolMember.objects.count() == 2
    assert Turn.objects.filter(given_back_at=now).count() == 1
