"""The seeded account criteria are sound, and say what makes a company worth the effort (SC-10)."""

from leads.domain.conditions import dump, parse
from leads.facts import ACCOUNT_VOCABULARY
from scoring.domain import criteria
from scoring.domain.seed_account import ACCOUNT

BEST: dict[str, object] = {
    "employees": 400,
    "growth_stage": "series_b",
    "technologies": ["Salesforce", "Marketo"],
    "open_opportunities": 2,
    "wins_in_industry": 12,
    "budget": "approved",
    "in_dispute": False,
}


def points(code: str, **facts: object) -> float:
    return next(term.points for term in criteria.score(ACCOUNT, facts).terms if term.code == code)


def test_the_seeded_criteria_can_be_published() -> None:
    assert criteria.validate(ACCOUNT) == []


def test_the_seeded_conditions_are_data_over_the_vocabulary() -> None:
    for row in (row for each in ACCOUNT for row in each.levels):
        assert parse(dump(row.when), ACCOUNT_VOCABULARY) == row.when


def test_the_best_account_scores_exactly_100() -> None:
    assert criteria.score(ACCOUNT, BEST).value == 100


def test_a_dispute_costs_the_account_its_standing() -> None:
    assert points("standing", in_dispute=False) == 10
    assert points("standing", in_dispute=True) == 0


def test_open_deals_and_wins_count_by_their_number() -> None:
    assert [points("open_opportunities", open_opportunities=n) for n in (0, 1, 2, 5)] == [0, 40 / 3, 20, 20]
    assert points("wins_in_industry", wins_in_industry=0) == 0
    assert points("wins_in_industry", wins_in_industry=3) > points("wins_in_industry", wins_in_industry=2) > 0


def test_a_budget_that_nobody_named_is_unknown() -> None:
    term = next(term for term in criteria.score(ACCOUNT, {}).terms if term.code == "budget")

    assert (term.unknown, term.low, term.high) == (True, 0, 10)
