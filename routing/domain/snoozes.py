"""How long a lead may wait by a rep's own wish: never longer than its clock (QU-14)."""

from __future__ import annotations

from datetime import datetime, timedelta

STEPS = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 30, 60, 120, 240, 24 * 60))
WITHOUT_CLOCK = timedelta(days=1)
BY_A_MANAGER = timedelta(days=30)
MOST_OFFERED = 5


def latest(*, due_at: datetime | None, now: datetime, as_manager: bool) -> datetime:
    """The latest moment that a lead may be put off to; `now` itself where its time is over."""
    if as_manager:
        return now + BY_A_MANAGER
    return max(now, now + WITHOUT_CLOCK if due_at is None else due_at)


def offered(*, latest: datetime, now: datetime) -> list[timedelta]:
    """The spans that fit before `latest`, shortest first: the last of them, when more fit than one can choose from."""
    return [step for step in STEPS if now + step < latest][-MOST_OFFERED:]
