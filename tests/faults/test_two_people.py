"""P13: one lead, one accepter, over HTTP; the loser is told who won."""

from __future__ import annotations

from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from leads.models import Team, User
from routing.models import Handoff
from tests import factories
from tests.figures import say
from tests.races import at_once
from tests.visits import Page, Visitor

SMALL, FULL = 40, 1000
NAMES = ("ana", "bob", "cem", "dea", "eli", "fay", "gus", "hal")


@pytest.fixture
def rivals(transactional_db: None, dach: Team) -> list[User]:
    """Eight SDRs of the team who are in no pool, so that every hand-off waits unassigned for them."""
    return [factories.person(name, role="SDR", team=dach) for name in NAMES]


def race(number: int, visitors: dict[User, Visitor]) -> tuple[Handoff, dict[User, Page]]:
    """All press accept on one fresh hand-off at the same moment; what it became, and what each then saw."""
    handoff = factories.waiting(f"wanted{number}", now=timezone.now())
    path = reverse("accept", args=[handoff.pk])
    pages = at_once(*(partial(visitor.post, path) for visitor in visitors.values()))
    assert all(isinstance(page, Page) for page in pages), pages
    handoff.refresh_from_db()
    return handoff, dict(zip(visitors, pages, strict=True))  # type: ignore[arg-type]


def is_told_truthfully(handoff: Handoff, pages: dict[User, Page]) -> bool:
    """Whether one won, owns the lead and is told so, and every other is told who it was."""
    winner = handoff.decided_by
    if handoff.status != Handoff.Status.ACCEPTED or winner is None:
        return False
    won, lost = f"{handoff.lead.name} is yours.", f"{winner} accepted this lead"
    told = [
        (won if user == winner else lost) in page.text and (lost if user == winner else won) not in page.text
        for user, page in pages.items()
    ]
    statuses = {page.status for page in pages.values()}
    return all(told) and statuses == {200} and handoff.lead.owner == winner == handoff.assignee


def untrue(races: int, rivals: list[User], server: LiveServer) -> list[Handoff]:
    """The hand-offs, of so many, that had not one winner, or whose losers were not told who won."""
    visitors = {user: Visitor(server.url, user) for user in rivals}
    found = []
    for number in range(races):
        handoff, pages = race(number, visitors)
        once = handoff.lead.visits.filter(stage="SAL").count() == 1
        if not (once and is_told_truthfully(handoff, pages)):
            found.append(handoff)
    return found


def test_eight_reps_accept_one_handoff_and_one_wins(rivals: list[User], live_server: LiveServer) -> None:
    assert untrue(SMALL, rivals, live_server) == []


@pytest.mark.faults
def test_eight_reps_accept_a_thousand_handoffs(rivals: list[User], live_server: LiveServer) -> None:
    found = untrue(FULL, rivals, live_server)

    assert found == []
    wins = set(Handoff.objects.values_list("decided_by", flat=True))
    say(
        f"P13, eight reps accept one hand-off at once over HTTP, {FULL} rounds",
        measured=f"winners ≠ 1 or losers not told who won: {len(found)} ({len(wins)} of {len(NAMES)} won some)",
        target="0",
    )
