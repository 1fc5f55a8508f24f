"""A lead's scores on any date, as lines that add up to what the page shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller

from leads import merging
from leads.models import Lead, User
from revops import coming_back
from revops.lead_page.score_history import MOST_LINES, entries, fit_entries
from scoring import explanation, ledger, rescoring, scorecards, scores
from scoring.models import Scorecard
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def desk(ana: User, as_user: SignIn, clock: Traveller) -> Client:
    """Ana at her desk."""
    return as_user(ana)


@pytest.fixture
def eva(ana: User, now: datetime) -> Lead:
    """Somebody who came back over six weeks, of whom more and more became known."""
    unknown = {**factories.COMPANY, "employees": None}
    for kind, weeks in (
        ("webinar_attended", 6),
        ("pricing_page", 5),
        ("pricing_page", 5),
        ("pricing_page", 5),
    ):
        factories.receive(factories.signal(kind, company=unknown), now=now - timedelta(weeks=weeks, hours=1))
    factories.receive(factories.signal("case_study"), now=now - timedelta(weeks=3))
    factories.receive(factories.signal("demo_request"), now=now - timedelta(hours=1))
    return factories.lead_of("eva@acme.example")


def opened(client: Client, lead: Lead, **asked: str) -> Any:
    return client.get(reverse("lead-scores", args=[lead.pk]), asked)


def test_the_lines_shown_add_up_to_the_score_on_every_day(desk: Client, eva: Lead, now: datetime) -> None:
    for days in range(0, 45, 4):
        response = opened(desk, eva, on=(now - timedelta(days=days)).date().isoformat())

        shown = response.context["entries"]
        assert sum((entry.amount for entry in shown), Decimal(0)) == response.context["engagement"]
        for table in response.context["scores"]:
            assert sum((term.points for term in table.terms), Decimal(0)) == table.total
        assert response.context["scores"][0].total == response.context["engagement"]
        fit_lines = response.context["fit_entries"]
        assert sum((entry.amount for entry in fit_lines), Decimal(0)) == (response.context["fit"] or 0)


def test_today_is_what_the_lead_page_shows(desk: Client, eva: Lead) -> None:
    lead_page = desk.get(reverse("lead", args=[eva.pk]))

    response = opened(desk, eva)

    fit, _, engagement = lead_page.context["brief"].scores
    assert (response.context["fit"], response.context["engagement"]) == (fit.total, engagement.total)
    assert response.context["grade"] == fit.grade == "A"
    assert response.context["is_today"]


def test_the_ledger_names_signals_decay_and_what_the_cap_cut_off(desk: Client, eva: Lead) -> None:
    body = opened(desk, eva).content.decode()

    assert "Webinar attended" in body
    assert "Weekly decay" in body
    assert "capped, worth 10" in body


def test_fit_moved_when_the_number_of_employees_became_known(desk: Client, eva: Lead, now: datetime) -> None:
    lines = opened(desk, eva).context["fit_entries"]

    assert [(line.text, line.amount) for line in lines] == [
        ("First known here", Decimal("75.0")),
        ("Facts", Decimal("25.0")),
    ]
    before = opened(desk, eva, on=(now - timedelta(weeks=4)).date().isoformat())
    assert (before.context["fit"], before.context["grade"]) == (Decimal("75.0"), "A")


def test_before_the_lead_was_known_there_is_nothing_to_add_up(desk: Client, eva: Lead) -> None:
    response = opened(desk, eva, on="2025-01-01")

    assert response.context["entries"] == []
    assert response.context["fit"] is None
    assert "not known here yet" in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("tomorrow", "Give a date, such as 2026-11-20."),
        ("2031-01-01", "This date is still to come. Choose today or a day before it."),
        ("", "This field is required."),
    ],
)
def test_a_date_that_cannot_be_shown_is_told_and_today_is_shown(
    desk: Client, eva: Lead, asked: str, sentence: str
) -> None:
    response = opened(desk, eva, on=asked)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert response.context["is_today"]


def test_the_chart_names_the_weeks_of_the_organisation_wherever_one_looks_from(
    ana: User, desk: Client, eva: Lead
) -> None:
    User.objects.filter(pk=ana.pk).update(time_zone="America/St_Johns")

    body = opened(desk, eva).content.decode()

    assert "Week of 16 November:" in body
    assert "Week of 15 November:" not in body


def test_a_lead_that_only_looked_has_no_chart(
    desk: Client, now: datetime, olga: User, as_user: SignIn
) -> None:
    factories.receive(factories.signal("email_open", email="kim@acme.example"), now=now)

    response = opened(as_user(olga), factories.lead_of("kim@acme.example"))

    assert response.context["chart"] is None
    assert "Nothing had counted yet." in response.content.decode()


def test_another_teams_lead_is_not_there(charlie: User, eva: Lead, as_user: SignIn) -> None:
    assert opened(as_user(charlie), eva).status_code == 404


def test_a_version_that_takes_over_is_a_line_of_both_ledgers(
    eva: Lead, model: Scorecard, now: datetime
) -> None:
    draft = scorecards.create_draft(model, by=None, now=now)
    draft.criteria.filter(code="company_size").update(weight=15)
    draft.criteria.filter(code="role").update(weight=20)
    draft.criteria.filter(code="role").update(levels=draft.criteria.get(code="geography").levels)
    draft.behaviours.filter(type="demo_request").update(points=20)
    scorecards.publish(draft, by=None, now=now)
    later = now + timedelta(minutes=5)
    rescoring.rescore_outdated(now=later)

    explained = explanation.explain(eva, now=later)
    told = ledger.of(eva, explained.standing, epoch=explained.epoch, now=later)

    assert told.engagement[-1].kind == "re-score"
    assert float(told.engagement_at(later)) == explained.engagement
    assert told.fit_at(later) == explained.fit.value
    assert told.model_at(now - timedelta(seconds=1)).version == 1
    assert told.model_at(later).version == 2


def test_facts_not_yet_scored_are_a_line_of_today(eva: Lead, now: datetime) -> None:
    eva.title = "Recruiter"
    eva.save(update_fields=["title"])

    explained = explanation.explain(eva, now=now)
    told = ledger.of(eva, explained.standing, epoch=explained.epoch, now=now)

    assert told.fit[-1].at == now
    assert told.fit_at(now) == explained.fit.value < 100


def test_a_long_history_begins_with_what_came_before_the_latest_lines(eva: Lead, now: datetime) -> None:
    at = now - timedelta(days=2)
    for minute in range(MOST_LINES + 10):
        moment = at + timedelta(minutes=minute)
        factories.receive(factories.signal("page_view", occurred_at=moment.isoformat()), now=moment)
    explained = explanation.explain(eva, now=now)
    lines = ledger.of(eva, explained.standing, epoch=explained.epoch, now=now).engagement

    shown = entries(lines)

    assert len(shown) == MOST_LINES + 1
    assert shown[0].text == f"Earlier, in {len(lines) - MOST_LINES} lines"
    assert float(sum(entry.amount for entry in shown)) == pytest.approx(explained.engagement, abs=0.05)
    assert fit_entries(()) == []


def test_the_page_asks_no_more_of_a_longer_history(
    desk: Client, eva: Lead, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for minute in range(30):
        moment = timezone.now() + timedelta(minutes=minute)
        factories.receive(factories.signal("page_view"), now=moment)

    with django_assert_max_num_queries(18):
        opened(desk, eva)


def test_every_lead_keeps_the_score_that_its_ledger_ends_with(eva: Lead, now: datetime) -> None:
    state = scores.decay_state()
    standing = scores.assess(eva, model=scorecards.published_model(), state=state, now=now)

    told = ledger.of(eva, standing, epoch=state.epoch, now=now)

    assert float(told.engagement_at(now)) == standing.now.engagement


def test_what_a_merged_lead_had_done_is_a_line_of_the_merge(eva: Lead, olga: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended", email="eva@home.example"), now=now)
    later = now + timedelta(hours=1)
    merging.merge(factories.lead_of("eva@home.example"), into=eva, by=olga, now=later)
    coming_back.follow_merges(now=later)
    eva.refresh_from_db()

    explained = explanation.explain(eva, now=later)
    told = ledger.of(eva, explained.standing, epoch=explained.epoch, now=later)

    assert [(line.kind, float(line.amount)) for line in told.engagement[-1:]] == [("merge", 15)]
    assert float(told.engagement_at(later)) == explained.engagement
