"""Fit that is remembered is the fit that the criteria give, whoever was asked about before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoring.domain import criteria, seed
from scoring.domain.remembered_fit import RememberedFit

FACTS = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.sampled_from([5, 40, 400, 4000, 90_000]),
        "industry": st.sampled_from(["Software", "software", "Mining", "Retail"]),
        "technologies": st.lists(st.sampled_from(["Salesforce", "HubSpot", "Excel"]), max_size=3),
        "growth_stage": st.sampled_from(["series_b", "seed", "public"]),
        "country": st.sampled_from(["DE", "US", "KP"]),
        "department": st.sampled_from(["marketing", "sales", "hr"]),
        "seniority": st.sampled_from(["decision_maker", "individual"]),
        "title": st.text(max_size=5),
    },
)


@given(st.lists(FACTS, min_size=1, max_size=12))
def test_remembered_fit_is_the_fit(leads: list[dict[str, object]]) -> None:
    remembered = RememberedFit(tuple(seed.FIT))

    for facts in leads:
        scored = criteria.score(seed.FIT, facts)
        role = next(term.level for term in scored.terms if term.code == "role")
        assert (remembered.of(facts).value, remembered.of(facts).role_level) == (scored.value, role)
