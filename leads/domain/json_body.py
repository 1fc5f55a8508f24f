"""Reads a JSON body strictly: whatever two readers could understand differently is refused, and nothing else fails."""

from __future__ import annotations

import json
from typing import Any


class NotReadable(ValueError):
    """The body is not JSON, or can be read in more than one way; the message says what to change."""


def read(body: bytes) -> Any:
    """The value that the body holds; raises NotReadable, whatever its bytes, depth or numbers.

    A name that an object gives twice is refused, because readers differ in which of its values they take.
    """
    try:
        return json.loads(body, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except NotReadable:
        raise
    except (ValueError, RecursionError) as error:
        raise NotReadable(_in_words(body, error)) from None


def _in_words(body: bytes, error: Exception) -> str:
    """What keeps the text from being JSON, and where."""
    if not body.strip():
        return "There is no JSON: nothing was sent."
    if isinstance(error, UnicodeDecodeError):
        return f"This is not JSON: the byte at place {error.start + 1} is not UTF-8."
    if isinstance(error, json.JSONDecodeError):
        found = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at")
        return f"This is not JSON: {found}, at line {error.lineno}, column {error.colno}."
    return "This is not JSON that can be read: it is nested too deep, or a number has too many digits."


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotReadable(f"An object gives the name {ascii(twice)[:60]} twice.")
    return found


def _no_constant(name: str) -> Any:
    raise NotReadable(f"{name} is not JSON.")
