"""What must agree before background work starts: the broker must never drop a message silently (P3)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import redis
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


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
