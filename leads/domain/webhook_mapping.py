"""Turns the body of somebody's webhook into a signal by the mapping that files use, with JSON paths for columns.

A path names its way down: {data.contact.email}, {items.0.name}. The body is kept in the signal as it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from leads.domain import csv_mapping
from leads.domain.csv_mapping import RowMapping
from leads.domain.payload import FieldError, faults_in
from leads.domain.signal import InvalidSignal

BODY = "webhook"  # where a signal keeps what came
ID = "webhook-id"  # the column that holds the message's id


def signal_of(mapping: RowMapping, body: object, *, message_id: str) -> dict[str, Any]:
    """The payload of the body's signal; raises InvalidSignal for what cannot be kept, and UnreadableRow.

    Where the mapping has no key, the message's own id is the signal's, so that a second delivery changes nothing.
    """
    if not isinstance(body, Mapping):
        raise InvalidSignal((FieldError("", "The body must be a JSON object."),))
    if faults := faults_in(body):
        raise InvalidSignal(faults)
    found = dict(_leaves("", body))
    keyed = mapping if mapping.key else replace(mapping, key=f"{{{ID}}}")
    row = {name: found.get(name, "") for name in keyed.columns()}
    if not mapping.key:
        row[ID] = message_id
    return {**csv_mapping.signal_of(keyed, row), BODY: body}


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Every value of the body that is not made of others, as text, by its path; parts are cut no further."""
    if isinstance(value, Mapping):
        parts: Any = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield path, _text(value)
        return
    for name, part in parts:
        yield from _leaves(f"{path}.{name}" if path else str(name), part)


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
