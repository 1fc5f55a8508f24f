"""Not now, read aloud: rejected, held, and woken by the person or released by time."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from leads import lifecycle
from leads.actors import Job
from leads.domain.stages import Stage
from leads.models import Lead, User
from revops import coming_back
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import Clock, Handoff, RejectionReason
from tests import factories

HOLD = timedelta(days=180)


@pytest.fixture
def held(ana: User, now: datetime) -> Lead:
    """Rejected by Ana as wrong timing, so held for half a year."""
    wrong_timing = Rejection(RejectionReason.objects.get(code="wrong-timing"))
    handoff = factories.handoff(now=now)
    return handoffs.reject(handoff, wrong_timing, by=ana, now=now + timedelta(minutes=5)).lead


def engage(now: datetime, times: int = 3) -> dict[str, object]:
    """Enough webinars to pass the gate by score."""
    answers = [
        factories.receive(factories.signal("webinar_attended"), now=now + timedelta(minutes=minute))
        for minute in range(times)
    ]
    return answers[-1]


def test_rejection_holds_the_lead_and_stops_every_clock(held: Lead, now: datetime) -> None:
    held.refresh_from_db()

    assert held.stage == Stage.RECYCLED
    assert held.owner is None
    assert held.held_until == now + timedelta(minutes=5) + HOLD
    assert not Clock.objects.running().exists()
    assert not Handoff.objects.open().exists()


def test_scores_do_not_wake_a_held_lead_and_a_demo_request_does(held: Lead, ana: User, now: datetime) -> None:
    by_score = engage(now + timedelta(days=30))
    assert by_score["lead"]["stage"] == "RECYCLED"  # type: ignore[index]
    assert not by_score["gate"]["qualified"]  # type: ignore[index]
    assert not Handoff.objects.open().exists()

    woken = factories.receive(factories.signal("demo_request"), now=now + timedelta(days=31))

    assert woken["lead"]["stage"] == "MQL"
    assert woken["lead"]["priority"] == "P1"
    assert woken["handoff"]["assignee"] == ana.email
    held.refresh_from_db()
    assert held.held_until is None
    visits = held.visits.filter(stage=Stage.MQL).order_by("number")
    assert [visit.number for visit in visits] == [1, 2]
    assert visits[1].came_from == Stage.RECYCLED
    assert Handoff.objects.filter(lead=held).count() == 2


def test_released_lead_is_a_lead_again_when_nothing_happened_since(held: Lead, now: datetime) -> None:
    assert coming_back.release_recycled(now=now + HOLD) == 0

    assert coming_back.release_recycled(now=now + HOLD + timedelta(minutes=5)) == 1

    held.refresh_from_db()
    assert held.stage == Stage.LEAD
    assert not Handoff.objects.open().exists()


def test_released_lead_qualifies_by_engagement_since_the_hold_alone(held: Lead, now: datetime) -> None:
    engage(now + HOLD - timedelta(days=1))

    coming_back.release_recycled(now=now + HOLD + timedelta(minutes=5))

    handoff = Handoff.objects.open().get(lead=held)
    assert handoff.trigger == "release"
    assert handoff.priority == "P2"
    held.refresh_from_db()
    assert held.stage == Stage.MQL


def test_engagement_from_before_the_hold_counts_for_nothing(ana: User, now: datetime) -> None:
    """Enough points to pass, all of them older than the rejection, and a hold so short that they are still fresh."""
    low_intent = RejectionReason.objects.get(code="low-intent")
    RejectionReason.objects.filter(pk=low_intent.pk).update(hold_days=1)
    low_intent.refresh_from_db()
    engage(now)
    handoff = Handoff.objects.open().get()
    handoffs.reject(handoff, Rejection(low_intent), by=ana, now=now + timedelta(hours=1))

    coming_back.release_recycled(now=now + timedelta(days=2))

    assert factories.lead_of("eva@acme.example").stage == Stage.LEAD
    again = factories.receive(factories.signal("webinar_attended"), now=now + timedelta(days=2, hours=1))
    assert again["lead"]["stage"] == "MQL"


def test_hold_that_was_renewed_meanwhile_is_not_ended(held: Lead, ana: User, now: datetime) -> None:
    factories.receive(factories.signal("demo_request"), now=now + timedelta(days=100))
    unresponsive = Rejection(RejectionReason.objects.get(code="unresponsive"))
    again = Handoff.objects.open().get()
    handoffs.reject(again, unresponsive, by=ana, now=now + timedelta(days=170))

    assert coming_back.release_recycled(now=now + HOLD + timedelta(days=1)) == 0

    held.refresh_from_db()
    assert held.stage == Stage.RECYCLED


def test_many_who_are_released_at_once_are_shared_out(ana: User, bob: User, now: datetime) -> None:
    wrong_timing = Rejection(RejectionReason.objects.get(code="wrong-timing"))
    for name in ("ada", "bea", "cleo", "dora"):
        handoff = factories.waiting(name, now=now)
        handoffs.reject(handoff, wrong_timing, by=ana if handoff.assignee == ana else bob, now=now)
    again = now + HOLD - timedelta(hours=1)
    for name in ("ada", "cleo", "dora"):
        for minute in range(3):
            webinar = factories.signal("webinar_attended", email=f"{name}@{name}.example", company={})
            factories.receive(webinar, now=again + timedelta(minutes=minute))

    assert coming_back.release_recycled(now=now + HOLD) == 4

    waiting = Handoff.objects.open().filter(trigger="release")
    assert {handoff.lead.email.partition("@")[0] for handoff in waiting} == {"ada", "cleo", "dora"}
    assert {handoff.assignee for handoff in waiting} == {ana, bob}
    assert factories.lead_of("bea@bea.example").stage == Stage.LEAD


def test_lead_that_cannot_be_released_keeps_nobody_else_waiting(held: Lead, now: datetime) -> None:
    other = factories.waiting("nora", now=now).lead
    lifecycle.recycle(other, by=Job("a test"), now=now, cause="not now", hold=HOLD + timedelta(hours=1))
    with connection.cursor() as cursor:  # what goes wrong for one lead alone, as a broken row would
        cursor.execute(REFUSE_VISITS_OF, {"lead": held.pk})

    released = coming_back.release_recycled(now=now + HOLD + timedelta(hours=2))

    held.refresh_from_db()
    other.refresh_from_db()
    assert released == 1
    assert (held.stage, other.stage) == (Stage.RECYCLED, Stage.LEAD)


REFUSE_VISITS_OF = """
    CREATE FUNCTION refuse_visit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'this row is broken'; END $$;
    CREATE TRIGGER refuse_visit BEFORE INSERT ON leads_stagevisit
        FOR EACH ROW WHEN (NEW.lead_id = %(lead)s) EXECUTE FUNCTION refuse_visit()
"""
