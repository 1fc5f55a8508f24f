"""A clock stands still only for a cause, by exactly the time asked for; it never turns a breach back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leads.models import Team, TimelineEvent, User
from revops.lead_page.brief import clocks_of
from routing import escalations, handoffs, moves, pauses, queue, rerouting, successions
from routing.models import Absence, Clock, ClockKind, ClockPause, ClockStep, Handoff, Reassignment, Rep
from routing.moves import Chosen
from routing.pauses import PauseRefused
from routing.queue_tabs import Tab
from tests import factories

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def first_response(handoff: Handoff) -> Clock:
    return handoff.clocks.running().get(kind=ClockKind.FIRST_RESPONSE)


def rep_of(user: User) -> Rep:
    return Rep.objects.select_related("user").get(user=user)


def test_called_later_moves_what_is_due_by_the_business_time_between(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    due = first_response(handoff).due_at

    pauses.call_later(handoff, until=now + DAY + MINUTE, by=ana, now=now + MINUTE)

    assert first_response(handoff).due_at == due + DAY
    steps = first_response(handoff).to_come
    assert [at - now - DAY for _, _, at in steps] == [after for _, after, _ in steps]
    pause = ClockPause.objects.filter(clock=first_response(handoff)).get()
    assert (pause.starts_at, pause.ends_at, pause.actor) == (now + MINUTE, now + DAY + MINUTE, ana)
    assert escalations.sweep(now=now + DAY) == escalations.Swept(0, 0)
    assert TimelineEvent.objects.filter(text__startswith="First response paused until").count() == 1


def test_steps_that_a_release_before_laid_as_rows_move_too(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    laid = ClockStep.objects.create(
        clock=first_response(handoff), action="REROUTE", after=HOUR, due_at=now + HOUR
    )

    pauses.call_later(handoff, until=now + DAY + MINUTE, by=ana, now=now + MINUTE)

    laid.refresh_from_db()
    assert laid.due_at == now + DAY + HOUR


def test_pause_over_the_night_of_a_closed_office_moves_nothing(ana: User) -> None:
    evening = datetime(2026, 11, 17, 17, 30, tzinfo=UTC)  # the office closed at 17:00 UTC
    handoff = factories.handoff(now=evening)
    due = first_response(handoff).due_at

    pauses.call_later(handoff, until=evening + 10 * HOUR, by=ana, now=evening)

    assert first_response(handoff).due_at == due


def test_breach_stays_and_only_the_steps_to_come_move(ana: User, bob: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    escalations.sweep(now=now + 6 * MINUTE)
    breached = first_response(handoff)

    pauses.call_later(handoff, until=now + 2 * HOUR, by=ana, now=now + 6 * MINUTE)
    escalations.sweep(now=now + HOUR)

    still = first_response(handoff)
    assert (still.due_at, still.breached_at) == (breached.due_at, breached.breached_at)
    assert not Reassignment.objects.exists()
    escalations.sweep(now=now + 2 * HOUR + 10 * MINUTE)
    assert Reassignment.objects.get().to_user == bob


def test_longer_of_two_pauses_wins_and_ending_one_leaves_the_other(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    due = first_response(handoff).due_at
    away = pauses.Cause.AWAY
    pauses.pause_handoff(handoff, until=now + 3 * HOUR, cause=away, by=ana, now=now)
    pauses.call_later(handoff, until=now + HOUR, by=ana, now=now)
    assert first_response(handoff).due_at == due + 3 * HOUR

    pauses.resume_held_by(ana, cause=away, by=ana, now=now + MINUTE)

    assert first_response(handoff).due_at == due + HOUR


def test_pause_without_a_clock_or_into_the_past_is_refused(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    with pytest.raises(PauseRefused, match="time to come"):
        pauses.call_later(handoff, until=now, by=ana, now=now)

    handoff.clocks.update(stopped_at=now)

    with pytest.raises(PauseRefused, match="nothing to pause"):
        pauses.call_later(handoff, until=now + HOUR, by=ana, now=now)


def test_what_begins_while_the_lead_asked_to_be_called_later_stands_still_too(
    ana: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    pauses.call_later(handoff, until=now + DAY, by=ana, now=now, note="after the fair")

    handoffs.accept(handoff, by=ana, now=now + MINUTE)

    follow_up = handoff.clocks.running().get(kind=ClockKind.FOLLOW_UP)
    assert follow_up.due_at == now + DAY + 4 * HOUR
    assert follow_up.to_come[0][2] == now + DAY + 2 * HOUR
    assert escalations.sweep(now=now + DAY - MINUTE) == escalations.Swept(0, 0)
    [told] = pauses.of_handoff(handoff)
    assert (told.ends_at, told.note, told.actor) == (now + DAY, "after the fair", ana)
    count = pauses.resume_called_later(handoff, by=ana, now=now + HOUR)
    assert count == handoff.clocks.running().count()
    follow_up.refresh_from_db()
    assert follow_up.due_at == now + 5 * HOUR


def test_undone_acceptance_leaves_the_pause_as_it_was(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    pauses.call_later(handoff, until=now + DAY, by=ana, now=now)
    before = list(handoff.clocks.order_by("pk").values())
    handoffs.accept(handoff, by=ana, now=now + MINUTE)

    handoffs.undo(handoff, by=ana, now=now + MINUTE)

    assert list(handoff.clocks.order_by("pk").values()) == before


def test_whoever_takes_over_calls_when_the_lead_asked_to_be_called(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    taker = bob if handoff.assignee == ana else ana
    pauses.call_later(handoff, until=now + DAY, by=mia, now=now)

    rerouting.reroute(handoff, to=taker, by=mia, now=now + MINUTE)

    clock = first_response(handoff)
    assert (clock.holder, clock.due_at) == (taker, now + DAY + 5 * MINUTE)


# Who is out


def test_due_leads_of_who_is_out_go_to_the_backup_and_the_rest_stay(
    ana: User, bob: User, now: datetime
) -> None:
    due, rest = (factories.waiting(name, now=now) for name in ("due", "rest"))
    Handoff.objects.update(assignee=ana)
    Clock.objects.update(holder=ana)
    rest.clocks.update(due_at=now + 5 * DAY)
    Rep.objects.filter(user=ana).update(backup=rep_of(bob))

    covered = successions.announce(rep_of(ana), starts_at=now, ends_at=now + DAY, by=ana, now=now)

    assert covered == successions.Covered(moved=1, paused=0, stayed=1)
    due.refresh_from_db()
    rest.refresh_from_db()
    assert (due.assignee, rest.assignee) == (bob, ana)
    assert due.because == "the rep is out → Ana’s backup"


def test_clocks_stand_still_where_nobody_can_take_over_and_run_on_when_the_rep_is_back_early(
    ana: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    due = first_response(handoff).due_at
    covered = successions.announce(rep_of(ana), starts_at=now, ends_at=now + 3 * HOUR, by=ana, now=now)
    assert covered == successions.Covered(moved=0, paused=1, stayed=0)
    assert first_response(handoff).due_at == due + 3 * HOUR
    assert Handoff.objects.get().assignee == ana

    successions.come_back(Absence.objects.get(), by=ana, now=now + HOUR)

    assert first_response(handoff).due_at == due + HOUR


def test_who_takes_over_for_one_who_is_out_has_clocks_that_run(
    ana: User, mia: User, dach: Team, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    review = handoff.clocks.get(kind=ClockKind.REVIEW)
    successions.announce(rep_of(ana), starts_at=now, ends_at=now + 7 * DAY, by=ana, now=now)
    before = list(handoff.clocks.order_by("pk").values())
    bob = factories.rep("bob", team=dach).user

    [moved] = moves.move([Chosen(handoff.pk, ana.pk)], to=bob, by=mia, now=now + MINUTE).moved

    due = handoff.clocks.get(pk=review.pk).due_at
    assert due == review.due_at + MINUTE
    assert moves.take_back([moved], by=mia, now=now + MINUTE) == (1, [])
    assert list(handoff.clocks.order_by("pk").values()) == before
    assert pauses.away_until(handoff, now=now + DAY) == now + 7 * DAY


def test_absence_that_begins_later_is_covered_once_when_it_does(ana: User, bob: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    assert handoff.assignee == ana
    successions.announce(rep_of(ana), starts_at=now + MINUTE, ends_at=now + DAY, by=ana, now=now)
    assert successions.cover_begun(now=now) == successions.Covered()

    first = successions.cover_begun(now=now + MINUTE)
    second = successions.cover_begun(now=now + MINUTE)

    assert (first.moved, second.moved) == (1, 0)
    handoff.refresh_from_db()
    assert handoff.assignee == bob


def test_who_leaves_hands_over_all_open_work_and_receives_nothing_more(
    ana: User, bob: User, mia: User, olga: User, now: datetime
) -> None:
    waits, worked = (factories.waiting(name, now=now) for name in ("waits", "worked"))
    handoffs.accept(worked, by=worked.assignee or ana, now=now)
    leaver = ana

    moved = successions.leave(rep_of(leaver), by=olga, now=now + MINUTE)

    assert moved.leads >= 1
    held = Handoff.objects.open().filter(assignee=leaver)
    assert not held.exists()
    for handoff in (waits, worked):
        handoff.lead.refresh_from_db()
        assert handoff.lead.owner == bob
    assert set(Clock.objects.running().values_list("holder", flat=True)) == {bob.pk}
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert successions.pass_on_what_leavers_hold(now=now + MINUTE) == 0


def test_accepted_lead_of_the_last_rep_goes_to_the_manager(
    ana: User, mia: User, olga: User, now: datetime
) -> None:
    handoffs.accept(factories.handoff(now=now), by=ana, now=now)

    successions.leave(rep_of(ana), by=olga, now=now + MINUTE)

    assert Handoff.objects.get().lead.owner == mia


def test_called_later_runs_again_when_somebody_says_so(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    due = first_response(handoff).due_at
    pauses.call_later(handoff, until=now + DAY, by=ana, now=now, note="after the fair")

    count = pauses.resume_called_later(handoff, by=ana, now=now + MINUTE)

    assert count == handoff.clocks.running().count()
    assert first_response(handoff).due_at == due + MINUTE
    [told] = pauses.of_handoff(handoff)
    assert (told.ends_at, told.note, told.actor) == (now + MINUTE, "after the fair", ana)
    assert pauses.resume_called_later(handoff, by=ana, now=now + 2 * MINUTE) == 0


def test_nobody_is_called_later_than_a_nurture_hold_lasts(ana: User, now: datetime) -> None:
    with pytest.raises(PauseRefused, match="At most 90 days"):
        pauses.call_later(factories.handoff(now=now), until=now + 91 * DAY, by=ana, now=now)


def test_clock_that_stands_still_says_until_when(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    pauses.call_later(handoff, until=now + DAY, by=ana, now=now)

    [view] = [one for one in clocks_of(handoff, now=now + HOUR) if one.kind_label == "First response"]

    assert (view.state, view.text) == ("paused", "paused until 18 Nov, 09:00")
    assert view.share_left == 1.0
    [row] = queue.rows(ana, Tab.MINE, now=now + HOUR)
    assert row.clock is not None
    assert row.clock.text == "paused until 18 Nov, 09:00"
