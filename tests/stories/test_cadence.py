"""A lead is accepted and followed up, read aloud: what is due when, and everything that ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from leads import merging
from leads.models import Lead, TimelineEvent, User
from routing import (
    attempts,
    cadence_sweep,
    cadences,
    follow_ups,
    handoffs,
    invariants,
    rerouting,
    successions,
)
from routing.cadence_sweep import Swept
from routing.cadences import AlreadyDone
from routing.domain.mail_text import SlotsMissing
from routing.follow_ups import NotToBeDone
from routing.models import (
    Attempt,
    Cadence,
    Clock,
    ClockKind,
    ClockPause,
    Enrolment,
    FollowUp,
    Handoff,
    Rep,
)
from tests import factories

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
T1: dict[str, Any] = {"answers": {"critical_event": "confirmed"}}
FRIDAY = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)  # 17:55 in Berlin
Channel, Outcome = Attempt.Channel, Attempt.Outcome


def accepted(by: User, *, now: datetime, **fields: Any) -> Handoff:
    """A lead of the best tier that somebody has just accepted."""
    handoff = factories.handoff(now=now, **{**T1, **fields})
    return handoffs.accept(handoff, by=by, now=now)


def open_tasks(lead: Lead) -> list[FollowUp]:
    return list(FollowUp.objects.doable().filter(lead=lead).order_by("due_at", "pk"))


def first(lead: Lead, channel: str) -> FollowUp:
    return next(task for task in open_tasks(lead) if task.channel == channel)


def enrolment(lead: Lead) -> Enrolment:
    return Enrolment.objects.filter(lead=lead).latest("started_at", "pk")


def test_t1_accepted_on_friday_at_five_to_six_is_called_within_the_clock_and_goes_on_on_monday(
    ana: User,
) -> None:
    handoff = accepted(ana, now=FRIDAY)

    tasks = open_tasks(handoff.lead)
    assert [(task.due_on, task.channel) for task in tasks] == [
        (date(2026, 11, 20), "CALL"),
        (date(2026, 11, 20), "EMAIL"),
        (date(2026, 11, 23), "CALL"),
        (date(2026, 11, 23), "EMAIL"),
        (date(2026, 11, 24), "EMAIL"),
        (date(2026, 11, 25), "CALL"),
        (date(2026, 11, 25), "LINKEDIN"),
        (date(2026, 11, 27), "EMAIL"),
        (date(2026, 12, 1), "EMAIL"),
    ]
    clock = Clock.objects.running().get(kind=ClockKind.FIRST_RESPONSE)
    assert tasks[0].due_at == clock.due_at == FRIDAY + 5 * MINUTE


def test_the_first_call_is_logged_and_stops_the_clocks(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    follow_ups.complete(first(lead, "CALL"), Outcome.NO_ANSWER, by=ana, now=now + MINUTE)

    attempt = Attempt.objects.get()
    assert (attempt.channel, attempt.outcome, attempt.by) == ("CALL", "NO_ANSWER", ana)
    assert attempt.follow_up.state == FollowUp.State.DONE
    assert not Clock.objects.running().filter(kind=ClockKind.FIRST_RESPONSE).exists()
    assert enrolment(lead).state == Enrolment.State.RUNNING


def test_a_task_is_done_once_whoever_comes_second(ana: User, now: datetime) -> None:
    task = first(accepted(ana, now=now).lead, "CALL")
    follow_ups.complete(task, Outcome.NO_ANSWER, by=ana, now=now)

    with pytest.raises(AlreadyDone):
        follow_ups.complete(task, Outcome.NO_ANSWER, by=ana, now=now)

    assert Attempt.objects.count() == 1


def test_an_attempt_on_the_leads_page_ticks_off_what_is_due_today(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    attempts.log(lead, channel=Channel.CALL, outcome=Outcome.LEFT_MESSAGE, by=ana, now=now)
    attempts.log(lead, channel=Channel.CALL, outcome=Outcome.LEFT_MESSAGE, by=ana, now=now)

    done = FollowUp.objects.filter(state=FollowUp.State.DONE)
    assert [task.step.day for task in done if task.step] == [0]  # tomorrow's call is still tomorrow's


def test_a_mail_is_sent_only_once_its_slots_are_written(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead
    mail = first(lead, "EMAIL")

    with pytest.raises(SlotsMissing, match="one idea, two times"):
        follow_ups.complete(mail, Outcome.SENT, by=ana, now=now)

    assert Attempt.objects.count() == 0
    FollowUp.objects.filter(pk=mail.pk).update(written={"one_idea": "x", "two_times": "Monday"})
    sent = follow_ups.complete(mail, Outcome.SENT, by=ana, now=now)
    assert sent.note == "Acme Software: your question, and one idea"


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.REPLIED])
def test_an_answer_stops_it(ana: User, now: datetime, outcome: Attempt.Outcome) -> None:
    lead = accepted(ana, now=now).lead

    attempts.log(lead, channel=Channel.EMAIL, outcome=outcome, by=ana, now=now)

    assert open_tasks(lead) == []
    assert enrolment(lead).cause == Enrolment.Cause.ANSWERED


def test_a_meeting_stops_it(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    attempts.log(lead, channel=Channel.MEETING, outcome=Outcome.BOOKED, by=ana, now=now)

    assert enrolment(lead).cause == Enrolment.Cause.MEETING


def test_an_opt_out_ends_all_contact_at_once_and_the_sweep_says_so(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead
    task = first(lead, "CALL")

    factories.receive(factories.signal("unsubscribe"), now=now + MINUTE)

    assert open_tasks(lead) == []
    with pytest.raises(AlreadyDone):
        follow_ups.complete(task, Outcome.NO_ANSWER, by=ana, now=now + MINUTE)
    assert cadence_sweep.sweep(now=now + MINUTE) == Swept(stopped=1, ended=0)
    assert enrolment(lead).cause == Enrolment.Cause.OPTED_OUT
    assert Attempt.objects.count() == 0


def test_an_opt_out_that_happened_earlier_and_arrives_late_stops_all_mail(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead
    earlier = (now - 2 * DAY).isoformat()

    factories.receive(factories.signal("unsubscribe", occurred_at=earlier), now=now + MINUTE)

    assert not [task for task in open_tasks(lead) if task.channel != "CALL"]
    cadence_sweep.sweep(now=now + MINUTE)
    assert enrolment(lead).cause == Enrolment.Cause.OPTED_OUT


def test_who_asked_for_no_mail_before_is_called_and_not_written_to(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now, **T1)
    Lead.objects.filter(pk=handoff.lead_id).update(suppressed_at=now - DAY)

    handoffs.accept(handoff, by=ana, now=now)

    assert {task.channel for task in open_tasks(handoff.lead)} == {"CALL"}
    skipped = FollowUp.objects.filter(state=FollowUp.State.SKIPPED)
    assert set(skipped.values_list("reason", flat=True)) == {"they asked for no more mail"}
    assert cadence_sweep.sweep(now=now + DAY) == Swept(stopped=0, ended=0)


def test_who_asks_again_by_themselves_is_not_written_to_by_a_plan(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    factories.receive(factories.signal("call_request"), now=now + DAY)
    cadence_sweep.sweep(now=now + DAY)

    assert enrolment(lead).cause == Enrolment.Cause.CAME_BACK


def test_a_lead_that_is_passed_on_takes_its_tasks_with_it(ana: User, bob: User, now: datetime) -> None:
    handoff = accepted(ana, now=now)
    had = FollowUp.objects.doable().of(ana).count()

    rerouting.reroute(handoff, by=ana, now=now, to=bob)

    assert FollowUp.objects.doable().of(ana).count() == 0
    assert FollowUp.objects.doable().of(bob).count() == had == 9


def test_the_tasks_of_who_leaves_go_to_who_gets_their_leads(ana: User, bob: User, now: datetime) -> None:
    accepted(ana, now=now)

    successions.leave(Rep.objects.get(user=ana), by=bob, now=now)

    assert FollowUp.objects.doable().of(bob).count() == 9


def test_an_acceptance_that_is_undone_leaves_nothing_to_do_and_may_be_made_again(
    ana: User, now: datetime
) -> None:
    handoff = accepted(ana, now=now)

    handoffs.undo(handoff, by=ana, now=now + timedelta(seconds=5))

    assert open_tasks(handoff.lead) == []
    assert enrolment(handoff.lead).cause == Enrolment.Cause.UNDONE
    handoffs.accept(handoff, by=ana, now=now + MINUTE)
    assert len(open_tasks(handoff.lead)) == 9


def test_a_lead_that_goes_another_way_has_nothing_to_do_from_that_moment(
    ana: User, olga: User, now: datetime
) -> None:
    lead = accepted(ana, now=now).lead
    other = factories.waiting("omar", now=now).lead

    merging.merge(lead, into=other, by=olga, now=now)

    assert open_tasks(lead) == []
    cadence_sweep.sweep(now=now)
    assert enrolment(lead).cause == Enrolment.Cause.CLOSED


def test_on_the_last_day_a_lead_that_nobody_reached_is_recycled_and_the_sweep_may_run_twice(
    ana: User, now: datetime
) -> None:
    lead = accepted(ana, now=now).lead
    FollowUp.objects.filter(lead=lead).update(state=FollowUp.State.SKIPPED, done_at=now)
    last_day = now + 15 * DAY  # ten working days

    assert cadence_sweep.sweep(now=now + 9 * DAY) == Swept(0, 0)
    assert cadence_sweep.sweep(now=last_day) == Swept(0, 1)
    assert cadence_sweep.sweep(now=last_day) == Swept(0, 0)

    lead.refresh_from_db()
    assert (lead.stage, lead.owner) == ("RECYCLED", None)
    assert lead.held_until == last_day + 60 * DAY
    assert enrolment(lead).state == Enrolment.State.FINISHED


def test_a_lead_that_nobody_has_tried_is_not_given_up_by_itself(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    assert cadence_sweep.sweep(now=now + 30 * DAY) == Swept(0, 0)

    assert len(open_tasks(lead)) == 9


def test_not_yet_ends_the_cadence_rests_the_clocks_and_leaves_a_call(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    follow_ups.not_yet(lead, 60, by=ana, now=now)
    follow_ups.not_yet(lead, 30, by=ana, now=now + MINUTE)

    [task] = open_tasks(lead)
    assert (task.channel, task.due_on) == ("CALL", date(2026, 12, 17))
    assert enrolment(lead).cause == Enrolment.Cause.NOT_YET
    due = lead.handoffs.get().clocks.running().values_list("due_at", flat=True)
    assert now + 30 * DAY < min(due) < now + 35 * DAY


def test_not_yet_takes_only_30_60_or_90_days_and_nobody_who_opted_out(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    with pytest.raises(NotToBeDone, match="30, 60 or 90"):
        follow_ups.not_yet(lead, 45, by=ana, now=now)
    Lead.objects.filter(pk=lead.pk).update(suppressed_at=now)
    with pytest.raises(NotToBeDone, match="opted out"):
        follow_ups.not_yet(lead, 30, by=ana, now=now)


def test_not_yet_is_said_of_an_accepted_lead_without_a_meeting_alone(
    ana: User, mia: User, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead

    with pytest.raises(NotToBeDone, match="that sales has accepted"):
        follow_ups.not_yet(lead, 30, by=mia, now=now)

    assert not ClockPause.objects.exists()


def test_who_has_not_got_the_lead_does_not_do_its_tasks(ana: User, bob: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    with pytest.raises(NotToBeDone, match="This lead is with Ana"):
        follow_ups.complete(first(lead, "CALL"), Outcome.NO_ANSWER, by=bob, now=now)
    with pytest.raises(NotToBeDone):
        follow_ups.stop(lead, by=bob, now=now)


def test_a_task_is_skipped_for_a_reason_and_put_off_within_the_day(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead
    call = first(lead, "CALL")

    follow_ups.put_off(call, by=ana, now=now, end_of_day=now + timedelta(hours=1))
    follow_ups.skip(first(lead, "EMAIL"), "Not now", by=ana, now=now)

    call.refresh_from_db()
    assert call.later_at == now + timedelta(hours=1)
    assert FollowUp.objects.get(state=FollowUp.State.SKIPPED).reason == "Not now"
    assert TimelineEvent.objects.filter(text__contains="skipped: not now").exists()


def test_starting_twice_leaves_one_and_stopping_lets_it_begin_again(ana: User, now: datetime) -> None:
    lead = accepted(ana, now=now).lead

    assert cadences.start(lead, by=ana, now=now) == enrolment(lead)
    follow_ups.stop(lead, by=ana, now=now)
    again = cadences.start(lead, by=ana, now=now + MINUTE)

    assert Enrolment.objects.running().get() == again
    assert len(open_tasks(lead)) == 9


def test_a_lead_whose_tier_has_no_cadence_is_accepted_without_one(ana: User, now: datetime) -> None:
    Cadence.objects.update(is_current=False)

    lead = accepted(ana, now=now).lead

    assert not Enrolment.objects.filter(lead=lead).exists()
    with pytest.raises(cadences.NoCadence, match="There is no cadence for T1"):
        cadences.start(lead, by=ana, now=now)


def test_a_lead_accepted_anew_before_any_sweep_begins_anew(ana: User, now: datetime) -> None:
    handoff = accepted(ana, now=now)
    Lead.objects.filter(pk=handoff.lead_id).update(stage="MQL")
    again = Handoff.objects.create(
        **{
            field.attname: getattr(handoff, field.attname)
            for field in Handoff._meta.concrete_fields
            if field.name not in ("id", "status", "decided_at", "decided_by")
        }
    )

    handoffs.accept(again, by=ana, now=now + DAY)

    assert Enrolment.objects.running().filter(lead=handoff.lead).count() == 1
    assert Enrolment.objects.filter(cause=Enrolment.Cause.CLOSED).count() == 1


def test_a_lead_that_is_called_on_a_day_to_come_is_not_forgotten_and_is_after_it(
    ana: User, now: datetime
) -> None:
    lead = accepted(ana, now=now).lead
    follow_ups.not_yet(lead, 30, by=ana, now=now)

    assert not invariants.languishing(now=now + 20 * DAY).filter(pk=lead.pk).exists()
    assert invariants.languishing(now=now + 45 * DAY).filter(pk=lead.pk).exists()
