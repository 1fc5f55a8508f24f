"""Statements that are put together once say what the ORM would, with other values each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import IntegrityError, NotSupportedError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from leads import prepared, sending
from leads.arrays import array
from leads.models import Account, Lead, OutboxMessage, Role, SignalType, TimelineEvent, User
from leads.prepared import Given, Query
from scoring.models import Scorecard
from tests import factories

BY_KEY = Query(lambda: Lead.objects.select_related("account").filter(email_key=Given("key")))


def test_a_query_reads_the_same_rows_and_relations_as_the_orm(ana: User, now: datetime) -> None:
    for name in ("eva", "max"):
        factories.receive(factories.signal(email=f"{name}@{name}.example"), now=now)

    found = {name: BY_KEY.first(key=f"{name}@{name}.example") for name in ("eva", "max", "nobody")}

    for name in ("eva", "max"):
        stored = Lead.objects.select_related("account").get(email_key=f"{name}@{name}.example")
        read = found[name]
        assert read is not None
        assert _values(read) == _values(stored)
        with CaptureQueriesContext(connection) as more:
            assert read.account is not None
            assert stored.account is not None
            assert _values(read.account) == _values(stored.account)
        assert len(more) == 0
    assert found["nobody"] is None


def test_a_statement_is_planned_once_a_connection(now: datetime, model: Scorecard) -> None:
    backwards = Query(lambda: Lead.objects.filter(email_key=Given("key")).order_by("-email_key"))

    for key in ("eva", "max", "ida", "eva", "max", "ida", "eva"):
        backwards.first(key=f"{key}@{key}.example")

    kept = "SELECT generic_plans + custom_plans, generic_plans > 0 FROM pg_prepared_statements"
    found = prepared.rows(f"{kept} WHERE statement LIKE %s", ['%"email_key" DESC%'])
    assert found == [(7, True)]


def test_a_savepoint_that_is_given_back_keeps_the_plans(now: datetime, model: Scorecard) -> None:
    BY_KEY.first(key="eva@eva.example")
    kept = "SELECT count(*) FROM pg_prepared_statements"
    before = prepared.row(kept)

    with transaction.atomic():
        transaction.set_rollback(True)

    assert prepared.row(kept) >= before > (0,)


@pytest.mark.django_db
def test_the_plans_that_were_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PLANS", 2)
    database: Any = connection.copy()
    database.connect()
    sender = sending.Sender(database.connection)

    found = [sender.execute(f"SELECT $1::int + {n}", [n]).rows for n in (1, 2, 1, 3, 1)]

    kept = sender.execute("SELECT statement FROM pg_prepared_statements ORDER BY statement").rows
    assert found == [[(2,)], [(4,)], [(2,)], [(6,)], [(2,)]]
    assert kept == [
        ("SELECT $1::int + 1",),
        ("SELECT statement FROM pg_prepared_statements ORDER BY statement",),
    ]
    database.close()


@pytest.mark.django_db
def test_a_table_that_was_made_anew_is_read_after_one_refusal() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE thing AS SELECT 1 AS size")
        assert prepared.row("SELECT * FROM thing") == (1,)
        cursor.execute("ALTER TABLE thing ADD COLUMN name text DEFAULT 'one'")

    with pytest.raises(NotSupportedError), transaction.atomic():
        prepared.row("SELECT * FROM thing")

    assert prepared.row("SELECT * FROM thing") == (1, "one")


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_an_operational_error() -> None:
    database: Any = connection.copy()
    database.connect()
    sender = sending.Sender(database.connection)
    prepared.row("SELECT pg_terminate_backend(%s, 5000)", [database.connection.info.backend_pid])

    for _ in range(2):
        with pytest.raises(psycopg.OperationalError):
            sender.execute("SELECT 1")
    database.close()


@pytest.mark.django_db
def test_moments_are_read_in_utc_as_the_orm_reads_them(now: datetime) -> None:
    (found,) = prepared.row("SELECT %s::timestamptz", [now.astimezone(ZoneInfo("Asia/Kathmandu"))])

    assert (found, found.tzinfo) == (now, UTC)


def test_what_a_query_says_itself_is_part_of_its_text(now: datetime, model: Scorecard) -> None:
    for name in ("50 % off", "it's %s"):
        prepared.store([Account(name=name, created_at=now)])
    by_name = Query(
        lambda: Account.objects.filter(
            Q(name__contains="0 %") | Q(name="it's %s"), pk__gt=0, created_at=Given("at")
        ).order_by("pk")
    )

    with CaptureQueriesContext(connection) as asked:
        found = by_name.all(at=now)

    assert [account.name for account in found] == ["50 % off", "it's %s"]
    assert "'it''s %s'" in asked.captured_queries[0]["sql"]


def test_members_of_enumerations_are_part_of_a_text_and_other_values_are_not() -> None:
    text, values = prepared.with_constants("a = %s AND b = %s AND c LIKE '5%%'", [Role.OPS, "50%"])

    assert (text, values) == ("a = 'OPS' AND b = %s AND c LIKE '5%%'", ["50%"])


def test_a_lock_is_part_of_the_query(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    locked = Query(lambda: Lead.objects.locked().filter(pk=Given("lead")))

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert locked.first(lead=handoff.lead_id) == handoff.lead

    assert "FOR NO KEY UPDATE" in asked.captured_queries[0]["sql"]


def test_stored_objects_know_their_ids_in_the_order_given(ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    events = [
        TimelineEvent(lead=lead, kind="NOTE", text=text, at=now, actor=ana, data={"place": [place, None]})
        for place, text in enumerate(("one", "two", "three"))
    ]

    prepared.store(events)

    stored = TimelineEvent.objects.in_bulk([event.pk for event in events])
    assert [_values(stored[event.pk]) for event in events] == [_values(event) for event in events]


def test_a_row_that_is_there_already_is_refused_or_left(now: datetime, model: Scorecard) -> None:
    prepared.store([Account(name="Acme", domain="acme.example", created_at=now)])
    again = Account(name="Acme", domain="acme.example", created_at=now)

    prepared.store([again], ending="ON CONFLICT DO NOTHING")

    assert not again.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.store([again])
    prepared.store([])
    assert Account.objects.filter(domain="acme.example").count() == 1


def test_defaults_of_the_database_are_left_to_it(now: datetime, model: Scorecard) -> None:
    prepared.store([Account(name="Acme", created_at=now)])

    account = Account.objects.get(name="Acme")
    assert (account.needs_score, account.in_dispute, account.region) == (True, False, "")


@pytest.mark.django_db
def test_rows_and_counts_of_changes_come_back() -> None:
    prepared.insert(SignalType, [{"code": "one", "label": "One"}, {"code": "two", "label": "Two"}])

    changed = prepared.run(
        "UPDATE leads_signaltype SET label = %s WHERE code = ANY(%s)", ["New", ["one", "two"]]
    )

    assert changed == 2
    assert prepared.row("SELECT label FROM leads_signaltype WHERE code = %s", ["two"]) == ("New",)
    assert prepared.row("SELECT label FROM leads_signaltype WHERE code = %s", ["six"]) is None


def _values(row: Lead | Account | TimelineEvent | OutboxMessage) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_columns_of_many_rows_keep_every_kind_of_value(now: datetime, model: Scorecard) -> None:
    given: dict[str, list[object]] = {
        "text": [
            "plain",
            "",
            'a "quoted" \\ {one}, two',
            "NULL",
            "tab\tline\n",
            None,
            Lead.Acquired.PURCHASED,
        ],
        "bigint": [1, -2, None, 2**40],
        "boolean": [True, False, None],
        "double precision": [0.1, -1e300, None],
        "numeric": [Decimal("1.50"), None],
        "date": [now.date(), None],
        "timestamptz": [now, now.astimezone(ZoneInfo("Asia/Kathmandu")), None],
        "interval": [timedelta(days=-1, microseconds=5), timedelta(hours=30), None],
    }

    for kind, values in given.items():
        assert prepared.row(f"SELECT %s::{kind}[]", [array(values)]) == (values,)

    with pytest.raises(TypeError, match="list is no plain value"):
        array([[1]])
