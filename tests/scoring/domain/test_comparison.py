"""Where two scoring models differ, in words: nothing is left out, and equal models differ in nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.conditions import Condition, Operator
from scoring.domain.comparison import NOTHING, Change, by_part, compare, in_one_line
from scoring.domain.criteria import Criterion, Level
from scoring.domain.model import Model
from tests.scoring.models import SEEDED

SIZE, INDUSTRY, *_ = SEEDED.fit
BUDGET = Criterion(
    "budget",
    "Budget",
    10,
    (Level(3, "ample", (Condition("annual_revenue", Operator.AT_LEAST, (1_000_000,)),)), Level(0, "none")),
)


def with_fit(*rows: Criterion) -> Model:
    return replace(SEEDED, fit=rows)


def with_signal(kind: str, **changes: object) -> Model:
    changed = replace(SEEDED.behaviours[kind], **changes)  # type: ignore[arg-type]  # fields of a behaviour
    return replace(SEEDED, behaviours={**SEEDED.behaviours, kind: changed})


def test_a_model_does_not_differ_from_itself() -> None:
    assert compare(SEEDED, SEEDED) == []


def test_a_weight_is_told_before_and_after() -> None:
    lighter = with_fit(replace(SIZE, weight=20), *SEEDED.fit[1:])

    assert compare(SEEDED, lighter) == [Change("fit", "Company size, weight", "25", "20")]


def test_a_new_criterion_is_told_whole_and_a_removed_one_by_name() -> None:
    more = with_fit(*SEEDED.fit, BUDGET)

    [added] = compare(SEEDED, more)
    [removed] = compare(more, SEEDED)

    assert (added.one, added.label) == (NOTHING, "Budget")
    assert added.other == (
        "weight 10; level 3 ample: annual revenue is at least 1,000,000; level 0 none: anything else; "
        "unknown counts as level 0"
    )
    assert added.sentence.startswith("Budget added: weight 10;")
    assert removed.sentence == "Budget removed"


def test_a_level_is_told_by_its_conditions() -> None:
    top = Level(3, "bullseye", (Condition("employees", Operator.AT_LEAST, (500,)),))
    changed = replace(SIZE, levels=(*SIZE.levels[:3], top), unknown_level=1)

    found = compare(SEEDED, with_fit(changed, *SEEDED.fit[1:]))

    assert found == [
        Change(
            "fit",
            "Company size, level 3",
            "bullseye: employees is between 200 and 2,000",
            "bullseye: employees is at least 500",
        ),
        Change("fit", "Company size, unknown counts as", "level 0", "level 1"),
    ]


def test_a_renamed_criterion_is_the_same_criterion() -> None:
    [change] = compare(SEEDED, with_fit(replace(SIZE, label="Head count"), *SEEDED.fit[1:]))

    assert change.sentence == "Head count, name: Company size → Head count"


def test_criteria_in_another_order_are_told() -> None:
    [change] = compare(SEEDED, with_fit(INDUSTRY, SIZE, *SEEDED.fit[2:]))

    assert change.label == "Fit, order"
    assert change.one.startswith("Company size, Industry, ")
    assert change.other.startswith("Industry, Company size, ")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"points": 2}, "Page view, points: 1 → 2"),
        ({"weekly_cap": None}, "Page view, at most a week: 5 → no cap"),
        ({"depth_multiplier": 2}, "Page view, times per depth: 1.5 → 2"),
        ({"depth": 3}, "Page view, depth: none → pricing or demo"),
        ({"request": 1}, "Page view, asks for: nothing → newsletter"),
        ({"hand_raise": True}, "Page view, straight to sales: no → yes"),
        ({"minimum_tier": "T2"}, "Page view, tier at least: none → T2"),
    ],
)
def test_every_side_of_a_signal_is_told(changes: dict[str, object], sentence: str) -> None:
    assert [each.sentence for each in compare(SEEDED, with_signal("page_view", **changes))] == [sentence]


def test_a_signal_that_counts_no_more_is_told() -> None:
    fewer = {kind: each for kind, each in SEEDED.behaviours.items() if kind != "chat"}

    assert [each.sentence for each in compare(SEEDED, replace(SEEDED, behaviours=fewer))] == ["Chat removed"]


def test_tiers_are_told_by_threshold_action_and_order() -> None:
    one, two, *rest = SEEDED.tiers
    moved = (two, replace(one, fit_at_least=80, action="watch"), *rest)

    assert [each.sentence for each in compare(SEEDED, replace(SEEDED, tiers=moved))] == [
        "Tier 1, fit at least: 70 → 80",
        "Tier 1, then: to an account executive at once → nurture and watch",
        "Tiers, order: Tier 1, Tier 2, Tier 3, Nurture and watch → Tier 2, Tier 1, Tier 3, Nurture and watch",
    ]


def test_thresholds_and_fading_are_told() -> None:
    other = replace(
        SEEDED,
        gate=replace(SEEDED.gate, fit_at_least=45, needs_target_person=False),
        decay_factor=0.8,
        inactivity_weeks=13,
        urgency_window_days=60,
        grades=(80, 50, 25),
        icp_fit=70,
    )

    assert [each.sentence for each in compare(SEEDED, other)] == [
        "Gate, fit at least: 40 → 45",
        "Gate, only target persons: yes → no",
        "Engagement keeps each week: 0.75 → 0.8",
        "Weeks of silence until engagement restarts: 26 → 13",
        "Days that urgency looks back: 90 → 60",
        "Grade A, fit at least: 75 → 80",
        "Ideal customer, fit of the company at least: 60 → 70",
    ]


def test_changes_stand_under_the_titles_of_their_parts_in_the_order_of_the_page() -> None:
    other = replace(with_fit(*SEEDED.fit, BUDGET), decay_factor=0.8)

    assert [(title, len(changes)) for title, changes in by_part(compare(SEEDED, other))] == [
        ("Fit", 1),
        ("Fading", 1),
    ]


weights = st.lists(st.integers(0, 100), min_size=len(SEEDED.fit), max_size=len(SEEDED.fit))


@given(weights, weights)
def test_as_many_changes_as_there_are_weights_that_differ(one: list[int], other: list[int]) -> None:
    first, second = (
        with_fit(*(replace(row, weight=weight) for row, weight in zip(SEEDED.fit, given, strict=True)))
        for given in (one, other)
    )

    found = compare(first, second)
    back = compare(second, first)

    assert len(found) == sum(a != b for a, b in zip(one, other, strict=True))
    assert [(each.one, each.other) for each in found] == [(each.other, each.one) for each in back]
    assert len(in_one_line(found)) <= 500


def test_what_does_not_fit_into_one_line_is_counted() -> None:
    changes = [Change("fit", "Size, weight", "1", str(number)) for number in range(9)]

    assert in_one_line(changes, longest=50) == "Size, weight: 1 → 0; Size, weight: 1 → 1; and 7 more"
    assert in_one_line(changes, longest=5) == "9 changes"
    assert in_one_line([]) == ""
