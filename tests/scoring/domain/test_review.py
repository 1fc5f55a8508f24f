"""A review compares like with like, and tells no share of too few."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.domain.review import Decided, quarter_begins, quarter_of, reasons


def test_acceptance_is_a_share_of_what_was_decided() -> None:
    decided = Decided(accepted=41, rejected={"Bad fit": 20, "Wrong timing": 6})

    assert (decided.total, decided.rejections) == (67, 26)
    assert decided.acceptance == pytest.approx(41 / 67)


def test_too_few_decisions_have_no_share() -> None:
    few = Decided(accepted=4, rejected={"Bad fit": 5})

    assert few.acceptance is None
    assert few.share("Bad fit") is None


def test_the_reason_whose_share_moved_the_most_comes_first() -> None:
    before = Decided(30, {"Bad fit": 5, "Wrong timing": 10, "Competitor": 5})
    after = Decided(30, {"Bad fit": 12, "Wrong timing": 7, "No budget": 1})

    found = reasons(before, after)

    assert [one.reason for one in found] == ["Bad fit", "Competitor", "Wrong timing", "No budget"]
    assert (found[0].share_before, found[0].share_after) == (0.25, 0.6)
    assert found[0].moved == pytest.approx(0.35)


def test_of_too_few_rejections_only_the_counts_are_told() -> None:
    found = reasons(Decided(0, {"Bad fit": 1}), Decided(0, {"Bad fit": 2, "Competitor": 3}))

    assert [(one.reason, one.before, one.after, one.moved) for one in found] == [
        ("Competitor", 0, 3, None),
        ("Bad fit", 1, 2, None),
    ]


@pytest.mark.parametrize(
    ("day", "quarter", "begins"),
    [
        (date(2026, 1, 1), (2026, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), (2026, 1), date(2026, 1, 1)),
        (date(2026, 11, 22), (2026, 4), date(2026, 10, 1)),
    ],
)
def test_quarters(day: date, quarter: tuple[int, int], begins: date) -> None:
    assert quarter_of(day) == quarter
    assert quarter_begins(day) == begins
