"""How a clock reads: state, words, and the spans by which a page goes on counting."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain.business_time import Calendar
from routing.domain.clock_face import Face, State, read, words

BERLIN = Calendar(
    zone="Europe/Berlin",
    hours={day: [(time(9), time(18))] for day in range(5)},
    holidays=frozenset({date(2026, 11, 18)}),
)
TEN = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)  # Tuesday, ten in the morning in Berlin


def face(
    left: timedelta, *, target: timedelta = timedelta(hours=4), calendar: Calendar | None = None
) -> Face:
    return read(due_at=TEN + left, target=target, calendar=calendar, now=TEN)


@pytest.mark.parametrize(
    ("minutes", "state", "text"),
    [
        (240, State.PLENTY, "4 h left"),
        (120, State.PLENTY, "2 h left"),
        (119, State.HALF, "1 h 59 min left"),
        (48, State.HALF, "48 min left"),
        (47, State.FIFTH, "47 min left"),
        (0.5, State.FIFTH, "30 s left"),
        (0, State.BREACHED, "0 s over"),
        (-5, State.BREACHED, "5 min over"),
        (-24 * 60 - 60, State.BREACHED, "1 d 1 h over"),
    ],
)
def test_state_and_words_follow_the_share_that_is_left(minutes: float, state: State, text: str) -> None:
    shown = face(timedelta(minutes=minutes))

    assert (shown.state, shown.text) == (state, text)


def test_business_clock_counts_open_time_only() -> None:
    over_the_holiday = read(
        due_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        target=timedelta(hours=20),
        calendar=BERLIN,
        now=TEN,
    )

    assert over_the_holiday.left == timedelta(hours=9)
    assert over_the_holiday.text == "9 h left"
    assert over_the_holiday.state is State.HALF


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (datetime(2026, 11, 17, 6, 30, tzinfo=UTC), "paused, runs at 09:00"),
        (datetime(2026, 11, 17, 19, 0, tzinfo=UTC), "paused, runs at Thu 09:00"),
    ],
)
def test_outside_hours_the_clock_says_when_it_runs(now: datetime, text: str) -> None:
    shown = read(
        due_at=datetime(2026, 11, 19, 8, 15, tzinfo=UTC),
        target=timedelta(hours=12),
        calendar=BERLIN,
        now=now,
        zone=ZoneInfo("Europe/Berlin"),
    )

    assert (shown.state, shown.text) == (State.PAUSED, text)


def test_breach_outside_hours_is_a_breach_and_not_a_pause() -> None:
    shown = read(
        due_at=datetime(2026, 11, 17, 16, 30, tzinfo=UTC),
        target=timedelta(hours=1),
        calendar=BERLIN,
        now=datetime(2026, 11, 17, 20, 0, tzinfo=UTC),
    )

    assert (shown.state, shown.text) == (State.BREACHED, "30 min over")


def test_spans_let_a_page_count_by_itself() -> None:
    shown = face(timedelta(hours=2), calendar=BERLIN)

    tuesday = [datetime(2026, 11, 17, hour, 0, tzinfo=UTC).timestamp() for hour in (9, 17)]
    assert shown.spans == [[int(moment) for moment in tuesday]]
    assert face(timedelta(hours=2)).spans == []


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=-4), "4 min"),
        (timedelta(hours=3, minutes=10, seconds=59), "3 h 10 min"),
        (timedelta(days=2, hours=4, minutes=30), "2 d 4 h"),
        (timedelta(days=1, minutes=5), "1 d 5 min"),
    ],
)
def test_spans_read_as_people_say_them(span: timedelta, text: str) -> None:
    assert words(span) == text


@given(st.timedeltas(timedelta(days=-30), timedelta(days=30)))
def test_every_span_has_words(span: timedelta) -> None:
    assert words(span)
    assert words(span) == words(-span)
