"""How many statements each page may send, page by page, and that the number does not grow with rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from leads.models import Team
from revops import relay
from tests import factories
from tests.access_ground import Ground, refused_of
from tests.addresses import EXPECTED, addresses

# Each line: the name of an address that answers GET with a page or a file, and the most statements that it may send
# when the first of WHO that may opens it for the second time. Lower a number when a page gets cheaper; raise one only
# with a reason.
TABLE = Path(__file__).parent / "budgets.txt"
BUDGETS = {name: int(most) for name, most in (line.split() for line in TABLE.read_text().splitlines()[1:])}
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
WHO = ("ops", "manager", "sdr", "ae", "marketer", "viewer", "nobody")
MORE = 6

Address = tuple[str, str, tuple[str, ...]]
"""Its name, the role that opens it, and its parameters."""


def opened() -> list[Address]:
    """Every address that somebody may GET, with the first of the roles who may."""
    found = []
    for name, parameters in sorted(addresses(get_resolver())):
        statuses = EXPECTED[name, "GET"]
        role = next((role for role in WHO if statuses[role] == 200), None)
        if role is not None:
            found.append((name, role, parameters))
    return found


def statements(client: Client, path: str) -> int:
    """How many the page sends when somebody opens it again; what it writes is taken back."""
    with transaction.atomic():
        _read(client, path)
        with CaptureQueriesContext(connection) as captured:
            _read(client, path)
        transaction.set_rollback(True)
    return sum(1 for query in captured.captured_queries if not query["sql"].startswith(AROUND))


def _read(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, path
    if answer.streaming:
        b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def counted(ground: Ground) -> dict[str, int]:
    """By address, what it sends on this ground."""
    return {
        name: statements(ground.client(role), ground.path(name, parameters))
        for name, role, parameters in opened()
    }


def more_of_everything(*, now: datetime) -> None:
    """What makes lists longer: people with companies, touches, hand-offs, clocks, notifications, refused calls."""
    for number in range(MORE):
        factories.waiting(f"more{number}", now=now)
    senders = [factories.source(f"more{number}").pk for number in range(MORE)]
    refused_of([factories.source().pk, None, *senders], "not-json", "too-many", "too-large", now=now)
    relay.deliver_due(now=now)


def test_every_page_has_a_budget() -> None:
    assert {name for name, _, _ in opened()} == set(BUDGETS)


def test_no_page_sends_more_statements_than_its_budget(ground: Ground) -> None:
    over = [f"{name} {sent}" for name, sent in counted(ground).items() if sent > BUDGETS[name]]

    assert over == []


def test_no_page_sends_more_for_more_rows(ground: Ground, dach: Team, now: datetime) -> None:
    before = counted(ground)

    more_of_everything(now=now)

    after = counted(ground)
    assert {name: (before[name], sent) for name, sent in after.items() if sent > before[name]} == {}
