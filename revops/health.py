"""Tells a load balancer whether the process is up and whether it can serve."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker and migrations, each with a word; 503 when one is not ready."""
    found = {"database": _database(), "broker": _broker()}
    ready = all(word == "ok" for word in found.values())
    return JsonResponse(found, status=200 if ready else 503)


def _database() -> str:
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError:  # there is no table of them yet
        applied = set()
    except DatabaseError:
        return "does not answer"
    return "ok" if _migrations_needed() <= applied else "migrations are missing"


@cache
def _migrations_needed() -> frozenset[tuple[str, str]]:
    """Every migration of this code, which never changes in a process; of one that folds others, those."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    every = loader.disk_migrations
    folded = {name for migration in every.values() for name in migration.replaces}
    return frozenset(name for name in {*every, *folded} if name not in every or not every[name].replaces)


def _broker() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            broker.ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"
