"""Tries the addresses of servers that somebody else runs, and says in one sentence what is wrong."""

import environ
import psycopg
import redis
from django.core.exceptions import ImproperlyConfigured

from revops.embedded.process import CannotStartError

LIKE = "DATABASE_URL must be like postgres://user:password@host:5432/name."
PARAMETERS = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


def check_database(url: str) -> None:
    """Raise CannotStartError unless a PostgreSQL lets us in at `url`."""
    if not url.startswith(("postgres://", "postgresql://")):
        raise CannotStartError(LIKE)
    try:
        read = environ.Env.db_url_config(url)
    except (ValueError, ImproperlyConfigured):
        raise CannotStartError(LIKE) from None
    named = {name: read[key] for name, key in PARAMETERS.items() if read[key]}
    try:
        psycopg.connect(connect_timeout=5, **named, **read.get("OPTIONS", {})).close()
    except (psycopg.Error, ValueError, TypeError) as error:
        raise CannotStartError(f"DATABASE_URL names no database we can use: {_reason(error)}.") from error


def check_broker(url: str) -> None:
    """Raise CannotStartError unless a Redis or Valkey answers at `url`."""
    if url.startswith("redis+socket://"):  # as Celery writes it
        url = "unix://" + url.removeprefix("redis+socket://").partition("?")[0]
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5, retry=None)
    except ValueError:
        raise CannotStartError("REDIS_URL must be like redis://:password@host:6379/0.") from None
    try:
        with client:
            client.ping()
    except (redis.RedisError, OSError, ValueError, TypeError) as error:
        raise CannotStartError(f"REDIS_URL names no broker we can use: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
