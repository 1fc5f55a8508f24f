"""The tag `still`: a piece of a page that is rendered once for the same values, and never shown for any others."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, NoReturn

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

KEPT = 8192
"""Pieces in memory: of a kilobyte or two each."""

register = template.Library()


@register.simple_tag
def still(name: str, **values: Any) -> SafeString:
    """The template `name` with nothing but `values`, which are what the piece is found by.

    The template may use no request, no token and no clock: it must show the same for the same values, in the viewer's
    language and zone. Values are text, numbers and frozen dataclasses, and lists and dictionaries of these.
    """
    place = (name, get_language(), timezone.get_current_timezone_name())
    return _rendered(place, _Values(values))


class _Values:
    """Values by name, equal to others where each of them is."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.key = _frozen(values)
        self.hash = hash(self.key)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Values) and self.key == other.key


@lru_cache(maxsize=KEPT)
def _rendered(place: tuple[str, str | None, str], given: _Values) -> SafeString:
    return render_to_string(place[0], given.values)


def _frozen(value: Any) -> Hashable:
    """The value as something that cannot change; True is not 1, as a page shows them differently."""
    if isinstance(value, dict):
        return tuple((key, _frozen(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return (type(value), *map(_frozen, value))
    if isinstance(value, set | bytearray):
        _refuse(value)
    return (type(value), value)


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"A piece that stands still is not found by a {type(value).__name__}.")
