"""Names the field that was wrong by the schema alone, so that nothing a sender wrote is kept with it."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

from leads.domain.signal import SignalIn

OTHER = "…"
"""A field that the schema does not know."""


def field_of_schema(path: str) -> str:
    """The path as far as the schema goes: "answers.Eva" is "answers"; "" is the whole body, OTHER what it has not."""
    parts = path.split(".")
    known = known_fields()
    for length in (2, 1):
        if (name := ".".join(parts[:length])) in known:
            return name
    return OTHER


@cache
def known_fields() -> frozenset[str]:
    """Every path of the schema, the list of a batch, and the whole body."""
    parts = {name: field.annotation for name, field in SignalIn.model_fields.items()}
    nested = {f"{name}.{inner}" for name, kind in parts.items() for inner in _fields_of(kind)}
    return frozenset({"", "signals", *parts, *nested})


def _fields_of(kind: Any) -> frozenset[str]:
    is_part = isinstance(kind, type) and issubclass(kind, BaseModel)
    return frozenset(kind.model_fields) if is_part else frozenset()
