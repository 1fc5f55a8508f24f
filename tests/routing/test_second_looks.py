"""Second looks: a good fit that a rep calls a bad one goes to the manager before it is lost (LC-17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from leads.domain.stages import Stage
from leads.models import Notification, OutboxMessage, TimelineEvent, User
from revops import relay
from routing import attempts, handoffs, invariants, successions
from routing.handoffs import Rejection, TooLateToUndo
from routing.models import Attempt, Clock, Handoff, RejectionReason
from tests import factories
from tests.conftest import SignIn

MINUTE = timedelta(minutes=1)


def rejected(*, by: User, now: datetime, reason: str = "bad-fit", **signal: Any) -> Handoff:
    handoff = factories.handoff(now=now, **signal)
    why = Rejection(RejectionReason.objects.get(code=reason))
    return handoffs.reject(handoff, why, by=by, now=now + MINUTE)


def look_at(handoff: Handoff) -> Handoff:
    return Handoff.objects.select_related("lead", "assignee").get(second_look_of=handoff)


def mail_to(person: User) -> list[str]:
    return [str(sent.subject) for sent in mail.outbox if sent.to == [person.email]]


def test_good_fit_called_a_bad_one_stays_an_mql_and_goes_to_the_manager(
    ana: User, mia: User, now: datetime
) -> None:
    handoff = rejected(by=ana, now=now)

    look = look_at(handoff)
    assert handoff.fit >= 70
    assert (handoff.status, look.status, look.assignee) == ("REJECTED", "OPEN", mia)
    assert (look.lead.stage, look.lead.owner) == (Stage.MQL, mia)
    assert Clock.objects.running().filter(handoff=look, holder=mia).exists()
    assert OutboxMessage.objects.filter(recipient=mia, title="Second look: Eva Klein").exists()


def test_manager_who_agrees_takes_the_lead_out_for_good(ana: User, mia: User, now: datetime) -> None:
    look = look_at(rejected(by=ana, now=now))

    why = Rejection(RejectionReason.objects.get(code="bad-fit"))
    handoffs.reject(look, why, by=mia, now=now + 2 * MINUTE)

    look.lead.refresh_from_db()
    assert look.lead.stage == Stage.DISQUALIFIED
    assert not Handoff.objects.open().exists()


def test_manager_who_disagrees_accepts_the_lead(ana: User, mia: User, now: datetime) -> None:
    look = look_at(rejected(by=ana, now=now))

    handoffs.accept(look, by=mia, now=now + 2 * MINUTE)

    look.lead.refresh_from_db()
    assert (look.lead.stage, look.lead.owner) == (Stage.SAL, mia)


def test_other_reasons_other_fits_and_a_managers_own_rejection_are_final(
    *, ana: User, mia: User, olga: User, now: datetime
) -> None:
    tiny = {"name": "Tiny", "employees": 2, "industry": "Farming", "country": "DE"}

    rejected(by=ana, now=now, reason="competitor", email="eva@one.example")
    rejected(by=ana, now=now, email="eva@two.example", company=tiny)
    factories.person("max", role="MANAGER", team=mia.team)
    rejected(by=mia, now=now, email="eva@three.example")
    rejected(by=olga, now=now, email="eva@four.example")

    assert not Handoff.objects.filter(second_look_of__isnull=False).exists()


def test_undo_recalls_the_second_look_and_the_rep_may_reject_again(
    ana: User, mia: User, now: datetime
) -> None:
    handoff = rejected(by=ana, now=now)

    handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=5))

    handoff.refresh_from_db()
    handoff.lead.refresh_from_db()
    assert handoff.is_open
    assert (handoff.lead.stage, handoff.lead.owner) == (Stage.MQL, ana)
    assert look_at(handoff).status == "RECALLED"
    why = Rejection(RejectionReason.objects.get(code="bad-fit"))
    handoffs.reject(handoff, why, by=ana, now=now + 2 * MINUTE)
    assert Handoff.objects.open().get().assignee == mia


def test_after_undo_the_reps_hand_off_is_the_one_that_stands(
    ana: User, mia: User, as_user: SignIn, now: datetime
) -> None:
    """The second look is the later row, and was taken back: what asks for the latest must not find it."""
    handoff = rejected(by=ana, now=now)
    handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=5))

    page = as_user(ana).get(handoff.lead.get_absolute_url())
    tried = attempts.log(
        handoff.lead,
        channel=Attempt.Channel.EMAIL,
        outcome=Attempt.Outcome.SENT,
        by=ana,
        now=now + 2 * MINUTE,
    )
    successions.leave(ana.rep, by=mia, now=now + 3 * MINUTE)

    handoff.refresh_from_db()
    assert page.context["can_decide"]
    assert tried.handoff == handoff
    assert handoff.assignee != ana
    assert list(invariants.violations()) == []


def test_second_look_that_was_given_cannot_be_recalled(ana: User, mia: User, now: datetime) -> None:
    handoff = rejected(by=ana, now=now)
    handoffs.accept(look_at(handoff), by=mia, now=now + MINUTE + timedelta(seconds=2))

    with pytest.raises(TooLateToUndo):
        handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=5))


# What it tells others waits as long as the rejection can be undone (QU-13)


def test_manager_hears_of_a_second_look_once_it_can_no_longer_be_undone(
    ana: User, mia: User, now: datetime
) -> None:
    rejected(by=ana, now=now)
    told = OutboxMessage.objects.filter(recipient=mia)
    assert told.exists()

    relay.deliver_due(now=now + MINUTE + timedelta(seconds=9))
    in_time = told.filter(sent_at__isnull=False).count()
    relay.deliver_due(now=now + MINUTE + timedelta(seconds=10))

    assert (in_time, told.filter(sent_at__isnull=True).count()) == (0, 0)


def test_undo_withdraws_what_has_not_left_and_the_clocks_run_to_their_first_due_times(
    ana: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    due = set(Clock.objects.running().values_list("kind", "due_at"))
    why = Rejection(RejectionReason.objects.get(code="bad-fit"))
    handoffs.reject(handoff, why, by=ana, now=now + MINUTE)

    handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=9))
    relay.deliver_due(now=now + timedelta(hours=1))

    assert not OutboxMessage.objects.filter(recipient=mia).exists()
    assert not mail_to(mia)
    assert set(Clock.objects.running().values_list("kind", "due_at")) == due
    newest = TimelineEvent.objects.filter(lead=handoff.lead).order_by("-id").first()
    assert newest is not None
    assert newest.text == "Undone by Ana"


def test_undo_says_of_what_has_left_that_it_was_taken_back(ana: User, mia: User, now: datetime) -> None:
    handoff = rejected(by=ana, now=now)
    relay.deliver_due(now=now + MINUTE + timedelta(seconds=10))  # by a clock that is a little ahead

    handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=9))
    relay.deliver_due(now=now + MINUTE + timedelta(seconds=20))

    handoff.refresh_from_db()
    assert handoff.is_open
    assert mail_to(mia) == ["Second look: Eva Klein", "Taken back: Second look: Eva Klein"]
    shown = Notification.objects.filter(user=mia).order_by("id").values_list("title", flat=True)
    assert list(shown) == mail_to(mia)
