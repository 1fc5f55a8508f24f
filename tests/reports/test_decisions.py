"""Routing decisions are found by rule, rep, pool, period and words; each tells its whole story and is made again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import User
from reports import decisions
from routing import rerouting, trace_words
from routing.models import Absence, Handoff, Reassignment
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


@pytest.fixture
def made(ana: User, bob: User) -> list[Handoff]:
    """Four decisions of the last days, the newest last; the third was nobody's."""
    now = timezone.now()
    first = [
        factories.waiting(name, now=now - timedelta(days=4 - n)) for n, name in enumerate(("ada", "bea"))
    ]
    for user in (ana, bob):
        Absence.objects.create(
            rep=user.rep,
            starts_at=now - timedelta(days=2, hours=1),
            ends_at=now - timedelta(days=1, hours=20),
        )
    nobodys = factories.waiting("cara", now=now - timedelta(days=2))
    last = factories.handoff(now=now - timedelta(hours=1), email="second@ada.example")
    return [*first, nobodys, last]


def found(client: Client, **asked: Any) -> list[Handoff]:
    answer = client.get(reverse("decisions"), asked)
    assert answer.status_code == 200
    rows: list[Handoff] = answer.context["page"].rows
    return rows


def test_decisions_are_listed_newest_first(ops: Client, made: list[Handoff]) -> None:
    assert found(ops) == made[::-1]


def test_decisions_are_narrowed_by_rule_rep_pool_and_words(
    ops: Client, made: list[Handoff], ana: User
) -> None:
    assert made[0].pool is not None
    assert found(ops, pool=made[0].pool.pk) == [made[1], made[0]]
    assert found(ops, rule="rule:account in hand") == [made[3]]
    assert {row.rule_name for row in found(ops, rule="rule:territory DACH")} == {"territory DACH"}
    assert found(ops, rep="nobody") == [made[2]]
    assert {row.assignee for row in found(ops, rep=ana.pk)} == {ana}
    assert found(ops, q="cara") == [made[2]]
    assert found(ops, q="bea software") == [made[1]]
    assert found(ops, q="away cara") == [made[2]]
    assert found(ops, q="no such words") == []


def test_decisions_are_narrowed_by_days_of_the_viewers_zone(
    ops: Client, olga: User, made: list[Handoff]
) -> None:
    day = f"{made[1].qualified_at.astimezone(ZoneInfo(olga.time_zone)):%Y-%m-%d}"

    assert made[1] in found(ops, first_day=day, last_day=day)
    assert made[3] not in found(ops, first_day=day, last_day=day)


@pytest.mark.parametrize(
    "asked",
    [
        {"first_day": "2026-11-09", "last_day": "2026-11-01"},
        {"first_day": "yesterday"},
        {"pool": "x"},
        {"rep": "1 OR 1=1"},
        {"rule": "rule:of nobody"},
        {"after": "nowhere"},
        {"q": "a\0b"},
        {"q": "w" * 201},
    ],
)
def test_filter_that_cannot_be_read_is_refused_in_words(ops: Client, asked: dict[str, str]) -> None:
    answer = ops.get(reverse("decisions"), asked)

    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_the_list_turns_by_pages(ops: Client, made: list[Handoff], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "SIZE", 3)
    first = ops.get(reverse("decisions")).context["page"]

    second = ops.get(reverse("decisions") + first.older_url).context["page"]
    back = ops.get(reverse("decisions") + second.newer_url).context["page"]

    assert [first.rows, second.rows, back.rows] == [made[:0:-1], made[:1], made[:0:-1]]
    assert (first.newer_url, second.older_url) == ("", "")


def test_a_manager_finds_the_decisions_of_their_teams_alone(
    made: list[Handoff], mia: User, charlie: User, as_user: SignIn
) -> None:
    moritz = factories.person("moritz", role="MANAGER", team=charlie.team)

    assert found(as_user(mia)) == made[::-1]
    assert found(as_user(moritz)) == []
    assert as_user(moritz).get(reverse("decision", args=[made[0].pk])).status_code == 404


def test_one_decision_tells_every_step_and_is_made_again(ops: Client, made: list[Handoff]) -> None:
    page = ops.get(reverse("decision", args=[made[1].pk])).content.decode()

    assert "matches every lead, but the account has no open opportunity whose owner can receive" in page
    assert "territory is DACH" in page
    assert "picked, weight 1, owed" in page
    assert "not their turn" in page
    assert "what was written down then give" in page


def test_a_decision_that_was_tampered_with_is_told(ops: Client, made: list[Handoff]) -> None:
    trace = made[0].explanation
    for told in trace["candidates"]:
        told["picked"] = not told["picked"]
    Handoff.objects.filter(pk=made[0].pk).update(explanation=trace)

    page = ops.get(reverse("decision", args=[made[0].pk])).content.decode()

    assert "What was written down has been changed." in page


def test_a_decision_of_earlier_days_says_why_it_cannot_be_made_again(
    ops: Client, made: list[Handoff]
) -> None:
    kept = {
        "rules": [{"rule": "old", "matched": True, "why": "matches every lead"}],
        "candidates": [{"name": "Ana", "passed_over": "", "picked": True, "weight": 1, "deficit": 0.5}],
    }
    Handoff.objects.filter(pk=made[0].pk).update(explanation=kept)

    page = ops.get(reverse("decision", args=[made[0].pk])).content.decode()

    assert "picked, weight 1, owed +0.50 turns" in page
    assert "before decisions were kept whole" in page


def test_the_list_reads_no_more_for_more_decisions(
    *, ops: Client, made: list[Handoff], django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        factories.waiting(f"more{number}", now=timezone.now())

    with django_assert_max_num_queries(9):
        ops.get(reverse("decisions"))


def test_a_lead_that_was_passed_on_is_found_by_its_first_decision_and_by_the_latest(
    ops: Client, made: list[Handoff], ana: User, bob: User, mia: User
) -> None:
    first = made[0]
    giver, taker = (ana, bob) if first.assignee == ana else (bob, ana)
    rerouting.reroute(first, to=taker, by=mia, now=timezone.now(), why="speaks Finnish")
    rerouting.reroute(made[1], by=mia, now=timezone.now())

    assert first in found(ops, rep=giver.pk)
    assert first in found(ops, rep=taker.pk)
    assert found(ops, q="finnish") == [first]
    assert made[1] in found(ops, rule="rule:territory DACH")
    moved = Reassignment.objects.get(handoff=made[1])
    assert (moved.rule_name, moved.pool, moved.rule_set) == (
        "territory DACH",
        made[1].pool,
        made[1].rule_set,
    )
    page = ops.get(reverse("decision", args=[first.pk])).content.decode()
    assert f"given to {taker} by hand: speaks Finnish" in page
    assert "The same" in page


@pytest.mark.parametrize(("deficit", "words"), [(-0.001, "+0.00"), (0.5, "+0.50"), (-0.333, "-0.33")])
def test_a_hair_under_nothing_is_owed_as_nothing(deficit: float, words: str) -> None:
    told = {"name": "Ana", "passed_over": "", "picked": True, "deficit": deficit, "weight": 2}

    assert trace_words.considered(told).text == f"picked, weight 2, owed {words} turns"
