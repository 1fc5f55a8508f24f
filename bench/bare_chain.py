"""The bare chain in SQL beside which files, batches and backlogs are measured.

It copies, dedupes, scores, routes, promises and audits on six tables of its own with one index each, filled with the
people of the data set, and is durable.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from bench.dataset import read, run

COPY = "COPY bare_row (email, country, employees, points, qualifies) FROM STDIN"
WAITING = """
    CREATE TEMP TABLE bare_waiting ON COMMIT DROP AS
    SELECT person.id AS person, person.country
    FROM leads_lead AS lead JOIN bare_person AS person ON person.email = lead.email_key
    WHERE lead.id = ANY(%s)
"""


class BareRow(NamedTuple):
    """What the chain reads of a row; whether it qualifies is decided by who made the row."""

    email: str
    country: str
    employees: int | None
    points: float
    qualifies: bool


def prepare() -> None:
    """Make the chain's tables anew, with everybody who is a lead now as a person that it knows."""
    run(read("bare_chain_tables"), {})


def take(rows: Iterable[BareRow], *, now: datetime) -> int:
    """All of the chain for these rows in one transaction; how many were handed over."""
    with transaction.atomic(), connection.cursor() as cursor:
        run(read("bare_chain_start"), {})
        with cursor.copy(COPY) as stream:
            for row in rows:
                stream.write_row(row)
        run(read("bare_chain_score"), {})
        return _route(now)


def route(leads: list[int], *, now: datetime) -> int:
    """The end of the chain, for leads that wait: route, clock and audit in one transaction; how many got a rep."""
    with transaction.atomic(), connection.cursor() as cursor:
        run("DROP TABLE IF EXISTS bare_waiting", {})
        cursor.execute(WAITING, [leads])
        return _route(now)


def forget() -> None:
    """Take everything back that was handed over, so that the same leads can be routed again."""
    run("TRUNCATE bare_handoff, bare_clock, bare_audit", {})


def _route(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(read("bare_chain_route"), {"now": now})
        handed: int = cursor.rowcount
        return handed
