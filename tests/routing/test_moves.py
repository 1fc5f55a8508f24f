"""A manager passes on what they chose: caps, absence and what others did meanwhile are minded, and all is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import lifecycle
from leads.domain.stages import Stage
from leads.models import Lead, OutboxMessage, Team, TimelineEvent, User
from routing import handoffs, impacts, moves, snoozing
from routing.models import Absence, Breach, Clock, ClockKind, Handoff, Reassignment, RejectionReason, Rep
from routing.moves import Chosen
from routing.rejections import ReasonNotUsable, Rejection
from tests import factories
from tests.races import at_once

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def chosen(*shown: Handoff) -> list[Chosen]:
    return [Chosen(handoff.pk, handoff.assignee_id) for handoff in shown]


@pytest.fixture
def anas(ana: User, now: datetime) -> list[Handoff]:
    """Three that wait for Ana, who was alone when they came."""
    return [factories.waiting(name, now=now) for name in ("ada", "bea", "cleo")]


def cap(user: User, **caps: int) -> None:
    Rep.objects.filter(user=user).update(**caps)


def out(user: User, now: datetime) -> None:
    Absence.objects.create(rep=user.rep, starts_at=now - HOUR, ends_at=now + 24 * HOUR)


# What would follow


def test_impact_counts_load_fresh_clocks_and_the_breaches_that_stay(
    *, anas: list[Handoff], ana: User, bob: User, mia: User, now: datetime
) -> None:
    cap(bob, open_cap=15)
    late = now + 6 * MINUTE
    first = Clock.objects.get(handoff=anas[0], kind=ClockKind.FIRST_RESPONSE)
    Breach.objects.create(clock=first, holder=ana, due_at=first.due_at, noticed_at=late)

    told = impacts.impact(chosen(*anas[:2]), to=bob, by=mia, now=late)

    assert [handoff.pk for handoff in told.going] == [anas[0].pk, anas[1].pk]
    assert (told.held, told.receives, told.cap, told.fresh_clocks) == (0, 2, 15, 2)
    assert [(one.user, one.held, one.gives, one.breaches) for one in told.givers] == [(ana, 3, 2, 1)]
    assert not told.needs_reason


def test_impact_foretells_what_the_move_does(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime
) -> None:
    told = impacts.impact(chosen(*anas), to=bob, by=mia, now=now + MINUTE)

    moves.move(chosen(*anas), to=bob, by=mia, now=now + MINUTE)

    fresh = Clock.objects.running().filter(kind=ClockKind.FIRST_RESPONSE, started_at=now + MINUTE)
    assert fresh.count() == told.fresh_clocks == 3
    assert Handoff.objects.open().filter(assignee=bob).count() == told.held + told.receives


def test_impact_reads_as_often_for_many_as_for_one(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime
) -> None:
    counts = []
    for some in (anas[:1], anas):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            impacts.impact(chosen(*some), to=bob, by=mia, now=now)
        counts.append(len(asked))

    assert counts[0] == counts[1]


# Moving


def test_move_gives_each_with_its_history_and_reason(
    *, anas: list[Handoff], ana: User, bob: User, mia: User, now: datetime
) -> None:
    outcome = moves.move(chosen(*anas[:2]), to=bob, by=mia, now=now + MINUTE, why="Ana is swamped")

    assert [(one.from_user, one.to_user, one.actor) for one in outcome.moved] == [(ana, bob, mia)] * 2
    assert outcome.left == []
    told = TimelineEvent.objects.filter(lead=anas[0].lead).values_list("text", flat=True)
    assert "Passed from Ana to Bob: given to Bob by hand: Ana is swamped" in told
    anas[2].refresh_from_db()
    assert anas[2].assignee == ana


@pytest.mark.parametrize("caps", [{"open_cap": 2}, {"daily_cap": 2}, {"weekly_cap": 2}])
def test_nobody_is_given_more_than_a_cap_without_saying_why(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime, caps: dict[str, int]
) -> None:
    cap(bob, **caps)
    told = impacts.impact(chosen(*anas), to=bob, by=mia, now=now)
    assert told.needs_reason

    outcome = moves.move(chosen(*anas), to=bob, by=mia, now=now)

    assert (len(outcome.moved), [one.name for one in outcome.left]) == (2, ["Cleo Klein"])
    assert outcome.left[0].why.startswith("Bob is full by now: 3 ")
    again = moves.move(chosen(anas[2]), to=bob, by=mia, now=now, why="only Bob speaks Finnish")
    assert len(again.moved) == 1


def test_who_is_out_is_given_nothing_without_saying_why(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime
) -> None:
    out(bob, now)

    assert impacts.impact(chosen(anas[0]), to=bob, by=mia, now=now).away_until == now + 24 * HOUR
    assert moves.move(chosen(anas[0]), to=bob, by=mia, now=now).left[0].why == "Bob is out."
    assert moves.move(chosen(anas[0]), to=bob, by=mia, now=now, why="Bob asked for it").moved


def test_who_receives_no_more_is_refused_whatever_is_said(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime
) -> None:
    Rep.objects.filter(user=bob).update(is_active=False)

    outcome = moves.move(chosen(anas[0]), to=bob, by=mia, now=now, why="please")

    assert [one.why for one in outcome.left] == ["Bob does not receive leads."]
    assert bob not in [rep.user for rep in moves.receivers(mia)]


def test_receivers_are_the_reps_of_the_teams_that_one_leads(
    *, ana: User, bob: User, mia: User, charlie: User, olga: User
) -> None:
    assert [rep.user for rep in moves.receivers(mia)] == [ana, bob]
    assert [rep.user for rep in moves.receivers(olga)] == [ana, bob, charlie]


def test_a_meeting_goes_to_an_account_executive_alone(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime
) -> None:
    Handoff.objects.filter(pk=anas[0].pk).update(kind=Handoff.Kind.MEETING)

    told = impacts.impact(chosen(anas[0]), to=bob, by=mia, now=now)

    assert (told.going, told.left[0].why) == ([], "It is a meeting, and Bob is no account executive.")


# Meanwhile


def test_what_was_decided_or_passed_on_meanwhile_is_named_and_left_alone(
    *, anas: list[Handoff], ana: User, bob: User, mia: User, dach: Team, now: datetime
) -> None:
    carla = factories.rep("carla", team=dach).user
    seen = chosen(*anas)
    handoffs.accept(anas[0], by=ana, now=now)
    moves.move(chosen(anas[1]), to=carla, by=mia, now=now)

    told = impacts.impact(seen, to=bob, by=mia, now=now)
    outcome = moves.move(seen, to=bob, by=mia, now=now)

    left = [
        ("Ada Klein", "Ana has already accepted this lead."),
        ("Bea Klein", "Carla has it by now, from Mia."),
    ]
    assert [(one.name, one.why) for one in told.left] == left
    assert [(one.name, one.why) for one in outcome.left] == left
    assert [moved.handoff_id for moved in outcome.moved] == [anas[2].pk]


def test_another_teams_lead_is_not_told_from_none(
    *, anas: list[Handoff], bob: User, charlie: User, now: datetime
) -> None:
    moritz = factories.person("moritz", role="MANAGER", team=charlie.team)

    outcome = moves.move([*chosen(anas[0]), Chosen(10**9, None)], to=charlie, by=moritz, now=now)

    assert (outcome.moved, outcome.left) == ([], [moves.NOT_YOURS] * 2)


def test_an_accepted_lead_is_passed_on_with_its_clocks(
    *, anas: list[Handoff], ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoffs.accept(anas[0], by=ana, now=now)
    worked = [Chosen(anas[0].pk, ana.pk, was_open=False)]

    told = impacts.impact(worked, to=bob, by=mia, now=now + MINUTE)
    moves.move(worked, to=bob, by=mia, now=now + MINUTE)

    assert (told.receives, told.fresh_clocks) == (0, 1)
    anas[0].lead.refresh_from_db()
    assert anas[0].lead.owner == bob
    lifecycle.recycle(anas[0].lead, by=bob, now=now + 2 * MINUTE, cause="no answer")
    assert "no longer with sales" in moves.move(worked, to=ana, by=mia, now=now).left[0].why


@pytest.mark.django_db(transaction=True)
def test_two_managers_with_one_selection_move_each_lead_once(
    *, anas: list[Handoff], bob: User, mia: User, dach: Team, now: datetime
) -> None:
    carla = factories.rep("carla", team=dach).user
    moritz = factories.person("moritz", role="MANAGER", team=dach)

    outcomes = at_once(
        partial(moves.move, chosen(*anas), to=bob, by=mia, now=now),
        partial(moves.move, chosen(*anas), to=carla, by=moritz, now=now),
    )

    assert all(isinstance(outcome, moves.Outcome) for outcome in outcomes)
    assert sum(len(outcome.moved) for outcome in outcomes if isinstance(outcome, moves.Outcome)) == 3
    assert sum(len(outcome.left) for outcome in outcomes if isinstance(outcome, moves.Outcome)) == 3
    assert Reassignment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_managers_together_pass_no_cap(
    *, anas: list[Handoff], bob: User, mia: User, dach: Team, now: datetime
) -> None:
    cap(bob, open_cap=2)
    moritz = factories.person("moritz", role="MANAGER", team=dach)

    at_once(
        partial(moves.move, chosen(*anas[:2]), to=bob, by=mia, now=now),
        partial(moves.move, chosen(anas[2]), to=bob, by=moritz, now=now),
    )

    assert Handoff.objects.open().filter(assignee=bob).count() == 2


# Taking back


def test_a_move_is_taken_back_as_if_it_had_not_been(
    *, anas: list[Handoff], ana: User, bob: User, mia: User, now: datetime
) -> None:
    clocks_before = list(anas[0].clocks.order_by("pk").values())
    before = Handoff.objects.filter(pk=anas[0].pk).values().get()
    moved = moves.move(chosen(anas[0]), to=bob, by=mia, now=now + MINUTE).moved

    back, left = moves.take_back(moved, by=mia, now=now + MINUTE + SECOND)

    assert (back, left) == (1, [])
    assert Handoff.objects.filter(pk=anas[0].pk).values().get() == before
    assert list(anas[0].clocks.order_by("pk").values()) == clocks_before
    assert Lead.objects.get(pk=anas[0].lead_id).owner == ana
    assert not OutboxMessage.objects.filter(recipient=bob, title__endswith="is yours").exists()
    told = TimelineEvent.objects.filter(lead=anas[0].lead).latest("id").text
    assert told == "Back with Ana: the move to Bob was undone by Mia"
    assert moves.take_back(moved, by=mia, now=now + MINUTE + 2 * SECOND)[0] == 0


def test_what_was_put_off_stays_so_when_the_move_is_taken_back(
    *, anas: list[Handoff], ana: User, bob: User, mia: User, now: datetime
) -> None:
    snoozing.snooze(anas[0], until=now + 3 * MINUTE, by=ana, now=now)
    moved = moves.move(chosen(anas[0]), to=bob, by=mia, now=now + MINUTE).moved

    moves.take_back(moved, by=mia, now=now + MINUTE + SECOND)

    assert Handoff.objects.get(pk=anas[0].pk).snoozed_until == now + 3 * MINUTE


def test_a_lead_out_of_the_unassigned_queue_goes_back_there(
    *, anas: list[Handoff], bob: User, mia: User, now: datetime
) -> None:
    out(bob, now)
    Rep.objects.exclude(user=bob).update(is_active=False)
    waits = factories.waiting("dora", now=now)
    assert waits.assignee is None
    moved = moves.move(chosen(waits), to=bob, by=mia, now=now + MINUTE, why="asked for it").moved

    moves.take_back(moved, by=mia, now=now + MINUTE + SECOND)

    waits.refresh_from_db()
    assert (waits.assignee, waits.received_at, waits.assigned_at) == (None, None, None)
    assert set(waits.clocks.running().values_list("kind", flat=True)) == {ClockKind.DELIVERY}


def test_a_move_stays_once_ten_seconds_are_over_or_anything_was_done_since(
    *, anas: list[Handoff], bob: User, mia: User, olga: User, now: datetime
) -> None:
    moved = moves.move(chosen(*anas), to=bob, by=mia, now=now).moved
    handoffs.accept(Handoff.objects.get(pk=anas[0].pk), by=bob, now=now + SECOND)

    assert moves.take_back(moved[:1], by=mia, now=now + SECOND)[0] == 0
    assert moves.take_back(moved[1:2], by=olga, now=now + SECOND)[0] == 0
    late, left = moves.take_back(moved[1:], by=mia, now=now + 11 * SECOND)
    assert (late, left[0].why) == (0, "That move can no longer be undone.")


# Recycling


def test_recycling_puts_each_on_hold_with_the_reason(
    *, anas: list[Handoff], mia: User, ana: User, now: datetime
) -> None:
    handoffs.accept(anas[0], by=ana, now=now)
    timing = RejectionReason.objects.get(code="wrong-timing")

    outcome = moves.recycle(chosen(*anas), Rejection(timing), by=mia, now=now)

    assert [handoff.pk for handoff in outcome.recycled] == [anas[1].pk, anas[2].pk]
    assert [one.name for one in outcome.left] == ["Ada Klein"]
    anas[1].refresh_from_db()
    assert (anas[1].status, anas[1].decided_by, anas[1].reason) == ("REJECTED", mia, timing)
    assert Lead.objects.get(pk=anas[1].lead_id).stage == Stage.RECYCLED


def test_only_a_reason_that_recycles_is_taken_for_many(
    *, anas: list[Handoff], mia: User, now: datetime
) -> None:
    for_good = RejectionReason.objects.filter(outcome="DISQUALIFY").first()
    assert for_good is not None

    with pytest.raises(ReasonNotUsable, match="lead by lead"):
        moves.recycle(chosen(*anas), Rejection(for_good, "no"), by=mia, now=now)

    assert Handoff.objects.open().count() == 3
