"""A scoring model in words, the best level first and nothing left to codes."""

from __future__ import annotations

from scoring.domain import seed
from scoring.domain.words import behaviours_in_words, criteria_in_words, tiers_in_words


def test_a_criterion_is_told_from_its_best_level_down() -> None:
    size = criteria_in_words(seed.FIT)[0]

    assert [(level.level, level.label, level.when) for level in size.levels] == [
        (3, "bullseye", "employees is between 200 and 2,000"),
        (2, "close", "employees is between 50 and 5,000"),
        (1, "adjacent", "employees is between 20 and 20,000"),
        (0, "outside", "anything else"),
    ]


def test_several_conditions_of_a_level_are_joined() -> None:
    technology = criteria_in_words(seed.FIT)[2]

    assert " or Zoho CRM and technology includes Marketo," in technology.levels[0].when


def test_levels_name_countries_and_what_depth_means() -> None:
    geography = criteria_in_words(seed.FIT)[4]
    _, depth, _, _, request = criteria_in_words(seed.URGENCY)

    assert geography.levels[0].when.startswith("country is Germany, Austria, Switzerland, ")
    assert [level.when for level in depth.levels] == [
        "the deepest content is pricing or demo",
        "the deepest content is bottom of the funnel or deeper",
        "the deepest content is mid-funnel or deeper",
        "anything else",
    ]
    assert request.levels[2].when == "the plainest request is newsletter or plainer"


def test_what_counts_as_nothing_for_certain_is_told_at_level_0() -> None:
    recency = criteria_in_words(seed.URGENCY)[0]

    assert recency.levels[3].when == "anything else, and where days since the last signal is unknown"


def test_behaviours_are_told_by_their_worth() -> None:
    told = behaviours_in_words(seed.BEHAVIOURS)

    assert (told[0].label, told[0].depth, told[0].asks_for, told[0].hand_raise) == (
        "Demo request",
        "pricing or demo",
        "demo or trial",
        True,
    )
    assert [each.points for each in told] == sorted((each.points for each in told), reverse=True)


def test_every_seeded_tier_says_what_happens() -> None:
    assert [(tier.code, tier.action) for tier in tiers_in_words(seed.TIERS)] == [
        ("T1", "to an account executive at once"),
        ("T2", "to sales development"),
        ("T3", "nurture, score again monthly"),
        ("NURTURE", "nurture and watch"),
    ]
