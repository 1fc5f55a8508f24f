"""Hand-offs: decided once, by whoever may, and taken back only while nothing came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from leads.domain.stages import Stage
from leads.models import Lead, OutboxMessage, Role, Team, TimelineEvent, User
from routing import attempts, escalations, handoffs
from routing.attempts import Channel
from routing.handoffs import AlreadyDecided, NotYours, ReasonNotUsable, Rejection, TooLateToUndo
from routing.models import Attempt, Breach, Clock, ClockKind, Handoff, RejectionReason
from tests import factories
from tests.races import at_once

ROUNDS = 10
MINUTE = timedelta(minutes=1)


def because(code: str, note: str = "", duplicate_of: Lead | None = None) -> Rejection:
    return Rejection(RejectionReason.objects.get(code=code), note, duplicate_of)


@pytest.fixture
def rivals(dach: Team) -> tuple[User, User]:
    """Two SDRs of the team who are in no pool, so that every hand-off waits unassigned for them."""
    return factories.person("ana", role="SDR", team=dach), factories.person("bob", role="SDR", team=dach)


# Deciding


def test_acceptance_is_one_change_of_handoff_lead_clock_and_history(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    handoffs.accept(handoff, by=ana, now=now + MINUTE)

    handoff.refresh_from_db()
    assert (handoff.status, handoff.decided_by, handoff.decided_at) == ("ACCEPTED", ana, now + MINUTE)
    assert handoff.lead.stage == Stage.SAL
    assert handoff.lead.owner == ana
    review = Clock.objects.get(handoff=handoff, kind=ClockKind.REVIEW)
    assert review.stopped_at == now + MINUTE
    running = set(Clock.objects.running().values_list("kind", flat=True))
    assert running == {ClockKind.FIRST_RESPONSE, ClockKind.FOLLOW_UP, ClockKind.MEETING}


def test_who_takes_an_unassigned_lead_answers_for_its_clocks(
    rivals: tuple[User, User], now: datetime
) -> None:
    ana, _ = rivals
    handoff = factories.handoff(now=now)
    assert handoff.assignee is None

    handoffs.accept(handoff, by=ana, now=now + MINUTE)
    escalations.sweep(now=now + timedelta(days=2))

    assert Handoff.objects.get().assignee == ana
    assert {breach.clock.kind for breach in Breach.objects.filter(holder=ana)} == {
        ClockKind.FIRST_RESPONSE,
        ClockKind.FOLLOW_UP,
    }
    assert not Breach.objects.exclude(holder=ana).exists()


@pytest.mark.parametrize(
    ("role", "may"), [("MANAGER", True), ("OPS", True), ("AE", False), ("VIEWER", False)]
)
def test_besides_the_assignee_only_managers_and_ops_decide(
    ana: User, dach: Team, role: Role, may: bool, now: datetime
) -> None:
    somebody = factories.person("somebody", role=role, team=dach)
    handoff = factories.handoff(now=now)

    assert handoffs.may_decide(handoff, somebody) is may
    if not may:
        with pytest.raises(NotYours, match="This lead is with Ana"):
            handoffs.accept(handoff, by=somebody, now=now)
    assert Handoff.objects.get().is_open


def test_viewer_may_not_even_take_what_is_unassigned(rivals: tuple[User, User], now: datetime) -> None:
    viewer = factories.person("vera", role="VIEWER", team=rivals[0].team)
    handoff = factories.handoff(now=now)

    with pytest.raises(NotYours, match="another team"):
        handoffs.accept(handoff, by=viewer, now=now)


def test_late_comer_is_told_who_was_first_even_with_a_fresh_page(
    rivals: tuple[User, User], now: datetime
) -> None:
    ana, bob = rivals
    stale = factories.handoff(now=now)
    handoffs.accept(Handoff.objects.get(pk=stale.pk), by=ana, now=now + MINUTE)

    for seen in (stale, Handoff.objects.get(pk=stale.pk)):
        with pytest.raises(AlreadyDecided, match="Ana has already accepted this lead"):
            handoffs.accept(seen, by=bob, now=now + 2 * MINUTE)

    assert Lead.objects.get().owner == ana


@pytest.mark.parametrize(
    ("code", "stage", "hold_days"),
    [
        ("bad-fit", Stage.DISQUALIFIED, None),
        ("wrong-timing", Stage.RECYCLED, 180),
        ("unresponsive", Stage.RECYCLED, 60),
        ("competitor", Stage.DISQUALIFIED, None),
    ],
)
def test_reason_says_what_becomes_of_the_lead(
    ana: User, code: str, stage: Stage, hold_days: int | None, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    handoffs.reject(handoff, because(code), by=ana, now=now + MINUTE)

    lead = Lead.objects.get()
    assert lead.stage == stage
    assert lead.owner is None
    assert lead.held_until == (now + MINUTE + timedelta(days=hold_days) if hold_days else None)
    assert lead.visits.get(stage=stage).reason == code
    assert not Clock.objects.running().exists()


def test_duplicate_names_the_lead_that_it_repeats(ana: User, now: datetime) -> None:
    original = factories.handoff(now=now, email="eva.klein@acme.example").lead
    handoff = factories.handoff(now=now)

    handoffs.reject(handoff, because("duplicate", "See eva.klein@acme.example", original), by=ana, now=now)

    assert Lead.objects.get(pk=handoff.lead_id).merged_into == original


@pytest.mark.parametrize("note", ["", "  "])
def test_reason_that_needs_a_note_is_refused_without_one(ana: User, note: str, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    with pytest.raises(ReasonNotUsable, match="“Duplicate” needs a note"):
        handoffs.reject(handoff, because("duplicate", note), by=ana, now=now)

    assert Handoff.objects.get().is_open


def test_lead_does_not_repeat_itself_and_retired_reasons_are_refused(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    RejectionReason.objects.filter(code="bad-fit").update(is_active=False)

    with pytest.raises(ReasonNotUsable, match="the lead that this one repeats"):
        handoffs.reject(handoff, because("duplicate", "itself", handoff.lead), by=ana, now=now)
    with pytest.raises(ReasonNotUsable, match="no longer in use"):
        handoffs.reject(handoff, because("bad-fit"), by=ana, now=now)


def test_unassigned_handoff_tells_the_managers_at_once(
    rivals: tuple[User, User], mia: User, now: datetime
) -> None:
    factories.handoff(now=now)

    told = OutboxMessage.objects.get(recipient=mia, channel="IN_APP")
    assert told.title.endswith("waits: nobody is free")


# Taking back


@pytest.mark.parametrize("code", ["", "wrong-timing", "bad-fit"])
def test_undo_leaves_lead_clocks_and_owner_as_they_were_and_both_moves_in_the_history(
    ana: User, code: str, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    due = set(Clock.objects.running().values_list("kind", "due_at"))
    steps = [clock.to_come for clock in Clock.objects.running().order_by("pk")]
    if code:
        handoffs.reject(handoff, because(code), by=ana, now=now + MINUTE)
    else:
        handoffs.accept(handoff, by=ana, now=now + MINUTE)

    handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=9))

    handoff = Handoff.objects.get()
    assert (handoff.status, handoff.decided_by, handoff.reason) == ("OPEN", None, None)
    lead = handoff.lead
    assert (lead.stage, lead.owner, lead.held_from, lead.held_until) == (Stage.MQL, ana, None, None)
    assert set(Clock.objects.running().values_list("kind", "due_at")) == due
    assert [clock.to_come for clock in Clock.objects.running().order_by("pk")] == steps
    assert lead.visits.filter(stage=Stage.MQL).count() == 2
    texts = list(TimelineEvent.objects.filter(lead=lead).order_by("id").values_list("text", flat=True))
    assert "Undone by Ana" in texts


def test_undone_acceptance_of_an_unassigned_lead_leaves_it_to_everybody(
    rivals: tuple[User, User], now: datetime
) -> None:
    ana, bob = rivals
    handoff = factories.handoff(now=now)
    handoffs.accept(handoff, by=ana, now=now + MINUTE)

    handoffs.undo(handoff, by=ana, now=now + MINUTE)

    assert Handoff.objects.get().assignee is None
    assert Lead.objects.get().owner is None
    assert not Clock.objects.exclude(holder=None).exists()
    handoffs.accept(Handoff.objects.get(), by=bob, now=now + 2 * MINUTE)
    assert Lead.objects.get().owner == bob


def test_undo_is_the_deciders_own_and_lasts_ten_seconds(ana: User, mia: User, now: datetime) -> None:
    handoff = handoffs.accept(factories.handoff(now=now), by=ana, now=now + MINUTE)

    with pytest.raises(TooLateToUndo):
        handoffs.undo(handoff, by=mia, now=now + MINUTE)
    with pytest.raises(TooLateToUndo):
        handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=11))

    assert Lead.objects.get().stage == Stage.SAL


def test_undo_twice_is_refused(ana: User, now: datetime) -> None:
    handoff = handoffs.accept(factories.handoff(now=now), by=ana, now=now + MINUTE)
    handoffs.undo(handoff, by=ana, now=now + MINUTE)

    with pytest.raises(TooLateToUndo):
        handoffs.undo(handoff, by=ana, now=now + MINUTE)


def test_rejection_is_not_undone_once_the_person_has_asked_again(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    handoffs.reject(handoff, because("wrong-timing"), by=ana, now=now + MINUTE)
    again = factories.receive(factories.signal("demo_request"), now=now + MINUTE + timedelta(seconds=3))

    with pytest.raises(TooLateToUndo):
        handoffs.undo(handoff, by=ana, now=now + MINUTE + timedelta(seconds=5))

    assert Handoff.objects.open().get().pk == again["handoff"]["id"]
    assert Lead.objects.get().stage == Stage.MQL


# Races


def deciding(outcomes: list[Handoff | Exception]) -> tuple[list[Handoff], list[Exception]]:
    won = [outcome for outcome in outcomes if isinstance(outcome, Handoff)]
    return won, [outcome for outcome in outcomes if isinstance(outcome, Exception)]


@pytest.mark.django_db(transaction=True)
def test_accept_against_reject_has_one_outcome_told_truthfully(ana: User, mia: User, now: datetime) -> None:
    for number in range(ROUNDS):
        pk = factories.handoff(now=now, email=f"both-{number}@acme.example").pk
        accept = partial(handoffs.accept, Handoff.objects.get(pk=pk), by=ana, now=now + MINUTE)
        reject: Callable[[], Handoff] = partial(
            handoffs.reject, Handoff.objects.get(pk=pk), because("wrong-timing"), by=mia, now=now + MINUTE
        )

        won, lost = deciding(at_once(accept, reject))

        assert len(won) == 1
        [refused] = lost
        assert isinstance(refused, AlreadyDecided)
        stored = Handoff.objects.get(pk=pk)
        accepted = stored.status == Handoff.Status.ACCEPTED
        assert str(refused).startswith("Ana has already accepted" if accepted else "Mia has already rejected")
        assert stored.lead.stage == (Stage.SAL if accepted else Stage.RECYCLED)
        assert stored.lead.owner == (ana if accepted else None)
        assert stored.lead.visits.filter(left_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_undo_against_another_acceptance_never_leaves_two_owners(
    rivals: tuple[User, User], now: datetime
) -> None:
    ana, bob = rivals
    for number in range(ROUNDS):
        pk = factories.handoff(now=now, email=f"wanted-{number}@acme.example").pk
        handoffs.accept(Handoff.objects.get(pk=pk), by=ana, now=now + MINUTE)
        undo = partial(handoffs.undo, Handoff.objects.get(pk=pk), by=ana, now=now + MINUTE)
        accept = partial(handoffs.accept, Handoff.objects.get(pk=pk), by=bob, now=now + 2 * MINUTE)

        undone, accepted = at_once(undo, accept)

        assert isinstance(undone, Handoff)
        stored = Handoff.objects.get(pk=pk)
        if isinstance(accepted, Handoff):
            assert (stored.decided_by, stored.assignee, stored.lead.owner) == (bob, bob, bob)
            assert stored.lead.stage == Stage.SAL
        else:
            assert str(accepted) == "Ana has already accepted this lead."
            assert (stored.status, stored.assignee, stored.lead.owner) == ("OPEN", None, None)
            assert stored.lead.stage == Stage.MQL


@pytest.mark.django_db(transaction=True)
def test_acceptance_beside_the_sweep_and_a_logged_call_never_waits_in_a_circle(
    ana: User, mia: User, now: datetime
) -> None:
    """All three write to the lead's history while each holds rows that another one needs."""
    late = now + timedelta(days=2)
    for number in range(ROUNDS):
        handoff = factories.handoff(now=now, email=f"late-{number}@acme.example")
        accept = partial(handoffs.accept, Handoff.objects.get(pk=handoff.pk), by=ana, now=late)
        call = partial(
            attempts.log,
            handoff.lead,
            channel=Channel.CALL,
            outcome=Attempt.Outcome.REACHED,
            by=ana,
            now=late,
        )

        outcomes = at_once(accept, call, partial(escalations.sweep, now=late))

        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        assert Breach.objects.filter(clock__handoff=handoff).count() == 2
        running = Clock.objects.running().filter(handoff=handoff)
        assert set(running.values_list("kind", flat=True)) <= {ClockKind.FOLLOW_UP, ClockKind.MEETING}
        told = TimelineEvent.objects.filter(lead=handoff.lead, text__contains="was missed")
        assert told.count() == 2
