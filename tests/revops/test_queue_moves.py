"""What a rep does in the queue beside deciding: later, the next one, the first step, a doubt (QU-11, QU-12, QU-14)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from leads.models import User
from revops.frame import navigation
from routing import handoffs, rerouting
from routing.models import Doubt, Handoff, PoolMember, Rep
from tests import factories
from tests.conftest import SignIn
from tests.factories import waiting
from tests.queue_desk import names, said, send

MINUTE = timedelta(minutes=1)


# Later


def test_lead_put_off_is_counted_in_a_tab_of_its_own_and_u_brings_it_back(
    desk: Client, now: datetime
) -> None:
    handoff = waiting("eva", now=now)

    later = desk.post(f"{reverse('snooze', args=[handoff.pk])}?tab=mine", {"minutes": "2"}, follow=True)
    tab = desk.get(reverse("queue"), {"tab": "later"})
    back = desk.post(later.context["undo"]["url"], follow=True)

    assert names(later) == []
    assert [(one["label"], one["count"]) for one in later.context["tabs"]][-1] == ("Later", 1)
    assert later.context["undo"]["text"] == "Eva Klein comes back on Tue 10:02."
    assert names(tab) == ["Eva Klein"]
    assert tab.context["rows"][0].flags == ["back Tue 10:02"]
    assert names(back) == ["Eva Klein"]


def test_what_comes_back_by_itself_is_new_to_an_open_page(
    desk: Client, clock: Traveller, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    send(desk, "snooze", handoff, minutes="2")
    arrivals = desk.get(reverse("queue")).context["arrivals_url"]

    before = desk.get(arrivals)
    clock.shift(121)
    after = desk.get(arrivals)

    assert before.status_code == 204
    assert "1 new" in after.content.decode()


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "Choose until when."),
        ({"minutes": "x"}, "Choose until when."),
        ({"minutes": "9" * 5000}, "Choose until when."),
        ({"until": "2026-02-31T10:00"}, "Choose until when."),
        ({"until": "9999-12-31T23:59"}, "It can wait until 17 Nov, 10:05, when its clock is due."),
        ({"until": "2026-11-17T09:00"}, "Choose a time that is still to come."),
        ({"minutes": "6"}, "It can wait until 17 Nov, 10:05, when its clock is due."),
    ],
)
def test_time_that_does_not_fit_is_said_and_nothing_changes(
    *, sent: dict[str, str], problem: str, desk: Client, now: datetime
) -> None:
    handoff = waiting("eva", now=now)

    response = desk.post(reverse("snooze", args=[handoff.pk]), sent, follow=True)

    assert said(response) == [problem]
    assert names(response) == ["Eva Klein"]


def test_times_that_fit_are_offered_and_none_once_the_clock_is_over(
    desk: Client, clock: Traveller, now: datetime
) -> None:
    waiting("eva", now=now)

    in_time = desk.get(reverse("queue")).context["detail"]["moves"]
    clock.shift(6 * 60)
    over = desk.get(reverse("queue")).context["detail"]["moves"]

    assert [(offer.label, offer.at) for offer in in_time.offers] == [("in 2 min", "10:02")]
    assert (over.offers, over.why_not) == ([], "Its time is over, so it cannot wait.")


# The next one


def test_the_next_one_is_given_and_opened_until_none_is_left(desk: Client, ana: User, now: datetime) -> None:
    PoolMember.objects.all().delete()
    handoff = waiting("eva", now=now)

    first = desk.post(reverse("take-next"), follow=True)
    second = desk.post(reverse("take-next"), follow=True)

    assert said(first) == ["Eva Klein is yours to decide."]
    assert first.context["selected"].handoff_id == handoff.pk
    assert said(second) == ["No lead waits unassigned right now."]
    assert names(second) == ["Eva Klein"]


def test_an_unassigned_lead_is_taken_without_deciding_it(desk: Client, ana: User, now: datetime) -> None:
    PoolMember.objects.all().delete()
    handoff = waiting("eva", now=now)
    shown = desk.get(reverse("queue"), {"tab": "unassigned"})

    desk.post(shown.context["detail"]["moves"].take_url)

    handoff.refresh_from_db()
    assert (handoff.is_open, handoff.assignee) == (True, ana)


# The first step


def test_first_step_is_offered_after_the_acceptance_and_said_on_the_lead_page(
    desk: Client, clock: Traveller, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    accepted = desk.post(reverse("accept", args=[handoff.pk]), follow=True)
    clock.shift(20)  # the undo is over, the offer is not

    chosen = desk.post(accepted.context["undo"]["steps_url"], {"step": "CALL"}, follow=True)
    lead_page = desk.get(handoff.lead.get_absolute_url())

    assert [step["label"] for step in accepted.context["undo"]["steps"]] == ["Call", "E-mail", "Cadence"]
    undo = chosen.context["undo"]
    assert (undo["text"], undo["url"], undo["steps"]) == ("Eva Klein is yours. First: call now.", "", ())
    assert undo["reach"] == {"url": "tel:+4930901820", "label": "+49 30 901820"}
    assert '<a href="tel:+4930901820">+49 30 901820</a>' in lead_page.content.decode()
    assert "first step: call now" in lead_page.content.decode()


def test_no_first_step_is_taken_from_a_form_that_names_none(desk: Client, now: datetime) -> None:
    handoff = waiting("eva", now=now)
    send(desk, "accept", handoff)

    response = desk.post(reverse("first-step", args=[handoff.pk]), {"step": "FAX"}, follow=True)

    assert said(response) == ["Choose a call, an e-mail or the cadence."]
    handoff.refresh_from_db()
    assert handoff.first_step == ""


# What a rejection would do


def consequences(response: object) -> dict[str, str]:
    return {one["code"]: one["consequence"] for one in response.context["reasons"]}  # type: ignore[attr-defined]


def test_each_reason_says_before_what_it_would_do_to_this_lead(
    desk: Client, mia: User, now: datetime
) -> None:
    factories.handoff(now=now - MINUTE, email="eva@acme.example")
    twin = factories.handoff(now=now, email="e.klein@acme.example")

    shown = consequences(desk.get(reverse("queue"), {"handoff": twin.pk}))
    send(desk, "reject", twin, reason="duplicate", note="The same person")

    back = now + timedelta(days=180)
    assert shown["wrong-timing"] == f"recycled until {back:%-d %B}; a demo request wakes it"
    assert shown["bad-fit"] == "Mia takes a second look first, for it fits well"
    assert shown["duplicate"] == "merged into Eva Klein, eva@acme.example"
    twin.lead.refresh_from_db()
    assert twin.lead.merged_into is not None
    assert twin.lead.merged_into.email == "eva@acme.example"


# Doubts


def test_a_doubt_is_told_answered_and_seen_by_the_rep(
    *, desk: Client, olga: User, as_user: SignIn, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    ops = as_user(olga)

    asked = desk.post(reverse("doubt", args=[handoff.pk]), {"sentence": "Three people"}, follow=True)
    doubt = Doubt.objects.get()
    page = ops.get(reverse("doubts")).content.decode()
    counted = [section.count for section in navigation(olga, "/doubts/")[0] if section.label == "Operations"]
    empty = ops.post(reverse("answer-doubt", args=[doubt.pk]), {"answer": " "})
    ops.post(reverse("answer-doubt", args=[doubt.pk]), {"answer": "Corrected, thank you."})
    late = ops.post(reverse("answer-doubt", args=[doubt.pk]), {"answer": "Twice"}, follow=True)
    seen = desk.get(reverse("queue")).content.decode()

    assert said(asked) == ["Revenue operations will look at it; the answer comes to you."]
    assert (doubt.tier, doubt.fit) == ("T1", handoff.fit)
    assert "Three people" in page
    assert counted == [1]
    assert (empty.status_code, "Write an answer" in empty.content.decode()) == (422, True)
    assert said(late)[-1] == "Olga has answered this already."
    assert "Corrected, thank you." in seen


# Who was quicker


def test_own_second_click_changes_nothing_and_says_nothing(desk: Client, now: datetime) -> None:
    handoff = waiting("eva", now=now)
    desk.post(reverse("accept", args=[handoff.pk]))

    again = desk.post(reverse("accept", args=[handoff.pk]), follow=True)

    assert said(again) == []
    assert again.context["undo"]["text"] == "Eva Klein is yours."


def test_a_stale_page_says_who_has_the_lead_now_and_why(
    *, desk: Client, mia: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    standing = desk.get(reverse("queue")).context["detail"]["moves"].standing_url

    before = desk.get(standing)
    send(as_user(mia), "accept", handoff)
    clock.shift(120)
    after = desk.get(standing)
    sent = desk.post(reverse("reject", args=[handoff.pk]), {"reason": "bad-fit"}, follow=True)

    assert before.status_code == 204
    assert "Mia accepted this lead 2 min ago." in after.content.decode()
    assert said(sent) == ["Mia accepted this lead 2 min ago."]


def test_a_lead_passed_on_says_to_whom_and_why(
    *, desk: Client, ana: User, mia: User, bob: User, now: datetime, clock: Traveller
) -> None:
    handoff = waiting("eva", now=now)
    holder, other = (ana, bob) if handoff.assignee == ana else (bob, ana)

    rerouting.reroute(handoff, by=mia, to=other, now=now)
    clock.shift(180)

    told = handoffs.open_handoff_of(handoff.lead)
    assert told is not None
    assert told.assignee == other
    if holder == ana:
        page = desk.get(reverse("handoff-standing", args=[handoff.pk])).content.decode()
        assert "Bob has this lead since 3 min ago: given to Bob by hand." in page


# Empty, and late


def test_an_empty_queue_says_when_the_next_is_expected_and_what_ages(
    desk: Client, ana: User, now: datetime
) -> None:
    for week in (1, 2, 3):
        past = waiting(f"past{week}", now=now - timedelta(weeks=week) + 20 * MINUTE)
        handoffs.accept(past, by=ana, now=now - timedelta(weeks=week) + 25 * MINUTE)

    empty = desk.get(reverse("queue")).context["empty"]

    assert empty.title == "Nothing is due"
    assert empty.text.startswith("At this time of the week the next one usually comes within 20 min")
    assert [one.name for one in empty.ageing] == ["Past3 Klein", "Past2 Klein", "Past1 Klein"]


def test_an_empty_queue_offers_what_waits_unassigned(desk: Client, ana: User, now: datetime) -> None:
    Rep.objects.filter(user=ana).update(is_active=False)
    waiting("eva", now=now)

    response = desk.get(reverse("queue"))

    assert response.context["empty"].waiting == 1
    assert "Take the one that waits unassigned" in response.content.decode()


def test_a_late_scheduler_is_said_and_one_in_time_is_not(
    desk: Client, clock: Traveller, now: datetime
) -> None:
    waiting("eva", now=now)

    in_time = desk.get(reverse("queue")).context["banner"]
    clock.shift(10 * 60)
    late = desk.get(reverse("queue")).context["banner"]

    assert in_time == ""
    assert late.startswith("The scheduler is late: what was due at 10:02 has not run.")


def test_arrivals_count_what_was_passed_on_to_the_viewer(
    *, desk: Client, ana: User, mia: User, bob: User, now: datetime, clock: Traveller
) -> None:

    handoff = Handoff.objects.get(pk=waiting("eva", now=now).pk)
    if handoff.assignee == ana:
        rerouting.reroute(handoff, by=mia, to=bob, now=now)
    arrivals = desk.get(reverse("queue")).context["arrivals_url"]
    clock.shift(60)

    rerouting.reroute(Handoff.objects.get(pk=handoff.pk), by=mia, to=ana, now=now + MINUTE)

    assert "1 new" in desk.get(arrivals).content.decode()
