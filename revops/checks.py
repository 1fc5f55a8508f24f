"""What must agree before Baton starts: the broker must never drop work silently (P3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.compatibility, deploy=True)
def broker_never_evicts(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Redis must answer and keep every message when it is full: maxmemory-policy noeviction."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5) as broker:
            policy = broker.config_get("maxmemory-policy").get("maxmemory-policy")
    except redis.ResponseError:
        return []  # a managed Redis may hide its configuration
    except redis.RedisError as error:
        return [Error(f"REDIS_URL does not answer: {error}", id="revops.E001")]
    if policy != "noeviction":
        return [
            Error(
                f"Redis drops messages when it is full (maxmemory-policy {policy}).",
                hint="Set maxmemory-policy to noeviction.",
                id="revops.E002",
            )
        ]
    return []
