"""When a figure is beyond its limit."""

from __future__ import annotations

import pytest

from reports.domain.alerts import USUAL, Limit, Reading, Watched, is_breached, sentence


@pytest.mark.parametrize(
    ("watched", "count", "base", "breached"),
    [
        (Watched.TOP_TIER_MISSES, 1, 10, False),
        (Watched.TOP_TIER_MISSES, 2, 10, True),
        (Watched.TOP_TIER_MISSES, 9, 9, None),
        (Watched.ACCEPTANCE, 10, 20, False),
        (Watched.ACCEPTANCE, 9, 20, True),
        (Watched.ACCEPTANCE, 0, 19, None),
        (Watched.REJECTIONS, 14, 20, False),
        (Watched.REJECTIONS, 15, 20, True),
        (Watched.REJECTIONS, 19, 19, None),
    ],
)
def test_a_limit_is_passed_and_not_only_met(
    *, watched: Watched, count: int, base: int, breached: bool | None
) -> None:
    assert is_breached(watched, Reading(count, base), USUAL[watched]) is breached


def test_the_sentence_has_the_share_its_base_and_the_limit() -> None:
    text = sentence(Watched.REJECTIONS, Reading(30, 40), Limit(0.7, 20, 28))

    assert text == (
        "Sales rejected 75%, 30 of 40, in the last 28 days; over 70% an audit of the scoring model is required."
    )


@pytest.mark.parametrize(
    ("watched", "count", "base", "told"),
    [
        (Watched.TOP_TIER_MISSES, 21, 200, "T1: 10.5%, 21 of 200 first"),
        (Watched.ACCEPTANCE, 298, 600, "Sales accepted 49.6%, 298 of 600,"),
        (Watched.REJECTIONS, 421, 600, "Sales rejected 70.2%, 421 of 600,"),
        (Watched.REJECTIONS, 450, 600, "Sales rejected 75%, 450 of 600,"),
    ],
)
def test_a_share_beyond_the_limit_never_reads_as_the_limit(
    *, watched: Watched, count: int, base: int, told: str
) -> None:
    assert sentence(watched, Reading(count, base), USUAL[watched]).startswith(told)
