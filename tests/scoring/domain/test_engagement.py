"""Stored by forward decay, engagement is always what its touches are worth, to the week and to the term."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.engagement import (
    LIMIT,
    Behaviour,
    Decay,
    Stored,
    Touch,
    crossing_range,
    engagement_in,
    falls_under,
    moved_epoch,
    store,
    terms,
)

AT = datetime(2026, 11, 20, tzinfo=UTC)
WEEK = 2967
BEHAVIOURS = {
    rule.type: rule
    for rule in (
        Behaviour("webinar_attended", "Webinar attended", 15),
        Behaviour("pricing_page", "Pricing page", 10, weekly_cap=20),
        Behaviour("content_download", "Content download", 4, weekly_cap=16, depth_multiplier=1.5),
        Behaviour("jobs_page", "Jobs page", -10, weekly_cap=15),
        Behaviour("email_open", "E-mail opened", 0),
    )
}


def touch(type_: str, week: int = WEEK, depth: int = 0) -> Touch:
    return Touch(type_, AT, week, depth)


touches = st.lists(
    st.builds(
        touch,
        st.sampled_from([*BEHAVIOURS, "never_heard_of"]),
        st.integers(WEEK - 60, WEEK),
        st.integers(0, 3),
    ),
    max_size=12,
)
decays = st.builds(
    Decay, st.sampled_from([0.1, 0.5, 0.75, 0.9, 1.0]), st.integers(1, 60), st.integers(WEEK - 200, WEEK + 10)
)


def by_hand(history: Sequence[Touch], rules: Mapping[str, Behaviour], decay: Decay, *, week: int) -> float:
    """Engagement as one would reckon it week by week, decaying the balance at every Monday."""
    balance, silent_for = 0.0, 0
    for each_week in range(min((touch.week for touch in history), default=week), week + 1):
        balance *= decay.factor
        happened = [touch for touch in history if touch.week == each_week]
        silent_for += 1
        if silent_for >= decay.inactivity_weeks:
            balance = 0.0
        if happened:
            silent_for = 0
        for kind, rule in rules.items():
            points = sum(
                rule.points * rule.depth_multiplier**touch.depth for touch in happened if touch.type == kind
            )
            cap = rule.weekly_cap if rule.weekly_cap is not None else math.inf
            balance += max(-cap, min(points, cap))
    return max(0.0, min(balance, 100.0))


@given(touches, decays, st.integers(0, 70))
def test_stored_engagement_equals_a_weekly_reckoning(history: list[Touch], decay: Decay, later: int) -> None:
    week = WEEK + later

    shown = engagement_in(store(history, BEHAVIOURS, decay), week, decay)

    assert shown == pytest.approx(by_hand(history, BEHAVIOURS, decay, week=week), abs=1e-6)


@given(touches, decays, st.randoms(use_true_random=False))
def test_the_order_of_touches_makes_no_difference(
    history: list[Touch], decay: Decay, chance: random.Random
) -> None:
    shuffled = chance.sample(history, len(history))

    assert store(shuffled, BEHAVIOURS, decay) == store(history, BEHAVIOURS, decay)


@given(touches, decays, st.integers(0, 70))
def test_terms_add_up_to_the_shown_score(history: list[Touch], decay: Decay, later: int) -> None:
    week = WEEK + later

    found = terms(history, BEHAVIOURS, decay, week=week)

    shown = engagement_in(store(history, BEHAVIOURS, decay), week, decay)
    assert math.fsum(term.points for term in found) == pytest.approx(shown, abs=1e-6)


@given(touches, decays, st.integers(0, 40))
def test_terms_of_an_earlier_week_know_nothing_of_later_touches(
    history: list[Touch], decay: Decay, earlier: int
) -> None:
    week = WEEK - earlier
    until = [touch for touch in history if touch.week <= week]

    assert terms(history, BEHAVIOURS, decay, week=week) == terms(until, BEHAVIOURS, decay, week=week)


@given(touches, decays, st.integers(-80, 80))
def test_moving_the_epoch_changes_no_score(history: list[Touch], decay: Decay, by: int) -> None:
    stored = store(history, BEHAVIOURS, decay)
    other = replace(decay, epoch=decay.epoch + by)

    moved = moved_epoch(stored.sum, from_epoch=decay.epoch, to_epoch=other.epoch, factor=decay.factor)

    for week in range(WEEK, WEEK + 5):
        assert engagement_in(Stored(moved, stored.last_week), week, other) == pytest.approx(
            engagement_in(stored, week, decay), abs=1e-6
        )


@given(history=touches, decay=decays, a=st.integers(0, 30), b=st.integers(0, 30))
def test_without_touches_engagement_never_rises(
    *, history: list[Touch], decay: Decay, a: int, b: int
) -> None:
    stored = store(history, BEHAVIOURS, decay)
    sooner, later = sorted((WEEK + a, WEEK + b))

    assert engagement_in(stored, later, decay) <= engagement_in(stored, sooner, decay)


@given(touches, decays)
def test_one_more_positive_touch_never_lowers_the_score(history: list[Touch], decay: Decay) -> None:
    awake = [*history, touch("email_open")]  # else the new touch could end a silence and restart from 0
    before = engagement_in(store(awake, BEHAVIOURS, decay), WEEK, decay)

    after = engagement_in(store([*awake, touch("webinar_attended")], BEHAVIOURS, decay), WEEK, decay)

    assert after >= before


@given(
    points=st.floats(0, 1e6),
    threshold=st.integers(1, 100),
    week=st.integers(WEEK, WEEK + 20),
    decay=decays,
    nudge=st.floats(-1e-9, 1e-9),
)
def test_the_crossing_range_agrees_with_the_scores_of_two_weeks(
    *, points: float, threshold: int, week: int, decay: Decay, nudge: float
) -> None:
    low, high = crossing_range(threshold, week, decay)
    endless = replace(decay, inactivity_weeks=10**6)

    for total in (
        moved_epoch(points, from_epoch=week, to_epoch=decay.epoch, factor=decay.factor),
        *(edge * (1 + nudge) for edge in (low, high)),
        *(
            near
            for edge in (low, high)
            for near in (edge, math.nextafter(edge, 0), math.nextafter(edge, math.inf))
        ),
    ):
        stored = Stored(total, week - 1)
        before = engagement_in(stored, week - 1, endless)
        after = engagement_in(stored, week, endless)
        assert (low <= total < high) == (before >= threshold > after)


@given(history=touches, decay=decays, threshold=st.integers(1, 100), later=st.integers(0, 60))
def test_falls_under_is_the_first_week_under_the_threshold(
    *, history: list[Touch], decay: Decay, threshold: int, later: int
) -> None:
    stored, from_week = store(history, BEHAVIOURS, decay), WEEK + later

    falls = falls_under(stored, threshold, from_week, decay)

    assert falls is not None
    assert engagement_in(stored, falls, decay) < threshold
    assert all(engagement_in(stored, week, decay) >= threshold for week in range(from_week, falls))


@given(st.integers(1, 300), st.integers(1, 100), st.integers(1, 40))
def test_however_late_the_weeks_are_told_each_crossing_is_told_once(
    points: int, threshold: int, weeks: int
) -> None:
    decay = Decay(0.75, 1000, WEEK - 100)
    stored = store([touch("big")], {"big": Behaviour("big", "Big", points)}, decay)
    first, last = engagement_in(stored, WEEK, decay), engagement_in(stored, WEEK + weeks, decay)

    ranges = [crossing_range(threshold, week, decay) for week in range(WEEK + 1, WEEK + weeks + 1)]

    told = [low <= stored.sum < high for low, high in ranges]
    assert told.count(True) == (first >= threshold > last)


@pytest.mark.parametrize("threshold", [0, -5, 100.5])
def test_nobody_crosses_a_threshold_that_no_score_is_under_or_over(threshold: float) -> None:
    low, high = crossing_range(threshold, WEEK, Decay(0.75, 26, WEEK))

    assert low == high


def test_the_published_example_of_a_term() -> None:
    decay = Decay(0.75, 26, WEEK - 50)

    (term,) = terms([touch("webinar_attended")], BEHAVIOURS, decay, week=WEEK + 3)

    assert term.text == "webinar attended, 3 weeks ago: 15 × 0.75³ = 6.3"
    assert term.points == 6.328125
    assert (term.weeks_ago, term.count, term.raw, term.capped) == (3, 1, 15, 15)


@pytest.mark.parametrize(
    ("history", "week", "texts"),
    [
        ([touch("webinar_attended")], WEEK, ["webinar attended, this week: 15"]),
        ([touch("webinar_attended")], WEEK + 1, ["webinar attended, 1 week ago: 15 × 0.75 = 11.3"]),
        ([touch("webinar_attended")], WEEK + 12, ["webinar attended, 12 weeks ago: 15 × 0.75¹² = 0.5"]),
        ([touch("pricing_page")] * 4, WEEK, ["pricing page, 4 times (40, capped), this week: 20"]),
        ([touch("content_download", depth=2)], WEEK, ["content download, this week: 9"]),
        ([touch("jobs_page")], WEEK, ["jobs page, this week: −10", "never under 0 or over 100: 10"]),
        (
            [touch("webinar_attended")] * 7,
            WEEK,
            ["webinar attended, 7 times, this week: 105", "never under 0 or over 100: −5"],
        ),
        (
            [touch("webinar_attended", WEEK - 1), touch("pricing_page"), touch("email_open")],
            WEEK,
            ["pricing page, this week: 10", "webinar attended, 1 week ago: 15 × 0.75 = 11.3"],
        ),
        ([touch("webinar_attended")], WEEK + 26, []),
        ([], WEEK, []),
    ],
)
def test_terms_in_words(history: list[Touch], week: int, texts: list[str]) -> None:
    found = terms(history, BEHAVIOURS, Decay(0.75, 26, WEEK - 50), week=week)

    assert [term.text for term in found] == texts


def test_a_term_of_the_limit_has_its_own_type() -> None:
    *_, last = terms([touch("jobs_page")], BEHAVIOURS, Decay(0.75, 26, WEEK), week=WEEK)

    assert (last.type, last.points) == (LIMIT, 10)


def test_labels_keep_capitals_that_are_their_own() -> None:
    rules = {"crm": Behaviour("crm", "CRM page", 5)}

    (term,) = terms([touch("crm")], rules, Decay(0.75, 26, WEEK), week=WEEK)

    assert term.text == "CRM page, this week: 5"


def test_repeats_count_every_time_within_the_weekly_cap() -> None:
    decay = Decay(0.75, 26, WEEK)

    def engagement(count: int, kind: str) -> float:
        return engagement_in(store([touch(kind)] * count, BEHAVIOURS, decay), WEEK, decay)

    assert [engagement(count, "pricing_page") for count in (1, 2, 3)] == [10, 20, 20]
    assert [engagement(count, "webinar_attended") for count in (1, 2, 7)] == [15, 30, 100]


def test_the_cap_holds_downwards_too() -> None:
    decay = Decay(0.75, 26, WEEK)
    history = [touch("webinar_attended")] * 2 + [touch("jobs_page")] * 5

    assert engagement_in(store(history, BEHAVIOURS, decay), WEEK, decay) == 15


def test_silence_of_26_weeks_starts_again_from_nothing() -> None:
    decay = Decay(1.0, 26, WEEK)
    history = [touch("webinar_attended", WEEK - 26), touch("pricing_page", WEEK)]
    closer = [touch("webinar_attended", WEEK - 25), touch("pricing_page", WEEK)]

    assert engagement_in(store(history, BEHAVIOURS, decay), WEEK, decay) == 10
    assert engagement_in(store(closer, BEHAVIOURS, decay), WEEK, decay) == 25


def test_a_lead_gone_silent_is_worth_nothing_from_that_week_on() -> None:
    decay = Decay(1.0, 26, WEEK)
    stored = store([touch("webinar_attended")], BEHAVIOURS, decay)

    assert engagement_in(stored, WEEK + 25, decay) == 15
    assert engagement_in(stored, WEEK + 26, decay) == 0
    assert falls_under(stored, 10, WEEK, decay) == WEEK + 26


@given(st.integers(1, 400), st.integers(0, 400), st.sampled_from([0.5, 0.75, 0.9]))
def test_whole_points_this_week_are_whole_points(age_of_epoch: int, count: int, factor: float) -> None:
    decay = Decay(factor, 26, WEEK - age_of_epoch)
    rules = {"one": Behaviour("one", "One", 1)}

    assert engagement_in(store([touch("one")] * count, rules, decay), WEEK, decay) == min(count, 100)


def test_no_touches_are_no_engagement() -> None:
    decay = Decay(0.75, 26, WEEK)

    assert store([], BEHAVIOURS, decay) == Stored(0.0, None)
    assert engagement_in(Stored(0.0, None), WEEK, decay) == 0
    assert falls_under(Stored(0.0, None), 30, WEEK, decay) == WEEK
    assert falls_under(Stored(0.0, None), 0, WEEK, decay) is None


@pytest.mark.parametrize("epoch", [WEEK - 100_000, WEEK + 100_000])
def test_an_epoch_out_of_all_proportion_overflows_nothing(epoch: int) -> None:
    decay = Decay(0.1, 26, epoch)

    stored = store([touch("webinar_attended")], BEHAVIOURS, decay)

    assert math.isfinite(stored.sum)
    assert 0 <= engagement_in(stored, WEEK, decay) <= 100
    assert crossing_range(30, WEEK + 1, decay)[0] >= 0


@pytest.mark.parametrize(("factor", "weeks"), [(0, 26), (1.1, 26), (-0.5, 26), (0.75, 0)])
def test_a_decay_that_is_none_is_refused(factor: float, weeks: int) -> None:
    with pytest.raises(ValueError, match=r"\."):
        Decay(factor, weeks, WEEK)
