"""The list behind the numbers, on the page and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from leads.models import Lead, User
from reports import records_page
from routing.models import Clock
from tests.conftest import SignIn
from tests.reports import history
from tests.reports.history import minutes

LIST = "/reports/service-levels/records/"
FILE = "/reports/service-levels/records.csv"


@pytest.fixture
def desk(mia: User, as_user: SignIn, clock: Traveller) -> Client:
    """The manager's browser, on a Tuesday morning."""
    return as_user(mia)


def rows(client: Client, **asked: Any) -> list[dict[str, str]]:
    response: Any = client.get(FILE, asked)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def listed(client: Client, address: str = LIST) -> list[str]:
    response: Any = client.get(address)
    assert response.status_code == 200
    return [record.lead for record in response.context["page"].records]


def test_a_record_says_what_was_promised_and_what_became_of_it(
    ana: User, desk: Client, now: datetime
) -> None:
    handoff = history.answered(now - minutes(60), after=minutes(12), source="google")

    (record,) = desk.get(LIST).context["page"].records

    assert (record.lead, record.state_label, record.tier) == (handoff.lead.name, "Breached", "T1")
    assert (record.rep, record.team, record.source) == ("Ana", "DACH", "google")
    assert (record.took_in_words, record.late_in_words) == ("12 min", "7 min")


def test_a_lead_is_one_click_away(ana: User, desk: Client, now: datetime) -> None:
    handoff = history.asked(now)

    content = desk.get(LIST).content.decode()

    assert f'href="{handoff.lead.get_absolute_url()}"' in content


def test_the_list_turns_by_pages_newest_first_and_back(
    ana: User, desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records_page, "SIZE", 2)
    newest_first = [history.asked(now - minutes(age)).lead.name for age in range(5)]

    first = desk.get(LIST).context["page"]
    second = desk.get(f"{LIST}{first.after_url}").context["page"]
    third = desk.get(f"{LIST}{second.after_url}").context["page"]
    back = desk.get(f"{LIST}{third.before_url}").context["page"]

    seen = [record.lead for page in (first, second, third) for record in page.records]
    assert seen == newest_first
    assert (first.before_url, third.after_url) == ("", "")
    assert (first.before_label, first.after_label) == ("Newer", "Older")
    assert back.records == second.records


def test_open_breaches_can_be_listed_longest_overdue_first(ana: User, desk: Client, now: datetime) -> None:
    late = history.asked(now - minutes(20))
    later = history.asked(now - minutes(40))
    history.asked(now)

    assert listed(desk, f"{LIST}?state=overdue&sort=due") == [later.lead.name, late.lead.name]
    assert listed(desk, f"{LIST}?state=overdue") == [late.lead.name, later.lead.name]


def test_another_teams_clocks_are_absent_from_list_and_file(
    ana: User, charlie: User, desk: Client, now: datetime
) -> None:
    mine = history.asked(now)
    theirs = history.asked(now, country="US")

    assert listed(desk) == [mine.lead.name]
    assert [row["Lead"] for row in rows(desk)] == [mine.lead.name]
    assert theirs.lead.name not in desk.get(LIST).content.decode()


def test_without_a_record_the_list_says_so(desk: Client) -> None:
    assert "No such clock" in desk.get(LIST).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"state": "lost"},
        {"sort": "started_at; DROP TABLE routing_clock"},
        {"sort": "-password"},
        {"after": "yesterday"},
        {"before": "2026-11-17T09:00:00+00:00_0"},
        {"after": "2026-11-17T09:00:00+00:00_1' OR '1'='1"},
    ],
)
@pytest.mark.parametrize("address", [LIST, FILE])
def test_an_unknown_state_order_or_place_is_refused_in_words(
    desk: Client, address: str, asked: dict[str, str]
) -> None:
    response = desk.get(address, asked)

    assert response.status_code == 400
    assert "These filters cannot be used" in response.content.decode()


def test_the_file_holds_the_selected_clocks_with_their_times_in_the_organisations_zone(
    ana: User, desk: Client, now: datetime
) -> None:
    handoff = history.answered(now - minutes(60), after=minutes(12), source="google")
    history.answered(now - minutes(60), after=minutes(1))

    (row,) = rows(desk, state="breached")

    assert row == {
        "Lead": handoff.lead.name,
        "Company": str(handoff.lead.account),
        "Clock": "First response",
        "State": "Breached",
        "Tier": "T1",
        "Source": "google",
        "Rep": "Ana",
        "Team": "DACH",
        "Started": "2026-11-17T09:00:00+01:00",
        "Due": "2026-11-17T09:05:00+01:00",
        "Stopped": "2026-11-17T09:12:00+01:00",
        "Took (minutes)": "12",
        "Late (minutes)": "7",
        "Lead page": f"http://127.0.0.1:8000{handoff.lead.get_absolute_url()}",
    }


def test_the_file_is_named_after_what_it_holds(ana: User, desk: Client, now: datetime) -> None:
    history.asked(now)

    response = desk.get(FILE, {"kind": "REVIEW", "period": "1w"})

    assert response["Content-Disposition"] == ('attachment; filename="review-2026-11-16-to-2026-11-17.csv"')
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_no_name_in_the_file_is_a_formula(ana: User, desk: Client, now: datetime) -> None:
    handoff = history.asked(now)
    Lead.objects.filter(pk=handoff.lead_id).update(first_name="=cmd|' /C calc'!A0", last_name="")

    assert rows(desk)[0]["Lead"] == "'=cmd|' /C calc'!A0"


def test_the_number_of_queries_grows_with_neither_list_nor_file(
    ana: User, desk: Client, now: datetime
) -> None:
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as page:
            desk.get(LIST)
        with CaptureQueriesContext(connection) as file:
            rows(desk)
        return len(page), len(file)

    history.asked(now)
    few = queries()
    for age in range(5):
        history.asked(now - minutes(age))

    assert queries() == few
    assert Clock.objects.count() > len(few)
