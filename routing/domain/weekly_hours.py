"""Reads a day's hours as people write them, "09:00–12:00, 13:00–18:00", and writes them back the same way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

Hours = tuple[time, time]

EN_DASH = "\N{EN DASH}"
MOST_SPANS = 12
LONGEST_QUOTE = 30
_SPAN = re.compile(
    rf"(\d{{1,2}})[:.](\d{{2}})\s*(?:-|{EN_DASH}|\N{{EM DASH}}|to)\s*(\d{{1,2}})[:.](\d{{2}})", re.ASCII
)


class UnclearHours(ValueError):
    """The text is no list of hours; the message says what to change."""


def read(text: str) -> list[Hours]:
    """The spans of a day in the order given; none for a day that is closed. An end of 24:00 is midnight, 00:00."""
    parts = [part.strip() for part in re.split(r"[,;\n]", text)]
    spans = [_span(part) for part in parts if part]
    if len(spans) > MOST_SPANS:
        raise UnclearHours(f"A day has at most {MOST_SPANS} spans.")
    return spans


def written(spans: Sequence[Hours]) -> str:
    """The spans as `read` takes them; a day that ends at midnight ends at 24:00."""
    return ", ".join(f"{start:%H:%M}{EN_DASH}{_end(end)}" for start, end in spans)


def _span(text: str) -> Hours:
    found = _SPAN.fullmatch(text)
    if not found:
        raise UnclearHours(
            f"Write spans such as 09:00{EN_DASH}12:00, 13:00{EN_DASH}18:00; “{_quoted(text)}” is none."
        )
    numbers = [int(number) for number in found.groups()]
    start, end = _time(numbers[0], numbers[1], text), _time(numbers[2] % 24, numbers[3], text)
    if numbers[2] > 24 or (numbers[2] == 24 and numbers[3]):  # noqa: PLR2004 - the hours of a day
        raise UnclearHours(f"“{_quoted(text)}” names a time that no clock shows.")
    return start, end


def _time(hour: int, minute: int, text: str) -> time:
    try:
        return time(hour, minute)
    except ValueError as impossible:
        raise UnclearHours(f"“{_quoted(text)}” names a time that no clock shows.") from impossible


def _end(end: time) -> str:
    return "24:00" if end == time(0) else f"{end:%H:%M}"


def _quoted(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
