"""A step that failed five times is listed with its reason, and tried again or given up once, in the audit."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.urls import reverse

from leads.models import AuditEntry, OutboxMessage, TimelineEvent, User
from routing import clocks, escalations, set_aside
from routing.domain.ladder import Action
from routing.models import ClockStep
from tests import factories
from tests.conftest import SignIn
from tests.races import at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def step(ana: User, now: datetime) -> ClockStep:
    """The step that tells the manager of Ada's late answer, set aside an hour ago."""
    handoff = factories.waiting("ada", now=now - 6 * MINUTE)
    escalations._claim(escalations.TAKE, now=now)
    found = ClockStep.objects.filter(clock__handoff=handoff, action=Action.NOTIFY_MANAGER).earliest("due_at")
    ClockStep.objects.filter(pk=found.pk).update(
        done_at=now, outcome="FAILED", attempts=6, note="ValueError('no such template')"
    )
    return ClockStep.objects.select_related("clock").get(pk=found.pk)


def test_it_is_listed_with_its_reason_to_those_who_may_see_the_lead(
    step: ClockStep, mia: User, olga: User, charlie: User
) -> None:
    [told] = set_aside.listed(olga)

    assert (told.lead.name, told.does, told.reason) == (
        "Ada Klein",
        "tell the manager",
        "ValueError('no such template')",
    )
    assert told.told == "Another try fails the same way, until whoever runs Baton has looked into it."
    assert told.can_be_tried
    assert len(set_aside.listed(mia)) == 1
    assert set_aside.listed(charlie) == []


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (
            "OperationalError('canceling statement due to lock timeout')",
            "Another try is likely to go through",
        ),
        ("", "It ended the worker that tried it"),
    ],
)
def test_its_page_says_whether_another_try_helps(
    note: str, told: str, step: ClockStep, olga: User, as_user: SignIn
) -> None:
    ClockStep.objects.filter(pk=step.pk).update(note=note)

    assert told in as_user(olga).get(reverse("left-behind")).content.decode()


def test_tried_again_it_is_done_by_the_next_sweep(
    step: ClockStep, mia: User, olga: User, now: datetime
) -> None:
    set_aside.retry(step, by=olga, now=now)
    escalations.sweep(now=now + MINUTE)

    step.refresh_from_db()
    assert (step.outcome, step.attempts) == ("DONE", 1)
    assert OutboxMessage.objects.filter(recipient=mia, channel="IN_APP").exists()
    entry = AuditEntry.objects.get(action="step.retried")
    assert (entry.actor, entry.before) == (olga, {"reason": "ValueError('no such template')", "attempts": 6})
    assert TimelineEvent.objects.filter(lead=step.clock.lead, text__contains="is tried again").exists()


def test_given_up_it_is_left_undone_and_the_clock_runs_on(step: ClockStep, olga: User, now: datetime) -> None:
    set_aside.give_up(step, by=olga, now=now)
    escalations.sweep(now=now + MINUTE)

    step.refresh_from_db()
    assert (step.outcome, set_aside.listed(olga)) == ("GIVEN_UP", [])
    assert step.clock.stopped_at is None
    assert AuditEntry.objects.filter(action="step.given_up", actor=olga).count() == 1


def test_for_a_clock_that_has_stopped_there_is_nothing_to_try(
    step: ClockStep, olga: User, now: datetime
) -> None:
    clocks.stop_all(step.clock.handoff, now=now)

    with pytest.raises(set_aside.ClockHasStopped):
        set_aside.retry(step, by=olga, now=now)

    assert not set_aside.listed(olga)[0].can_be_tried


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(step: ClockStep, olga: User, now: datetime) -> None:
    answers = at_once(
        partial(set_aside.retry, step, by=olga, now=now),
        partial(set_aside.give_up, step, by=olga, now=now),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoLongerSetAside", "NoneType"]
    assert AuditEntry.objects.filter(action__startswith="step.").count() == 1


def test_operations_settle_it_on_the_page_and_a_manager_only_reads(
    *, step: ClockStep, mia: User, olga: User, as_user: SignIn
) -> None:
    managers = as_user(mia).get(reverse("left-behind")).content.decode()
    assert "no such template" in managers
    assert "Give up" not in managers

    client = as_user(olga)
    assert "Try again" in client.get(reverse("left-behind")).content.decode()
    page = client.post(reverse("step-give-up", args=[step.pk]), follow=True).content.decode()
    assert "The step is given up; its clock runs on." in page
    again = client.post(reverse("step-retry", args=[step.pk]), follow=True).content.decode()
    assert "Somebody else has tried it again or given it up meanwhile." in again
