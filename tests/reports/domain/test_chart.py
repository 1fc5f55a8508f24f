"""The weekly rates as bars."""

import itertools
from datetime import date, timedelta

import pytest

from reports.domain import chart
from reports.domain.compliance import Figures
from reports.domain.periods import Period, Week


def weeks(number: int) -> list[Week]:
    """So many whole weeks, oldest first."""
    last = date(2026, 11, 15)
    return Period(last - timedelta(days=7 * number - 1), last, "UTC").weeks(today=date(2026, 11, 22))[::-1]


def test_a_bar_is_as_high_as_its_rate_on_a_scale_from_nothing_to_all() -> None:
    rates = [Figures(met=10), Figures(met=5, breached=5), Figures(breached=10)]

    drawn = chart.weekly(list(zip(weeks(3), rates, strict=True)))

    whole = chart.BASE - chart.TOP
    assert [bar.height for bar in drawn.bars] == [whole, whole / 2, 0]
    assert [bar.value for bar in drawn.bars] == ["100", "50", "0"]
    assert drawn.target is not None
    assert drawn.target.y == pytest.approx(chart.BASE - 0.9 * whole)


def test_a_week_with_too_little_is_named_and_not_drawn() -> None:
    bar = chart.weekly([(weeks(1)[0], Figures(met=3, breached=1))]).bars[0]

    assert (bar.height, bar.value, bar.name) == (0, "", "W46")
    assert bar.title.endswith("too few to judge: 3 of 4")


@pytest.mark.parametrize("number", [1, 2, 4, 12, 26, 53, 106])
def test_bars_stay_in_the_drawing_apart_and_their_names_never_touch(number: int) -> None:
    bars = chart.weekly([(week, Figures(met=10)) for week in weeks(number)]).bars

    named = [bar.middle for bar in bars if bar.name]
    assert all(bar.x >= chart.LEFT and bar.x + bar.width <= chart.WIDTH for bar in bars)
    assert all(right.x > left.x + left.width for left, right in itertools.pairwise(bars))
    assert all(right - left >= chart.LABEL_ROOM for left, right in itertools.pairwise(named))
    assert bars[-1].name


def test_nothing_to_draw_is_an_empty_chart() -> None:
    assert chart.weekly([]).bars == []


def test_a_band_lies_behind_the_bars_between_its_shares() -> None:
    drawn = chart.bars([], chart.Scale([], band=(0.6, 0.75)))

    whole = chart.BASE - chart.TOP
    assert drawn.band == pytest.approx((chart.BASE - 0.75 * whole, 0.15 * whole), abs=0.11)


@pytest.mark.parametrize(("largest", "top"), [(0, 4), (4, 5), (5, 5), (7, 10), (12, 20), (480, 500)])
def test_a_scale_ends_in_a_round_number(largest: float, top: float) -> None:
    assert chart.top_of([largest], at_least=4) == {4: 5}.get(int(top), top)
