"""How Baton logs: one JSON object a line in production, a readable line in development, nothing personal in either.

Each line carries what is known of its moment (request id, user id, job), and passes a mask as the last step (P37).
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from leads.domain import masking

PATH = re.compile(r": /\S*$")
_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def mask(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
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
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, list | tuple):
        return [_masked(name, each) for each in value]
    return masking.masked(str(value))


def configuration(*, level: str, as_json: bool) -> dict[str, Any]:
    """The value of Django's LOGGING; structlog's own loggers end in the same place."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask,
            last,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Statements carry what people typed: they are logged in no production, whatever the level.
        "loggers": {"django.db.backends": {"level": "INFO"}, "django": {"handlers": [], "level": "INFO"}},
    }
