"""What a rate of acceptance says."""

from __future__ import annotations

import pytest

from reports.domain.acceptance import Acceptance, Band


@pytest.mark.parametrize(
    ("accepted", "band"),
    [
        (0, Band.BROKEN),
        (49, Band.BROKEN),
        (50, Band.LOW),
        (59, Band.LOW),
        (60, Band.HEALTHY),
        (75, Band.HEALTHY),
        (76, Band.HIGH),
        (85, Band.HIGH),
        (86, Band.EASY),
        (100, Band.EASY),
    ],
)
def test_each_rate_lies_in_one_band(accepted: int, band: Band) -> None:
    assert Acceptance(accepted, 100 - accepted).band is band


def test_under_twenty_decisions_are_too_few_to_judge() -> None:
    few, enough = Acceptance(19, 0), Acceptance(20, 0)

    assert (few.rate, few.verdict) == (None, "too few to judge: 19 of 19")
    assert enough.verdict == "100%, 20 of 20: threshold too low"


def test_nothing_decided_says_so() -> None:
    assert Acceptance().verdict == "none decided yet"


@pytest.mark.parametrize(
    ("accepted", "percent"),
    [
        (298, "49.6%"),
        (300, "50%"),
        (303, "50.5%"),
        (358, "59.6%"),
        (452, "75.4%"),
        (512, "85.4%"),
        (599, "99.8%"),
    ],
)
def test_a_rate_never_reads_as_one_of_another_band(accepted: int, percent: str) -> None:
    assert Acceptance(accepted, 600 - accepted).percent == percent
