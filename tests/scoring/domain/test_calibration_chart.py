"""The drawings of a calibration lie within their boxes and put each number where it belongs."""

from __future__ import annotations

from scoring.domain import calibration_chart as chart
from scoring.domain.calibration import Bin, CriterionFigures, LevelFigures


def criterion(**values: float | None) -> CriterionFigures:
    return CriterionFigures("role", "Role", 20, (), **values)  # type: ignore[arg-type]


def test_weights_share_one_scale_that_ends_at_the_largest() -> None:
    first, second, third = chart.weight_bars(
        [
            criterion(suggested=30, low=20, high=40),
            criterion(suggested=10, low=5, high=15),
            criterion(suggested=20),
        ]
    )

    assert first == chart.Bar(low=80.0, width=80.0, value=120.0, mark=80.0)
    assert second == chart.Bar(low=20.0, width=40.0, value=40.0, mark=80.0)
    assert third is None  # set aside: there is no interval


def test_levels_are_marked_with_the_overall_rate() -> None:
    level = LevelFigures(3, good=5, rows=20, rate=0.25, low=0.125, high=0.5, lift=1.0)

    (bar,) = chart.level_bars([level], overall=0.25, most=0.5)

    assert bar == chart.Bar(low=40.0, width=120.0, value=80.0, mark=80.0)
    assert chart.level_bars([level], overall=0.25, most=0)[0].value == 0.0


def test_curve_has_the_same_scale_both_ways_and_keeps_within_the_box() -> None:
    curve = chart.curve([Bin(0.1, 0.12, 0.05, 0.2, 40), Bin(0.6, 0.55, 0.4, 0.72, 40)])

    assert [tick.label for tick in curve.ticks] == ["0%", "20%", "40%", "60%", "80%"]
    assert (curve.ticks[0].x, curve.ticks[0].y) == (curve.left, curve.base)
    assert (curve.ticks[-1].x, curve.ticks[-1].y) == (curve.right, curve.top)
    assert all(curve.left <= point.x <= curve.right for point in curve.points)
    assert all(curve.top <= point.high <= point.y <= point.low <= curve.base for point in curve.points)
    assert curve.line.count(",") == 2


def test_curve_of_rare_wins_uses_its_room() -> None:
    rare = chart.curve([Bin(0.01, 0.01, 0.0, 0.02, 900), Bin(0.05, 0.06, 0.04, 0.09, 900)])

    assert rare.ticks[-1].label == "10%"
