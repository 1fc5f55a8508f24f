"""The pages of the pools: each rep's share, earned and received, and the last turns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import Team, User
from routing import handoffs, pools
from routing.handoffs import Rejection
from routing.models import Pool, RejectionReason
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def pool(dach: Team) -> Pool:
    """Ana with twice the weight of Bob, after three leads."""
    factories.rep("ana", team=dach, weight=2)
    factories.rep("bob", team=dach)
    for number in range(3):
        factories.waiting(f"p{number}", now=timezone.now() - timedelta(hours=9 - number))
    return Pool.objects.get(team=dach)


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def test_shares_earned_and_received_add_up(pool: Pool) -> None:
    rows = {row.name: row for row in pools.members(pool, now=timezone.now())}

    assert {name: (row.received, round(row.share, 4)) for name, row in rows.items()} == {
        "Ana": (2, 0.6667),
        "Bob": (1, 0.3333),
    }
    assert [round(row.earned, 6) for row in rows.values()] == [2, 1]
    assert all(abs(row.owed) < 1e-9 for row in rows.values())


def test_the_page_shows_turns_and_those_given_back(ops: Client, pool: Pool) -> None:
    last, other = pools.last_turns(pool)[0], pools.last_turns(pool)[1]
    handoff = last.lead.handoffs.get()
    reason = RejectionReason.objects.get(code="duplicate")
    rejection = Rejection(reason, "twice", other.lead)
    handoffs.reject(handoff, rejection, by=last.rep.user, now=timezone.now())

    page = ops.get(reverse("pool", args=[pool.pk])).content.decode()

    assert "P2 Klein" in page
    assert "given back" in page
    assert "67%" in page


def test_a_manager_opens_the_pools_of_their_teams_alone(
    pool: Pool, mia: User, charlie: User, as_user: SignIn
) -> None:
    other = Pool.objects.get(team=charlie.team)

    listed = list(as_user(mia).get(reverse("pools")).context["pools"])

    assert listed == [pool]
    assert as_user(mia).get(reverse("pool", args=[other.pk])).status_code == 404


def test_leads_of_other_teams_are_not_named(pool: Pool, charlie: User, as_user: SignIn) -> None:
    turn = pools.last_turns(pool)[0]
    assert charlie.team is not None
    Pool.objects.filter(pk=pool.pk).update(team=charlie.team)
    moritz = factories.person("moritz", role="MANAGER", team=charlie.team)

    page = as_user(moritz).get(reverse("pool", args=[pool.pk])).content.decode()

    assert turn.lead.name not in page
    assert "a lead of another team" in page


def test_pool_without_reps_says_so(ops: Client, model: object) -> None:
    pool = Pool.objects.get(is_fallback=True)

    page = ops.get(reverse("pool", args=[pool.pk])).content.decode()

    assert "Nobody is in this pool." in page
    assert "No turn has been taken yet." in page


@pytest.mark.parametrize("name", ["pools", "pool"])
def test_pages_read_no_more_for_more_reps(
    *, name: str, ops: Client, pool: Pool, dach: Team, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        factories.rep(f"more{number}", team=dach)

    with django_assert_max_num_queries(11):
        ops.get(reverse(name, args=[pool.pk] if name == "pool" else []))
