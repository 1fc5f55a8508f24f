"""Each day of a period is answered once: by a roll-up that is up to date, or by the rows."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.domain.coverage import cover
from reports.domain.periods import Period, monday_of

FIRST = date(2026, 10, 1)
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days))


@given(st.tuples(DAYS, DAYS), st.sets(DAYS.map(monday_of)), st.sets(DAYS))
def test_each_day_is_answered_once(ends: tuple[date, date], filled: set[date], touched: set[date]) -> None:
    period = Period(min(ends), max(ends), "UTC")

    covered = cover(period, filled=filled, touched=touched)

    by_rows = [
        first + timedelta(days)
        for first, last in covered.uncounted
        for days in range((last - first).days + 1)
    ]
    whole = [period.first + timedelta(days) for days in range((period.last - period.first).days + 1)]
    assert sorted([*covered.counted, *by_rows]) == whole
    assert all(monday_of(day) in filled and day not in touched for day in covered.counted)
    assert all(monday_of(day) not in filled or day in touched for day in by_rows)


def test_days_in_a_row_are_one_span() -> None:
    period = Period(date(2026, 11, 16), date(2026, 11, 22), "UTC")
    touched = {date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 22)}

    covered = cover(period, filled={date(2026, 11, 16)}, touched=touched)

    assert covered.uncounted == (
        (date(2026, 11, 17), date(2026, 11, 18)),
        (date(2026, 11, 22), date(2026, 11, 22)),
    )
