"""The months of the signal table: made when needed, once, while others read and write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest
from django.db import connection

from leads import partitions
from leads.models import Signal, User
from tests import factories
from tests.races import at_once

LONG_AGO = datetime(2003, 12, 15, tzinfo=UTC)


def months() -> dict[str, str]:
    """Partitions of the signal table by name, with their bounds as the database says them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c"
            " ON c.oid = inhrelid WHERE inhparent = 'leads_signal'::regclass ORDER BY 1"
        )
        return dict(cursor.fetchall())


@pytest.fixture
def without_2003(transactional_db: None) -> Iterator[None]:
    """No month of 2003 or 2004 exists before the test nor after it."""
    drop_old_months()
    yield
    drop_old_months()


def drop_old_months() -> None:
    with connection.cursor() as cursor:
        for name in months():
            if name.startswith(("leads_signal_2003", "leads_signal_2004")):
                cursor.execute(f"DROP TABLE {name}")
    partitions._known.cache_clear()


def test_month_is_made_once_and_ends_where_the_next_begins(without_2003: None) -> None:
    for _ in range(2):
        partitions.ensure_month(LONG_AGO)
    partitions.ensure_month(LONG_AGO + timedelta(days=31))

    old = {name: bound for name, bound in months().items() if "2003" in name or "2004" in name}
    assert list(old) == ["leads_signal_2003_12", "leads_signal_2004_01"]
    assert "FROM ('2003-12-01 00:00:00+00') TO ('2004-01-01 00:00:00+00')" in old["leads_signal_2003_12"]
    assert "FROM ('2004-01-01 00:00:00+00') TO ('2004-02-01 00:00:00+00')" in old["leads_signal_2004_01"]


def test_month_is_that_of_universal_time(without_2003: None) -> None:
    midnight_in_berlin = datetime(2004, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    partitions.ensure_month(midnight_in_berlin)

    assert "leads_signal_2003_12" in months()


@pytest.mark.parametrize("day", [1, 15, 30, 31])
def test_this_month_and_the_next_two_are_prepared_on_any_day(without_2003: None, day: int) -> None:
    partitions.prepare(now=LONG_AGO.replace(day=day))

    old = [name for name in months() if "2003" in name or "2004" in name]
    assert old == ["leads_signal_2003_12", "leads_signal_2004_01", "leads_signal_2004_02"]


def test_no_short_month_is_stepped_over(without_2003: None) -> None:
    partitions.prepare(now=datetime(2004, 1, 31, tzinfo=UTC))

    assert "leads_signal_2004_02" in months()


def test_threads_that_need_a_month_at_once_make_it_once(without_2003: None) -> None:
    for _ in range(5):
        drop_old_months()

        outcomes = at_once(*[partial(partitions.ensure_month, LONG_AGO)] * 4)

        assert outcomes == [None] * 4
        assert "leads_signal_2003_12" in months()


def test_first_signals_of_a_month_at_once_are_all_stored(without_2003: None, ana: User) -> None:
    factories.source()
    first = [
        factories.signal("webinar_attended", email=f"{n}@acme.example", occurred_at=LONG_AGO.isoformat())
        for n in range(4)
    ]

    outcomes = at_once(*[partial(factories.receive, payload, now=LONG_AGO) for payload in first])

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Signal.objects.filter(occurred_at=LONG_AGO).count() == 4
