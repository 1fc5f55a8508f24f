"""Which track somebody is in: the first rule in order that what they did of late meets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from routing.domain import nurture
from routing.domain.cadence_seed import TRACKS
from routing.domain.nurture import Touch

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
RULES = [seeded.rule for seeded in TRACKS]


def did(*types: str, days_ago: float = 1) -> list[Touch]:
    return [Touch(type_, NOW - timedelta(days=days_ago)) for type_ in types]


def track(touches: list[Touch], *, known_since: datetime = LONG_AGO) -> str:
    placed = nurture.place(RULES, touches, known_since=known_since, now=NOW)
    return placed.track if placed else ""


@pytest.mark.parametrize(
    ("touches", "expected"),
    [
        (did("trial_started", "pricing_page", "pricing_page"), "trial"),
        (did("pricing_page", "case_study"), "high-intent"),
        (did("pricing_page") + did("page_view", days_ago=30), ""),
        (did("webinar_registered", "content_download"), "event"),
        (did("content_download"), "content"),
        (did("page_view"), "returning"),
        (did("page_view") + did("page_view", days_ago=40), ""),
        (did("content_download", days_ago=91), ""),
        ([], ""),
    ],
)
def test_the_first_rule_that_is_met_wins(touches: list[Touch], expected: str) -> None:
    assert track(touches) == expected


def test_who_is_new_does_not_come_back() -> None:
    assert track(did("page_view"), known_since=NOW - timedelta(days=2)) == ""


def test_what_has_not_happened_yet_does_not_count() -> None:
    assert track(did("content_download", days_ago=-1)) == ""


def test_the_reason_is_said_in_a_line() -> None:
    placed = nurture.place(RULES, did("pricing_page", "case_study"), known_since=LONG_AGO, now=NOW)

    assert placed is not None
    assert placed.because == "2 times in the last 30 days"


def test_the_next_touch_is_an_interval_after_the_last_and_never_in_the_past() -> None:
    today = date(2026, 11, 17)

    assert nurture.next_touch(last=None, every_days=7, today=today) == today
    assert nurture.next_touch(last=date(2026, 11, 15), every_days=7, today=today) == date(2026, 11, 22)
    assert nurture.next_touch(last=date(2026, 1, 1), every_days=7, today=today) == today
