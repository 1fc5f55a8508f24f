"""How Baton logs: one JSON object a line in production, a readable line in development, nothing personal in either.

Each line carries what is known of its moment (request id, user id, job), and passes a mask as the last step (P37).
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

import structlog

from leads.domain import masking
from leads.json_text import json_text

PATH = re.compile(r": /\S*$")
NUMBERS = (bool, int, float)


class Line(logging.Formatter):
    """Writes a record as one line: what is known of its moment, what it says, and what went wrong; all masked."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json
        self._for_people = structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)

    def format(self, record: logging.LogRecord) -> str:
        """The line; a record says a sentence, or an event and more of it by name."""
        event = dict(structlog.contextvars.get_contextvars())
        event |= record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        event |= {"level": record.levelname.lower(), "logger": record.name}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        line = mask(event)
        line["timestamp"] = f"{datetime.fromtimestamp(record.created, UTC).isoformat()[:-6]}Z"
        return json_text(line) if self._as_json else str(self._for_people(None, "", line))


def mask(event: dict[str, Any]) -> dict[str, Any]:
    """The event without addresses of people, secrets, query strings and quoted rows.

    Django ends its own sentences with the path that was asked for, in which anything may stand, such as a token.
    """
    if str(event.get("logger", "")).startswith("django."):
        event["event"] = PATH.sub("", str(event["event"]))
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: str, value: Any) -> Any:
    if masking.names_a_secret(name):
        return masking.MASK
    if isinstance(value, dict):
        return {str(inner): _masked(str(inner), each) for inner, each in value.items()}
    if value is None or isinstance(value, NUMBERS):
        return value
    if isinstance(value, list | tuple):
        return [_masked(name, each) for each in value]
    return masking.masked(str(value))


def configuration(*, level: str, as_json: bool) -> dict[str, Any]:
    """The value of Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Line, "as_json": as_json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Statements carry what people typed: they are logged in no production, whatever the level.
        "loggers": {"django.db.backends": {"level": "INFO"}, "django": {"handlers": [], "level": "INFO"}},
    }
