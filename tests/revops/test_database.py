"""A connection that is kept between requests is seen to be alive, or is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Iterator[Any]:
    """A connection of its own that has just answered."""
    database: Any = connection.copy()
    database.connect()
    assert database.is_usable()
    yield database
    database.close()


def asked(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def heard_last(database: Any) -> str:
    """The latest statement of that connection, as the server knows it."""
    asked("SELECT pg_stat_clear_snapshot()::text")
    process = database.connection.info.backend_pid
    return str(asked("SELECT query FROM pg_stat_activity WHERE pid = %s", process))


def end(database: Any) -> None:
    """The server ends it and has gone when this returns."""
    assert asked("SELECT pg_terminate_backend(%s, 5000)", database.connection.info.backend_pid)


def test_who_answered_just_now_is_only_looked_at(kept: Any) -> None:
    with kept.cursor() as cursor:
        cursor.execute("SELECT 'the page before'")

    assert kept.is_usable()

    assert heard_last(kept) == "SELECT 'the page before'"


def test_who_was_quiet_for_long_is_asked(kept: Any) -> None:
    with kept.cursor() as cursor:
        cursor.execute("SELECT 'the page before'")
    kept._answered_at = 0.0

    assert kept.is_usable()

    assert heard_last(kept) == "SELECT 1"


def test_whom_the_server_has_ended_is_not_usable_though_they_answered_just_now(kept: Any) -> None:
    end(kept)

    assert not kept.is_usable()


def test_the_next_request_gets_a_connection_in_place_of_one_that_ended(kept: Any) -> None:
    kept.settings_dict = {**kept.settings_dict, "CONN_HEALTH_CHECKS": True}
    kept.health_check_enabled = True
    end(kept)

    kept.close_if_unusable_or_obsolete()  # as Django does before each request
    with kept.cursor() as cursor:
        cursor.execute("SELECT 'here again'")
        found = cursor.fetchone()

    assert found == ("here again",)


MOMENTS = """
    SELECT at::timestamptz
    FROM (VALUES ('2026-03-29 02:30:00.25+01'), ('0001-01-01 00:00+00'), ('9999-12-31 23:59:59.999999+00'), (NULL))
        AS told (at)
"""
IN_UTC = [
    datetime(2026, 3, 29, 1, 30, 0, 250_000, UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
    None,
]


def test_moments_are_read_in_utc(kept: Any) -> None:
    with kept.cursor() as cursor:
        cursor.execute(MOMENTS)
        found = [at for (at,) in cursor.fetchall()]

    assert found == IN_UTC
    assert {at.tzinfo for at in found if at} == {UTC}


def test_moments_are_read_in_utc_a_few_at_a_time(kept: Any) -> None:
    with kept.chunked_cursor() as cursor:
        cursor.execute(MOMENTS)
        found = [at for (at,) in cursor.fetchmany(2) + cursor.fetchmany(2)]

    assert found == IN_UTC
