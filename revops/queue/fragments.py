"""The rows of the queue as HTML, quickly: what stands still in a row is rendered once for the same values.

A row's fragment is found by those very values, so it cannot be an old one. What moves with time (clock, chip, state,
ages, the local time) and which row is open are no part of it: they are put in anew at every look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from routing.queue_rows import Row

KEPT = 4096
"""Rows in memory, some 3 kB each."""

LIVE = ("here", "state", "chip", "due", "seconds", "spans", "clock", "there", "did")
# a mark cannot be mistaken for text: no text that PostgreSQL stores holds a NUL
MARKS = {name: mark_safe(f"\x00{name}\x00") for name in LIVE}  # noqa: S308 - a mark, put in place below
BETWEEN = re.compile("\x00([a-z]+)\x00")

Fragment = tuple[tuple[str, ...], tuple[str, ...]]


class Still(NamedTuple):
    """What stands still in a row: all that its fragment is made of."""

    handoff_id: int
    url: str
    tier: str
    has_clock: bool
    name: str
    title: str
    company: str
    fit: int
    urgency: int
    engagement: int
    priority: str
    source: str
    who: str
    flags: tuple[str, ...]


def html(rows: Iterable[Row], *, opened: int | None, tells_holders: bool) -> SafeString:
    """The rows, of which the hand-off `opened` is marked as the one in sight; each with its holder where asked."""
    language = get_language()
    made = (_row(row, _fragment(_still(row, tells_holders=tells_holders), language), opened) for row in rows)
    return mark_safe("".join(made))  # noqa: S308 - made of templates and escaped text


def _row(row: Row, fragment: Fragment, opened: int | None) -> str:
    texts, names = fragment
    live = _live(row, is_open=row.handoff_id == opened)
    filled = [texts[0]]
    for name, text in zip(names, texts[1:], strict=True):
        filled += (live[name], text)
    return "".join(filled)


@lru_cache(maxsize=KEPT)
def _fragment(still: Still, language: str | None) -> Fragment:
    """The texts between the live parts, and the names of these in order; in `language`."""
    parts = BETWEEN.split(render_to_string("routing/_queue_row.html", {"row": still, "live": MARKS}))
    return tuple(parts[::2]), tuple(parts[1::2])


def _still(row: Row, *, tells_holders: bool) -> Still:
    return Still(
        handoff_id=row.handoff_id,
        url=row.url,
        tier=row.tier,
        has_clock=row.clock is not None,
        name=row.name,
        title=row.title,
        company=row.company,
        fit=row.fit,
        urgency=row.urgency,
        engagement=row.engagement,
        priority=row.priority,
        source=row.source,
        who=row.assignee if tells_holders and not row.is_mine else "",
        flags=tuple(row.flags),
    )


def _live(row: Row, *, is_open: bool) -> dict[str, str]:
    """The live parts, ready to stand in the page."""
    here = 'aria-current="true"' if is_open else ""
    texts = {
        "here": here,
        "chip": escape(row.chip),
        "there": escape(row.local_time),
        "did": escape(row.last_touch),
    }
    clock = row.clock
    if clock is None:
        return texts | {"state": ""}
    return texts | {
        "state": clock.state.value,
        "due": clock.due_iso,
        "seconds": str(clock.total_seconds),
        "spans": str(clock.spans),
        "clock": escape(clock.text),
    }
