"""Lets a form notice that somebody else saved the same thing since it was shown, and overwrite nothing (P19).

A form carries the edition of the values it showed; who writes compares it, under a lock, with that of the values as
they stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256


class EditedMeanwhile(Exception):
    """Somebody else saved other values since the form was shown; nothing was overwritten."""


def edition(values: Mapping[str, object]) -> str:
    """A short text that is the same for equal values and another one for others."""
    written = json.dumps(values, sort_keys=True, default=str)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def require_unchanged(values: Mapping[str, object], *, seen: str) -> None:
    """Raise EditedMeanwhile unless `seen` is the edition of the values as they stand."""
    if seen != edition(values):
        raise EditedMeanwhile
