"""Grading many at once is scoring each by itself."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scoring.domain import criteria
from scoring.domain.grading import Grader
from scoring.domain.seed import FIT

FACTS = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.sampled_from([5, 30, 100, 400, 4000, "400", True]),
        "industry": st.sampled_from(["Software", "Retail", "Farming", ""]),
        "technologies": st.lists(st.sampled_from(["Slack", "HubSpot", "Marketo"]), max_size=2),
        "country": st.sampled_from(["DE", "BR", "FR"]),
        "department": st.sampled_from(["sales", "it", "legal"]),
        "seniority": st.sampled_from(["decision_maker", "staff"]),
    },
)


@given(st.lists(FACTS, max_size=6))
def test_each_grade_is_what_the_score_counts(many: list[dict[str, Any]]) -> None:
    grader = Grader(FIT)

    for facts in many:
        terms = criteria.score(FIT, facts).terms
        assert grader.grades(facts) == [(term.level, term.unknown) for term in terms]
