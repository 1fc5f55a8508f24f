"""The seeded model is sound by its own rules, and says what the operating model says."""

from itertools import pairwise

import pytest

from leads.domain.conditions import Kind, dump, parse
from leads.domain.persona import department_of, seniority_of
from scoring.domain import criteria, seed, urgency
from scoring.domain.criteria import Criterion

FIT_VOCABULARY = {
    "employees": Kind.NUMBER,
    "industry": Kind.TEXT,
    "technologies": Kind.LIST,
    "growth_stage": Kind.TEXT,
    "country": Kind.TEXT,
    "department": Kind.TEXT,
    "seniority": Kind.TEXT,
}
BULLSEYE: dict[str, object] = {
    "employees": 400,
    "industry": "Computer Software",
    "technologies": ["Salesforce", "Marketo"],
    "growth_stage": "series_b",
    "country": "DE",
    "department": department_of("VP Marketing"),
    "seniority": seniority_of("VP Marketing"),
}


def level(code: str, **facts: object) -> int:
    return next(term.level for term in criteria.score(seed.FIT, facts).terms if term.code == code)


@pytest.mark.parametrize("rows", [seed.FIT, seed.URGENCY])
def test_the_seeded_criteria_can_be_published(rows: list[Criterion]) -> None:
    assert criteria.validate(rows) == []
    assert all([row.level for row in each.levels] == [0, 1, 2, 3] for each in rows)


def test_the_seeded_weights_are_those_of_the_operating_model() -> None:
    assert [row.weight for row in seed.FIT] == [25, 20, 20, 15, 10, 10]
    assert [row.weight for row in seed.URGENCY] == [25, 25, 20, 15, 15]


@pytest.mark.parametrize(
    ("rows", "vocabulary"), [(seed.FIT, FIT_VOCABULARY), (seed.URGENCY, urgency.VOCABULARY)]
)
def test_the_seeded_conditions_are_data_over_the_vocabulary(
    rows: list[Criterion], vocabulary: dict[str, Kind]
) -> None:
    for row in (row for each in rows for row in each.levels):
        assert parse(dump(row.when), vocabulary) == row.when


def test_the_best_lead_scores_exactly_100() -> None:
    assert criteria.score(seed.FIT, BULLSEYE).value == 100


def test_a_lead_of_whom_nothing_is_known_could_be_anything() -> None:
    result = criteria.score(seed.FIT, {})

    assert (result.value, result.low, result.high, result.completeness) == (0, 0, 100, 0)


@pytest.mark.parametrize(
    ("employees", "expected"),
    [(5, 0), (20, 1), (50, 2), (200, 3), (2_000, 3), (5_000, 2), (20_000, 1), (20_001, 0)],
)
def test_company_size(employees: int, expected: int) -> None:
    assert level("company_size", employees=employees) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("VP Sales", 3),
        ("CEO", 3),
        ("Marketing Manager", 2),
        ("CFO", 1),
        ("Software Engineer", 1),
        ("Recruiter", 0),
    ],
)
def test_role(title: str, expected: int) -> None:
    assert level("role", department=department_of(title), seniority=seniority_of(title)) == expected


def test_technology_is_exact_only_with_both_kinds() -> None:
    assert level("technology", technologies=["salesforce"]) == 2
    assert level("technology", technologies=["HubSpot"]) == 3
    assert level("technology", technologies=["Slack"]) == 1
    assert level("technology", technologies=["Word"]) == 0


def test_behaviours_are_one_a_type_with_known_tiers() -> None:
    types = [rule.type for rule in seed.BEHAVIOURS]

    assert len(types) == len(set(types))
    assert all(rule.minimum_tier in {"", *(row.code for row in seed.TIERS)} for rule in seed.BEHAVIOURS)
    assert all(0 <= rule.depth <= 3 and 0 <= rule.request <= 3 for rule in seed.BEHAVIOURS)
    assert all(rule.weekly_cap is None or rule.weekly_cap >= 0 for rule in seed.BEHAVIOURS)
    assert all(len(code) <= 40 for code in types)


def test_the_signals_of_the_operating_model_have_their_worth() -> None:
    rules = {rule.type: rule for rule in seed.BEHAVIOURS}

    assert rules["email_open"].points == 0
    assert rules["webinar_attended"].points == 15
    assert rules["demo_request"].points == 40
    assert all(rules[kind].points > 0 for kind in ("pricing_page", "case_study", "email_click"))
    assert all(rules[kind].points < 0 for kind in ("jobs_page", "unsubscribe", "email_bounced"))
    hand_raises = {rule.type for rule in seed.BEHAVIOURS if rule.hand_raise}
    assert hand_raises == {"demo_request", "contact_request", "call_request", "pricing_request"}


def test_tiers_fall_in_order() -> None:
    assert [row.code for row in seed.TIERS] == ["T1", "T2", "T3", "NURTURE"]
    assert all(
        better.fit_at_least >= worse.fit_at_least and better.urgency_at_least > worse.urgency_at_least
        for better, worse in pairwise(seed.TIERS)
    )
