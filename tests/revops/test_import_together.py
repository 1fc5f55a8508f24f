"""Rows that go in together become what they become one at a time: every table, ids and receipts' order apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from leads import imports, webhooks
from leads.domain.csv_guess import NEW_TYPES
from leads.domain.csv_mapping import RowMapping
from leads.domain.events import EventKind
from leads.file_imports import Progress
from leads.models import Lead, OutboxMessage, Signal, User
from leads.webhooks import Wanted
from revops.importing import Import
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
COLUMNS = {
    "person.email": "{mail}",
    "person.first_name": "{first}",
    "person.title": "{title}",
    "person.phone": "{phone}",
    "person.country": "{country}",
    "company.name": "{company}",
    "company.employees": "{size}",
    "company.industry": "{industry}",
    "type": "{kind}",
    "occurred_at": "{at}",
    "utm.source": "{source}",
    "visitor_id": "{visitor}",
}
HEADER = "mail,first,title,phone,country,company,size,industry,kind,at,source,visitor,note"
MAPPING = RowMapping(fields=COLUMNS, zone="Europe/Berlin", new_types=NEW_TYPES)
TABLES = (
    "leads_account",
    "leads_lead",
    "leads_signal",
    "leads_signalreceipt",
    "leads_stagevisit",
    "leads_timelineevent",
    "leads_visitor",
    "scoring_score",
    "scoring_fitchange",
    "routing_handoff",
    "routing_clock",
)


def some_rows(count: int, *, seed: int) -> list[str]:
    """Rows as lists hold them: mostly new people, some again, some who qualify, some that cannot be read."""
    random = Random(seed)
    return [_row(random, place) for place in range(count)]


def _row(random: Random, place: int) -> str:
    person, company = random.randrange(place + 1) if random.random() < 0.15 else place, random.randrange(60)
    domain = random.choice([f"firm{company}.example", f"mail.firm{company}.example", "gmail.com"])
    mail = random.choice([f"p{person}@{domain}"] * 12 + ["nobody", "", f"info@{domain}"])
    kind = random.choice(
        [
            "listed",
            "content_download",
            "webinar_attended",
            "email_open",
            "page_view",
            "dancing",
            "unsubscribe",
        ]
    )
    kind = "demo_request" if random.random() < 0.03 else kind
    return ",".join(
        [
            mail,
            random.choice(["Eva", "Ömer", "李", "", "=1+1"]),
            random.choice(["VP Marketing", "Intern", "Head of Sales", "", "CEO"]),
            random.choice(["+49 30 901820", "", "12"]),
            random.choice(["DE", "US", "", "GB"]),
            random.choice([f"Firm {company}", "", f"Firm {company} GmbH"]),
            random.choice(["", "40", "400"]),
            random.choice(["", "Software"]),
            kind,
            random.choice(["2026-11-16 10:00", "2026-11-02", "2026-03-01 08:30", "", "in March"]),
            random.choice(["", "google"]),
            f"v{place % 7}" if random.random() < 0.02 else "",
            str(random.randrange(3)),
        ]
    )


def taken_in(path: Path, *, dry_run: bool = False, bought: bool = False) -> Progress:
    run = Import(
        file=imports.open_csv(path),
        mapping=MAPPING,
        source=factories.source("list"),
        now=NOW,
        dry_run=dry_run,
        bought=bought,
    )
    total = Progress()
    for done in run.steps(lambda _: None):
        total.add(done)
    return total


def told(total: Progress) -> Any:
    return (
        total.read,
        total.stored,
        total.repeated,
        total.created,
        total.qualified,
        total.refusals,
        total.receivers,
        len(total.leads),
        sum(total.leads.values()),
    )


def snapshot() -> dict[str, list[str]]:
    """What every table holds, in order of its making, with each id as the place of its row."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, email_key FROM leads_lead")
        leads = {str(pk): email for pk, email in cursor.fetchall()}
        cursor.execute("SELECT id, name || domain FROM leads_account")
        accounts = {str(pk): name for pk, name in cursor.fetchall()}
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(one) FROM {table} one")
            found[table] = sorted(_plain(json.loads(row[0]), leads, accounts) for row in cursor.fetchall())
    told = OutboxMessage.objects.values_list("channel", "kind", "title", "created_at", "due_at")
    return {**found, "outbox": sorted(map(repr, told))}


def _plain(row: Any, leads: dict[str, str], accounts: dict[str, str]) -> str:
    """The row by keys that do not depend on when it was stored."""
    row.pop("id", None)
    for name, known in (("lead_id", leads), ("account_id", accounts)):
        if row.get(name) is not None:
            row[name] = known[str(row[name])]
    row.pop("handoff_id", None)
    if "data" in row:
        row["data"].pop("handoff", None)
    answer = row.get("answer")
    if answer and answer["lead"]:
        answer["lead"] |= {"id": leads[str(answer["lead"]["id"])], "url": ""}
    if answer and answer["handoff"]:
        answer["handoff"]["id"] = 0
    return json.dumps(row, sort_keys=True)


def in_both_ways(work: Callable[[], Progress], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    factories.source("list")
    for together in (True, False):
        with transaction.atomic():
            if not together:
                monkeypatch.setattr(Import, "_goes_together", False)
            found.append((told(work()), snapshot()))
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("bought", [False, True])
def test_together_or_alone_every_table_is_the_same(
    *, bought: bool, ana: User, bob: User, olga: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    rows = [*some_rows(300, seed=7), 'broken,"', "too,few"]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    factories.receive(factories.signal("page_view", email="p3@firm9.example"), now=NOW)

    wanted = Wanted("Warehouse", "https://hooks.example/baton", "BATON", [EventKind.STAGE_CHANGED])
    webhooks.create(wanted, by=olga, now=NOW)

    together, alone = in_both_ways(lambda: taken_in(path, bought=bought), monkeypatch)

    assert together[0] == alone[0]
    assert any("Subscriber → Lead" in told for told in alone[1]["outbox"])
    for table in (*TABLES, "outbox"):
        assert together[1][table] == alone[1][table], table


def test_a_dry_run_together_counts_what_it_counts_alone(
    ana: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *some_rows(120, seed=3)]), encoding="utf-8")

    together, alone = in_both_ways(lambda: taken_in(path, dry_run=True), monkeypatch)

    assert together[0] == alone[0]
    assert not Lead.objects.exists()


def test_a_row_that_fails_costs_only_itself(
    ana: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    rows = [f"p{place}@firm.example,P,,,,,,,page_view,,,,{place}" for place in range(80)]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE leads_lead ADD CONSTRAINT poison CHECK (email <> 'p17@firm.example') NOT VALID"
        )

    total = taken_in(path)

    assert (total.read, total.stored, len(total.refusals)) == (80, 79, 1)
    assert Signal.objects.count() == 79
