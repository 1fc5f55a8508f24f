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


@pytest.fixture
def rivals(transactional_db: None, dach: Team) -> list[User]:
    """Two SDRs of the team who are in no pool, so that every hand-off waits unassigned for them."""
    return [factories.person(name, role="SDR", team=dach) for name in ("ana", "bob")]


def race(number: int, rivals: list[User], server: LiveServer) -> tuple[Handoff, list[Page]]:
    """Both press accept on one fresh hand-off at the same moment; what it became, and what each then saw."""
    handoff = factories.handoff(now=timezone.now(), email=f"wanted-{number}@acme.example")
    path = reverse("accept", args=[handoff.pk])
    presses = [partial(Visitor(server.url, user).post, path) for user in rivals]
    pages = at_once(*presses)
    assert all(isinstance(page, Page) for page in pages), pages
    handoff.refresh_from_db()
    return handoff, pages  # type: ignore[return-value]


def is_told_truthfully(handoff: Handoff, rivals: list[User], pages: list[Page]) -> bool:
    """Whether one won, owns the lead and is told so, and the other is told who it was."""
    winner = handoff.decided_by
    if handoff.status != Handoff.Status.ACCEPTED or winner is None:
        return False
    won, lost = "Eva Klein is yours.", f"{winner} accepted this lead"
    told = [
        (won if user == winner else lost) in page.text and (lost if user == winner else won) not in page.text
        for user, page in zip(rivals, pages, strict=True)
    ]
    return all(told) and handoff.lead.owner == winner == handoff.assignee


def test_two_reps_accept_one_handoff_and_one_wins(rivals: list[User], live_server: LiveServer) -> None:
    for number in range(15):
        handoff, pages = race(number, rivals, live_server)

        assert [page.status for page in pages] == [200, 200]
        assert is_told_truthfully(handoff, rivals, pages)
        assert handoff.lead.visits.filter(stage="SAL").count() == 1


@pytest.mark.faults
def test_two_reps_accept_two_hundred_handoffs(rivals: list[User], live_server: LiveServer) -> None:
    races = [race(number, rivals, live_server) for number in range(200)]

    untrue = [handoff for handoff, pages in races if not is_told_truthfully(handoff, rivals, pages)]
    wins = [sum(handoff.decided_by == user for handoff, _ in races) for user in rivals]
    assert untrue == []
    say(
        "P13, two reps accept one hand-off at once over HTTP, 200 rounds",
        measured=f"winners ≠ 1: 0, losers not told who won: {len(untrue)} (Ana won {wins[0]}, Bob {wins[1]})",
        target="0, 0",
    )
