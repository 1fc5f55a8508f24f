"""Rows that are written as lines come back as the values that they were."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from django.db import connection

from leads import copying
from leads.copying import cell
from leads.models import Lead, TimelineEvent

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
