"""Roll-ups: filled incrementally and resumably, again where something changed, and always what the rows give."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from leads.models import User
from reports import packing, rollups
from reports.models import PackedWeek, Touched
from reports.packing import EPOCH, Facts
from routing import handoffs
from routing.models import Clock, Handoff, RejectionReason
from tests.races import at_once
from tests.reports import history
from tests.reports.history import days, minutes


def week(measure: str, monday: date) -> Facts:
    """What the roll-up knows of the week."""
    row = PackedWeek.objects.get(measure=measure, monday=monday)
    return packing.unpack(bytes(row.columns), row.legend, monday=monday, count=row.facts)


def total(measure: str, monday: date) -> tuple[int, int]:
    facts = week(measure, monday)
    return int(facts.is_good.sum()), int((~facts.is_good).sum())


MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def test_a_week_is_counted_with_all_that_its_facts_are_asked_for_by(
    ana: User, charlie: User, now: datetime
) -> None:
    history.answered(now - days(1), after=minutes(2), source="google")
    history.answered(now - minutes(60), after=minutes(50), country="US", **history.SMALL)
    history.asked(now)

    rollups.fill(now=now)

    facts = week("FIRST_RESPONSE", MONDAY)
    assert total("FIRST_RESPONSE", MONDAY) == (1, 1)
    assert [facts.legend["rep"][code] for code in facts.codes["rep"]] == [str(ana.pk), str(charlie.pk)]
    assert facts.legend["tier"] == ["T1", "T2"]
    assert facts.legend["source"] == ["google", "website"]
    assert [EPOCH + timedelta(days=int(day)) for day in facts.day] == [MONDAY, TUESDAY]
    assert list(rollups.differences()) == []


def test_a_second_filling_finds_nothing_to_do(ana: User, now: datetime) -> None:
    history.answered(now, after=minutes(2))

    first, second = rollups.fill(now=now), rollups.fill(now=now)

    assert first > 0
    assert second == 0


def test_a_running_clock_is_not_in_the_roll_up(ana: User, now: datetime) -> None:
    rollups.fill(now=now)
    history.asked(now)

    assert not Touched.objects.filter(measure="FIRST_RESPONSE").exists()


def test_what_changes_late_is_counted_again(ana: User, now: datetime) -> None:
    handoff = history.answered(now - days(30), after=minutes(2))
    rollups.fill(now=now)
    clock = Clock.objects.get(handoff=handoff, kind="FIRST_RESPONSE")

    Clock.objects.filter(pk=clock.pk).update(stopped_at=clock.due_at + minutes(1))
    rollups.fill(now=now)

    assert total("FIRST_RESPONSE", date(2026, 10, 12)) == (0, 1)
    assert list(rollups.differences()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"tier": "T4"},
        {"holder": None},
        {"team": None},
        {"stopped_at": None},
        {"started_at": datetime.fromisoformat("2026-10-01T09:00+00:00")},
        {"kind": "REVIEW"},
    ],
)
def test_whatever_changes_of_a_counted_clock_marks_its_week(
    ana: User, now: datetime, change: dict[str, object]
) -> None:
    history.answered(now - days(30), after=minutes(2))
    rollups.fill(now=now)

    Clock.objects.filter(kind="FIRST_RESPONSE").update(**change)

    assert Touched.objects.exists()
    rollups.fill(now=now)
    assert list(rollups.differences()) == []


RECALLED = {"status": "RECALLED", "decided_at": datetime.fromisoformat("2026-11-17T09:00+00:00")}


@pytest.mark.parametrize(
    "change", [{"source": "elsewhere"}, {"tier": "T4"}, {"first_contact_at": None}, RECALLED]
)
def test_whatever_changes_of_a_handoff_marks_its_weeks(
    ana: User, now: datetime, change: dict[str, object]
) -> None:
    handoff = history.answered(now - days(30), after=minutes(2))
    rollups.fill(now=now)

    Handoff.objects.filter(pk=handoff.pk).update(**change)

    assert rollups.fill(now=now) > 0
    assert list(rollups.differences()) == []


def test_what_a_report_does_not_count_marks_nothing(ana: User, now: datetime) -> None:
    handoff = history.answered(now - days(30), after=minutes(2))
    rollups.fill(now=now)

    Handoff.objects.filter(pk=handoff.pk).update(note="Called twice")
    Clock.objects.filter(handoff=handoff).update(breached_at=now)

    assert not Touched.objects.exists()


def test_a_filling_that_is_cut_off_leaves_nothing_behind(ana: User, now: datetime) -> None:
    history.answered(now, after=minutes(2))
    marks = Touched.objects.count()

    with transaction.atomic():
        rollups.fill(now=now)
        transaction.set_rollback(True)  # as when the process is killed before it commits

    assert not PackedWeek.objects.exists()
    assert Touched.objects.count() == marks
    rollups.fill(now=now)
    assert total("FIRST_RESPONSE", MONDAY) == (1, 0)


def test_a_filling_goes_on_where_it_stopped(ana: User, now: datetime) -> None:
    for week in range(4):
        history.answered(now - days(7 * week), after=minutes(2))

    one = rollups.fill(now=now, most=5)
    while rollups.fill(now=now, most=5):
        pass

    assert one == 5
    assert PackedWeek.objects.filter(measure="FIRST_RESPONSE").count() == 4
    assert list(rollups.differences()) == []


def test_another_recipe_counts_everything_anew(ana: User, now: datetime, settings: object) -> None:
    history.answered(datetime.fromisoformat("2026-11-15T23:30:00+00:00"), after=minutes(2))
    rollups.fill(now=now)
    assert total("FIRST_RESPONSE", MONDAY) == (1, 0)

    settings.ORGANISATION_TIME_ZONE = "America/New_York"  # type: ignore[attr-defined]
    rollups.fill(now=now)

    assert total("FIRST_RESPONSE", date(2026, 11, 9)) == (1, 0)
    assert list(rollups.differences()) == []


def test_decisions_are_counted_when_they_are_made(ana: User, now: datetime) -> None:
    reason = RejectionReason.objects.get(label="Wrong timing")
    handoffs.accept(history.asked(now - days(8)), by=ana, now=now)
    handoffs.reject(history.asked(now - days(8)), handoffs.Rejection(reason), by=ana, now=now)

    rollups.fill(now=now)

    assert total("DECISION", MONDAY) == (1, 1)


def test_a_roll_up_that_was_tampered_with_is_found(ana: User, now: datetime) -> None:
    history.answered(now, after=minutes(2))
    rollups.fill(now=now)
    row = PackedWeek.objects.get(measure="FIRST_RESPONSE")

    PackedWeek.objects.filter(pk=row.pk).update(columns=bytes(row.columns)[:-1] + b"\x07")

    assert list(rollups.differences()) == [
        "Roll-up of FIRST_RESPONSE, week of 2026-11-16: it is not what its rows give."
    ]


@pytest.mark.django_db(transaction=True)
def test_two_fillings_share_the_weeks(ana: User, now: datetime) -> None:
    history.answered(now, after=minutes(2))
    rollups.fill(now=now)
    history.answered(now, after=minutes(2))

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM reports_packedweek FOR UPDATE")
        (meanwhile,) = at_once(lambda: rollups.fill(now=now))

    assert meanwhile == 0
    assert rollups.fill(now=now) > 0
