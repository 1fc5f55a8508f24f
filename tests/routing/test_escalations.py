"""Steps are acted on exactly once and in order: by several sweeps, after an outage, beside people, past failures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads.domain.notices import Kind
from leads.models import OutboxMessage, TimelineEvent, User
from routing import escalations, handoffs, rerouting
from routing.domain.ladder import Action
from routing.escalation_messages import News, Telling
from routing.escalations import Swept
from routing.handoffs import AlreadyDecided
from routing.models import Clock, ClockKind, ClockStep, Handoff, LadderStep, Reassignment, ServiceLevel
from tests import factories
from tests.races import at_once

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
T1: dict[str, Any] = {"answers": {"critical_event": "confirmed"}}
Outcome = ClockStep.Outcome


def many(count: int, *, now: datetime, apart: timedelta = SECOND) -> None:
    for number in range(count):
        factories.handoff(now=now + number * apart, email=f"p{number}@acme.example", **T1)


def steps(**wanted: object) -> int:
    return ClockStep.objects.filter(**wanted).count()


def lines(text: str) -> int:
    return TimelineEvent.objects.filter(text__contains=text).count()


@pytest.mark.django_db(transaction=True)
def test_three_sweeps_at_once_tell_and_move_each_lead_once(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    many(12, now=now)

    outcomes = at_once(*[partial(escalations.sweep, now=now + 16 * MINUTE)] * 3)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sum(one.breached for one in outcomes if isinstance(one, Swept)) == 12
    assert Reassignment.objects.count() == 12
    assert steps(action=Action.NOTIFY_MANAGER, outcome=Outcome.DONE) == 12
    assert lines("First response is overdue: Mia told") == 12
    assert not ClockStep.objects.pending().filter(due_at__lt=now + 16 * MINUTE).exists()


def test_code_of_before_finds_what_is_to_come_as_rows_where_the_migration_is_taken_back(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    many(2, now=now)
    handoffs.accept(Handoff.objects.earliest("pk"), by=ana, now=now + MINUTE)
    running = list(Clock.objects.running().order_by("pk"))
    coming = [(clock.pk, *step) for clock in running for step in clock.to_come]

    with connection.cursor() as cursor:
        cursor.execute(import_module("routing.migrations.0005_steps_to_come").LAID_AS_ROWS)

    rows = ClockStep.objects.pending().order_by("pk").values_list("clock_id", "action", "after", "due_at")
    assert list(rows) == coming
    assert {clock_id for clock_id, *_ in coming} == {clock.pk for clock in running}
    assert Clock.objects.exclude(stopped_at=None).exists()


def test_sweep_after_a_days_outage_acts_in_order_with_the_true_times(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    many(3, now=now, apart=MINUTE)

    swept = escalations.sweep(now=now + DAY)

    assert swept.breached == 6  # first response and review of each
    told = TimelineEvent.objects.filter(text__contains="overdue").order_by("id").values_list("at", flat=True)
    assert list(told)[:3] == [now + (5 + number) * MINUTE for number in range(3)]
    moved = Reassignment.objects.order_by("id")
    assert list(moved.values_list("handoff", flat=True)) == list(
        Handoff.objects.order_by("qualified_at").values_list("pk", flat=True)
    )
    assert set(moved.values_list("at", flat=True)) == {now + DAY}
    assert steps(action=Action.WARN, outcome=Outcome.SKIPPED) >= 6
    skipped = ClockStep.objects.filter(action=Action.WARN, outcome=Outcome.SKIPPED).first()
    assert skipped is not None
    assert skipped.note == "noticed when the time was over already, so nobody was warned"
    fresh = Clock.objects.running().filter(kind=ClockKind.FIRST_RESPONSE)
    assert set(fresh.values_list("started_at", flat=True)) == {now + DAY}


def test_more_clocks_than_are_taken_at_once_keep_the_order_of_all_their_steps(
    ana: User, mia: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(5, now=now, apart=20 * SECOND)
    monkeypatch.setattr(escalations, "BATCH", 2)

    taken = []
    while claimed := escalations._claim(escalations.TAKE, now=now + 7 * MINUTE):
        taken += [step.due_at for step in claimed]

    assert len(taken) == 15  # two warnings and the news of each
    assert taken == sorted(taken)
    assert Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE, step_actions=["REROUTE"]).count() == 5


def test_steps_that_a_release_before_laid_as_rows_are_done_too(ana: User, mia: User, now: datetime) -> None:
    many(1, now=now)
    clock = Clock.objects.get(kind=ClockKind.FIRST_RESPONSE)
    laid = clock.steps.create(action=Action.NOTIFY_MANAGER, after=5 * MINUTE, due_at=now + 5 * MINUTE)
    Clock.objects.update(step_actions=None, step_after=None, step_due=None)

    assert escalations.sweep(now=now + 6 * MINUTE) == Swept(1, 1)

    laid.refresh_from_db()
    assert laid.outcome == Outcome.DONE


def test_second_sweep_changes_nothing(ana: User, bob: User, mia: User, now: datetime) -> None:
    many(2, now=now)
    escalations.sweep(now=now + 16 * MINUTE)
    before = (Reassignment.objects.count(), OutboxMessage.objects.count(), TimelineEvent.objects.count())

    assert escalations.sweep(now=now + 16 * MINUTE) == Swept(0, 0)

    after = (Reassignment.objects.count(), OutboxMessage.objects.count(), TimelineEvent.objects.count())
    assert after == before


def test_steps_keep_business_time_over_the_weekend(ana: User) -> None:
    friday = datetime.fromisoformat("2026-11-20T16:50:00+00:00")  # 17:50 in Berlin
    factories.handoff(now=friday, **T1)

    first = Clock.objects.get(kind=ClockKind.FIRST_RESPONSE)

    assert first.to_come[-1][0] == Action.REROUTE
    assert first.to_come[-1][2] == datetime.fromisoformat("2026-11-23T08:05:00+00:00")


def test_dozens_of_news_reach_a_manager_as_one_message(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    many(12, now=now)

    escalations.sweep(now=now + 6 * MINUTE)

    [message] = OutboxMessage.objects.filter(recipient=mia, channel="IN_APP")
    assert message.title == "12 promises need you"
    assert "and 2 more." in message.text
    assert lines("First response is overdue: Mia told") == 12


def test_among_many_news_each_kind_is_a_message_of_its_own(ana: User, mia: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    warning = News(0, "WARN", MINUTE, now, "REVIEW", HOUR, now + HOUR, handoff.lead_id, mia.pk, mia.team_id)
    news = [
        warning,
        *(warning._replace(step_id=n, action="NOTIFY_MANAGER", holder_id=ana.pk) for n in range(1, 12)),
    ]

    letters = Telling(news).letters()

    assert {tuple(people) for people, _ in letters} == {(mia,)}
    assert [(message.kind, message.title) for _, message in letters] == [
        (Kind.WARNING, "Eva Klein: 2% of the time for review is gone"),
        (Kind.ESCALATION, "11 promises need you"),
    ]


def test_statements_of_a_sweep_do_not_grow_with_what_is_due(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    LadderStep.objects.filter(action=Action.REROUTE).delete()
    needed = []
    for count in (11, 22):
        with transaction.atomic():
            many(count, now=now)
            with CaptureQueriesContext(connection) as captured:
                swept = escalations.sweep(now=now + 6 * MINUTE)
            transaction.set_rollback(True)
        assert (swept.breached, swept.acted) == (count, 3 * count)
        needed.append(len(captured))

    assert needed[0] == needed[1]


# Failing


@pytest.fixture
def poisoned(ana: User, mia: User, now: datetime) -> Handoff:
    """One of five leads cannot be told of: the database refuses its history."""
    LadderStep.objects.filter(action=Action.REROUTE).delete()
    many(5, now=now)
    poison = Handoff.objects.order_by("id")[2]
    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.lead_id = {poison.lead_id} AND NEW.text LIKE '%told' THEN
                    RAISE EXCEPTION 'this lead is poison';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON leads_timelineevent
            FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
    return poison


def test_step_that_fails_stops_no_other_and_is_set_aside_after_five_tries(
    poisoned: Handoff, olga: User, now: datetime
) -> None:
    escalations.sweep(now=now + 6 * MINUTE)

    managers = ClockStep.objects.filter(action=Action.NOTIFY_MANAGER, clock__kind=ClockKind.FIRST_RESPONSE)
    assert managers.filter(outcome=Outcome.DONE).count() == 4
    failing = managers.pending().get()
    assert failing.clock.handoff == poisoned
    assert "this lead is poison" in failing.note
    for minute in range(7, 90):
        escalations.sweep(now=now + minute * MINUTE)
    failing.refresh_from_db()
    assert failing.outcome == Outcome.FAILED
    [message] = OutboxMessage.objects.filter(recipient=olga, channel="IN_APP", title__contains="set aside")
    assert "failed 5 times" in message.text
    assert "this lead is poison" in message.text


@pytest.mark.django_db(transaction=True)
def test_sweep_killed_in_the_middle_leaves_its_work_to_the_next(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    many(4, now=now)
    claimed = escalations._claim(escalations.TAKE, now=now + 16 * MINUTE)
    assert claimed
    with transaction.atomic():
        escalations._move(next(one.id for one in claimed if one.action == Action.REROUTE), now=now)
        transaction.set_rollback(True)  # as the server does when the process is gone

    escalations.sweep(now=now + 16 * MINUTE)
    assert Reassignment.objects.count() == 0
    escalations.sweep(now=now + 18 * MINUTE)

    assert Reassignment.objects.count() == 4
    assert lines("First response is overdue: Mia told") == 4


# Beside people


@pytest.mark.django_db(transaction=True)
def test_accept_against_the_ladder_has_one_outcome_told_truthfully(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    late = now + 16 * MINUTE
    for number in range(12):
        handoff = factories.handoff(now=now, email=f"race-{number}@acme.example", **T1)
        first = handoff.assignee
        assert first is not None
        accept = partial(handoffs.accept, Handoff.objects.get(pk=handoff.pk), by=first, now=late)

        accepted, swept = at_once(accept, partial(escalations.sweep, now=late))

        assert isinstance(swept, Swept)
        stored = Handoff.objects.get(pk=handoff.pk)
        moved = stored.reassignments.first()
        if isinstance(accepted, Handoff):
            assert stored.status == Handoff.Status.ACCEPTED
        else:
            assert "is with" in str(accepted)
        owner = moved.to_user if moved and not isinstance(accepted, Handoff) else stored.lead.owner
        assert stored.lead.owner == owner
        running = Clock.objects.running().filter(handoff=handoff).values_list("kind", flat=True)
        assert len(running) == len(set(running))
        assert set(Clock.objects.running().filter(handoff=handoff).values_list("holder", flat=True)) == {
            stored.lead.owner_id
        }


@pytest.mark.django_db(transaction=True)
def test_accept_against_lapsing_has_one_outcome_told_truthfully(ana: User, mia: User, now: datetime) -> None:
    LadderStep.objects.all().delete()
    review = ServiceLevel.objects.get(clock=ClockKind.REVIEW, priority="P1")
    LadderStep.objects.create(service_level=review, after=HOUR, action=Action.RECYCLE)
    late = now + HOUR + SECOND
    for number in range(12):
        handoff = factories.handoff(now=now, email=f"race-{number}@acme.example")
        accept: Callable[[], object] = partial(
            handoffs.accept, Handoff.objects.get(pk=handoff.pk), by=ana, now=late
        )

        accepted, _ = at_once(accept, partial(escalations.sweep, now=late))

        stored = Handoff.objects.get(pk=handoff.pk)
        if isinstance(accepted, Handoff):
            assert (stored.status, stored.lead.stage) == ("ACCEPTED", "SAL")
        else:
            assert isinstance(accepted, AlreadyDecided)
            assert str(accepted) == "Nobody decided in time, so this lead has gone back to nurture."
            assert (stored.status, stored.lead.stage) == ("LAPSED", "RECYCLED")


def test_accepted_lead_that_nobody_called_goes_on_with_a_fresh_clock(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now, **T1)
    handoffs.accept(handoff, by=ana, now=now + MINUTE)

    escalations.sweep(now=now + 16 * MINUTE)

    running = Clock.objects.running().filter(handoff=handoff)
    first = running.get(kind=ClockKind.FIRST_RESPONSE)
    assert (first.holder, first.started_at) == (bob, now + 16 * MINUTE)
    assert Handoff.objects.get().lead.owner == bob
    assert set(running.values_list("holder", flat=True)) == {bob.pk}
    assert not running.filter(kind__in=[ClockKind.REVIEW, ClockKind.DELIVERY]).exists()


def test_decision_is_not_undone_once_the_lead_was_passed_on_or_its_rep_has_left(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    moved = factories.handoff(now=now, email="moved@acme.example")
    handoffs.accept(moved, by=ana, now=now + MINUTE)
    rerouting.reroute(moved, to=bob, by=mia, now=now + MINUTE + SECOND)
    with pytest.raises(handoffs.TooLateToUndo):
        handoffs.undo(moved, by=ana, now=now + MINUTE + 2 * SECOND)

    kept = factories.handoff(now=now, email="kept@other.example")
    handoffs.accept(kept, by=mia, now=now + MINUTE)
    User.objects.filter(pk__in=Handoff.objects.filter(pk=kept.pk).values("assignee")).update(is_active=False)

    with pytest.raises(handoffs.TooLateToUndo):
        handoffs.undo(kept, by=mia, now=now + MINUTE + SECOND)


def test_manager_passes_a_lead_on_by_hand_with_its_history(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    moved = rerouting.reroute(handoff, to=bob, by=mia, now=now + MINUTE)

    handoff.refresh_from_db()
    assert (handoff.assignee, moved.from_user, moved.to_user, moved.actor) == (bob, ana, bob, mia)
    assert lines("Passed from Ana to Bob: given to Bob by hand") == 1
    with pytest.raises(rerouting.CannotReceive, match="Bob has it already"):
        rerouting.reroute(handoff, to=bob, by=mia, now=now + MINUTE)
    with pytest.raises(rerouting.CannotReceive, match="Mia does not receive leads"):
        rerouting.reroute(handoff, to=mia, by=mia, now=now + MINUTE)
