"""Last month on a draft: who would receive what, by both sets of rules, without a trace of it in the rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from leads import background
from leads.models import BackgroundRun, User
from revops.background_work import WORK
from routing import drafts, rulebook, simulation
from routing.models import Handoff, Pool, PoolMember, Rep, RoutingRule, RuleSet, Turn
from routing.rulebook import Rule
from tests import factories

Target = RoutingRule.Target


@pytest.fixture
def month(ana: User, bob: User, now: datetime) -> list[Handoff]:
    """Six hand-offs between Ana and Bob, three each."""
    return [factories.waiting(f"p{n}", now=now + timedelta(minutes=n)) for n in range(6)]


def simulated(draft: RuleSet, *, by: User, now: datetime) -> BackgroundRun:
    run = simulation.ask(draft, by=by, now=now + timedelta(days=1))
    background.work_off(WORK)
    run.refresh_from_db()
    assert run.error == ""
    return run


def per_rep(run: BackgroundRun) -> dict[str, list[int]]:
    assert run.result is not None
    return {row[1]: row[3:] for row in run.result["reps"]}


def test_draft_like_today_changes_nothing(month: list[Handoff], olga: User, now: datetime) -> None:
    run = simulated(drafts.start(by=olga, now=now), by=olga, now=now)

    assert per_rep(run) == {"Ana": [3, 3, 3], "Bob": [3, 3, 3]}
    assert run.result is not None
    assert (run.result["cases"], run.result["elsewhere"], run.result["other_turns"]) == (6, [], 0)


def test_difference_per_rep_and_what_would_go_elsewhere(
    month: list[Handoff], bob: User, olga: User, now: datetime
) -> None:
    draft = drafts.start(by=olga, now=now)
    drafts.add(draft, Rule("all to Bob", Target.REP, [], rep=Rep.objects.get(user=bob)), place=1, revision=0)

    run = simulated(draft, by=olga, now=now)

    assert per_rep(run) == {"Ana": [3, 3, 0], "Bob": [3, 3, 6]}
    assert run.result is not None
    moved: list[list[Any]] = run.result["elsewhere"]
    assert {one[0] for one in moved} <= {handoff.pk for handoff in month}
    assert {tuple(one[3:]) for one in moved} == {("territory DACH", "all to Bob")}
    assert len(moved) == 3
    assert run.result["rules"] == [["all to Bob", 6]]


def test_nothing_is_written_but_the_answer(month: list[Handoff], olga: User, now: datetime) -> None:
    def everything() -> list[Any]:
        rows = (PoolMember, Turn, Handoff)
        return [[model_to_dict(row) for row in each.objects.order_by("pk")] for each in rows]

    draft, before = drafts.start(by=olga, now=now), everything()

    simulated(draft, by=olga, now=now)

    assert everything() == before


def test_lead_that_nobody_could_receive_is_counted(month: list[Handoff], olga: User, now: datetime) -> None:
    draft = drafts.start(by=olga, now=now)
    RoutingRule.objects.filter(rule_set=draft).delete()
    Pool.objects.filter(is_fallback=True).update(is_fallback=False)

    run = simulated(draft, by=olga, now=now)

    assert run.result is not None
    assert run.result["unassigned"] == [0, 0, 6]


def test_draft_that_is_gone_says_so(month: list[Handoff], olga: User, now: datetime) -> None:
    draft = drafts.start(by=olga, now=now)
    run = simulation.ask(draft, by=olga, now=now)
    drafts.discard(draft, by=olga, now=now, revision=0)

    background.work_off(WORK)

    run.refresh_from_db()
    assert run.status == BackgroundRun.Status.FAILED
    assert run.error == "The draft was published or discarded before it could be simulated."


def test_reads_do_not_grow_with_the_hand_offs(
    *, month: list[Handoff], olga: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    run = simulation.ask(drafts.start(by=olga, now=now), by=olga, now=now + timedelta(days=1))

    def report(done: int, total: int, *, step: str = "") -> None: ...

    with django_assert_max_num_queries(18):
        simulation.work(run, report)


def test_replay_by_the_published_rules_gives_what_really_happened(
    ana: User, bob: User, olga: User, now: datetime
) -> None:
    rulebook.publish(
        [Rule("most room", Target.LEAST_LOADED, [], Pool.objects.get(name="DACH")), *rulebook.current()],
        by=None,
        now=now,
        instead_of=RuleSet.objects.published().version,
    )
    made = [factories.waiting(f"p{n}", now=now + timedelta(minutes=n)) for n in range(5)]

    run = simulated(drafts.start(by=olga, now=now), by=olga, now=now)

    really = {str(user): [handoff.assignee for handoff in made].count(user) for user in (ana, bob)}
    assert per_rep(run) == {name: [count] * 3 for name, count in really.items()}
