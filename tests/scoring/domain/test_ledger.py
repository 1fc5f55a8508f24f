"""The ledger's lines add up to the score, exactly, at every instant, whatever happened and whoever scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scoring.domain import seed
from scoring.domain.engagement import Behaviour, Touch, engagement_in, store
from scoring.domain.ledger import Came, Kind, Line, Took, in_force, ledger, score_at
from scoring.domain.model import Model
from scoring.domain.weeks import week_of, week_start

ZONE = "Europe/Berlin"
EPOCH = 2960
BEGIN = week_start(2960, ZONE)
SPAN = timedelta(weeks=12)
UNTIL = BEGIN + SPAN + timedelta(days=1)  # a day on, for the twelfth Monday comes after the clocks went back
BEHAVIOURS = {
    rule.type: rule
    for rule in (
        Behaviour("webinar", "Webinar attended", 15),
        Behaviour("pricing", "Pricing page", 10, weekly_cap=20),
        Behaviour("download", "Content download", 4, weekly_cap=16, depth_multiplier=1.5),
        Behaviour("demo", "Demo request", 80),
        Behaviour("jobs", "Jobs page", -10, weekly_cap=15),
        Behaviour("open", "E-mail opened", 0),
    )
}
MODEL = Model(
    version=1,
    fit=(),
    urgency=(),
    behaviours=BEHAVIOURS,
    tiers=(),
    gate=seed.GATE,
    decay_factor=0.75,
    inactivity_weeks=4,
    urgency_window_days=90,
)
FIRST = [Took(BEGIN - timedelta(days=1), MODEL)]

instants = st.builds(lambda part: BEGIN + part * SPAN, st.floats(0, 1)) | st.integers(0, 12).map(
    lambda week: week_start(2960 + week, ZONE)
)
touches = st.lists(
    st.builds(
        lambda kind, at, depth: Touch(kind, at, week_of(at, ZONE), depth),
        st.sampled_from([*BEHAVIOURS, "never_heard_of"]),
        instants,
        st.integers(0, 3),
    ),
    max_size=14,
)
models = st.builds(
    lambda factor, silence, points: replace(
        MODEL,
        decay_factor=factor,
        inactivity_weeks=silence,
        behaviours=BEHAVIOURS | {"webinar": Behaviour("webinar", "Webinar attended", points, weekly_cap=20)},
    ),
    st.sampled_from([0.1, 0.5, 0.75, 0.9, 1.0]),
    st.integers(1, 6),
    st.sampled_from([5, 15, 7.3, -2]),
)
histories = st.lists(st.tuples(instants, models), max_size=3).map(
    lambda taken: [
        Took(at, replace(model, version=place))
        for place, (at, model) in enumerate(sorted([*taken, (BEGIN, MODEL)], key=lambda one: one[0]), start=1)
    ]
)


def told(kind: str, day: float, depth: int = 0) -> Touch:
    at = BEGIN + timedelta(days=day)
    return Touch(kind, at, week_of(at, ZONE), depth)


def lines_of(*history: Touch, until: datetime = UNTIL, versions: Sequence[Took] = FIRST) -> list[Line]:
    return list(ledger(history, versions, until=until, zone=ZONE, epoch=EPOCH))


def amounts(lines: Sequence[Line]) -> list[tuple[Kind, float]]:
    return [(line.kind, float(line.amount)) for line in lines]


def reckoned(history: Sequence[Touch], versions: Sequence[Took], at: datetime, *, epoch: int) -> Decimal:
    model = in_force(versions, at)
    stored = store([one for one in history if one.occurred_at <= at], model.behaviours, model.decay(epoch))
    return Decimal(repr(engagement_in(stored, week_of(at, ZONE), model.decay(epoch))))


@given(touches, histories, instants, st.integers(EPOCH - 150, EPOCH + 20))
def test_lines_add_up_to_the_score_at_any_instant(
    history: list[Touch], versions: list[Took], at: datetime, epoch: int
) -> None:
    lines = ledger(history, versions, until=UNTIL, zone=ZONE, epoch=epoch)

    assert score_at(lines, at) == reckoned(history, versions, at, epoch=epoch)
    assert [line.at for line in lines] == sorted(line.at for line in lines)


@given(touches, touches, histories, st.tuples(instants, instants))
def test_lines_add_up_with_what_came_over_from_a_merged_lead(
    own: list[Touch], other: list[Touch], versions: list[Took], when: tuple[datetime, datetime]
) -> None:
    merged_at, at = when
    came = [Came(merged_at, tuple(other))]

    lines = ledger(own, versions, until=UNTIL, zone=ZONE, epoch=EPOCH, came=came)

    known = [*own, *other] if merged_at <= at else own
    assert score_at(lines, at) == reckoned(known, versions, at, epoch=EPOCH)


@given(touches, histories, instants)
def test_what_was_told_until_a_date_is_the_beginning_of_what_is_told_later(
    history: list[Touch], versions: list[Took], at: datetime
) -> None:
    whole = lines_of(*history, versions=versions)

    until = [one for one in history if one.occurred_at <= at]
    if until:
        assert lines_of(*until, until=at, versions=versions) == [line for line in whole if line.at <= at]


@given(touches, st.randoms(use_true_random=False))
def test_order_within_a_week_does_not_matter_to_where_the_week_ends(
    history: list[Touch], random: object
) -> None:
    when = [one.occurred_at for one in history]
    for week in {one.week for one in history}:
        places = [place for place, one in enumerate(history) if one.week == week]
        shuffled = list(places)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        for place, other in zip(places, shuffled, strict=True):
            when[place] = history[other].occurred_at
    mixed = [one._replace(occurred_at=at) for one, at in zip(history, when, strict=True)]

    for week in range(2960, 2973):
        sunday = week_start(week + 1, ZONE) - timedelta(microseconds=1)
        assert score_at(lines_of(*history), sunday) == score_at(lines_of(*mixed), sunday)


@given(touches, histories)
def test_balances_are_the_running_sum(history: list[Touch], versions: list[Took]) -> None:
    lines = lines_of(*history, versions=versions)

    balance = Decimal(0)
    for line in lines:
        balance += line.amount
        assert line.balance == balance
        assert line.kind in set(Kind) - {Kind.MERGE}


def test_nobody_did_anything() -> None:
    assert lines_of() == []


def test_points_fade_every_monday() -> None:
    lines = lines_of(told("webinar", 1), until=BEGIN + timedelta(days=15))

    assert amounts(lines) == [(Kind.POINTS, 15), (Kind.DECAY, -3.75), (Kind.DECAY, -2.8125)]
    assert [line.at for line in lines[1:]] == [week_start(2961, ZONE), week_start(2962, ZONE)]
    assert lines[0].label == "Webinar attended"


def test_a_capped_signal_says_so_and_what_it_would_have_brought() -> None:
    lines = lines_of(*[told("pricing", day) for day in (0.1, 0.2, 0.3)], until=BEGIN + timedelta(days=1))

    assert [(float(line.amount), line.capped, line.worth) for line in lines] == [
        (10, False, 10),
        (10, False, 10),
        (0, True, 10),
    ]


def test_silence_takes_all_that_is_left_and_starts_anew() -> None:
    lines = lines_of(told("webinar", 0), told("pricing", 60), until=BEGIN + timedelta(days=60))

    assert [line.kind for line in lines] == [Kind.POINTS, *[Kind.DECAY] * 3, Kind.GUARD, Kind.POINTS]
    assert lines[4].at == week_start(2964, ZONE)
    assert lines[4].balance == 0
    assert lines[5].balance == 10


def test_a_version_that_took_over_reckons_everything_anew() -> None:
    dearer = replace(
        MODEL, version=2, behaviours=BEHAVIOURS | {"webinar": replace(BEHAVIOURS["webinar"], points=20)}
    )
    over = Took(BEGIN + timedelta(days=8), dearer)

    lines = lines_of(told("webinar", 1), until=BEGIN + timedelta(days=9), versions=[*FIRST, over])

    assert amounts(lines) == [(Kind.POINTS, 15), (Kind.DECAY, -3.75), (Kind.RESCORE, 3.75)]
    assert [line.version for line in lines] == [1, 1, 2]


def test_the_score_stops_at_100_in_a_line_of_its_own() -> None:
    lines = lines_of(told("demo", 0), told("demo", 1), until=BEGIN + timedelta(days=8))

    assert amounts(lines) == [
        (Kind.POINTS, 80),
        (Kind.POINTS, 80),
        (Kind.LIMIT, -60),
        (Kind.DECAY, -40),
        (Kind.LIMIT, 40),
    ]
    assert lines[-1].balance == 100


def test_what_is_worth_nothing_leaves_no_line() -> None:
    assert lines_of(told("open", 1), told("never_heard_of", 2)) == []


def test_touches_before_the_first_version_are_reckoned_by_it() -> None:
    late = [Took(datetime(2027, 1, 1, tzinfo=UTC), MODEL)]

    assert amounts(lines_of(told("webinar", 1), until=BEGIN + timedelta(days=2), versions=late)) == [
        (Kind.POINTS, 15)
    ]


def test_what_came_over_is_a_line_of_the_merge() -> None:
    came = [Came(BEGIN + timedelta(days=8), (told("webinar", 1), told("pricing", 9)))]

    lines = ledger(
        [told("pricing", 2)], FIRST, until=BEGIN + timedelta(days=10), zone=ZONE, epoch=EPOCH, came=came
    )

    assert amounts(lines) == [
        (Kind.POINTS, 10),
        (Kind.DECAY, -2.5),
        (Kind.MERGE, 11.25),
        (Kind.POINTS, 10),
    ]
