"""What hardly ever changes is kept in the process, and is never older than the rows it was read from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from leads.models import SignalType, Team
from leads.unchanged import kept_while_unchanged, looking, versions_of

pytestmark = pytest.mark.django_db


@kept_while_unchanged(Team)
def names() -> list[str]:
    return list(Team.objects.order_by("name").values_list("name", flat=True))


def versions() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {versions_of([Team])}")
        return str(cursor.fetchone()[0])


def seen() -> list[str]:
    with looking(versions()):
        return names()


def rename() -> None:
    Team.objects.filter(name="DACH").update(name="Alps")


def remove() -> None:
    Team.objects.filter(name="South").delete()


def add() -> None:
    Team.objects.create(name="Nordics")


def test_unchanged_rows_are_read_once(dach: Team, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    seen()

    with django_assert_num_queries(1):  # the versions
        again = seen()

    assert again == names_in_table()


@pytest.mark.parametrize("change", [rename, remove, add])
def test_any_change_is_seen_at_once(dach: Team, change: Callable[[], None]) -> None:
    Team.objects.create(name="South")
    before = seen()

    change()

    after = seen()
    assert after != before
    assert after == names_in_table()


def test_what_is_put_back_as_it_was_is_read_again(dach: Team) -> None:
    before = seen()
    rename()
    Team.objects.filter(name="Alps").update(name="DACH")

    assert seen() == before


def test_outside_of_a_look_and_in_one_at_other_tables_everything_is_read(dach: Team) -> None:
    seen()
    rename()

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {versions_of([SignalType])}")
        elsewhere = str(cursor.fetchone()[0])
    with looking(elsewhere):
        assert names() == names_in_table()
    assert names() == names_in_table()


def names_in_table() -> list[str]:
    return list(Team.objects.order_by("name").values_list("name", flat=True))
