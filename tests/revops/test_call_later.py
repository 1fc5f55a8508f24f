"""A lead asked to be called later: on its page and in the queue, by whoever has it, with what they said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead, User
from routing import cadence_sweep, follow_ups, handoffs
from routing.models import Clock, ClockPause, Enrolment, FollowUp, Handoff
from tests import factories
from tests.conftest import SignIn
from tests.queue_desk import said

LATER = {"until": "2026-11-19T11:00", "note": "After the fair"}


@pytest.fixture
def handoff(ana: User, now: datetime) -> Handoff:
    return factories.waiting("ada", now=now)


def ask(client: Client, handoff: Handoff, *, name: str = "call-later", **data: str) -> Any:
    return client.post(reverse(name, args=[handoff.lead_id]), data, follow=True)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_clocks_stand_still_from_the_leads_page_until_they_run_again(desk: Client, handoff: Handoff) -> None:
    page = ask(desk, handoff, **LATER)

    assert said(page) == ["The clocks of Ada Klein stand still until 19 November, 11:00."]
    assert "Call again on 19 November, 11:00" in text_of(page)
    assert "“<bdi>After the fair</bdi>”, Ana" in text_of(page)
    assert "paused until 19 Nov, 11:00" in text_of(page)

    page = ask(desk, handoff, name="call-later-end")
    assert said(page) == ["The clocks of Ada Klein run again."]
    assert "Call later…" in text_of(page)
    assert said(ask(desk, handoff, name="call-later-end")) == ["No clock of Ada Klein stood still."]


def test_who_was_accepted_is_called_then_and_written_to_no_more(
    desk: Client, handoff: Handoff, ana: User, now: datetime
) -> None:
    handoffs.accept(handoff, by=ana, now=now)

    ask(desk, handoff, **LATER)
    cadence_sweep.sweep(now=now + timedelta(days=30))

    until = datetime.fromisoformat("2026-11-19T10:00:00+00:00")
    to_do = FollowUp.objects.doable().of(ana)
    assert list(to_do.values_list("channel", "due_at", "due_on")) == [("CALL", until, until.date())]
    assert Enrolment.objects.get(lead=handoff.lead_id).cause == "NOT_YET"
    assert Lead.objects.get(pk=handoff.lead_id).stage == "SAL"


def test_asked_again_the_call_moves(desk: Client, handoff: Handoff, ana: User, now: datetime) -> None:
    handoffs.accept(handoff, by=ana, now=now)
    ask(desk, handoff, **LATER)
    ask(desk, handoff, name="call-later-end")

    ask(desk, handoff, **LATER | {"until": "2026-11-20T11:00"})

    call = FollowUp.objects.doable().of(ana).get()
    assert call.due_at == datetime.fromisoformat("2026-11-20T10:00:00+00:00")


def test_who_need_not_be_waited_for_is_called_today(
    desk: Client, handoff: Handoff, ana: User, now: datetime
) -> None:
    handoffs.accept(handoff, by=ana, now=now)
    ask(desk, handoff, **LATER)

    ask(desk, handoff, name="call-later-end")

    call = FollowUp.objects.doable().of(ana).get()
    assert call.due_on == now.date()
    assert now < call.due_at < now + timedelta(days=1)


def test_the_call_they_asked_for_is_left_out_as_one_of_no_cadence(
    desk: Client, handoff: Handoff, ana: User, now: datetime
) -> None:
    handoffs.accept(handoff, by=ana, now=now)
    ask(desk, handoff, **LATER)

    follow_ups.skip(FollowUp.objects.doable().of(ana).get(), "They called us", by=ana, now=now)

    assert "Call skipped: they called us" in text_of(desk.get(reverse("lead", args=[handoff.lead_id])))


def test_who_asked_before_they_were_accepted_is_called_then_too(
    desk: Client, handoff: Handoff, ana: User, now: datetime
) -> None:
    ask(desk, handoff, **LATER)

    at = now + timedelta(minutes=1)
    handoffs.accept(handoff, by=ana, now=at)
    handoffs.undo(handoff, by=ana, now=at)
    handoffs.accept(Handoff.objects.get(pk=handoff.pk), by=ana, now=at)

    call = FollowUp.objects.doable().of(ana).get()
    assert (call.channel, call.due_at) == ("CALL", datetime.fromisoformat("2026-11-19T10:00:00+00:00"))
    assert not Enrolment.objects.running().exists()


def test_who_is_not_accepted_yet_has_no_task(desk: Client, handoff: Handoff) -> None:
    ask(desk, handoff, **LATER)

    assert not FollowUp.objects.exists()


def test_from_the_queue_one_comes_back_to_the_queue(desk: Client, handoff: Handoff) -> None:
    assert "Call later…" in text_of(desk.get(reverse("queue")))

    page = ask(desk, handoff, **LATER, **{"from": "queue"})

    assert page.redirect_chain[-1][0] == f"{reverse('queue')}?handoff={handoff.pk}"
    assert "Call again on 19 November, 11:00" in text_of(page)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"until": "2026-11-16T11:00"}, "Choose a time to come"),
        ({"until": "2027-11-16T11:00"}, "At most 90 days from now"),
        ({"until": "soon"}, "Give a day and a time."),
        ({"note": ""}, "Say what they asked for"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_form(
    desk: Client, handoff: Handoff, data: dict[str, str], problem: str
) -> None:
    answer = desk.post(reverse("call-later", args=[handoff.lead_id]), LATER | data)

    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert not ClockPause.objects.exists()


def test_without_a_clock_there_is_nothing_to_pause(desk: Client, handoff: Handoff, now: datetime) -> None:
    Clock.objects.update(stopped_at=now + timedelta(minutes=1))

    answer = desk.post(reverse("call-later", args=[handoff.lead_id]), LATER)

    assert answer.status_code == 422
    assert "Call later…" not in text_of(answer)


def test_who_does_not_have_the_lead_pauses_nothing(handoff: Handoff, bob: User, as_user: SignIn) -> None:
    answer = as_user(bob).post(reverse("call-later", args=[handoff.lead_id]), LATER)

    assert answer.status_code == 403
    assert not ClockPause.objects.exists()


def test_manager_gives_one_lead_away_from_its_page(
    *, handoff: Handoff, bob: User, mia: User, as_user: SignIn
) -> None:
    client = as_user(mia)
    page = text_of(client.get(reverse("lead", args=[handoff.lead_id])))
    assert "Give it to" in page
    token = f"{handoff.pk}.{handoff.assignee_id}"
    assert f'value="{token}"' in page
    sent = {"handoff": token, "to": str(bob.pk), "back": "lead"}

    assert "Give 1 lead to Bob" in text_of(client.post(reverse("team-move"), sent))
    done = client.post(reverse("team-move"), sent | {"confirmed": "yes"}, follow=True)

    assert done.redirect_chain[-1][0] == reverse("lead", args=[handoff.lead_id])
    assert said(done) == ["1 lead is with Bob now."]
    assert "Give it to" not in text_of(as_user(bob).get(reverse("lead", args=[handoff.lead_id])))
