"""What must agree first: the broker never drops a message silently (P3), and the database was made by this code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import redis
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

OURS = frozenset({"leads", "scoring", "routing", "reports", "revops"})


def broker_problem() -> str:
    """Why Redis cannot be trusted with messages, in a sentence; empty when it can."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5) as broker:
            policy = broker.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.ResponseError:
        return ""  # a managed Redis may hide its configuration
    except redis.RedisError as error:
        return f"REDIS_URL does not answer: {error}"
    if policy == "noeviction":
        return ""
    return f"Redis drops messages when it is full (maxmemory-policy {policy}). Set maxmemory-policy to noeviction."


@register(Tags.compatibility, deploy=True)
def broker_keeps_every_message(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """`manage.py check --deploy` says what is wrong with the broker."""
    problem = broker_problem()
    return [Error(problem, id="revops.E001")] if problem else []


def refuse_forgetful_broker(**kwargs: Any) -> None:
    """Stop a worker before it begins on a broker that drops messages; one that is away is waited for."""
    problem = broker_problem()
    if "maxmemory-policy" in problem:
        sys.exit(problem)


@register(Tags.security)
def refusals_outlive_the_earlier_key(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Every command says so, as long as dropping an earlier key would end the list of who is not to be contacted."""
    if settings.SUPPRESSION_KEY_IS_GIVEN or not settings.SECRET_KEY_FALLBACKS:
        return []
    told = (
        "SUPPRESSION_KEY is not set. Set it to the last of SECRET_KEY_FALLBACKS before you drop that: "
        "with another key nobody is recognised who is not to be contacted."
    )
    return [Caution(told, id="revops.W003")]


@register(Tags.database)
def database_is_of_this_code(
    app_configs: Sequence[AppConfig] | None, *, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """`manage.py migrate` begins with this: nothing is built on what another Baton, earlier or later, made."""
    known = _migrations_here()
    return [
        Error(_made_by_another(unknown), id="revops.E002")
        for alias in databases or ()
        if (unknown := sorted(_migrations_of(alias) - known))
    ]


def _migrations_here() -> set[tuple[str, str]]:
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    folded = {name for migration in loader.disk_migrations.values() for name in migration.replaces}
    return folded | {key for key in loader.disk_migrations if key[0] in OURS}


def _migrations_of(alias: str) -> set[tuple[str, str]]:
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return {key for key in applied if key[0] in OURS}


def _made_by_another(unknown: Sequence[tuple[str, str]]) -> str:
    more = f" and {len(unknown) - 1} more" if unknown[1:] else ""
    return (
        f"This database cannot be used: another Baton made it, with migrations that this one does not know "
        f"({'.'.join(unknown[0])}{more}). Use that Baton, or an empty database; a demo's is in .state/demo."
    )
