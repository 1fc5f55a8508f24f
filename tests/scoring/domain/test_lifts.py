"""What would lift a score is what the score would be: proven against scoring the history with one signal more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.conditions import Condition, Operator
from scoring.domain import criteria
from scoring.domain.criteria import Criterion, Level
from scoring.domain.engagement import Behaviour, Decay, Touch, engagement_in, store
from scoring.domain.lifts import FitLift, fit_lifts, lifts

AT = datetime(2026, 11, 20, tzinfo=UTC)
WEEK = 2967
DECAY = Decay(0.75, 26, WEEK - 3)
BEHAVIOURS = {
    rule.type: rule
    for rule in (
        Behaviour("webinar", "Webinar attended", 15, weekly_cap=30),
        Behaviour("pricing", "Pricing page", 10, weekly_cap=12, depth_multiplier=1.5),
        Behaviour("demo", "Demo request", 40, hand_raise=True),
        Behaviour("jobs", "Jobs page", -10),
        Behaviour("open", "E-mail opened", 0),
    )
}
touches = st.lists(
    st.builds(
        Touch, st.sampled_from([*BEHAVIOURS]), st.just(AT), st.integers(WEEK - 40, WEEK), st.integers(0, 3)
    ),
    max_size=10,
)


def score(history: list[Touch]) -> float:
    return engagement_in(store(history, BEHAVIOURS, DECAY), WEEK, DECAY)


@given(touches)
def test_each_lift_is_the_score_with_one_signal_more(history: list[Touch]) -> None:
    for lift in lifts(history, BEHAVIOURS, DECAY, week=WEEK, threshold=30):
        assert lift.before == pytest.approx(score(history))
        assert lift.after == pytest.approx(score([*history, Touch(lift.type, AT, WEEK)]))
        assert lift.after > lift.before
        assert lift.passes == (lift.before < 30 <= lift.after)


@given(touches)
def test_the_greatest_gain_comes_first_and_none_is_forgotten(history: list[Touch]) -> None:
    found = lifts(history, BEHAVIOURS, DECAY, week=WEEK, threshold=30)

    assert [one.after for one in found] == sorted((one.after for one in found), reverse=True)
    gains = {
        kind: score([*history, Touch(kind, AT, WEEK)]) - score(history) for kind in ("webinar", "pricing")
    }
    assert {one.type for one in found} == {kind for kind, gain in gains.items() if gain > 1e-9}


def test_a_request_of_its_own_is_nothing_that_we_bring_about() -> None:
    assert [one.type for one in lifts([], BEHAVIOURS, DECAY, week=WEEK, threshold=30)] == [
        "webinar",
        "pricing",
    ]


def test_one_more_webinar_can_pass_the_gate() -> None:
    history = [Touch("webinar", AT, WEEK), Touch("pricing", AT, WEEK - 1)]

    best = lifts(history, BEHAVIOURS, DECAY, week=WEEK, threshold=30)[0]

    assert (best.label, best.before, best.after, best.passes) == ("Webinar attended", 22.5, 37.5, True)


def test_unknown_facts_lift_fit_by_what_they_could_add() -> None:
    rows = [
        Criterion(
            name,
            name.capitalize(),
            weight,
            (Level(0, "no"), Level(top, "yes", (Condition(name, Operator.IS_ONE_OF, ("x",)),))),
            unknown_level=unknown,
        )
        for name, weight, top, unknown in (("size", 60, 3, 1), ("place", 30, 3, 0), ("role", 10, 3, 3))
    ]

    assert fit_lifts(criteria.score(rows, {})) == [FitLift("Size", 40), FitLift("Place", 30)]
    assert fit_lifts(criteria.score(rows, {"size": "x", "place": "y"})) == []
