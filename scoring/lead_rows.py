"""Reads what the gates ask of very many leads as plain rows: the leads, their stages, and what compelled them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from leads.domain.stages import Stage
from leads.facts import COMPANY_COLUMNS, PERSON_COLUMNS
from leads.models import Signal, StageVisit
from scoring.domain.passages import Visit
from scoring.touch_columns import Chunk


class LeadRow(NamedTuple):
    """What the gates and the criteria ask of a lead, as it is stored."""

    lead_id: int
    email: str
    phone: str
    country: str
    first_name: str
    acquired: str
    held_until: datetime | None
    suppressed_at: datetime | None
    facts: tuple[Any, ...]  # as `facts_from` takes them


OWN = len(LeadRow._fields) - 1
LEADS = f"""
    SELECT lead.id, lead.email, lead.phone, lead.country, lead.first_name, lead.acquired, lead.held_until,
        lead.suppressed_at,
        {", ".join(f"lead.{name}" for name in PERSON_COLUMNS)},
        {", ".join(f"account.{name}" for name in COMPANY_COLUMNS)}
    FROM leads_lead AS lead LEFT JOIN leads_account AS account ON account.id = lead.account_id
    WHERE lead.id = ANY(%s) ORDER BY lead.id
"""  # noqa: S608 - names of our own columns


def read(ids: list[int]) -> Iterator[LeadRow]:
    """These leads, in order."""
    with connection.cursor() as cursor:
        cursor.execute(LEADS, [ids])
        rows = cursor.fetchall()
    return (LeadRow._make((*values[:OWN], values[OWN:])) for values in rows)


def visits(ids: list[int]) -> Mapping[int, list[Visit]]:
    """Through which stages these leads went, each in order."""
    found: dict[int, list[Visit]] = defaultdict(list)
    rows = StageVisit.objects.filter(lead__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))
    columns = rows.order_by("entered_at", "id").values_list(
        "lead", "stage", "came_from", "entered_at", "cause"
    )
    for lead_id, stage, came_from, entered_at, cause in columns:
        found[lead_id].append(Visit(Stage(stage), came_from, entered_at, cause))
    return found


def critical_events(ids: list[int], chunk: Chunk) -> Mapping[int, list[tuple[datetime, str]]]:
    """What these leads said of a compelling event, with when it was known."""
    wanted, found = set(ids), defaultdict(list)
    rows = Signal.objects.filter(
        lead__gte=chunk.first, lead__lte=chunk.last, answers__has_key="critical_event"
    ).values_list("lead", "received_at", "answers__critical_event")
    for lead_id, at, said in rows:
        if lead_id in wanted and isinstance(said, str):
            found[lead_id].append((at, said))
    return found
