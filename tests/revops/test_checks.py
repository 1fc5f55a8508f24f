"""A broker that drops messages is refused before any work is trusted to it (P3), and a database of another Baton."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from revops import checks
from revops.embedded import serving


@pytest.fixture
def broker(tmp_path: Path, settings: Settings) -> Iterator[redis.Redis]:
    """A Valkey of this test's own."""
    database = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    with serving(tmp_path / "state", database, durable=False) as servers:
        settings.REDIS_URL = servers.redis_url
        with redis.Redis.from_url(servers.redis_url) as connection:
            yield connection


def test_broker_that_keeps_every_message_is_fine(broker: redis.Redis) -> None:
    assert checks.broker_problem() == ""


def test_worker_refuses_a_broker_that_drops_messages(broker: redis.Redis) -> None:
    broker.config_set("maxmemory-policy", "allkeys-lru")

    with pytest.raises(SystemExit, match="maxmemory-policy allkeys-lru"):
        checks.refuse_forgetful_broker()


def test_broker_that_is_away_is_named_and_waited_for(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    checks.refuse_forgetful_broker()

    assert "REDIS_URL does not answer" in checks.broker_problem()


@pytest.mark.django_db
def test_a_database_of_this_code_may_be_migrated() -> None:
    assert checks.database_is_of_this_code(None, databases=["default"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["9998_tomorrow"], "(leads.9998_tomorrow)"),
        (["9999_later", "9998_tomorrow"], "(leads.9998_tomorrow and 1 more)"),
    ],
)
def test_a_database_that_another_baton_made_is_refused_before_it_is_migrated(
    names: list[str], told: str
) -> None:
    for name in names:
        MigrationRecorder(connection).record_applied("leads", name)

    with pytest.raises(SystemCheckError) as refused:
        call_command("migrate", verbosity=0, skip_checks=False)

    assert f"another Baton made it, with migrations that this one does not know {told}" in str(refused.value)


@pytest.mark.django_db
def test_migrations_of_packages_are_their_own_affair() -> None:
    MigrationRecorder(connection).record_applied("account", "9999_later")

    assert checks.database_is_of_this_code(None, databases=["default"]) == []
