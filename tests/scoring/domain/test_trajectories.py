"""Engagement reckoned in columns is, after each touch, what it is reckoned touch by touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain import engagement, seed, trajectories
from scoring.domain.engagement import Behaviour
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.trajectories import Touches

WEEK = 2967
BEHAVIOURS = {
    rule.type: rule
    for rule in (
        Behaviour("webinar_attended", "Webinar attended", 15),
        Behaviour("pricing_page", "Pricing page", 10, weekly_cap=20),
        Behaviour("content_download", "Content download", 4.1, weekly_cap=16, depth_multiplier=1.3),
        Behaviour("jobs_page", "Jobs page", -10, weekly_cap=15),
        Behaviour("email_open", "E-mail opened", 0),
    )
}
KINDS = (*BEHAVIOURS, "never_heard_of")


@dataclass(frozen=True)
class Known:
    """A touch that became known `late` weeks after the week in which it occurred."""

    kind: int
    week: int
    depth: int
    late: int


def model(factor: float = 0.75, inactivity_weeks: int = 26) -> Model:
    return Model(
        version=1,
        fit=tuple(seed.FIT),
        urgency=tuple(seed.URGENCY),
        behaviours=BEHAVIOURS,
        tiers=tuple(seed.TIERS),
        gate=Gate(),
        decay_factor=factor,
        inactivity_weeks=inactivity_weeks,
        urgency_window_days=90,
    )


def columns(leads: Sequence[Sequence[Known]]) -> Touches:
    """Each lead's touches in the order in which they became known."""
    ordered = [
        (lead, touch)
        for lead, touches in enumerate(leads, start=7)
        for touch in sorted(touches, key=lambda touch: touch.week + touch.late)
    ]

    def column(values: Sequence[int]) -> trajectories.Whole:
        return np.array(values, dtype=np.int64)

    known_week = column([touch.week + touch.late for _, touch in ordered])
    return Touches(
        kinds=KINDS,
        lead=column([lead for lead, _ in ordered]),
        kind=column([touch.kind for _, touch in ordered]),
        depth=column([touch.depth for _, touch in ordered]),
        occurred_at=column([touch.week for _, touch in ordered]) * 604_800_000_000,
        known_at=known_week * 604_800_000_000,
        week=column([touch.week for _, touch in ordered]),
        known_week=known_week,
    )


def touch_by_touch(touches: Touches, under: Model) -> list[float]:
    """The slow way: everything known so far, stored and read again at each touch."""
    scores = []
    for begin, end in touches.spans():
        for place in range(begin, end):
            known = [touches.touch(each) for each in range(begin, place + 1)]
            week = int(touches.known_week[place])
            stored = engagement.store(known, under.behaviours, under.decay(WEEK))
            scores.append(engagement.engagement_in(stored, week, under.decay(WEEK)))
    return scores


def knowns(latest: int) -> st.SearchStrategy[list[list[Known]]]:
    touch = st.builds(
        Known,
        kind=st.integers(0, len(KINDS) - 1),
        week=st.integers(WEEK - 60, WEEK),
        depth=st.integers(0, 4),
        late=st.integers(0, latest),
    )
    return st.lists(st.lists(touch, min_size=1, max_size=12), max_size=5)


models = st.builds(model, st.sampled_from([0.1, 0.5, 0.75, 0.9, 1.0]), st.integers(1, 60))


@given(knowns(latest=0), models)
def test_touches_known_at_once_score_as_they_do_one_by_one(leads: list[list[Known]], under: Model) -> None:
    touches = columns(leads)

    assert trajectories.engagement_after(touches, under) == pytest.approx(
        touch_by_touch(touches, under), abs=1e-7
    )


@given(knowns(latest=40), models)
def test_touches_that_come_weeks_late_score_as_they_do_one_by_one(
    leads: list[list[Known]], under: Model
) -> None:
    touches = columns(leads)

    assert trajectories.engagement_after(touches, under) == pytest.approx(
        touch_by_touch(touches, under), abs=1e-7
    )


def test_thousands_of_leads_do_not_blur_each_other() -> None:
    loud = [Known(0, WEEK - 60 + turn % 60, 0, 0) for turn in range(900)]
    quiet = [Known(2, WEEK - 1, 1, 0)]
    touches = columns([loud, *([quiet] * 3000)])

    scores = trajectories.engagement_after(touches, replace(model(), inactivity_weeks=200))

    assert scores[-3000:] == pytest.approx([4.1 * 1.3] * 3000, abs=1e-7)


def test_no_touches_have_no_scores() -> None:
    assert len(trajectories.engagement_after(columns([]), model())) == 0


def test_an_instant_is_the_same_instant_as_a_number() -> None:
    at = trajectories.instant(1_795_000_000_123_456)

    assert trajectories.microseconds(at) == 1_795_000_000_123_456
