"""A broker that drops messages is refused before any work is trusted to it (P3)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
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
