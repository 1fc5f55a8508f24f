"""Sales' decisions made in the queue: each is told, kept where it is refused, undone in time, and made once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from leads.domain.stages import Stage
from leads.models import User
from routing.models import Clock, PoolMember, RejectionReason, Rep
from tests import factories
from tests.conftest import SignIn
from tests.factories import waiting
from tests.queue_desk import said, send

SMALL = {**factories.COMPANY, "name": "Small Works", "employees": 12, "technologies": ["Excel"]}


def test_without_script_a_decision_is_a_post_a_redirect_and_the_next_lead(
    desk: Client, now: datetime
) -> None:
    first = waiting("first", now=now - timedelta(minutes=3))
    second = waiting("second", now=now)

    response = desk.post(f"{reverse('accept', args=[first.pk])}?tab=mine", follow=True)

    assert response.redirect_chain == [("/queue/?tab=mine", 302)]
    assert response.context["selected"].handoff_id == second.pk
    assert response.context["undo"]["text"] == "First Klein is yours."
    first.refresh_from_db()
    assert (first.status, str(first.decided_by)) == ("ACCEPTED", "Ana")
    first.lead.refresh_from_db()
    assert first.lead.stage == Stage.SAL


def test_who_is_full_is_told_so_and_keeps_in_sight_what_nobody_has(
    desk: Client, ana: User, now: datetime
) -> None:
    Rep.objects.filter(user=ana).update(open_cap=1)
    waiting("mine", now=now)
    nobodys = waiting("nobodys", now=now)

    response = desk.post(f"{reverse('accept', args=[nobodys.pk])}?tab=unassigned", follow=True)

    assert response.context["selected"].handoff_id == nobodys.pk
    assert said(response) == ["You cannot take a lead now: full: 1 open, cap 1."]
    nobodys.refresh_from_db()
    assert (nobodys.status, nobodys.assignee, nobodys.lead.stage) == ("OPEN", None, Stage.MQL)


def test_a_rejection_says_what_becomes_of_the_lead(desk: Client, now: datetime) -> None:
    handoff = waiting("eva", now=now)

    response = desk.post(reverse("reject", args=[handoff.pk]), {"reason": "wrong-timing"}, follow=True)

    expected = (
        f"Eva Klein is rejected: recycled until {now + timedelta(days=180):%-d %B}; a demo request wakes it."
    )
    assert response.context["undo"]["text"] == expected
    handoff.lead.refresh_from_db()
    assert handoff.lead.stage == Stage.RECYCLED


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "Choose a reason."),
        ({"reason": "no-such-reason"}, "Choose a reason."),
        ({"reason": "bad\x00fit"}, "Choose a reason."),
        ({"reason": "duplicate"}, "“Duplicate” needs a note. Add a sentence."),
        (
            {"reason": "duplicate", "note": "same as eva@acme.example"},
            "“Duplicate” needs the e-mail of the lead that this one repeats.",
        ),
        ({"reason": "bad-fit", "note": "a\x00b"}, "The note holds a character that cannot be stored."),
        ({"reason": "bad-fit", "note": "x" * 2001}, "The note has 2,001 characters; 2,000 fit."),
        ({"reason": "retired"}, "“Retired” is no longer in use. Choose another reason."),
    ],
)
def test_a_reason_that_cannot_be_used_is_said_and_nothing_typed_is_lost(
    *, data: dict[str, str], problem: str, desk: Client, now: datetime
) -> None:
    RejectionReason.objects.create(
        code="retired", label="Retired", position=99, outcome="DISQUALIFY", is_active=False
    )
    waiting("other", now=now - timedelta(minutes=4))
    handoff = waiting("eva", now=now)

    response = send(desk, "reject", handoff, **data)

    assert response.status_code == 422
    assert problem in response.content.decode()
    assert response.context["selected"].handoff_id == handoff.pk
    assert response.context["note"] == data.get("note", "")
    handoff.refresh_from_db()
    assert handoff.is_open


def test_a_duplicate_is_merged_into_the_lead_whose_address_the_note_names(
    desk: Client, now: datetime
) -> None:
    original, handoff = waiting("eva", now=now), waiting("ewa", now=now)

    response = send(desk, "reject", handoff, reason="duplicate", note="It is <Eva@eva.example>, again.")

    assert response.status_code == 302
    handoff.lead.refresh_from_db()
    assert handoff.lead.merged_into == original.lead


def test_an_address_of_another_teams_lead_names_nobody(desk: Client, charlie: User, now: datetime) -> None:
    person = {**factories.signal()["person"], "email": "joe@us.example", "country": "US"}
    elsewhere = factories.handoff(
        now=now,
        email="joe@us.example",
        person=person,
        company={**factories.COMPANY, "name": "US", "country": "US"},
    )
    handoff = waiting("eva", now=now)
    assert elsewhere.assignee == charlie

    response = send(desk, "reject", handoff, reason="duplicate", note="joe@us.example")

    assert response.status_code == 422


def test_undo_within_ten_seconds_restores_the_lead_its_owner_and_its_clocks(
    *, desk: Client, ana: User, clock: Traveller, now: datetime
) -> None:
    handoff = waiting("eva", now=now - timedelta(minutes=1))
    clocks_before = list(Clock.objects.filter(handoff=handoff).order_by("pk").values())
    send(desk, "reject", handoff, reason="bad-fit")
    clock.shift(9)

    response = desk.post(reverse("undo", args=[handoff.pk]), follow=True)

    assert said(response) == ["Eva Klein is open again."]
    assert response.context["selected"].handoff_id == handoff.pk
    assert response.context["undo"] is None
    handoff.refresh_from_db()
    handoff.lead.refresh_from_db()
    assert (handoff.is_open, handoff.lead.stage, handoff.lead.owner) == (True, Stage.MQL, ana)
    assert list(Clock.objects.filter(handoff=handoff).order_by("pk").values()) == clocks_before


def test_after_ten_seconds_undo_is_neither_offered_nor_done(
    desk: Client, clock: Traveller, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    send(desk, "accept", handoff)
    clock.shift(11)

    offered = desk.get(reverse("queue")).context["undo"]
    response = desk.post(reverse("undo", args=[handoff.pk]), follow=True)

    assert offered["url"] == ""
    assert said(response) == ["That decision can no longer be undone."]
    handoff.refresh_from_db()
    assert not handoff.is_open


def test_nobody_undoes_what_somebody_else_decided(
    *, desk: Client, mia: User, as_user: SignIn, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    send(desk, "accept", handoff)

    response = as_user(mia).post(reverse("undo", args=[handoff.pk]), follow=True)

    assert said(response) == ["That decision can no longer be undone."]
    handoff.refresh_from_db()
    assert not handoff.is_open


def test_who_comes_second_is_told_who_was_first(
    *, desk: Client, bob: User, as_user: SignIn, now: datetime
) -> None:
    PoolMember.objects.all().delete()
    handoff = waiting("eva", now=now)
    assert handoff.assignee is None
    send(desk, "accept", handoff)

    response = as_user(bob).post(reverse("accept", args=[handoff.pk]), follow=True)

    assert said(response) == ["Ana accepted this lead just now."]
    handoff.refresh_from_db()
    assert handoff.decided_by == User.objects.get(name="Ana")


def test_a_colleagues_lead_cannot_be_taken(
    *, desk: Client, bob: User, as_user: SignIn, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    holder, other = (desk, as_user(bob)) if handoff.assignee != bob else (as_user(bob), desk)

    response = other.post(reverse("accept", args=[handoff.pk]), follow=True)

    assert said(response) == [f"This lead is with {handoff.assignee}, who decides it."]
    assert holder.get(reverse("queue")).context["can_decide"]
