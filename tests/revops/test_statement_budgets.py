"""How many statements the busiest requests send: a budget each, so that one more is a decision and no accident.

Statements that begin and end transactions are not counted. What a process reads once an edition of the operating model
is read by a first request before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads import prepared
from leads.models import User
from routing.models import Handoff
from tests import factories
from tests.api_callers import ONE, Caller, sender
from tests.conftest import SignIn

HANDED_OVER = 23
"""A demo request of somebody new, routed by turns to a rep with a cap, in a company that is known."""
KNOWN = 12
"""A page view of somebody who has been here, and whose tier moves by it; three of them are answered on one way."""
ACCEPTED = 8
"""An acceptance, by a rep who is signed in, with the cadence that follows."""
BREACHED = 3
"""And as many more where it comes too late."""
DAYS = timedelta(days=5)
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def website(ana: User, dach: object) -> Caller:
    ana.rep.open_cap = 100
    ana.rep.save()
    return sender()


def test_a_demo_request_is_handed_over_within_its_budget(website: Caller) -> None:
    numbers = count(1)

    def post() -> Any:
        body = factories.signal(email=f"p{next(numbers)}@acme.example")
        answer = website.post(ONE, body).json()
        assert answer["handoff"]["assignee"] == "ana@baton.example"

    assert _statements_of(post) <= HANDED_OVER


def test_a_page_view_of_a_known_person_is_taken_within_its_budget(website: Caller) -> None:
    website.post(ONE, factories.signal("page_view"))

    def post() -> Any:
        answer = website.post(ONE, factories.signal("page_view", answers={}))
        assert answer.status_code == 201

    assert _statements_of(post) <= KNOWN


@pytest.mark.parametrize(("since", "budget"), [(timedelta(0), ACCEPTED), (DAYS, ACCEPTED + BREACHED)])
def test_an_acceptance_is_written_within_its_budget(
    ana: User, as_user: SignIn, model: object, since: timedelta, budget: int
) -> None:
    rep, now = as_user(ana), timezone.now()
    waiting = [factories.waiting(name, now=now - since) for name in ("eva", "max", "ida")]

    def accept() -> Any:
        handoff = waiting.pop()
        rep.post(f"/handoffs/{handoff.pk}/accept/")
        assert Handoff.objects.get(pk=handoff.pk).status == Handoff.Status.ACCEPTED

    assert _statements_of(accept) - 1 <= budget  # one is the test's own look


def test_no_statement_of_a_request_or_an_acceptance_is_planned_each_time(
    website: Caller, ana: User, as_user: SignIn, now: datetime
) -> None:
    rep, numbers = as_user(ana), count(1)

    def post_and_accept(times: int) -> dict[str, int]:
        """Statement → how often it was planned for its values, when that was done so often."""
        for _ in range(times):
            body = factories.signal(email=f"p{next(numbers)}@acme.example")
            handoff = website.post(ONE, body).json()["handoff"]["id"]
            assert rep.post(f"/handoffs/{handoff}/accept/").status_code == 302
        return dict(prepared.rows("SELECT statement, custom_plans FROM pg_prepared_statements"))

    before, after = post_and_accept(8), post_and_accept(3)

    assert [text for text, times in after.items() if times > before.get(text, 0)] == []


def _statements_of(act: Callable[[], Any]) -> int:
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not str(query["sql"]).startswith(AROUND) for query in captured.captured_queries)
