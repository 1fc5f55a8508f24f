"""A data set is built once, and each run works on a copy of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from bench import kept
from bench.kept import Built, Place
from bench.scale import SCALES

AMOUNTS = replace(SCALES["small"].amounts, leads=7)


@pytest.fixture
def place() -> Iterator[Place]:
    """The place of a set beside the database of the tests; set and copy are gone afterwards."""
    found = replace(kept.place(os.environ["DATABASE_URL"], AMOUNTS), name=f"bench_set_7_{os.getpid():08d}")
    yield found
    kept.drop(found)
    with kept.connected(found.url) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{found.name}"')


def send(place: Place, name: str, *statements: str) -> list[tuple[object, ...]]:
    with kept.connected(kept.address(place.url, name)) as database:
        for statement in statements:
            cursor = database.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize(
    ("url", "beside"),
    [
        ("postgres://ann:secret@db.example:5432/baton", "postgres://ann:secret@db.example:5432/other"),
        ("postgres://baton@/%2Fsrv%2Frun%2Fbaton", "postgres://baton@/%2Fsrv%2Frun%2Fother"),
        ("postgres://db.example/baton?sslmode=require", "postgres://db.example/other?sslmode=require"),
    ],
)
def test_a_database_beside_another_has_the_same_address_but_for_its_name(url: str, beside: str) -> None:
    assert kept.address(url, "other") == beside


def test_other_amounts_are_another_set_and_two_scales_of_the_same_amounts_share_one() -> None:
    url = "postgres://db.example/baton"

    assert kept.place(url, SCALES["full"].amounts) == kept.place(url, SCALES["growth-1m"].amounts)
    assert kept.place(url, SCALES["small"].amounts) != kept.place(url, AMOUNTS)


def test_a_set_counts_as_built_once_it_is_finished_and_until_it_is_too_old(place: Place) -> None:
    now = datetime.now(UTC)
    told = Built(at=now - timedelta(days=1), fresh_at=now)
    absent = kept.built(place, now=now)
    kept.begin(place)
    begun = kept.built(place, now=now)
    kept.finish(place, told)

    assert (absent, begun) == (None, None)
    assert kept.built(place, now=now) == told
    assert kept.built(place, now=now + timedelta(days=6)) is None


@pytest.mark.parametrize(
    ("app", "name", "counts"),
    [("leads", "0001_initial", True), ("leads", "9999_later", False), ("account", "9999_later", True)],
)
def test_a_set_that_other_migrations_made_is_built_anew(
    place: Place, *, app: str, name: str, counts: bool
) -> None:
    now = datetime.now(UTC)
    kept.begin(place)
    send(place, place.name, "CREATE TABLE django_migrations (app text, name text)")
    send(place, place.name, f"INSERT INTO django_migrations VALUES ('{app}', '{name}')")

    kept.finish(place, Built(now, now))

    assert (kept.built(place, now=now) is not None) is counts


def test_a_run_changes_its_copy_and_never_the_set(place: Place) -> None:
    kept.begin(place)
    send(place, place.name, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('as built')")

    kept.renew(place)
    send(place, place.copy, "UPDATE kept SET word = 'changed'")
    changed = send(place, place.copy, "SELECT word FROM kept")
    kept.renew(place)

    assert changed == [("changed",)]
    assert send(place, place.copy, "SELECT word FROM kept") == [("as built",)]


def test_a_copy_that_is_taken_away_leaves_the_set(place: Place) -> None:
    kept.begin(place)
    kept.renew(place)

    kept.drop(place)

    assert send(place, place.name, "SELECT 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        send(place, place.copy, "SELECT 1")
