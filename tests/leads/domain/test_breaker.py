"""A provider that fails again and again is left in peace, then tried once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leads.domain.breaker import LONGEST_REST, Breaker, State

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def failed(times: int, *, at: datetime = NOW) -> Breaker:
    stands = Breaker()
    for _ in range(times):
        stands = stands.after_failure(at)
    return stands


def test_four_failures_leave_it_closed_and_the_fifth_opens_it() -> None:
    assert failed(4).state(NOW) is State.CLOSED
    assert failed(5).state(NOW) is State.OPEN


def test_after_its_rest_it_is_tried_and_an_answer_closes_it() -> None:
    later = NOW + timedelta(minutes=1)

    assert failed(5).state(later) is State.TRYING
    assert failed(5).after_success().state(NOW) is State.CLOSED


def test_each_trial_that_fails_doubles_the_rest_up_to_an_hour() -> None:
    rests = [stands.rest_until - NOW for n in range(5, 30) if (stands := failed(n)).rest_until]

    assert rests[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(rests) == LONGEST_REST
