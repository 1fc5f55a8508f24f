"""The compliance page: its figures, who sees which of them, and what it does with what it is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads.models import Team, User
from reports.domain.compliance import Figures
from routing import escalations, handoffs
from routing.models import RejectionReason
from tests import factories
from tests.conftest import SignIn
from tests.reports import history
from tests.reports.history import SMALL, days, minutes

REPORT = "/reports/service-levels/"


@pytest.fixture
def desk(olga: User, as_user: SignIn, clock: Traveller) -> Client:
    """Revenue operations' browser, on a Tuesday morning."""
    return as_user(olga)


def shown(client: Client, **asked: Any) -> Any:
    response = client.get(REPORT, asked)
    assert response.status_code == 200
    return response.context["page"]


def counts(figures: Figures) -> tuple[int, int, int, int, int]:
    return figures.met, figures.breached, figures.overdue, figures.running, figures.at_risk


def table(page: Any, name: str) -> dict[str, Figures]:
    (found,) = [table for table in page.tables if table.first_column == name]
    return {line.label: line.figures for line in found.lines}


def test_clocks_are_met_breached_running_and_at_risk(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - minutes(60), after=minutes(5))
    history.answered(now - minutes(50), after=minutes(6))
    history.asked(now - minutes(30))
    history.asked(now - minutes(4.5))
    history.asked(now)

    page = shown(desk)

    assert counts(page.total) == (1, 2, 1, 2, 1)
    assert page.total.verdict == "too few to judge: 1 of 3"
    assert [record.late for record in page.worst] == [minutes(25)]


def test_the_sweep_changes_when_a_breach_is_told_not_how_it_counts(
    ana: User, desk: Client, now: datetime
) -> None:
    history.asked(now - minutes(10))
    before = counts(shown(desk).total)

    escalations.sweep(now=now)

    assert counts(shown(desk).total) == before == (0, 1, 1, 0, 0)


def test_a_kept_rate_shows_its_base_and_the_target(ana: User, desk: Client, now: datetime) -> None:
    for _ in range(9):
        history.answered(now - days(1), after=minutes(2))
    history.answered(now - days(1), after=minutes(60))

    page = shown(desk)

    assert page.total.verdict == "90%, 9 of 10"
    assert page.total.is_on_target is False
    assert "9 of 10, target over 90%" in desk.get(REPORT).content.decode()


def test_median_and_ninetieth_percentile_are_of_stopped_clocks_in_wall_time(
    ana: User, desk: Client, now: datetime
) -> None:
    for waited in (1, 2, 3, 4, 10):
        history.answered(now - days(1), after=minutes(waited))
    history.asked(now - days(1))

    total = shown(desk).total

    assert total.elapsed.median == minutes(3)
    assert total.elapsed.ninetieth == minutes(7.6)


def test_each_clock_kind_has_its_own_figures(ana: User, desk: Client, now: datetime) -> None:
    handoff = history.answered(now - minutes(60), after=minutes(2))
    handoffs.accept(handoff, by=ana, now=now - minutes(30))
    history.asked(now - minutes(60))

    first_response, review = shown(desk), shown(desk, kind="REVIEW")

    assert counts(first_response.total) == (1, 1, 1, 0, 0)
    assert counts(review.total) == (1, 0, 0, 1, 0)
    assert [tab["label"] for tab in review.tabs if tab["current"]] == ["Review"]


def test_a_rejection_stops_the_first_response_too(ana: User, desk: Client, now: datetime) -> None:
    handoff = history.asked(now - minutes(3))
    reason = RejectionReason.objects.get(label="Wrong timing")
    handoffs.reject(handoff, handoffs.Rejection(reason), by=ana, now=now)

    assert counts(shown(desk).total) == (1, 0, 0, 0, 0)


def test_tables_divide_the_clocks_by_tier_team_rep_and_source(
    ana: User, charlie: User, desk: Client, now: datetime
) -> None:
    history.answered(now - minutes(60), after=minutes(2), source="google")
    history.answered(now - minutes(60), after=minutes(50), source="google", **SMALL)
    history.answered(now - minutes(60), after=minutes(2), source="event", country="US")

    page = shown(desk)

    assert {name: counts(figures)[:2] for name, figures in table(page, "Tier").items()} == {
        "T1": (2, 0),
        "T2": (0, 1),
    }
    assert {name: counts(figures)[:2] for name, figures in table(page, "Team").items()} == {
        "DACH": (1, 1),
        "North America": (1, 0),
    }
    assert {name: counts(figures)[:2] for name, figures in table(page, "Rep").items()} == {
        "Ana": (1, 1),
        "Charlie": (1, 0),
    }
    assert {name: counts(figures)[:2] for name, figures in table(page, "Source").items()} == {
        "google": (1, 1),
        "event": (1, 0),
    }


def test_the_lowest_rate_stands_first_and_too_few_to_judge_last(
    ana: User, desk: Client, now: datetime
) -> None:
    for number in range(10):
        history.answered(now - days(1), after=minutes(2), source="good")
        history.answered(now - days(1), after=minutes(2 if number else 60), source="worse")
    history.asked(now - days(1), source="few")

    assert list(table(shown(desk), "Source")) == ["worse", "good", "few"]


def test_leads_that_nobody_holds_are_counted_as_unassigned(dach: Team, desk: Client, now: datetime) -> None:
    history.asked(now - days(1))

    page = shown(desk, kind="DELIVERY")

    assert list(table(page, "Rep")) == ["Unassigned"]
    assert counts(shown(desk, kind="DELIVERY", rep="-none-").total) == (0, 1, 1, 0, 0)
    assert "nobody yet" in desk.get(REPORT, {"kind": "DELIVERY"}).content.decode()


def test_weeks_begin_on_monday_in_the_organisations_zone(
    ana: User, desk: Client, clock: Traveller, now: datetime
) -> None:
    sunday_in_utc_monday_in_berlin = datetime.fromisoformat("2026-11-15T23:30:00+00:00")
    history.asked(sunday_in_utc_monday_in_berlin)

    page = shown(desk)

    by_week = {line.label: line.figures.total for line in page.weeks.lines}
    assert by_week == {"W47": 1, "W46": 0, "W45": 0, "W44": 0}


def test_the_period_is_that_of_the_clocks_start(ana: User, desk: Client, now: datetime) -> None:
    for age in (0, 8, 29, 100):
        history.answered(now - days(age), after=minutes(2))

    totals = {period: shown(desk, period=period).total.total for period in ("1w", "4w", "12w")}
    custom = shown(desk, period="custom", since="2026-11-09", until="2026-11-09")

    assert totals == {"1w": 1, "4w": 2, "12w": 3}
    assert custom.total.total == 1
    assert shown(desk).total.total == 2


def test_filters_narrow_every_figure_and_stay_in_every_address(
    ana: User, charlie: User, desk: Client, now: datetime
) -> None:
    history.answered(now - days(30), after=minutes(2), source="google & co")
    history.asked(now - days(30), country="US")
    asked: dict[str, Any] = {
        "period": "12w",
        "rep": ana.pk,
        "team": ana.team_id,
        "tier": "T1",
        "source": "google & co",
    }

    page = shown(desk, **asked)

    assert counts(page.total) == (1, 0, 0, 0, 0)
    kept = {name: [str(value)] for name, value in asked.items()}
    addresses = [stat["url"] for stat in page.stats] + [tab["url"] for tab in page.tabs]
    addresses += [line.address for table in page.tables for line in table.lines]
    for address in addresses:
        assert kept.items() <= parse_qs(address.partition("?")[2] or address).items()
    form = desk.get(REPORT, asked).context["form"]
    assert form["source"].value() == "google & co"


def test_every_number_leads_to_as_many_records(ana: User, charlie: User, desk: Client, now: datetime) -> None:
    history.answered(now - minutes(60), after=minutes(2))
    history.answered(now - days(9), after=minutes(50), **SMALL)
    history.asked(now - minutes(30), country="US")
    history.asked(now - minutes(1))

    page = shown(desk)

    lines = [line for table in (*page.tables, page.weeks) for line in table.lines]
    assert lines
    for line in lines:
        for state in ("met", "breached", "running", "at_risk", "overdue", "decided"):
            address = f"{reverse('service-level-records')}?{line.address}&state={state}"
            listed = desk.get(address).context["page"].records
            assert len(listed) == getattr(line.figures, state), address


def test_misses_of_the_top_tier_raise_a_notice(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - days(1), after=minutes(60))
    few = desk.get(REPORT).content.decode()
    for _ in range(9):
        history.answered(now - days(1), after=minutes(60))

    many = desk.get(REPORT).content.decode()

    assert "1 of 1 first response promises were missed" in few
    assert "Too few to judge by" in few
    assert "10 of 10 first response promises were missed" in many
    assert "Too few to judge by" not in many


def test_no_notice_while_the_top_tier_is_served_in_time(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - days(1), after=minutes(2))
    history.answered(now - days(1), after=minutes(50), **SMALL)

    assert "promises were missed" not in desk.get(REPORT).content.decode()


def test_a_rep_and_a_manager_see_their_team_and_operations_see_all(
    ana: User, bob: User, mia: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    history.asked(now - minutes(30))
    history.asked(now - minutes(30))
    history.asked(now - minutes(30), country="US")

    seen = {user.name: shown(as_user(user)).total.total for user in (ana, bob, mia, charlie)}
    others = as_user(charlie).get(REPORT).content.decode()

    assert seen == {"Ana": 2, "Bob": 2, "Mia": 2, "Charlie": 1}
    assert "DACH" not in others
    assert "Ana" not in others


@pytest.mark.parametrize("role", ["OPS", "MARKETER", "VIEWER"])
def test_who_sees_every_lead_sees_every_clock(
    ana: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime, role: str
) -> None:
    history.asked(now)
    history.asked(now, country="US")

    assert shown(as_user(factories.person("vera", role=role))).total.total == 2


def test_a_manager_above_sees_the_teams_below(
    ana: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    sales = Team.objects.create(name="Sales")
    Team.objects.filter(people=ana).update(parent=sales)
    max_ = factories.person("max", role="MANAGER", team=sales)
    history.asked(now)
    history.asked(now, country="US")

    assert shown(as_user(max_)).total.total == 1


def test_a_rep_of_another_team_is_no_filter(
    ana: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    history.asked(now)
    history.asked(now, country="US")

    response = as_user(ana).get(REPORT, {"rep": charlie.pk})

    assert response.status_code == 400
    assert "Charlie" not in response.content.decode()


def test_a_rep_who_left_the_team_still_leads_to_their_clocks(
    ana: User, mia: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    history.asked(now)
    User.objects.filter(pk=ana.pk).update(team=charlie.team)

    assert shown(as_user(mia), rep=ana.pk).total.total == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "SPRINT"},
        {"kind": "1; DROP TABLE routing_clock"},
        {"period": "13w"},
        {"period": "custom", "since": "2026-13-01"},
        {"period": "custom", "since": "2026-11-09", "until": "2026-11-08"},
        {"period": "custom", "since": "2020-01-01", "until": "2026-01-01"},
        {"period": "custom", "since": "0001-01-01", "until": "9999-12-31"},
        {"period": "custom", "until": "9999-12-31"},
        {"team": "999999"},
        {"team": "' OR 1=1 --"},
        {"rep": "99999999999999999999"},
        {"rep": "²"},
        {"rep": "\0"},
        {"tier": "T9"},
        {"tier": "tier) --"},
        {"source": "\0"},
        {"source": "x" * 201},
    ],
)
@pytest.mark.parametrize("name", ["service-level-report", "service-level-records", "service-level-csv"])
def test_an_unknown_filter_is_refused_in_words(desk: Client, name: str, asked: dict[str, str]) -> None:
    response = desk.get(reverse(name), asked)

    assert response.status_code == 400
    assert "These filters cannot be used" in response.content.decode()
    assert response.context["form"].errors


@pytest.mark.parametrize("source", ["' OR 1=1 --", "%", "nobody knows", "مرحبا", "💥", "<script>"])
def test_a_source_that_never_was_shows_an_empty_page(desk: Client, source: str) -> None:
    response = desk.get(REPORT, {"source": source})

    assert response.status_code == 200
    assert "No clock started here" in response.content.decode()
    assert "<script>" not in response.content.decode().partition("<main")[2]


def test_without_any_clock_the_page_says_so(desk: Client) -> None:
    content = desk.get(REPORT).content.decode()

    assert "No clock started here" in content
    assert "under these filters" not in content


def test_the_number_of_queries_does_not_grow_with_the_clocks(
    ana: User, bob: User, charlie: User, desk: Client, now: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            desk.get(REPORT)
        return len(asked)

    history.asked(now - minutes(30))
    few = queries()
    for number in range(6):
        history.asked(now - days(number), source=f"source {number}", country="US" if number % 2 else "DE")

    assert queries() == few


def test_writing_is_refused(desk: Client) -> None:
    assert desk.post(REPORT).status_code == 405


def test_names_are_text_never_markup(ana: User, desk: Client, now: datetime) -> None:
    history.asked(now - minutes(30), source="<img src=x>")
    User.objects.filter(pk=ana.pk).update(name="<b>Ana</b>")

    content = desk.get(REPORT).content.decode()

    assert "<img src=x>" not in content
    assert "<b>Ana</b>" not in content
    assert "&lt;b&gt;Ana" in content
