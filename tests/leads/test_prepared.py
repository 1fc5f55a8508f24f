"""Statements that are put together once say what the ORM would, with other values each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from leads import prepared
from leads.arrays import array
from leads.models import Account, Lead, OutboxMessage, SignalType, TimelineEvent, User
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
    for key in ("eva", "max", "ida", "eva", "max", "ida", "eva"):
        BY_KEY.first(key=f"{key}@{key}.example")

    kept = "SELECT generic_plans + custom_plans, generic_plans > 0 FROM pg_prepared_statements"
    found = prepared.rows(f"{kept} WHERE statement LIKE %s", ['%"email_key" = ($1)%'])
    assert found == [(7, True)]


def test_a_savepoint_that_is_given_back_keeps_the_plans(now: datetime, model: Scorecard) -> None:
    BY_KEY.first(key="eva@eva.example")
    kept = "SELECT count(*) FROM pg_prepared_statements"
    before = prepared.row(kept)

    with transaction.atomic():
        transaction.set_rollback(True)

    assert prepared.row(kept) >= before > (0,)


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
