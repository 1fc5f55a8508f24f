"""Erasing somebody whom sales works with: what waits is decided or closed, and nobody is asked to call them (P38)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leads import background, merging
from leads.models import (
    Erasure,
    User,
)
from reports import rollups
from revops.background_work import WORK
from revops.privacy import erasure
from revops.privacy.erasure import CannotErase
from routing import handoffs, invariants, moves, queue_tabs
from routing.models import Clock, FollowUp, Handoff
from routing.moves import Chosen
from routing.queue_tabs import Tab
from tests import canary, factories

Why = Erasure.Why


def test_a_hand_off_that_waits_is_decided_first(ana: User, olga: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    with pytest.raises(CannotErase, match=r"waits for a decision with Ana\. Reject the hand-off first\."):
        erasure.ask(handoff.lead, Why.ASKED, reference="", by=olga, now=now)

    assert Handoff.objects.open().exists()


def test_a_hand_off_of_who_answers_for_both_is_decided_first(ana: User, olga: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    factories.receive(factories.signal("webinar_attended", email="eva.klein@acme.example"), now=now)
    duplicate = factories.lead_of("eva.klein@acme.example")
    merging.merge(duplicate, into=handoff.lead, by=olga, now=now)

    with pytest.raises(CannotErase, match=r"waits for a decision with Ana"):
        erasure.ask(duplicate, Why.ASKED, reference="", by=olga, now=now)


def test_a_hand_off_that_comes_while_the_erasure_waits_is_closed_with_it(
    ana: User, olga: User, now: datetime
) -> None:
    factories.receive(canary.payload("webinar_attended"), now=now)
    lead = factories.lead_of(canary.EMAIL)
    asked = erasure.ask(lead, Why.ASKED, reference="", by=olga, now=now)
    factories.receive(canary.payload("demo_request"), now=now + timedelta(minutes=1))
    assert Handoff.objects.open().filter(lead=lead, assignee=ana).exists()

    background.work_off(WORK)

    asked.refresh_from_db()
    assert asked.done_at is not None
    assert not Handoff.objects.open().exists()
    assert queue_tabs.counts(ana, now=now + timedelta(hours=1))[Tab.MINE] == 0
    assert list(invariants.violations()) == []
    assert list(rollups.differences()) == []


def test_nobody_is_asked_to_call_who_was_erased(ana: User, olga: User, now: datetime) -> None:
    factories.receive(canary.payload("demo_request"), now=now)
    lead = factories.lead_of(canary.EMAIL)
    handoffs.accept(Handoff.objects.open().get(lead=lead), by=ana, now=now + timedelta(minutes=1))
    assert Clock.objects.filter(lead=lead, stopped_at=None).exists()
    assert FollowUp.objects.doable().of(ana).exists()

    canary.erased(lead, by=olga, now=now + timedelta(hours=1))

    lead.refresh_from_db()
    gone = Handoff.objects.get(lead=lead)
    given = moves.move([Chosen(gone.pk, None, was_open=False)], to=ana, by=olga, now=now + timedelta(hours=2))
    assert [one.why for one in given.left] == ["This person was erased."]
    assert not moves.is_in_hand(gone, lead)
    assert (lead.owner, lead.stage) == (None, "SAL")
    assert not Clock.objects.filter(lead=lead, stopped_at=None).exists()
    assert not FollowUp.objects.doable().filter(lead=lead).exists()
    assert Handoff.objects.get(lead=lead).assignee == ana
    assert list(invariants.violations()) == []
    assert list(rollups.differences()) == []
