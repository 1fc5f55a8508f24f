"""Rows that are written as lines come back as the values that they were."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection

from leads import copying, moving_together
from leads.cells import cell
from leads.domain.stages import Stage
from leads.models import Account, Lead, StageVisit, TimelineEvent

NASTY = ["", "a\tb", "two\nlines\r\n", r"\N", r"C:\new\table", "\\", "“ü” 🦆", "\x0b\x85", "\\.", "null"]


def test_any_text_comes_back(db: None, now: datetime) -> None:
    lead = Lead.objects.create(created_at=now)
    told = [(text, {"said": text, "more": [text, None, 1.5, True]}) for text in NASTY]

    lines = (f"{lead.pk}\t{cell(now)}\tNOTE\t{cell(text)}\ta job\t{cell(data)}" for text, data in told)
    copying.write(TimelineEvent, ("lead_id", "at", "kind", "text", "job", "data"), lines)

    rows = TimelineEvent.objects.order_by("pk")
    assert list(rows.values_list("text", "data")) == told
    assert {(row.at, row.actor) for row in rows} == {(now, None)}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "text"),
        (-7, "bigint"),
        (1 / 3, "float8"),
        (-7e-17, "float8"),
        (True, "bool"),
        (timedelta(days=-1, seconds=5, microseconds=7), "interval"),
        (timedelta(hours=25), "interval"),
        (datetime(2026, 3, 29, 2, 30, 0, 5, tzinfo=timezone(timedelta(hours=2))), "timestamptz"),
    ],
)
def test_values_are_read_as_they_were(db: None, value: object, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE read_back (value {kind}) ON COMMIT DROP")
        with cursor.copy("COPY read_back FROM STDIN") as stream:
            stream.write(cell(value) + "\n")
        cursor.execute("SELECT value FROM read_back")

        assert cursor.fetchone() == (value,)


def test_many_lines_go_in_blocks_and_in_order(db: None, now: datetime) -> None:
    lead = Lead.objects.create(created_at=now)
    count = 2 * copying.BLOCK + 3

    lines = (f"{lead.pk}\t{cell(now)}\tNOTE\t{number}\ta job" for number in range(count))
    copying.write(TimelineEvent, ("lead_id", "at", "kind", "text", "job"), lines)

    told = TimelineEvent.objects.order_by("pk").values_list("text", flat=True)
    assert list(told) == [str(number) for number in range(count)]


def test_columns_come_back_as_they_were(db: None, now: datetime) -> None:
    later = now + timedelta(microseconds=1)
    some = [Account(name=text, name_key="same", created_at=now, technologies=[]) for text in NASTY]
    some[1].technologies = [*NASTY, 'a "quoted" {one}, and more', "NULL"]
    some[2].origins = some[3].origins = {"said": NASTY, "true": True}
    some[4].origins, some[5].origins = {"said": 1}, {"said": True}
    some[6].employees, some[7].annual_revenue, some[8].is_named, some[9].created_at = 0, 7, True, later

    copying.insert(some)

    names = ("name", "technologies", "origins", "employees", "annual_revenue", "is_named", "created_at")
    kept = Account.objects.order_by("pk").values_list(*names)
    assert [json.dumps(row, default=str) for row in kept] == [
        json.dumps(tuple(getattr(one, name) for name in names), default=str) for one in some
    ]


def test_what_is_told_by_column_ends_with_the_defaults_of_the_others(db: None, now: datetime) -> None:
    texts = [str(number) + "\t" * (number % 700 == 0) for number in range(2 * copying.ROWS + 3)]

    copying.stream(Account, ({"name": text, "name_key": "", "created_at": now} for text in texts))

    kept = Account.objects.order_by("pk")
    assert list(kept.values_list("name", flat=True)) == texts
    assert set(kept.values_list("technologies__len", "origins", "is_named", "country")) == {
        (0, None, False, "")
    }


def test_members_of_enumerations_and_blanks_are_written_side_by_side(db: None, now: datetime) -> None:
    lead = Lead.objects.create(created_at=now)
    visits = [
        (lead.pk, Stage.LEAD, 1, "", now, now, "RULE", "job", "a\tcause", ""),
        (lead.pk, "MQL", 1, Stage.LEAD, now, None, "RULE", "job", "", ""),
    ]

    copying.stream_rows(StageVisit, moving_together.COLUMNS, visits)

    kept = StageVisit.objects.order_by("pk").values_list(*moving_together.COLUMNS)
    assert list(kept) == visits
