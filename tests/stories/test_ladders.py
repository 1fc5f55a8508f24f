"""Nobody answers, read aloud: each ladder from its first step to its last."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from leads.domain.stages import Stage
from leads.models import Lead, OutboxMessage, Team, User
from routing import after_acceptance, attempts, escalations, handoffs
from routing.attempts import Channel
from routing.models import Attempt, Breach, Clock, ClockKind, ClockStep, Handoff, Rep, ServiceLevel
from tests import factories

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SECOND = timedelta(seconds=1)
MIDDLING = {**factories.COMPANY, "employees": 12, "technologies": ["Excel"]}
T1: dict[str, Any] = {"answers": {"critical_event": "confirmed"}}


def first_responses() -> list[tuple[str, datetime, datetime | None]]:
    found = Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE).order_by("id").select_related("holder")
    return [(str(clock.holder), clock.started_at, clock.stopped_at) for clock in found]


def told(person: User) -> list[str]:
    mine = OutboxMessage.objects.filter(recipient=person, channel=OutboxMessage.Channel.IN_APP)
    return list(mine.order_by("id").values_list("title", flat=True))


def back_up(rep: User, backup: User) -> None:
    Rep.objects.filter(user=rep).update(backup=Rep.objects.get(user=backup))


def test_t1_warns_the_rep_tells_the_manager_and_goes_to_the_backup_who_gets_a_fresh_clock(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now, **T1)
    back_up(ana, bob)
    assert handoff.assignee == ana

    for minute in range(1, 17):
        escalations.sweep(now=now + minute * MINUTE)

    assert told(ana) == [
        "T1: Eva Klein is yours",
        "Eva Klein: 50% of the time for first response is gone",
        "T1: Eva Klein is with Bob now",
    ]
    assert told(mia) == ["Eva Klein: first response is overdue"]
    assert told(bob) == ["T1: Eva Klein is yours"]
    handoff.refresh_from_db()
    assert (handoff.assignee, handoff.lead.owner) == (bob, bob)
    assert handoff.because == "nobody answered in time → Ana’s backup"
    taken = now + 16 * MINUTE
    assert first_responses() == [("Ana", now, taken), ("Bob", taken, None)]
    assert Clock.objects.running().get(kind=ClockKind.FIRST_RESPONSE).due_at == taken + 5 * MINUTE
    assert Breach.objects.get().holder == ana
    assert Clock.objects.running().get(kind=ClockKind.REVIEW).holder == bob


def test_lead_never_goes_back_to_who_let_it_lie_and_waits_unassigned_when_nobody_is_left(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now, **T1)

    for minute in range(1, 41):
        escalations.sweep(now=now + minute * MINUTE)

    handoff.refresh_from_db()
    moves = list(handoff.reassignments.order_by("id").values_list("from_user__name", "to_user__name"))
    assert moves == [("Ana", "Bob"), ("Bob", None)]
    assert (handoff.assignee, handoff.lead.owner) == (None, None)
    assert set(Clock.objects.running().values_list("kind", flat=True)) == {
        ClockKind.DELIVERY,
        ClockKind.REVIEW,
    }
    assert told(mia)[-1] == "T1: Eva Klein waits: nobody is free"
    last = handoff.reassignments.latest("id")
    assert {one["passed_over"] for one in last.explanation["candidates"]} == {"has had it before"}
    assert handoff.explanation["candidates"][0]["name"] == "Ana"


def test_t2_tells_the_manager_after_half_an_hour_and_goes_on_after_two(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now, company=MIDDLING)
    assert handoff.tier == "T2"

    escalations.sweep(now=now + 31 * MINUTE)
    assert told(mia) == ["Eva Klein: first response is overdue"]
    escalations.sweep(now=now + 2 * HOUR)
    handoff.refresh_from_db()
    assert handoff.assignee == ana
    escalations.sweep(now=now + 2 * HOUR + SECOND)

    handoff.refresh_from_db()
    assert handoff.assignee == bob


def test_t3_goes_to_nurture_after_four_hours_and_says_so(
    ana: User, mia: User, olga: User, now: datetime
) -> None:
    promise = ServiceLevel.objects.get(clock=ClockKind.FIRST_RESPONSE, tier="T3")
    ServiceLevel.objects.filter(clock=ClockKind.FIRST_RESPONSE).exclude(pk=promise.pk).update(is_active=False)
    ServiceLevel.objects.filter(clock=ClockKind.FIRST_RESPONSE, tier="T2").delete()
    ServiceLevel.objects.filter(pk=promise.pk).update(tier="T2")  # nobody who asks is of the third tier
    handoff = factories.handoff(now=now, company=MIDDLING)

    escalations.sweep(now=now + 4 * HOUR + SECOND)

    handoff.refresh_from_db()
    assert handoff.status == Handoff.Status.LAPSED
    assert handoff.lead.stage == Stage.RECYCLED
    assert told(mia)[-1] == told(olga)[-1] == "Eva Klein has gone back to nurture"


def test_undecided_lead_is_recycled_after_48_hours_of_work_and_managers_and_operations_know(
    ana: User, mia: User, olga: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    attempts.log(
        handoff.lead, channel=Channel.CALL, outcome=Attempt.Outcome.REACHED, by=ana, now=now + 2 * MINUTE
    )

    escalations.sweep(now=now + timedelta(days=9))

    handoff.refresh_from_db()
    lead = Lead.objects.get()
    assert (handoff.status, handoff.decided_by) == (Handoff.Status.LAPSED, None)
    assert (lead.stage, lead.owner) == (Stage.RECYCLED, None)
    assert lead.held_until == now + timedelta(days=99)
    assert not Clock.objects.running().exists()
    assert told(mia)[-1] == told(olga)[-1] == "Eva Klein has gone back to nurture"
    assert lead.visits.get(left_at=None).cause == "review was not done within 48 h"
    with pytest.raises(handoffs.AlreadyDecided, match="Nobody decided in time"):
        handoffs.accept(handoff, by=ana, now=now + timedelta(days=9))


def test_unassigned_lead_is_told_to_the_manager_within_the_hour_and_then_to_operations(
    dach: Team, mia: User, olga: User, now: datetime
) -> None:
    factories.handoff(now=now)

    escalations.sweep(now=now + HOUR + SECOND)
    assert told(mia)[-1] == "Eva Klein: delivery is overdue"
    assert told(olga) == []
    escalations.sweep(now=now + 2 * HOUR + SECOND)

    assert told(olga) == ["Eva Klein: delivery is overdue"]
    assert Breach.objects.get().holder is None


def test_accepted_lead_wants_a_follow_up_and_a_meeting(ana: User, mia: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    attempts.log(handoff.lead, channel=Channel.CALL, outcome=Attempt.Outcome.REACHED, by=ana, now=now)
    handoffs.accept(handoff, by=ana, now=now + MINUTE)

    escalations.sweep(now=now + 4 * HOUR + 2 * MINUTE)
    assert told(mia) == ["Eva Klein: follow-up is overdue"]
    escalations.sweep(now=now + timedelta(days=7, minutes=2))
    assert told(mia)[-1] == "Eva Klein: meeting is overdue"

    after_acceptance.meeting_booked(Lead.objects.get(), by=ana, now=now + timedelta(days=8))
    assert not Clock.objects.running().exists()


def test_lead_that_comes_to_nothing_stops_every_clock_at_once(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    handoffs.accept(handoff, by=ana, now=now)

    after_acceptance.give_up(
        Lead.objects.get(), by=ana, now=now + MINUTE, cause="no answer", reason="unresponsive"
    )

    assert not Clock.objects.running().exists()
    assert not ClockStep.objects.pending().exists()
