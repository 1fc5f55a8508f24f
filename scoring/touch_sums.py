"""Adds up the touches of many leads in one statement, as `domain.engagement` and `domain.urgency` do for one.

This is the only place where that arithmetic is written a second time, in SQL; tests hold it to the first. Weeks and
days begin where our own time-zone database says, never where the server's does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from scoring.domain import tiers, urgency
from scoring.domain.model import Model
from scoring.domain.touches import DEEPEST, LARGEST, Behaviour, power, worth
from scoring.domain.weeks import week_of, week_start

STATEMENT = (Path(__file__).parent / "sql" / "touch_sums.sql").read_text()
ROOM = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
"""For the rest of the transaction: ten thousand leads are sorted in memory, and no time is spent on compiling."""

EXTENT = "SELECT count(*), min(lead_id), max(lead_id), min(instant), max(instant) FROM asked_lead"
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no signal from before is taken in
FEW = 500
"""So many leads are looked up one by one; more are read as one range of the index."""


LEAST, LEAST_MOVE = 1e-30, 1e-220
"""What is less counts as nothing: the server refuses a product of the three that no float can hold."""


class Extent(NamedTuple):
    """Of which leads and instants a question is: what lies between is all that has to be read."""

    leads: int
    first: int
    last: int
    earliest: datetime
    latest: datetime


def fill(model: Model, *, epoch: int) -> Extent:
    """Make the temporary table `touch_sum` for the leads of the table `asked_lead`; returns what was asked for.

    `asked_lead` holds a `lead_id` and the `instant` up to which its touches count; a lead without any has no row in
    `touch_sum`. Both last until the transaction ends. Columns: `engagement_sum` and `last_week` as
    `engagement.store` gives them, `gross` (the same sum without the signs of points), `last_at`, the facts of
    urgency (`days` since the last sign of interest, `depth`, `visits`, `request`, `events` as JSON texts with commas
    between), and `promise`, the rank of the best tier that a recent touch guarantees.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(EXTENT)
        extent = Extent(*cursor.fetchone())
        if extent.leads:
            few = "signal.lead_id IN (SELECT lead_id FROM asked_lead)"
            which = few if extent.leads <= FEW else "signal.lead_id BETWEEN %(first)s AND %(last)s"
            cursor.execute(STATEMENT.replace("{leads}", which), _values(extent, model, epoch=epoch))
    return extent


def _values(extent: Extent, model: Model, *, epoch: int) -> dict[str, Any]:
    zone, factor = settings.ORGANISATION_TIME_ZONE, model.decay_factor
    window = timedelta(days=model.urgency_window_days)
    weeks = range(week_of(EARLIEST, zone), week_of(extent.latest, zone) + 1)
    return {
        "first": extent.first,
        "last": extent.last,
        "before_weeks": weeks.start - 1,
        "weeks": [week_start(week, zone) for week in weeks],
        "days": _days(extent.earliest - window, extent.latest, zone),
        "powers": [_held(power(factor, ago)) for ago in range(len(weeks))],
        "moves": [_held(power(factor, epoch - week), least=LEAST_MOVE) for week in weeks],
        "largest": LARGEST,
        "silence": model.inactivity_weeks,
        "window": window,
        "promised": timedelta(days=model.gate.signal_within_days),
        **_rules(model),
    }


def _held(value: float, *, least: float = LEAST) -> float:
    return value if abs(value) >= least else 0.0


def _rules(model: Model) -> dict[str, Sequence[object]]:
    """The behaviours in columns, after one that stands for every type that the model does not know.

    The worths of the four depths stand flat, one behaviour after the other.
    """
    rules = [Behaviour("", "", 0), *model.behaviours.values()]
    return {
        "types": [rule.type for rule in rules],
        "worths": [_held(worth(rule, depth)) for rule in rules for depth in range(DEEPEST + 1)],
        "caps": [math.inf if rule.weekly_cap is None else _held(rule.weekly_cap) for rule in rules],
        "interests": [urgency.shows_interest(rule) for rule in rules],
        "depths": [rule.depth for rule in rules],
        "requests": [rule.request for rule in rules],
        "ranks": [tiers.rank(model.tiers, rule.minimum_tier) for rule in rules],
    }


def _days(since: datetime, until: datetime, zone: str) -> list[datetime]:
    """When each local day begins, from a Monday on, so that a day's place tells its day of the week."""
    monday = week_start(week_of(since, zone), zone).astimezone(ZoneInfo(zone)).date()
    last = until.astimezone(ZoneInfo(zone)).date()
    return [_day_start(monday + timedelta(days=n), zone) for n in range((last - monday).days + 1)]


@lru_cache(maxsize=4096)
def _day_start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
