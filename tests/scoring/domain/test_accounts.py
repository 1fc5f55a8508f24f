"""A company is judged by what is known of it alone; intent is what its people did of late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.facts import COMPANY_VOCABULARY
from scoring.domain import seed, seed_account
from scoring.domain.accounts import assess, assessor, intent
from scoring.domain.model import Model

MODEL = Model(
    version=1,
    fit=tuple(seed.FIT),
    urgency=tuple(seed.URGENCY),
    behaviours={},
    tiers=tuple(seed.TIERS),
    gate=seed.GATE,
    decay_factor=seed.DECAY_FACTOR,
    inactivity_weeks=seed.INACTIVITY_WEEKS,
    urgency_window_days=seed.URGENCY_WINDOW_DAYS,
    account=tuple(seed_account.ACCOUNT),
    icp_fit=seed_account.ICP_FIT,
)
IDEAL: dict[str, object] = {
    "employees": 400,
    "industry": "Software",
    "technologies": ["Salesforce", "Marketo"],
    "growth_stage": "series_b",
    "country": "DE",
}


def test_company_fit_leaves_the_person_out_and_still_reaches_100() -> None:
    standing = assess(MODEL, IDEAL, company=COMPANY_VOCABULARY)

    assert standing.company_fit.value == 100
    assert "role" not in {term.code for term in standing.company_fit.terms}
    assert standing.is_icp


def test_who_works_there_changes_nothing() -> None:
    with_person = IDEAL | {"department": "hr", "seniority": "staff", "title": "Recruiter"}

    assert assess(MODEL, with_person, company=COMPANY_VOCABULARY) == assess(
        MODEL, IDEAL, company=COMPANY_VOCABULARY
    )


@pytest.mark.parametrize(("least", "ideal"), [(0, True), (77, True), (78, False), (100, False)])
def test_ideal_customer_from_the_threshold_of_the_version_on(least: float, ideal: bool) -> None:
    facts = {name: value for name, value in IDEAL.items() if name != "technologies"}

    standing = assess(replace(MODEL, icp_fit=least), facts, company=COMPANY_VOCABULARY)

    assert standing.company_fit.value == pytest.approx(77.777777778)
    assert standing.is_icp is ideal


def test_the_terms_add_up_to_the_account_score() -> None:
    standing = assess(
        MODEL, IDEAL | {"open_opportunities": 1, "in_dispute": False}, company=COMPANY_VOCABULARY
    )

    assert sum(term.points for term in standing.score.terms) == pytest.approx(standing.score.value)
    assert [term.code for term in standing.score.terms if term.unknown] == ["wins_in_industry", "budget"]


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "employees": st.sampled_from([3, 40, 400, 9000]),
                "industry": st.sampled_from(["Software", "software", "Food"]),
                "technologies": st.lists(st.sampled_from(["Salesforce", "Excel"]), min_size=1),
                "country": st.sampled_from(["DE", "US"]),
                "budget": st.sampled_from(["approved", "planned"]),
                "in_dispute": st.booleans(),
                "open_opportunities": st.integers(0, 3),
                "wins_in_industry": st.integers(0, 12),
            },
        ),
        max_size=6,
    )
)
def test_what_is_recalled_of_very_many_is_what_each_alone_is_worth(
    companies: list[dict[str, object]],
) -> None:
    recalled = assessor(MODEL, company=COMPANY_VOCABULARY)

    for facts in companies * 2:
        assert recalled(facts) == assess(MODEL, facts, company=COMPANY_VOCABULARY)


@given(st.lists(st.floats(0, 100), max_size=8))
def test_intent_is_the_sum_of_its_people_and_stops_at_100(engagements: list[float]) -> None:
    assert intent(engagements) == pytest.approx(min(sum(engagements), 100))
