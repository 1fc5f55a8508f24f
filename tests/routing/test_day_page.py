"""The page of a rep's day: what is due in order, done and skipped by plain forms, and whose day one may look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.models import Lead, User
from routing import handoffs
from routing.models import Attempt, FollowUp, Handoff
from tests import factories
from tests.conftest import SignIn

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
T1: dict[str, Any] = {"answers": {"critical_event": "confirmed"}}


@pytest.fixture
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as stopped:
        yield stopped


@pytest.fixture
def desk(ana: User, as_user: SignIn, clock: Any) -> Client:
    return as_user(ana)


def accepted(by: User, name: str, *, now: datetime) -> Lead:
    """A lead of the best tier that somebody has just accepted, whoever it was routed to."""
    handoff = factories.waiting(name, now=now, **T1)
    Handoff.objects.filter(pk=handoff.pk).update(assignee=by)
    handoff.refresh_from_db()
    return handoffs.accept(handoff, by=by, now=now).lead


def groups(response: Any) -> dict[str, list[tuple[str, str]]]:
    return {
        group.name: [(row.task.lead.first_name, row.task.channel) for row in group.rows]
        for group in response.context["day"].groups
    }


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_today_comes_in_the_order_of_the_clock_and_what_was_left_comes_first(
    ana: User, desk: Client, now: datetime, clock: Any
) -> None:
    accepted(ana, "omar", now=now)
    clock.move_to(now + DAY)
    accepted(ana, "eva", now=now + DAY)

    response = desk.get(reverse("day"))

    shown = groups(response)
    assert shown["left-over"] == [("Omar", "CALL"), ("Omar", "EMAIL")]
    assert shown["today"] == [("Eva", "CALL"), ("Eva", "EMAIL"), ("Omar", "CALL"), ("Omar", "EMAIL")]
    assert "late" not in shown
    assert response.context["day"].left == 6
    assert [one.count for one in response.context["day"].ahead][:2] == [3, 3]


def test_what_is_to_come_is_counted_on_the_day_that_it_comes_up_where_the_rep_is(
    ana: User, desk: Client, now: datetime
) -> None:
    User.objects.filter(pk=ana.pk).update(time_zone="Asia/Tokyo")
    lead = accepted(ana, "eva", now=now)
    one, other, *rest = (
        FollowUp.objects.filter(lead=lead).order_by("due_at", "pk").values_list("pk", flat=True)
    )
    FollowUp.objects.filter(pk__in=rest).delete()
    midnight = now.replace(hour=15)  # in Tokyo
    FollowUp.objects.filter(pk=one).update(due_on=midnight.date(), due_at=midnight + HOUR)
    FollowUp.objects.filter(pk=other).update(due_on=midnight.date() + DAY, due_at=midnight + DAY)

    ahead = desk.get(reverse("day")).context["day"].ahead

    assert [(day.on, day.count) for day in ahead] == [((now + DAY).date(), 2)]


def test_a_task_that_is_done_is_counted_and_the_page_opens_at_the_next(
    ana: User, desk: Client, now: datetime
) -> None:
    lead = accepted(ana, "eva", now=now)
    call, mail = FollowUp.objects.filter(lead=lead).order_by("due_at", "pk")[:2]

    response = desk.post(
        reverse("task-done", args=[call.pk]), {"outcome": "NO_ANSWER", "next": str(mail.pk)}, follow=True
    )

    assert said(response) == ["Eva Klein: no answer. Logged."]
    assert (response.context["day"].done, response.context["day"].left) == (1, 1)
    assert response.context["at"] == mail.pk
    assert Attempt.objects.get().follow_up == call


def test_bad_input_is_refused_in_words(ana: User, desk: Client, now: datetime) -> None:
    lead = accepted(ana, "eva", now=now)
    call, mail = FollowUp.objects.filter(lead=lead).order_by("due_at", "pk")[:2]
    done = reverse("task-done", args=[call.pk])

    assert said(desk.post(done, {"outcome": "SENT"}, follow=True)) == ["Choose what came of it."]
    desk.post(done, {"outcome": "NO_ANSWER"}, follow=True)
    [late] = said(desk.post(done, {"outcome": "NO_ANSWER"}, follow=True))
    assert late.startswith("This is done already")
    unwritten = desk.post(reverse("task-done", args=[mail.pk]), {"outcome": "SENT"}, follow=True)
    assert said(unwritten) == ["Still to be written: one idea, two times."]
    nothing = desk.post(reverse("task-skip", args=[mail.pk]), {"reason": " "}, follow=True)
    assert said(nothing) == ["Say why it is skipped."]
    assert desk.post(done, {"outcome": "x", "next": "nine"}).headers["Location"] == reverse("day")


def test_a_mail_is_written_looked_at_and_marked_as_sent(ana: User, desk: Client, now: datetime) -> None:
    lead = accepted(ana, "eva", now=now)
    mail = FollowUp.objects.get(lead=lead, channel="EMAIL", step__day=0)
    page = reverse("task-mail", args=[mail.pk])

    draft = desk.post(page, {"one_idea": "Sort by clock & tier."}, follow=True)
    assert draft.context["missing"] == "two times"
    assert draft.context["mailto"] == ""
    whole = desk.post(
        page, {"one_idea": "Sort by clock & tier.", "two_times": "Monday at 3", "stage": "x"}, follow=True
    )
    sent = desk.post(reverse("task-done", args=[mail.pk]), {"outcome": "SENT"}, follow=True)

    assert "you asked for a demo" in whole.context["shown"].body
    assert whole.context["mailto"].startswith("mailto:eva@eva.example?subject=Eva%20Software%3A")
    assert "%26%20tier" in whole.context["mailto"]
    assert said(sent) == ["Eva Klein: sent. Logged."]
    mail.refresh_from_db()
    assert set(mail.written) == {"one_idea", "two_times"}


def test_empty_words_in_a_slot_are_refused_and_nothing_typed_is_lost(
    ana: User, desk: Client, now: datetime
) -> None:
    mail = FollowUp.objects.get(lead=accepted(ana, "eva", now=now), channel="EMAIL", step__day=0)

    response = desk.post(
        reverse("task-mail", args=[mail.pk]), {"one_idea": "Just checking in!", "two_times": "Monday"}
    )

    assert response.status_code == 422
    assert "“checking in” gives nobody a reason to answer" in response.content.decode()
    assert "Just checking in!" in response.content.decode()
    mail.refresh_from_db()
    assert mail.written == {}


def test_a_task_that_is_put_off_comes_last_and_says_when(ana: User, desk: Client, now: datetime) -> None:
    lead = accepted(ana, "eva", now=now)
    call = FollowUp.objects.filter(lead=lead).order_by("due_at", "pk")[0]

    response = desk.post(reverse("task-later", args=[call.pk]), follow=True)

    assert said(response) == ["Eva Klein comes back at 12:00."]
    assert groups(response) == {"today": [("Eva", "EMAIL")], "later": [("Eva", "CALL")]}


def test_a_manager_looks_at_the_day_of_their_own_reps_alone_and_changes_nothing_there(
    ana: User, mia: User, charlie: User, as_user: SignIn, now: datetime, clock: Any
) -> None:
    accepted(ana, "eva", now=now)
    page = reverse("day")

    response = as_user(mia).get(page, {"rep": ana.pk})

    assert groups(response) == {"today": [("Eva", "CALL"), ("Eva", "EMAIL")]}
    assert b"data-do" not in response.content
    assert as_user(mia).get(page, {"rep": charlie.pk}).status_code == 404
    assert as_user(charlie).get(page, {"rep": ana.pk}).status_code == 404


def test_a_rep_far_away_has_the_day_of_the_place_they_are_in(
    ana: User, mia: User, as_user: SignIn, now: datetime, clock: Any
) -> None:
    User.objects.filter(pk=ana.pk).update(time_zone="Asia/Tokyo")
    accepted(ana, "eva", now=now)
    clock.move_to(now.replace(hour=16))

    page = as_user(mia).get(reverse("day"), {"rep": ana.pk})

    assert groups(page) == {"left-over": [("Eva", "CALL"), ("Eva", "EMAIL")]}
    assert f"{now + DAY:%A %-d %B}, 01:00 in Tokyo" in page.content.decode()


def test_a_manager_begins_with_the_rep_who_is_most_behind(
    ana: User, bob: User, mia: User, as_user: SignIn, now: datetime, clock: Any
) -> None:
    manager = as_user(mia)
    assert manager.get(reverse("day")).context["day"].whose == ana

    accepted(bob, "eva", now=now)

    assert manager.get(reverse("day")).context["day"].whose == bob


def test_who_has_not_got_the_lead_is_told_whose_it_is(
    ana: User, bob: User, as_user: SignIn, now: datetime, clock: Any
) -> None:
    call = FollowUp.objects.filter(lead=accepted(ana, "eva", now=now)).order_by("due_at")[0]

    response = as_user(bob).post(reverse("task-done", args=[call.pk]), {"outcome": "NO_ANSWER"}, follow=True)

    assert said(response) == ["This lead is with Ana."]


def test_an_empty_day_says_where_tasks_come_from(desk: Client) -> None:
    assert b"Nothing is due today" in desk.get(reverse("day")).content


def test_the_number_of_queries_does_not_grow_with_the_day(ana: User, desk: Client, now: datetime) -> None:
    accepted(ana, "eva", now=now)
    desk.get(reverse("day"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("day"))

    for name in ("omar", "lea", "tim"):
        accepted(ana, name, now=now)
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("day"))

    assert len(many) == len(few)
