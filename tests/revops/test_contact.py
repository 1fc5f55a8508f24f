"""What a rep writes down on the lead page: one press for an attempt, a note; and what the page says then."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from leads import opportunities
from leads.models import Lead, Opportunity, TimelineEvent, User
from revops.lead_page import what_became
from revops.lead_page.contact_forms import QUICK, Quick
from routing import handoffs
from routing.models import Attempt, Clock, ClockKind, Handoff, RejectionReason
from tests import factories
from tests.conftest import SignIn


def press(client: Client, lead: Lead, quick: Quick) -> Any:
    return client.post(reverse("log-attempt", args=[lead.pk]), {"quick": quick.value}, follow=True)


@pytest.mark.parametrize("quick", QUICK, ids=lambda quick: quick.key)
def test_one_press_logs_the_attempt_and_counts_as_the_table_says(
    *, quick: Quick, desk: Client, clock: Traveller, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    clock.shift(60)

    page = press(desk, lead, quick)

    attempt = Attempt.objects.get()
    assert (attempt.channel, attempt.outcome, attempt.sent_by) == (quick.channel, quick.outcome, "PERSON")
    running = Clock.objects.running().filter(kind=ClockKind.FIRST_RESPONSE).exists()
    assert running is (quick.channel == "LINKEDIN")
    assert "Logged." in page.content.decode()
    assert len({one.key for one in QUICK}) == len(QUICK)


def test_what_was_logged_by_mistake_is_undone_within_ten_seconds_and_no_later(
    desk: Client, clock: Traveller, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    clock.shift(60)
    page = press(desk, lead, QUICK[1])
    path = reverse("attempt-undo", args=[lead.pk, Attempt.objects.get().pk])
    assert path in page.content.decode()

    undone = desk.post(path, follow=True).content.decode()
    again = desk.post(path, follow=True).content.decode()
    press(desk, lead, QUICK[1])
    clock.shift(11)
    late = desk.post(reverse("attempt-undo", args=[lead.pk, Attempt.objects.get().pk]), follow=True)

    assert "Taken back: its clocks run on." in undone
    assert "can no longer be taken back" in again
    assert "can no longer be taken back" in late.content.decode()
    assert "attempt-undo" not in late.content.decode()
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "1", "x", "٣", "9" * 40, "-1"])
def test_any_number_in_the_address_shows_the_page(desk: Client, typed: str, now: datetime) -> None:
    lead = factories.handoff(now=now).lead

    page = desk.get(f"{lead.get_absolute_url()}?logged={typed}")

    assert page.status_code == 200
    assert "/undo/" not in page.content.decode().partition('id="log"')[2].partition("</section>")[0]


def test_the_next_step_follows_from_what_came_of_the_last_try(
    *, desk: Client, ana: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    before = what_became.next_step(handoff.lead)
    lead = handoffs.accept(handoff, by=ana, now=now).lead
    accepted = what_became.next_step(lead)

    page = press(desk, lead, QUICK[1])

    assert (before, accepted) == ("accept it or reject it.", "call, or write an e-mail.")
    assert "try again at another hour, or by another channel." in page.content.decode()


def test_a_note_is_kept_as_it_was_written(desk: Client, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    text = "=SUM(A1) <b>בן־דוד</b> calls back on Thursday"

    page: Any = desk.post(reverse("lead-note", args=[lead.pk]), {"text": text}, follow=True)

    assert page.context["story"][0].note == text
    assert "&lt;b&gt;" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "Write something down first."), ("a\x00b", "Null characters"), ("x" * 2001, "at most 2000")],
)
def test_a_note_that_cannot_be_kept_stays_in_the_form(
    *, text: str, problem: str, desk: Client, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead

    page: Any = desk.post(reverse("lead-note", args=[lead.pk]), {"text": text})

    assert page.status_code == 422
    assert problem in page.content.decode()
    assert not TimelineEvent.objects.filter(lead=lead, kind="NOTE").exists()


def test_the_story_is_read_by_part_and_page(desk: Client, ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    for minute in range(60):
        factories.receive(factories.signal("page_view"), now=now - timedelta(minutes=minute))

    first: Any = desk.get(f"{lead.get_absolute_url()}?show=touches")
    second: Any = desk.get(f"{lead.get_absolute_url()}{first.context['story_older']}".replace("#story", ""))

    assert (len(first.context["story"]), len(second.context["story"])) == (50, 11)
    assert second.context["story_older"] == ""
    assert {entry.kind for entry in first.context["story"]} == {"Signal"}


@pytest.mark.parametrize(
    ("priority", "text"),
    [
        ("P3", "Recalled: the approval of the outbound call was undone"),
        ("P4", "Recalled: the approval of the outbound call was undone"),
        ("P1", "Recalled: taken back before anybody decided"),
    ],
)
def test_a_recalled_hand_off_says_what_was_undone(priority: str, text: str, ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    Handoff.objects.filter(pk=handoff.pk).update(priority=priority)
    Handoff.objects.filter(pk=handoff.pk).recall(now=now)
    handoff.refresh_from_db()

    (told,) = what_became.told([handoff], [])

    assert told.text == text


def test_a_second_look_that_was_taken_back_says_that_the_rejection_was_undone(
    ana: User, mia: User, now: datetime
) -> None:
    rejected = factories.handoff(now=now)
    reason = RejectionReason.objects.get(code="bad-fit")
    handoffs.reject(rejected, handoffs.Rejection(reason), by=ana, now=now)
    handoffs.undo(rejected, by=ana, now=now)

    (told,) = what_became.told(Handoff.objects.filter(second_look_of=rejected), [])

    assert told.text == "Recalled: the rejection was undone"


def test_marketing_sees_what_became_of_the_lead(
    *, desk: Client, ana: User, as_user: SignIn, now: datetime
) -> None:
    marketer = as_user(factories.person("mara", role="MARKETER"))
    rejected = factories.handoff(now=now)
    reason = RejectionReason.objects.get(code="wrong-timing")
    handoffs.reject(rejected, handoffs.Rejection(reason, "Next summer."), by=ana, now=now)
    won = factories.waiting("tom", now=now).lead
    on = date(2027, 1, 31)
    deal = opportunities.open(won, owner=ana, amount=Decimal(40_000), close_on=on, by=ana, now=now)
    opportunities.win(deal, by=ana, now=now)

    of_rejected: Any = marketer.get(rejected.lead.get_absolute_url())
    of_won: Any = marketer.get(won.get_absolute_url())

    assert [(one.text, one.note) for one in of_rejected.context["became"]] == [
        ("Rejected as wrong timing by Ana", "Next summer.")
    ]
    assert "Won: 40,000" in [one.text for one in of_won.context["became"]]


def test_deals_of_other_teams_are_counted_and_not_told(
    *, desk: Client, ana: User, charlie: User, now: datetime
) -> None:
    lead, colleague = (
        factories.handoff(now=now, email=f"{name}@acme.example").lead for name in ("eva", "tom")
    )
    Lead.objects.filter(pk=colleague.pk).update(team=charlie.team, owner=charlie)
    colleague.refresh_from_db()
    on = date(2027, 1, 31)
    opportunities.open(colleague, owner=charlie, amount=Decimal(77_777), close_on=on, by=charlie, now=now)

    page = desk.get(lead.get_absolute_url())

    assert "77,777" not in page.content.decode()
    assert "1 more is open with another team." in page.content.decode()
    assert Opportunity.objects.visible_to(ana).count() == 0
