"""Rows that go in together become what they become one at a time: every table, ids and receipts' order apart."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from leads import enrichment_setup, imports, webhooks
from leads.domain.csv_guess import NEW_TYPES
from leads.domain.csv_mapping import RowMapping
from leads.domain.csv_presets import PRESETS
from leads.domain.events import EventKind
from leads.domain.precedence import Origin
from leads.file_imports import Progress
from leads.models import Account, Lead, Signal, SignalReceipt, Source, User
from leads.webhooks import Wanted
from revops.imports.importing import Import
from routing.models import Handoff
from scoring.models import Scorecard
from tests import factories
from tests.olist import LEADS, needs_data
from tests.reads import whole_reads

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
    "consent.basis": "{basis}",
}
HEADER = "mail,first,title,phone,country,company,size,industry,kind,at,source,visitor,basis,note"
MAPPING = RowMapping(fields=COLUMNS, zone="Europe/Berlin", new_types=NEW_TYPES)
APART = {
    "reports_touchedclocks": "It names clocks sixteen at a time, by ids that are given in another order."
}
"""Tables that may differ, each with its reason."""


def some_rows(count: int, *, seed: int) -> list[str]:
    """Rows as lists hold them: mostly new people, some again, some who qualify, some that cannot be read."""
    random = Random(seed)
    return [_row(random, place) for place in range(count)]


def _row(random: Random, place: int) -> str:
    person, company = random.randrange(place + 1) if random.random() < 0.3 else place, random.randrange(60)
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
            random.choice(["", "", "", "opt_in"]),
            str(random.randrange(3)),
        ]
    )


def taken_in(
    path: Path, *, dry_run: bool = False, bought: bool = False, mapping: RowMapping = MAPPING
) -> Progress:
    run = Import(
        file=imports.open_csv(path),
        mapping=mapping,
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
        len(total.by_gate),
    )


def snapshot() -> dict[str, list[str]]:
    """What every table of the database holds, with each id that was given on the way as what its row tells of."""
    rows = {table: _rows_of(table) for table in _tables() if table not in APART}
    known = _names_of_new_rows(rows)
    return {table: sorted(_plain(row, known) for row in found) for table, found in rows.items()}


def _tables() -> list[str]:
    """All tables, with a table in parts as one: one that is new is compared from the day it is made."""
    statement = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
        "AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [name for (name,) in cursor.fetchall()]


def _rows_of(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(one) FROM {table} one")
        return [json.loads(row) for (row,) in cursor.fetchall()]


def _names_of_new_rows(rows: dict[str, list[dict[str, Any]]]) -> dict[str, dict[Any, str]]:
    """By the column that points there: id → what says the same in every order of storing."""
    leads = {row["id"]: row["email_key"] for row in rows["leads_lead"]}
    accounts = {row["id"]: row["name"] + row["domain"] for row in rows["leads_account"]}
    handoffs = {
        row["id"]: f"{leads[row['lead_id']]} {row['qualified_at']}" for row in rows["routing_handoff"]
    }
    clocks = {row["id"]: f"{row['kind']} {handoffs[row['handoff_id']]}" for row in rows["routing_clock"]}
    return {"lead_id": leads, "account_id": accounts, "handoff_id": handoffs, "clock_id": clocks}


def _plain(row: dict[str, Any], known: dict[str, dict[Any, str]]) -> str:
    """The row by names that do not depend on when it was stored."""
    told = {name: _named(name, value, known) for name, value in row.items() if name != "id"}
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def _named(name: str, value: Any, known: dict[str, dict[Any, str]]) -> Any:
    """The value with every id inside of it as what it names."""
    if isinstance(value, dict):
        own = f"{name}_id" if name in ("lead", "handoff") else "id"
        return {each: _named(own if each == "id" else each, below, known) for each, below in value.items()}
    if isinstance(value, str):
        return ADDRESS.sub(lambda found: found[1] + known[POINTS_TO[found[1]]][int(found[2])], value)
    column = name if name.endswith("_id") else f"{name}_id"
    return known.get(column, {}).get(value, value) if isinstance(value, int) else value


ADDRESS = re.compile(r"(^stage:|^handoff:|/leads/)(\d+)(?=[:/]|$)")
POINTS_TO = {"stage:": "lead_id", "/leads/": "lead_id", "handoff:": "handoff_id"}


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


def assert_same(together: Any, alone: Any) -> None:
    """The same answers and the same rows in every table."""
    assert together[0] == alone[0]
    assert together[1].keys() == alone[1].keys()
    for table in alone[1]:
        assert Counter(together[1][table]) - Counter(alone[1][table]) == Counter(), table
        assert len(together[1][table]) == len(alone[1][table]), table


@pytest.mark.parametrize("bought", [False, True])
@pytest.mark.usefixtures("ana", "bob")
def test_together_or_alone_every_table_is_the_same(
    *,
    bought: bool,
    olga: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "list.csv"
    rows = [*some_rows(300, seed=7), 'broken,"', "too,few"]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    factories.receive(factories.signal("page_view", email="p3@firm9.example"), now=NOW)

    wanted = Wanted("Warehouse", "https://hooks.example/baton", "BATON", [EventKind.STAGE_CHANGED])
    webhooks.create(wanted, by=olga, now=NOW)

    together, alone = in_both_ways(lambda: taken_in(path, bought=bought), monkeypatch)

    assert "one by one" not in caplog.text
    assert_same(together, alone)
    assert any("Subscriber → Lead" in told for told in alone[1]["leads_outboxmessage"])


@needs_data
@pytest.mark.usefixtures("ana", "bob")
def test_real_leads_that_qualified_elsewhere_become_the_same_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "olist.csv"
    lines = LEADS.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:31], *lines[20:25]]), encoding="utf-8")

    together, alone = in_both_ways(lambda: taken_in(path, mapping=PRESETS["olist"]), monkeypatch)

    assert "one by one" not in caplog.text
    assert_same(together, alone)
    assert together[0][4] == 0  # nobody qualified by the gate
    assert len(together[1]["routing_handoff"]) == 30


@pytest.mark.usefixtures("ana", "bob")
def test_people_of_whom_other_sources_spoke_become_the_same_together(
    olga: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *some_rows(200, seed=11)]), encoding="utf-8")
    kinds = {"website": Origin.SELF, "list": Origin.CRM, "vendor": Origin.INFERRED}
    for sender, kind in kinds.items():
        enrichment_setup.set_origin(factories.source(sender), kind, by=olga, now=NOW)
    for place in range(60):
        payload = factories.signal("page_view", email=f"p{place}@firm{place % 7}.example")
        payload["person"] |= {"first_name": "Ada", "title": "Boss", "country": "US", "region": "CA"}
        teller = Source.objects.get(name=("website", "vendor")[place % 2])
        factories.receive(payload, now=NOW, sender=teller)

    together, alone = in_both_ways(lambda: taken_in(path), monkeypatch)

    assert "one by one" not in caplog.text
    assert together[0] == alone[0]
    for table in ("leads_lead", "leads_account", "scoring_score", "leads_timelineevent"):
        assert together[1][table] == alone[1][table], table
    assert any('"Boss"}' in row for row in alone[1]["leads_lead"])


def test_a_dry_run_together_counts_what_it_counts_alone(
    ana: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *some_rows(120, seed=3)]), encoding="utf-8")

    together, alone = in_both_ways(lambda: taken_in(path, dry_run=True), monkeypatch)

    assert together[0] == alone[0]
    assert not Lead.objects.exists()


def test_known_people_and_their_next_rows_go_together(ana: User, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [
        f"p{place % 20}@firm.example,P,,,,,,,page_view,2026-11-16 10:{place:02},,,,{place}"
        for place in range(50)
    ]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    factories.receive(factories.signal("page_view", email="p3@firm.example"), now=NOW)
    source = factories.source("list")
    run = Import(file=imports.open_csv(path), mapping=MAPPING, source=source, now=NOW)

    (done,) = run.steps(lambda _: None)

    assert (done.read, done.stored, done.created) == (50, 50, 19)


def test_people_who_qualify_and_their_next_rows_go_together(ana: User, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    kinds = ["demo_request", "page_view"]
    rows = [
        f"p{person}@firm.example,P,,,,,,,{kind},2026-11-16 1{hour}:{person:02},,,,"
        for hour, kind in enumerate(kinds)
        for person in range(20)
    ]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    source = factories.source("list")
    run = Import(file=imports.open_csv(path), mapping=MAPPING, source=source, now=NOW)

    (done,) = run.steps(lambda _: None)

    told = SignalReceipt.objects.values_list("answer__lead__id", "answer__handoff__id")
    assert (done.read, done.stored, done.qualified) == (40, 40, 20)
    assert Counter(told) == Counter(2 * list(Handoff.objects.values_list("lead", "id")))


def test_people_of_companies_without_a_domain_go_together(ana: User, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [f"p{n}@gmail.com,P,,,DE,Bakery {n % 10},,,page_view,,,,," for n in range(40)]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    run = Import(file=imports.open_csv(path), mapping=MAPPING, source=factories.source("list"), now=NOW)

    (done,) = run.steps(lambda _: None)

    assert (done.read, done.created) == (40, 40)
    assert sorted(Account.objects.values_list("name", flat=True)) == [f"Bakery {n}" for n in range(10)]


def test_a_row_that_fails_costs_only_itself(
    ana: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    rows = [f"p{place}@firm.example,P,,,,,,,page_view,,,,,{place}" for place in range(80)]
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE leads_lead ADD CONSTRAINT poison CHECK (email <> 'p17@firm.example') NOT VALID"
        )

    total = taken_in(path)

    assert (total.read, total.stored, len(total.refusals)) == (80, 79, 1)
    assert Signal.objects.count() == 79


def test_references_are_looked_up_by_index_where_nearly_nobody_was_there_at_first(
    model: Scorecard, tmp_path: Path
) -> None:
    factories.receive(factories.signal(), now=NOW)
    path = tmp_path / "people.csv"
    path.write_text("\n".join([HEADER, *some_rows(200, seed=3)]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE leads_lead")  # a page of one person, which is quickest read whole

    read = whole_reads("leads_lead", lambda: taken_in_to_the_end(path))

    assert Lead.objects.count() > 50
    assert read < 3


def taken_in_to_the_end(path: Path) -> None:
    """With what the end of a transaction looks up."""
    taken_in(path)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
