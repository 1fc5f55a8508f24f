"""Reads what an address asks for; what cannot be meant reads as nothing, so that no address can break a page."""

from __future__ import annotations

from django.http import HttpRequest

MOST_DIGITS = 18  # a bigint holds any number of so many


def whole_number(request: HttpRequest, name: str) -> int | None:
    """The whole number given as `name`, or None where there is none that a row could have as its id."""
    return number(request.GET.get(name, ""))


def number(given: str) -> int | None:
    """The whole number that the text is, or None where it is none that a row could have as its id."""
    return int(given) if given.isdecimal() and len(given) <= MOST_DIGITS else None


def words(request: HttpRequest, name: str, *, longest: int = 200) -> str:
    """The words given as `name`, without characters that the database cannot compare, and cut to `longest`."""
    return cleaned(request.GET.get(name, ""), longest=longest)


def cleaned(text: str, *, longest: int = 200) -> str:
    """The text without characters that the database cannot compare, and cut to `longest`."""
    return text.replace("\x00", "")[:longest].strip()
