"""The chart draws what the ledger says, within its box, to where nothing more happens."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from scoring.domain.score_chart import BASE, LEFT, RIGHT, TOP, Chart, Points, Week, chart

BEGIN = datetime(2026, 9, 7, tzinfo=UTC)
NOW = BEGIN + timedelta(weeks=4)
BEGINS = [BEGIN + timedelta(weeks=week) for week in range(6)]
AHEAD = [(NOW + timedelta(weeks=week), 40 * 0.75**week) for week in range(1, 7)]


def drawn(engagement: Points, fit: Points = ()) -> Chart:
    return chart(
        engagement=engagement,
        fit=fit,
        ahead=AHEAD,
        threshold=30,
        weeks=[Week(begins.date(), begins, ends) for begins, ends in pairwise(BEGINS)],
        months=[datetime(2026, 10, 1, tzinfo=UTC)],
        now=NOW,
        width=400,
    )


def corners(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", path)]


def test_scores_stand_on_a_scale_from_0_to_100() -> None:
    made = drawn([(BEGIN, 100.0), (BEGIN + timedelta(weeks=2), 0.0)])

    assert made.engagement.startswith(f"M{LEFT}.0 {TOP}")
    assert f"V{BASE}" in made.engagement
    assert made.engagement.endswith(f"H{made.today_x}")
    assert [tick.label for tick in made.ticks] == ["0", "50", "100"]


def test_a_score_of_before_the_chart_begins_it() -> None:
    made = drawn([(BEGIN - timedelta(weeks=9), 50.0)])

    assert corners(made.engagement)[1] == (TOP + BASE) / 2


def test_what_comes_follows_on_from_today() -> None:
    made = drawn([(BEGIN, 40.0)])

    assert made.ahead.startswith(f"M{made.today_x} {corners(made.engagement)[1]}")
    assert made.ahead.endswith(f"H{made.right}.0")
    assert made.right == 400 - RIGHT


def test_each_week_tells_both_scores_as_it_ends() -> None:
    made = drawn([(BEGIN + timedelta(days=8), 12.0)], fit=[(BEGIN + timedelta(days=15), 70.0)])

    assert [(column.engagement, column.fit) for column in made.columns] == [
        (0, None),
        (12, None),
        (12, 70),
        (12, 70),
        (12, 70),
    ]
    assert all(column.width > 0 for column in made.columns)


def test_a_week_that_loses_an_hour_ends_before_the_decay_of_the_next() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    days = [date(2027, 3, 15), date(2027, 3, 22), date(2027, 3, 29), date(2027, 4, 5)]
    begins = [datetime.combine(day, time(0), berlin).astimezone(UTC) for day in days]

    made = chart(
        engagement=[(begins[0], 40.0), (begins[2], 30.0)],
        fit=(),
        ahead=[],
        threshold=30,
        weeks=[Week(*week) for week in zip(days, begins, begins[1:], strict=False)],
        months=[],
        now=begins[2] + timedelta(days=2),
        width=400,
    )

    assert [column.engagement for column in made.columns] == [40, 40, 30]


def test_nothing_has_happened_yet() -> None:
    made = drawn([])

    assert (made.engagement, made.fit) == ("", "")
    assert made.columns[0].engagement == 0
