"""The cadence on the lead's page: where it stands, what comes next, “not yet”, stop and begin again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead, User
from routing import attempts, handoffs
from routing.models import Attempt, Clock, Enrolment, FollowUp
from tests import factories
from tests.conftest import SignIn

DAY = timedelta(days=1)


@pytest.fixture
def lead(ana: User, now: datetime) -> Lead:
    handoff = factories.handoff(now=now, answers={"critical_event": "confirmed"})
    return handoffs.accept(handoff, by=ana, now=now).lead


def panel(client: Client, lead: Lead) -> Any:
    return client.get(lead.get_absolute_url()).context["cadence"]


def test_it_says_where_the_lead_is_and_what_comes_next(
    lead: Lead, ana: User, desk: Client, now: datetime
) -> None:
    attempts.log(lead, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.NO_ANSWER, by=ana, now=now)

    shown = panel(desk, lead)

    assert shown.sentence == "In the T1 cadence until day 10; then recycled for 60 days."
    assert [line.said for line in shown.lines][:2] == ["within the clock, no answer", "“First words”"]
    assert [line.is_next for line in shown.lines].index(True) == 1


def test_not_yet_is_one_press_and_says_when(lead: Lead, desk: Client) -> None:
    response = desk.post(reverse("lead-not-yet", args=[lead.pk]), {"days": "30"}, follow=True)

    assert [str(one) for one in response.context["messages"]] == [
        "Eva Klein is to be called on 17 December 2026; until then the clocks stand still."
    ]
    shown = response.context["cadence"]
    assert shown.sentence == "To be called on 17 December 2026: they said “not yet” on 17 November."
    assert not shown.is_running


@pytest.mark.parametrize(
    ("days", "on"), [("30", date(2026, 12, 17)), ("60", date(2027, 1, 18)), ("90", date(2027, 2, 15))]
)
def test_every_number_of_days_that_is_offered_is_kept(
    days: str, on: date, lead: Lead, desk: Client, now: datetime
) -> None:
    desk.post(reverse("lead-not-yet", args=[lead.pk]), {"days": days})

    assert FollowUp.objects.doable().get(lead=lead).due_on == on
    due = Clock.objects.running().filter(lead=lead).values_list("due_at", flat=True)
    assert due
    assert min(due) > now + int(days) * DAY


def test_another_number_of_days_is_refused(lead: Lead, desk: Client) -> None:
    response = desk.post(reverse("lead-not-yet", args=[lead.pk]), {"days": "31"}, follow=True)

    assert [str(one) for one in response.context["messages"]] == ["Choose 30, 60 or 90 days."]


def test_it_is_stopped_and_begun_again(lead: Lead, desk: Client) -> None:
    desk.post(reverse("lead-cadence-stop", args=[lead.pk]))
    assert panel(desk, lead).sentence == "The T1 cadence stopped: stopped by hand."

    desk.post(reverse("lead-cadence-start", args=[lead.pk]))

    assert panel(desk, lead).is_running
    assert Enrolment.objects.filter(lead=lead).count() == 2


def test_who_has_not_got_the_lead_sees_it_and_changes_nothing(
    lead: Lead, desk: Client, bob: User, as_user: SignIn
) -> None:
    shown = panel(as_user(bob), lead)

    assert shown.is_running
    assert [shown.may_stop, shown.may_start, shown.may_say_not_yet] == [False, False, False]
    as_user(bob).post(reverse("lead-cadence-stop", args=[lead.pk]))
    assert FollowUp.objects.doable().filter(lead=lead).count() == 9


def test_a_lead_that_was_never_accepted_has_no_panel(ana: User, desk: Client, now: datetime) -> None:
    lead = factories.handoff(now=now).lead

    assert panel(desk, lead) is None
