"""What is recalled is what would be computed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoring.domain import criteria, recall, seed

known = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.integers(1, 5000),
        "industry": st.sampled_from(["Software", "software", "Retail", "Mining"]),
        "technologies": st.lists(st.sampled_from(["Salesforce", "HubSpot", "Excel"]), max_size=3),
        "growth_stage": st.sampled_from(["series_b", "seed", "unheard of"]),
        "country": st.sampled_from(["DE", "US", "KP"]),
        "department": st.sampled_from(["sales", "hr"]),
        "seniority": st.sampled_from(["decision_maker", "individual"]),
    },
)


@given(st.lists(known, max_size=20))
def test_scores_of_many_are_the_scores_of_each(people: list[dict[str, object]]) -> None:
    remembering = recall.scorer(seed.FIT)

    found = [remembering(facts) for facts in [*people, *people]]

    assert found == [criteria.score(seed.FIT, facts) for facts in [*people, *people]]
