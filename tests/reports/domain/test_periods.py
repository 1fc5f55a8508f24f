"""The days of a report, in the organisation's own zone."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.domain import periods
from reports.domain.periods import Period, Span

TUESDAY = date(2026, 11, 17)
BERLIN = "Europe/Berlin"


def test_four_weeks_are_this_week_so_far_and_the_three_before_it() -> None:
    period = periods.latest(Span.FOUR_WEEKS, today=TUESDAY, zone=BERLIN)

    assert (period.first, period.last) == (date(2026, 10, 26), TUESDAY)
    assert [week.label for week in period.weeks(today=TUESDAY)] == ["W47", "W46", "W45", "W44"]
    assert [week.is_whole for week in period.weeks(today=TUESDAY)] == [False, True, True, True]


def test_days_begin_and_end_at_midnight_of_the_zone_also_across_a_clock_change() -> None:
    period = Period(date(2026, 10, 25), date(2026, 10, 25), BERLIN)

    assert period.starts_at == datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert period.ends_at == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_weeks_at_the_ends_of_a_period_are_cut_to_it() -> None:
    weeks = Period(date(2026, 11, 4), date(2026, 11, 11), BERLIN).weeks(today=TUESDAY)

    assert [(week.days, week.is_whole) for week in weeks] == [("9 to 11 Nov", False), ("4 to 8 Nov", False)]


def test_a_week_over_two_months_or_of_one_day_reads_as_people_say_it() -> None:
    weeks = Period(date(2026, 10, 26), date(2026, 11, 2), BERLIN).weeks(today=TUESDAY)

    assert [week.days for week in weeks] == ["2 Nov", "26 Oct to 1 Nov"]


def test_a_period_is_written_with_each_year_that_it_needs() -> None:
    assert str(Period(date(2026, 10, 26), TUESDAY, BERLIN)) == "26 October to 17 November 2026"
    assert str(Period(date(2025, 12, 29), TUESDAY, BERLIN)) == "29 December 2025 to 17 November 2026"
    assert str(Period(TUESDAY, TUESDAY, BERLIN)) == "17 November 2026"


@given(first=st.dates(date(2000, 1, 1), date(2099, 1, 1)), length=st.integers(0, 800))
def test_weeks_cover_every_day_of_the_period_once(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length), BERLIN)

    days = [
        week.first + timedelta(days=n)
        for week in reversed(period.weeks(today=TUESDAY))
        for n in range((week.last - week.first).days + 1)
    ]

    assert days == [first + timedelta(days=n) for n in range(length + 1)]
