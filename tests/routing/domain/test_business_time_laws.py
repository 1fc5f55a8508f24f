"""Business time keeps its laws on any calendar: add and between are inverse, ordered and additive (SL-2)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.domain.business_time import Calendar

HOUR, DAY, NOTHING = timedelta(hours=1), timedelta(days=1), timedelta()
INSTANT = timedelta.resolution
NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
)
FIVE_MINUTES = timedelta(minutes=5)
STEPS_A_DAY = DAY // FIVE_MINUTES

Week = dict[int, list[tuple[time, time]]]


def week_of(edges: list[int]) -> Week:
    """Hours from every other edge to the next, at most a day; an edge counts five minutes from Monday on."""
    week: Week = {}
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        span = clock_at(start), clock_at(min(end, start + STEPS_A_DAY))
        week.setdefault(start // STEPS_A_DAY, []).append(span)
    return week


def clock_at(step: int) -> time:
    return (NEW_YEAR + FIVE_MINUTES * (step % STEPS_A_DAY)).time()


def instant(since: timedelta, zone: str) -> datetime:
    return (NEW_YEAR + since).astimezone(ZoneInfo(zone))


def in_order(pair: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    first, second = sorted(at.astimezone(UTC) for at in pair)
    return first, second


edges = st.lists(st.integers(0, 7 * STEPS_A_DAY - 1), min_size=2, max_size=20, unique=True).map(sorted)
days = st.dates(date(2025, 1, 1), date(2025, 12, 31))
calendars = st.builds(Calendar, st.sampled_from(ZONES), edges.map(week_of), st.frozensets(days, max_size=30))
instants = st.builds(instant, st.timedeltas(NOTHING, 365 * DAY), st.sampled_from(ZONES))
stretches = st.tuples(instants, instants).map(in_order)
amounts = st.timedeltas(-4 * HOUR, 4 * HOUR)
unhurried = settings(deadline=None)


@unhurried
@given(calendars, instants, amounts)
def test_between_undoes_add(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, amount)) == amount


@unhurried
@given(calendars, stretches)
def test_add_finds_the_earliest_instant(calendar: Calendar, stretch: tuple[datetime, datetime]) -> None:
    start, end = stretch
    amount = calendar.between(start, end)

    reached = calendar.add(start, amount)

    assert start <= reached <= end
    assert reached == start or calendar.between(start, reached - INSTANT) < amount


@unhurried
@given(calendars, stretches)
def test_going_back_finds_the_latest_instant(calendar: Calendar, stretch: tuple[datetime, datetime]) -> None:
    start, end = stretch
    amount = calendar.between(start, end)

    reached = calendar.add(end, -amount)

    assert start <= reached <= end
    assert reached == end or calendar.between(reached + INSTANT, end) < amount


@unhurried
@given(calendars, stretches, amounts)
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, stretch: tuple[datetime, datetime], amount: timedelta
) -> None:
    earlier, later = stretch

    assert calendar.add(earlier, amount) <= calendar.add(later, amount)


@unhurried
@given(calendars, instants, st.tuples(amounts, amounts))
def test_more_time_is_later(calendar: Calendar, start: datetime, pair: tuple[timedelta, timedelta]) -> None:
    one, other = pair

    assert (calendar.add(start, one) < calendar.add(start, other)) == (one < other)


@unhurried
@given(calendars, st.tuples(instants, instants, instants))
def test_time_between_adds_up(calendar: Calendar, three: tuple[datetime, datetime, datetime]) -> None:
    a, b, c = three

    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


@unhurried
@given(calendars, instants)
def test_the_calendar_is_open_within_its_spans(calendar: Calendar, at: datetime) -> None:
    here = at.astimezone(UTC)

    spans = calendar.spans(here - DAY, here + DAY)

    assert calendar.is_open(at) == any(start <= here < end for start, end in spans)


@unhurried
@given(calendars, instants)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Calendar, at: datetime) -> None:
    opening = calendar.next_open(at)

    assert calendar.is_open(opening)
    assert calendar.spans(at, opening) == []
    assert (opening == at.astimezone(UTC)) == calendar.is_open(at)


@unhurried
@given(calendars, stretches)
def test_spans_in_seconds_are_the_same_spans(calendar: Calendar, stretch: tuple[datetime, datetime]) -> None:
    spans = calendar.spans(*stretch)

    in_seconds = [[int(start.timestamp()), int(end.timestamp())] for start, end in spans]
    assert calendar.unix_spans(*stretch) == in_seconds


@unhurried
@given(calendars, stretches)
def test_spans_are_in_order_apart_and_sum_to_the_time_between(
    calendar: Calendar, stretch: tuple[datetime, datetime]
) -> None:
    start, end = stretch

    spans = calendar.spans(start, end)

    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert [start, *edges, end] == sorted([start, *edges, end])
    assert sum((stop - begin for begin, stop in spans), NOTHING) == calendar.between(start, end)
