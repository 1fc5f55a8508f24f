"""The queue: the open hand-offs that wait for somebody, most urgent first, each with its clock and reason (QU-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.compiled import Asked
from leads.models import User
from leads.remembering import BESIDE, remembering_that
from routing import queue_lines, queue_rows, queue_tabs
from routing.models import Clock
from routing.queue_rows import Row
from routing.queue_tabs import Tab

EDITION = "edition"


@dataclass(frozen=True)
class Page:
    """One tab as it stands: its rows, most urgent first, what every tab holds, and what was asked beside them.

    `newest` is the latest hand-off that the tab holds, shown or not.
    """

    rows: list[Row]
    counts: dict[Tab, int]
    newest: int
    beside: dict[str, Any]

    @property
    def edition(self) -> tuple[int, ...]:
        """The edition of the operating model at that moment (see `leads.remembering`)."""
        return tuple(self.beside[EDITION])


def page(user: User, tab: Tab, *, now: datetime, beside: Mapping[str, Asked] | None = None) -> Page:
    """The tab, 500 rows at most, in one read that also answers what is asked `beside`.

    Calendars are read anew where the operating model was edited since this process read them.
    """
    contents = {where.value: which for where, which in queue_tabs.contents(user, now=now).items()}
    # who has no tabs may still be shown one hand-off
    contents.setdefault(tab.value, queue_tabs.of_tab(user, tab, now=now))
    asked = {EDITION: (BESIDE, ()), **(beside or {})}
    reading = queue_lines.read(queue_tabs.parts(user), contents, tab.value, now=now, beside=asked)
    with remembering_that(reading.beside[EDITION]):
        found = queue_rows.of(reading.lines, user, tab, now=now) if reading.lines else []
    counts = {Tab(name): held for name, held in reading.counts.items()}
    return Page(found, counts, reading.newest, reading.beside)


def rows(user: User, tab: Tab, *, now: datetime) -> list[Row]:
    """The tab's hand-offs, most urgent first; a handful of reads however many rows, 500 at most."""
    return page(user, tab, now=now).rows


def nearest_clocks(handoff_ids: Iterable[int]) -> dict[int, Clock]:
    """By hand-off, the running clock that is due first; one read."""
    running = Clock.objects.running().with_pauses().filter(handoff__in=list(handoff_ids))
    first = (
        running.select_related("service_level").order_by("handoff_id", "due_at", "id").distinct("handoff_id")
    )
    return {clock.handoff_id: clock for clock in first}
