"""Logged attempts: the first that counts as a response stops the clock, and only that one."""

from datetime import datetime, timedelta

import pytest

from leads.models import User
from routing import attempts, handoffs
from routing.attempts import Channel, NothingToLogFor
from routing.models import Attempt, Clock, ClockKind, Handoff
from tests import factories

Outcome = Attempt.Outcome
MINUTE = timedelta(minutes=1)


def first_response() -> Clock:
    return Clock.objects.get(kind=ClockKind.FIRST_RESPONSE)


@pytest.mark.parametrize(
    ("channel", "stops"),
    [(Channel.CALL, True), (Channel.EMAIL, True), (Channel.MEETING, True), (Channel.LINKEDIN, False)],
)
def test_calls_mails_and_meetings_count_as_a_response(
    ana: User, channel: Channel, stops: bool, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead

    attempts.log(lead, channel=channel, outcome=Outcome.SENT, by=ana, now=now + MINUTE)

    assert first_response().stopped_at == (now + MINUTE if stops else None)
    assert Handoff.objects.get().first_contact_at == (now + MINUTE if stops else None)


def test_second_attempt_leaves_the_first_contact_where_it_was(ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead

    for minutes in (1, 2):
        attempts.log(
            lead, channel=Channel.CALL, outcome=Outcome.NO_ANSWER, by=ana, now=now + minutes * MINUTE
        )

    assert Handoff.objects.get().first_contact_at == now + MINUTE
    assert first_response().stopped_at == now + MINUTE
    assert Attempt.objects.count() == 2


def test_late_first_call_is_a_breach_even_before_the_sweep_has_come(ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    late = first_response().due_at + timedelta(seconds=1)

    attempts.log(lead, channel=Channel.CALL, outcome=Outcome.REACHED, by=ana, now=late)

    clock = first_response()
    assert (clock.breached_at, clock.stopped_at) == (clock.due_at, late)
    assert clock.breach.holder == ana


def test_call_in_the_last_second_is_in_time(ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    due = first_response().due_at

    attempts.log(lead, channel=Channel.CALL, outcome=Outcome.REACHED, by=ana, now=due)

    assert first_response().breached_at is None


def test_attempt_belongs_to_the_latest_handoff(ana: User, now: datetime) -> None:
    first = handoffs.accept(factories.handoff(now=now), by=ana, now=now)
    Handoff.objects.create(
        **{
            field.name: getattr(first, field.name)
            for field in Handoff._meta.concrete_fields
            if field.name not in ("id", "status", "decided_at", "decided_by", "qualified_at")
        },
        qualified_at=now + timedelta(days=1),
    )

    attempt = attempts.log(
        first.lead, channel=Channel.CALL, outcome=Outcome.REACHED, by=ana, now=now + timedelta(days=2)
    )

    assert attempt.handoff_id > first.pk


def test_lead_that_was_never_handed_over_has_no_clock_to_stop(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended"), now=now)
    lead = factories.lead_of("eva@acme.example")

    with pytest.raises(NothingToLogFor, match="Eva Klein has not been handed to sales yet"):
        attempts.log(lead, channel=Channel.CALL, outcome=Outcome.REACHED, by=ana, now=now)
