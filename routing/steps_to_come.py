"""What is to happen while a clock runs: its warnings and its ladder, in the order of time, in the clock's own row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from leads.arrays import array
from routing.calendars import calendar_for
from routing.domain import deadlines
from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise
from routing.models import Clock

Coming = tuple[str, timedelta, datetime]
"""A step to come: what happens, how long after the clock began, and when."""


def of(promise: Promise, begins: datetime, business: Calendar) -> tuple[Coming, ...]:
    """What is to happen, how long after the beginning and when: its warnings and its ladder."""
    calendar = business if promise.in_business_time else None
    return tuple(
        (step.action.value, step.after, deadlines.after(begins, step.after, calendar))
        for step in promise.course
    )


def keep(clock: Clock, coming: Sequence[Coming]) -> None:
    """Write down what is to happen while the clock runs, in the order of time."""
    actions, after, due = zip(*coming, strict=True) if coming else (None, None, None)
    Clock.objects.filter(pk=clock.pk).update(step_actions=actions, step_after=after, step_due=due)


def lists(steps: Sequence[Coming]) -> tuple[str | None, ...]:
    """Steps as the three lists that a clock keeps of them, each as PostgreSQL reads it."""
    return tuple(map(array, zip(*steps, strict=True))) if steps else (None, None, None)


def calendar_of(clock: Clock, *, at: datetime) -> Calendar | None:
    """The calendar by which the clock runs; None when it runs in wall time."""
    in_business_time = clock.service_level.runs_in == clock.service_level.Runs.BUSINESS
    return calendar_for(clock.holder, clock.team, at=at) if in_business_time else None
