"""The speed page: capture to contact, the system's part and the people's, and the hand-offs behind each figure."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from leads.models import User
from reports.divisions import SOURCES
from reports.domain.definitions import Definition
from routing import handoffs
from routing.models import Handoff
from tests.conftest import SignIn
from tests.reports import history
from tests.reports.history import SMALL, days, minutes

REPORT = "/reports/speed/"


@pytest.fixture
def desk(olga: User, as_user: SignIn, clock: Traveller) -> Client:
    return as_user(olga)


def shown(client: Client, **asked: Any) -> Any:
    response = client.get(REPORT, asked)
    assert response.status_code == 200
    return response.context["page"]


def figures(page: Any) -> dict[str, str]:
    return {stat["label"]: stat["value"] for stat in page.stats}


def waited(handoff: Handoff, *, system: timedelta) -> None:
    """The hand-off was assigned so long after its capture."""
    Handoff.objects.filter(pk=handoff.pk).update(assigned_at=handoff.captured_at + system)


def test_the_systems_delay_and_the_peoples_are_apart(ana: User, desk: Client, now: datetime) -> None:
    for number in (1, 2, 3):
        waited(history.answered(now - days(1), after=minutes(10 * number)), system=timedelta(seconds=number))

    found = figures(shown(desk))

    assert found["Capture to contact"] == "20 min"
    assert found["System delay"] == "2.0 s"
    assert found["Human delay"] == "19 min"
    assert found["Contacted"] == "3"


def test_the_top_tier_has_a_target_of_its_own(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - days(1), after=minutes(8))
    history.answered(now - days(1), after=minutes(200), **SMALL)

    page = shown(desk)

    assert figures(page)["T1"] == "8 min"
    in_time = {row.label: row.cells[1].text for row in page.tables[0].rows}
    assert in_time == {"T1": "too few to judge: 1 of 1", "T2": "too few to judge: 1 of 1"}


def test_who_waits_is_counted_and_listed(ana: User, desk: Client, now: datetime) -> None:
    history.asked(now - minutes(30))
    history.answered(now - minutes(60), after=minutes(5))

    (waiting,) = [stat for stat in shown(desk).stats if stat["label"] == "Waiting"]

    assert waiting["value"] == "1"
    assert len(desk.get(waiting["url"]).context["page"].records) == 1


def test_every_number_leads_to_as_many_hand_offs(
    ana: User, charlie: User, desk: Client, now: datetime
) -> None:
    history.answered(now - days(1), after=minutes(5))
    history.answered(now - days(9), after=minutes(500), **SMALL)
    history.asked(now - days(1), country="US")

    page = shown(desk)

    for table in (page.weeks, *page.tables):
        for row in table.rows:
            contacted = row.cells[0]
            listed = desk.get(contacted.url).context["page"].records if contacted.url else []
            assert len(listed) == int(contacted.text)


def test_the_list_is_read_page_by_page(ana: User, desk: Client, now: datetime) -> None:
    template = history.asked(now - days(1))
    copies = []
    for number in range(70):
        copy = Handoff.objects.get(pk=template.pk)
        copy.pk, copy.status, copy.decided_at = None, Handoff.Status.ACCEPTED, now
        copy.captured_at = now - minutes(number)
        copies.append(copy)
    Handoff.objects.bulk_create(copies)

    first = desk.get("/reports/handoffs/").context["page"]
    second = desk.get(f"/reports/handoffs/{first.after_url}").context["page"]

    assert [len(first.records), len(second.records)] == [50, 21]
    assert not {one.handoff.pk for one in first.records} & {one.handoff.pk for one in second.records}


def test_the_file_holds_the_three_spans(ana: User, desk: Client, now: datetime) -> None:
    waited(history.answered(now - days(1), after=minutes(5)), system=timedelta(seconds=2))

    response = desk.get("/reports/handoffs.csv")
    (row,) = csv.DictReader(line.decode() for line in response.streaming_content)  # type: ignore[attr-defined]

    spans = [row[name] for name in ("Capture to contact (s)", "System delay (s)", "Human delay (s)")]
    assert spans == ["300", "2", "298"]


@pytest.mark.parametrize("asked", [{"state": "gone"}, {"reason": "nope"}, {"before": "x"}, {"team": "0"}])
def test_what_cannot_be_listed_is_refused_in_words(desk: Client, asked: dict[str, str]) -> None:
    for path in ("/reports/handoffs/", "/reports/handoffs.csv"):
        response = desk.get(path, asked)

        assert response.status_code == 400
        assert "These filters cannot be used" in response.content.decode()


def test_a_meeting_passed_to_an_executive_is_no_capture(ana: User, desk: Client, now: datetime) -> None:
    handoff = history.answered(now - days(1), after=minutes(5))
    handoffs.accept(handoff, by=ana, now=now)
    Handoff.objects.update(kind=Handoff.Kind.MEETING)

    assert shown(desk).is_empty


def test_each_column_says_what_it_means(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - days(1), after=minutes(5))

    page = shown(desk)

    assert all(isinstance(column, Definition) and column.text for column in page.weeks.columns)


def test_a_source_has_all_its_figures_however_many_sources_there_are(
    ana: User, desk: Client, now: datetime
) -> None:
    template = history.asked(now - days(1))
    others = [source_like(template, f"s{number:02}", contacted=True) for number in range(SOURCES)]
    mine = [source_like(template, "zeitung", contacted=is_contacted) for is_contacted in (True, False, False)]
    Handoff.objects.bulk_create([*others, *mine])

    (table,) = [table for table in shown(desk).tables if table.title == "By source"]

    rows = {row.label: row for row in table.rows}
    assert (len(table.rows), table.note) == (SOURCES, f"The {SOURCES} sources with most hand-offs.")
    contacted = rows["zeitung"].cells[0]
    assert contacted.text == "1"
    assert len(desk.get(contacted.url).context["page"].records) == 1


def source_like(template: Handoff, source: str, *, contacted: bool) -> Handoff:
    """Another hand-off like it, from another source."""
    row = Handoff.objects.get(pk=template.pk)
    row.pk, row.source, row.status = None, source, Handoff.Status.ACCEPTED
    row.decided_at = row.captured_at + minutes(30)
    row.first_contact_at = row.captured_at + minutes(20) if contacted else None
    return row


def test_sales_that_calls_before_it_takes_a_lead_let_nobody_wait(
    ana: User, desk: Client, now: datetime
) -> None:
    waited(history.answered(now - days(1), after=minutes(5)), system=timedelta(minutes=65))

    page = shown(desk)
    (record,) = desk.get("/reports/handoffs/").context["page"].records

    assert figures(page)["Human delay"] == record.delays[2] == "0 s"
