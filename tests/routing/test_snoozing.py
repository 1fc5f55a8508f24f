"""Snoozing: a lead waits out of sight inside its clock, which runs on, and comes back by itself (QU-14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from leads.models import Team, TimelineEvent, User
from routing import handoffs, queue, queue_tabs, rerouting, snoozing
from routing.handoffs import NotYours, Rejection
from routing.models import Clock, Handoff, RejectionReason
from routing.models.handoff import handoff_seen_by
from routing.queue_tabs import Tab
from routing.snoozing import CannotSnooze
from tests import factories

MINUTE = timedelta(minutes=1)


def shown(user: User, tab: Tab, *, now: datetime) -> list[int]:
    return [row.handoff_id for row in queue.rows(user, tab, now=now)]


def test_lead_put_off_leaves_the_list_and_comes_back_by_itself(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    snoozing.snooze(handoff, until=now + 3 * MINUTE, by=ana, now=now + MINUTE)

    before, after = now + 2 * MINUTE, now + 3 * MINUTE
    assert (shown(ana, Tab.MINE, now=before), shown(ana, Tab.LATER, now=before)) == ([], [handoff.pk])
    assert (shown(ana, Tab.MINE, now=after), shown(ana, Tab.LATER, now=after)) == ([handoff.pk], [])
    assert queue_tabs.counts(ana, now=before) == {Tab.MINE: 0, Tab.UNASSIGNED: 0, Tab.LATER: 1}


def test_clock_of_what_is_put_off_runs_on(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    before = list(Clock.objects.order_by("pk").values())

    snoozing.snooze(handoff, until=now + 3 * MINUTE, by=ana, now=now + MINUTE)

    assert list(Clock.objects.order_by("pk").values()) == before
    newest = TimelineEvent.objects.filter(lead=handoff.lead).order_by("-id")[0]
    assert newest.text == "Put off until 17 November 2026, 09:03 UTC by Ana"
    assert newest.actor == ana


@pytest.mark.parametrize(
    ("until", "now_is", "problem"),
    [
        (6, 1, "It can wait until "),
        (1, 1, "Choose a time that is still to come."),
        (9, 7, "Its time is over, so it cannot wait."),
    ],
)
def test_rep_puts_off_only_inside_the_clock(
    *, until: int, now_is: int, problem: str, ana: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    with pytest.raises(CannotSnooze, match=problem):
        snoozing.snooze(handoff, until=now + until * MINUTE, by=ana, now=now + now_is * MINUTE)

    handoff.refresh_from_db()
    assert handoff.snoozed_until is None


def test_manager_may_go_beyond_the_clock(ana: User, mia: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    tomorrow = now + timedelta(days=1)

    snoozing.snooze(handoff, until=tomorrow, by=mia, now=now + MINUTE)

    handoff.refresh_from_db()
    assert handoff.snoozed_until == tomorrow


def test_colleagues_lead_cannot_be_put_off(ana: User, bob: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    other = bob if handoff.assignee == ana else ana

    with pytest.raises(NotYours):
        snoozing.snooze(handoff, until=now + 3 * MINUTE, by=other, now=now + MINUTE)


def test_what_is_passed_on_is_in_sight_of_whoever_has_it_now(
    *, ana: User, mia: User, dach: Team, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    snoozing.snooze(handoff, until=now + 4 * MINUTE, by=ana, now=now + MINUTE)
    bob = factories.rep("bob", team=dach).user

    rerouting.reroute(handoff, by=mia, to=bob, now=now + 2 * MINUTE)

    assert shown(bob, Tab.MINE, now=now + 2 * MINUTE) == [handoff.pk]


def accept(handoff: Handoff, *, by: User, now: datetime) -> None:
    handoffs.accept(handoff, by=by, now=now)


def accept_as_a_page_does(handoff: Handoff, *, by: User, now: datetime) -> None:
    with transaction.atomic():
        held = handoff_seen_by(by, handoff.pk, is_held=True)
        assert held is not None
        handoffs.accept(held, by=by, now=now)


def reject(handoff: Handoff, *, by: User, now: datetime) -> None:
    reason = RejectionReason.objects.get(code="wrong-timing")
    handoffs.reject(handoff, Rejection(reason), by=by, now=now)


@pytest.mark.parametrize("decide", [accept, accept_as_a_page_does, reject])
def test_what_was_put_off_stays_so_when_its_decision_is_undone(
    decide: Callable[..., None], ana: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    snoozing.snooze(handoff, until=now + 4 * MINUTE, by=ana, now=now + MINUTE)
    before = Handoff.objects.filter(pk=handoff.pk).values().get()
    decide(Handoff.objects.get(pk=handoff.pk), by=ana, now=now + 2 * MINUTE)
    decided = {tab: shown(ana, tab, now=now + 2 * MINUTE) for tab in (Tab.MINE, Tab.LATER)}

    handoffs.undo(handoff, by=ana, now=now + 2 * MINUTE)

    assert decided == {Tab.MINE: [], Tab.LATER: []}
    assert shown(ana, Tab.LATER, now=now + 2 * MINUTE) == [handoff.pk]
    assert shown(ana, Tab.MINE, now=now + 4 * MINUTE) == [handoff.pk]
    assert Handoff.objects.filter(pk=handoff.pk).values().get() == before


def test_what_is_woken_is_back_at_once(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    snoozing.snooze(handoff, until=now + 4 * MINUTE, by=ana, now=now + MINUTE)

    snoozing.wake(handoff, by=ana, now=now + 2 * MINUTE)

    assert shown(ana, Tab.MINE, now=now + 2 * MINUTE) == [handoff.pk]
