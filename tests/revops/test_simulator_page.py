"""The simulator's page: a sample lead on the draft, and a month replayed in the background with its list and file."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import background
from leads.models import BackgroundRun, Lead, User
from revops.background_work import WORK
from routing import drafts, simulation
from routing.models import PoolMember, Rep, RoutingRule, RuleSet, Turn
from routing.rulebook import Rule
from tests import factories
from tests.conftest import SignIn

Target = RoutingRule.Target
PAGE = "rules-simulator"


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


@pytest.fixture
def draft(ana: User, bob: User, olga: User) -> RuleSet:
    """Big companies to Bob, before everything else."""
    draft = drafts.start(by=olga, now=timezone.now())
    big = [{"attribute": "employees", "operator": "at_least", "values": [300]}]
    drafts.add(
        draft, Rule("big companies", Target.REP, big, rep=Rep.objects.get(user=bob)), place=1, revision=0
    )
    return draft


def tried(client: Client, **asked: Any) -> Any:
    answer = client.get(reverse(PAGE), {"try": "1", **asked})
    assert answer.status_code == 200
    return answer.context["tried"]


def test_made_up_facts_are_tried_on_the_draft(ops: Client, draft: RuleSet) -> None:
    big = tried(ops, employees="700", country="de", title="VP Sales")
    small = tried(ops, employees="10", country="DE")
    far = tried(ops, country="BR", named_account="yes")

    assert big.decision.because == "big companies → Bob"
    assert big.decision.explanation["facts"]["seniority"] == "decision_maker"
    assert small.decision.because == "territory DACH → weighted round robin"
    assert far.decision.because == "nobody is free: waits unassigned"


def test_a_lead_is_tried_with_all_that_is_known_and_facts_can_overrule_it(
    ops: Client, draft: RuleSet
) -> None:
    lead = factories.waiting("ada", now=timezone.now()).lead

    as_it_is = tried(ops, email=lead.email.upper())
    smaller = tried(ops, email=lead.email, employees="3")

    assert (as_it_is.lead, as_it_is.decision.because) == (lead, "big companies → Bob")
    assert smaller.decision.because == "territory DACH → weighted round robin"


def test_trying_takes_no_turn(ops: Client, draft: RuleSet) -> None:
    before = list(PoolMember.objects.order_by("pk").values())

    for _ in range(3):
        tried(ops, country="DE")

    assert list(PoolMember.objects.order_by("pk").values()) == before
    assert not Turn.objects.exists()


def test_without_a_draft_the_rules_of_today_are_tried(ops: Client, ana: User) -> None:
    page = ops.get(reverse(PAGE), {"try": "1", "country": "DE"})

    assert page.context["tried"].decision.assignee == ana
    assert "There is no draft: a sample is tried on version" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"email": "who@nowhere.example"}, "There is no lead with this e-mail."),
        ({"employees": "many"}, "Enter a whole number."),
        ({"customer": "perhaps"}, "Select a valid choice."),
        ({"source": "x\0"}, "Null characters are not allowed."),
    ],
)
def test_a_sample_that_cannot_be_read_is_refused_beside_its_field(
    ops: Client, draft: RuleSet, asked: dict[str, str], sentence: str
) -> None:
    answer = ops.get(reverse(PAGE), {"try": "1", **asked})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def replayed(client: Client) -> BackgroundRun:
    client.post(reverse("rules-simulate"))
    background.work_off(WORK)
    return BackgroundRun.objects.get(kind=simulation.KIND)


def test_a_month_is_asked_for_once_and_shows_the_difference_per_rep(ops: Client, draft: RuleSet) -> None:
    for number in range(4):
        factories.waiting(f"p{number}", now=timezone.now() - timedelta(days=number))
    ops.post(reverse("rules-simulate"))

    run = replayed(ops)
    page = ops.get(reverse(PAGE))

    assert run.status == BackgroundRun.Status.DONE
    assert {rep.name: rep.difference for rep in page.context["month"].reps} == {"Ana": -2, "Bob": 2}
    assert "4 hand-offs replayed." in page.content.decode()
    assert page.context["month"].how_many == 2


def test_the_file_holds_what_would_go_elsewhere_and_no_formula(ops: Client, draft: RuleSet) -> None:
    for number in range(2):
        factories.waiting(f"p{number}", now=timezone.now() - timedelta(days=number))
    Lead.objects.update(first_name="=HYPERLINK(1)")
    run = replayed(ops)

    answer: Any = ops.get(reverse("rules-simulation-csv", args=[run.pk]))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))

    assert len(rows) == 1
    assert datetime.fromisoformat(rows[0]["handed over at"]).utcoffset() is not None
    assert rows[0]["lead"] == "'=HYPERLINK(1) Klein"
    assert (rows[0]["by today's rules"], rows[0]["by the draft"]) == ("Ana", "Bob")
    assert (rows[0]["rule today"], rows[0]["rule of the draft"]) == ("territory DACH", "big companies")


def test_an_edit_after_the_replay_says_that_it_is_out_of_date(ops: Client, draft: RuleSet) -> None:
    factories.waiting("ada", now=timezone.now())
    replayed(ops)
    draft.refresh_from_db()
    drafts.remove(draft.rules.get(name="customer"), revision=draft.revision)

    assert "The rules have changed since" in ops.get(reverse(PAGE)).content.decode()


def test_a_month_needs_a_draft(ops: Client, ana: User) -> None:
    answer = ops.post(reverse("rules-simulate"), follow=True)

    assert "There is no draft to simulate." in answer.content.decode()
    assert not BackgroundRun.objects.exists()
