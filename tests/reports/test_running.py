"""What runs, from columns and from rows touched since: at every moment what the rows say, for everybody who asks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads.models import User
from reports import compliance, rollups, unpacked
from reports.clock_states import condition
from reports.domain.compliance import State
from reports.domain.periods import Period, Span
from reports.domain.selection import NOBODY, Selection
from reports.models import PackedClocks, TouchedClocks
from routing import handoffs
from routing.models import Clock, ClockKind, Handoff
from tests.races import at_once
from tests.reports import history
from tests.reports.history import days, minutes

YEAR = Period(date(2025, 11, 18), date(2026, 11, 17), "Europe/Berlin")
ALL = Selection(kind="FIRST_RESPONSE", span=Span.CUSTOM, period=YEAR)
LIVE = (State.RUNNING, State.AT_RISK, State.OVERDUE)


def told(selection: Selection, *, user: User, now: datetime) -> dict[str, tuple[int, ...]]:
    """What the page says of what runs, by kind."""
    kinds = compliance.by_kind(selection, user=user, now=now)
    return {kind: (found.running, found.at_risk, found.overdue) for kind, found in kinds.items()}


def records(selection: Selection, *, user: User, now: datetime) -> dict[str, tuple[int, ...]]:
    """How many records lie behind each of those numbers."""
    found = {}
    for kind in ClockKind.values:
        clocks = compliance.selected(Selection(**{**vars(selection), "kind": kind}), user=user)
        found[kind] = tuple(clocks.filter(condition(state, now=now)).count() for state in LIVE)
    return found


def assert_agree(now: datetime, *users: User) -> None:
    """Before and after filling, at moments when some are due, for each filter and viewer."""
    reps, teams = [str(user.pk) for user in users], {str(user.team_id) for user in users if user.team_id}
    narrowed: list[dict[str, str]] = [
        *({"rep": value} for value in (*reps, NOBODY)),
        *({"team": value} for value in (*teams, NOBODY)),
        *({"tier": value} for value in ("T1", NOBODY)),
        *({"source": value} for value in ("google", NOBODY)),
        {},
    ]
    for moment in (now, now + minutes(4.5), now + days(1)):
        for fields in narrowed:
            selection = Selection(**{**vars(ALL), **fields})
            for user in users:
                assert told(selection, user=user, now=moment) == records(selection, user=user, now=moment)


def change_at_random(random: Random, *, holder: User, now: datetime) -> None:
    """One of the things that happen to a clock, to one in five of them."""
    chosen = [clock for clock in Clock.objects.order_by("pk") if random.random() < 0.2]
    changes: list[dict[str, object]] = [
        {"stopped_at": now},
        {"stopped_at": None},
        {"holder": holder, "team": holder.team},
        {"holder": None, "team": None},
        {"tier": random.choice(["T1", "T2", ""])},
        {"due_at": now + minutes(random.randrange(600))},
        {"started_at": now - days(random.randrange(30))},
    ]
    Clock.objects.filter(pk__in=[clock.pk for clock in chosen]).update(**random.choice(changes))


@pytest.mark.parametrize("seed", range(4))
def test_every_count_is_that_of_its_records_whatever_happens_between_two_fillings(
    seed: int, ana: User, charlie: User, mia: User, olga: User, now: datetime
) -> None:
    random = Random(seed)
    for number in range(6):
        history.asked(now - minutes(30 * number), country=random.choice(["DE", "US"]), source="google")
        history.answered(now - days(number), after=minutes(2))

    for _ in range(3):
        rollups.fill(now=now)
        change_at_random(random, holder=random.choice([ana, charlie]), now=now)
        history.asked(now - minutes(1))

        assert list(rollups.differences()) == []

    assert_agree(now, olga, mia, ana)
    rollups.fill(now=now)
    assert not TouchedClocks.objects.exists()
    assert list(rollups.differences()) == []
    assert_agree(now, olga)


def test_a_clock_that_is_due_turns_overdue_without_anybody_filling(
    ana: User, olga: User, now: datetime
) -> None:
    history.asked(now)
    rollups.fill(now=now)

    in_time, at_risk, late = (
        told(ALL, user=olga, now=now + minutes(passed))["FIRST_RESPONSE"] for passed in (0, 4.5, 6)
    )

    assert (in_time, at_risk, late) == ((1, 0, 0), (1, 1, 0), (0, 0, 1))


def test_what_was_accepted_since_the_filling_runs_no_more(ana: User, olga: User, now: datetime) -> None:
    handoff = history.asked(now)
    rollups.fill(now=now)
    assert told(ALL, user=olga, now=now)["REVIEW"] == (1, 0, 0)

    handoffs.accept(handoff, by=ana, now=now)

    assert told(ALL, user=olga, now=now)["REVIEW"] == (0, 0, 0)


def test_another_source_of_a_handoff_is_known_at_once(ana: User, olga: User, now: datetime) -> None:
    handoff = history.asked(now, source="google")
    rollups.fill(now=now)

    Handoff.objects.filter(pk=handoff.pk).update(source="event")

    assert list(rollups.differences()) == []
    assert told(Selection(**{**vars(ALL), "source": "event"}), user=olga, now=now)["REVIEW"] == (1, 0, 0)


def test_the_mark_of_a_breach_touches_nothing(ana: User, now: datetime) -> None:
    handoff = history.asked(now)
    rollups.fill(now=now)

    Clock.objects.filter(handoff=handoff).update(breached_at=now)

    assert not TouchedClocks.objects.exists()


def test_a_chunk_in_which_nothing_runs_any_more_goes(ana: User, now: datetime) -> None:
    history.asked(now)
    rollups.fill(now=now)
    assert PackedClocks.objects.count() == 1

    Clock.objects.running().update(stopped_at=now)
    rollups.fill(now=now)

    assert not PackedClocks.objects.exists()


def test_only_the_latest_filling_is_kept_in_memory(ana: User, olga: User, now: datetime) -> None:
    for _ in range(3):
        history.asked(now)
        rollups.fill(now=now)
        told(ALL, user=olga, now=now)

    assert len(unpacked.running()) == len(unpacked._chunks) == 1


def test_columns_that_were_tampered_with_are_found(ana: User, now: datetime) -> None:
    history.asked(now)
    rollups.fill(now=now)
    chunk = PackedClocks.objects.get()

    PackedClocks.objects.update(clocks=0, columns=b"")

    first = chunk.chunk * 2**14
    assert list(rollups.differences()) == [
        f"Running clocks {first} to {first + 2**14 - 1}: their columns are not what the rows give."
    ]


def test_statements_do_not_grow_with_what_runs(ana: User, olga: User, now: datetime) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            told(ALL, user=olga, now=now)
        return len(captured)

    history.asked(now)
    rollups.fill(now=now)
    history.asked(now)
    few = statements()
    for _ in range(8):
        history.asked(now)

    assert statements() <= few


@pytest.mark.django_db(transaction=True)
def test_what_starts_while_a_filling_reads_is_not_forgotten(ana: User, olga: User, now: datetime) -> None:
    handoff = history.asked(now)

    def hold() -> None:
        """A change that is committed only after the filling has read."""
        with transaction.atomic():
            Clock.objects.filter(handoff=handoff).update(due_at=now - timedelta(seconds=1))
            assert at_once(lambda: rollups.fill(now=now))[0] is not None

    Clock.objects.filter(handoff=handoff).update(started_at=now - days(1))
    hold()

    assert told(ALL, user=olga, now=now)["FIRST_RESPONSE"] == (0, 0, 1)
    rollups.fill(now=now)
    assert list(rollups.differences()) == []
    assert told(ALL, user=olga, now=now)["FIRST_RESPONSE"] == (0, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_fillings_share_the_chunks(ana: User, now: datetime) -> None:
    history.asked(now)

    at_once(*(lambda: rollups.fill(now=now) for _ in range(2)))

    rollups.fill(now=now)
    assert PackedClocks.objects.count() == 1
    assert list(rollups.differences()) == []
