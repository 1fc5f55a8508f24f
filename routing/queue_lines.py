"""Reads one tab of the queue with all that its page counts, in one statement however many lines there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from leads import prepared
from leads.compiled import Asked
from routing.models.handoff import HandoffQuerySet

STATEMENT = (Path(__file__).parent / "sql" / "queue.sql").read_text()
MOST_SHOWN = 500


class Line(NamedTuple):
    """What is known of one waiting hand-off, column by column as the statement selects them."""

    handoff_id: int
    lead_id: int
    kind: str
    tier: str
    priority: str
    source: str
    fit: float
    engagement: float
    urgency: float
    assignee_id: int | None
    qualified_at: datetime
    meeting_at: datetime | None
    snoozed_until: datetime | None
    is_second_look: bool
    first_name: str
    last_name: str
    email: str
    is_erased: bool
    title: str
    country: str
    region: str
    postal_code: str
    company: str | None
    company_country: str | None
    company_region: str | None
    company_postal_code: str | None
    holder: str | None
    touch: str | None
    touched_at: datetime | None
    has_open_deal: bool
    has_namesake: bool
    was_recycled: bool
    clock_kind: str | None
    runs_in: str | None
    target: timedelta | None
    clock_holder_id: int | None
    clock_team_id: int | None
    started_at: datetime | None
    due_at: datetime | None
    paused_until: datetime | None


@dataclass(frozen=True)
class Reading:
    """The lines of one tab, how many hand-offs every tab holds, and the answers to what was asked beside.

    `newest` is the latest hand-off of the tab, whether it is among the lines or not; 0 where there is none.
    """

    lines: list[Line]
    counts: dict[str, int]
    newest: int
    beside: dict[str, Any] = field(default_factory=dict)


def read(
    visible: Sequence[HandoffQuerySet],
    tabs: Mapping[str, Q],
    tab: str,
    *,
    now: datetime,
    beside: Mapping[str, Asked] | None = None,
) -> Reading:
    """The lines of `tab`, 500 at most, most urgent first; `tabs` says what of all that is `visible` is in each tab.

    What is visible comes in parts that have nothing in common, each of which one index answers.
    """
    asked = beside or {}
    inside = {f"in_{name}": ExpressionWrapper(which, BooleanField()) for name, which in tabs.items()}
    parts = [part.order_by().values("id", "tier", "urgency", **inside) for part in visible]
    told = [prepared.with_constants(*part.query.sql_with_params()) for part in parts]
    values = [value for _, each in told for value in each]
    statement = STATEMENT.format(
        visible=" UNION ALL ".join(sql for sql, _ in told),
        counts=", ".join(f"count(*) FILTER (WHERE {name})" for name in inside),
        tab=f"in_{tab}",
        most=MOST_SHOWN,
        beside="".join(f"{expression}, " for expression, _ in asked.values()),
    )
    more = [value for _, parameters in asked.values() for value in parameters]
    rows = prepared.rows(statement, [*values, now, *more])
    return _reading(rows, tabs=list(tabs), asked=list(asked))


def _reading(rows: Sequence[Sequence[Any]], *, tabs: Sequence[str], asked: Sequence[str]) -> Reading:
    counts, newest, *rest = rows[0]
    first = 2 + len(asked)
    return Reading(
        lines=[Line._make(row[first:]) for row in rows if row[first] is not None],
        counts=dict(zip(tabs, counts, strict=True)),
        newest=newest,
        beside=dict(zip(asked, rest, strict=False)),
    )
