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

from leads.arrays import array
from scoring.domain import tiers, urgency
from scoring.domain.model import Model
from scoring.domain.touches import DEEPEST, LARGEST, Behaviour, power, worth
from scoring.domain.weeks import week_of, week_start

STATEMENT = (Path(__file__).parent / "sql" / "touch_sums.sql").read_text()
ROOM = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
"""For the rest of the transaction: ten thousand leads are sorted in memory, and no time is spent on compiling."""

FEW = 500
"""So many leads are looked up one by one; more are read as one range of the index."""
EXTENT = """
    SELECT count(*), min(lead_id), max(lead_id), min(instant), max(instant),
        CASE WHEN count(*) <= %s THEN array_agg(lead_id)::text END
    FROM asked_lead
"""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no signal from before is taken in


LEAST, LEAST_MOVE = 1e-30, 1e-220
"""What is less counts as nothing: the server refuses a product of the three that no float can hold."""


class Extent(NamedTuple):
    """Of which leads and instants a question is: what lies between is all that has to be read.

    Of few leads it says which: they may lie far apart.
    """

    leads: int
    first: int
    last: int
    earliest: datetime
    latest: datetime
    few: str | None

    def among(self, statement: str) -> str:
        """The statement with its condition `{among}`, which asks for `ids`."""
        asked = "BETWEEN %(first)s AND %(last)s" if self.few is None else "= ANY(%(few)s::bigint[])"
        return statement.replace("{among}", asked)

    @property
    def ids(self) -> dict[str, Any]:
        """The leads that a condition asks for."""
        return {"first": self.first, "last": self.last, "few": self.few}


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
        cursor.execute(EXTENT, [FEW])
        extent = Extent(*cursor.fetchone())
        if extent.leads:
            cursor.execute(extent.among(STATEMENT), _values(extent, model, epoch=epoch))
    return extent


def _values(extent: Extent, model: Model, *, epoch: int) -> dict[str, Any]:
    zone, window = settings.ORGANISATION_TIME_ZONE, timedelta(days=model.urgency_window_days)
    weeks = range(week_of(EARLIEST, zone), week_of(extent.latest, zone) + 1)
    return {
        **extent.ids,
        "before_weeks": weeks.start - 1,
        "weeks": _week_starts(weeks, zone),
        "days": _days(_day_of(extent.earliest - window, zone), _day_of(extent.latest, zone), zone),
        "powers": _powers(model.decay_factor, len(weeks)),
        "moves": _moves(model.decay_factor, weeks, epoch),
        "largest": LARGEST,
        "silence": model.inactivity_weeks,
        "window": window,
        "promised": timedelta(days=model.gate.signal_within_days),
        **_rules(model),
    }


# What the same week or model gives is written once: the columns are long, and asked for with some hundreds of leads.


@lru_cache(maxsize=16)
def _week_starts(weeks: range, zone: str) -> str:
    return array([week_start(week, zone) for week in weeks])


@lru_cache(maxsize=16)
def _powers(factor: float, weeks: int) -> str:
    return array([_held(power(factor, ago)) for ago in range(weeks)])


@lru_cache(maxsize=16)
def _moves(factor: float, weeks: range, epoch: int) -> str:
    return array([_held(power(factor, epoch - week), least=LEAST_MOVE) for week in weeks])


def _held(value: float, *, least: float = LEAST) -> float:
    return value if abs(value) >= least else 0.0


def _rules(model: Model) -> dict[str, str]:
    """The behaviours in columns, after one that stands for every type that the model does not know.

    The worths of the four depths stand flat, one behaviour after the other.
    """
    rules = [Behaviour("", "", 0), *model.behaviours.values()]
    columns: dict[str, Sequence[object]] = {
        "types": [rule.type for rule in rules],
        "worths": [_held(worth(rule, depth)) for rule in rules for depth in range(DEEPEST + 1)],
        "caps": [math.inf if rule.weekly_cap is None else _held(rule.weekly_cap) for rule in rules],
        "interests": [urgency.shows_interest(rule) for rule in rules],
        "depths": [rule.depth for rule in rules],
        "requests": [rule.request for rule in rules],
        "ranks": [tiers.rank(model.tiers, rule.minimum_tier) for rule in rules],
    }
    return {name: array(values) for name, values in columns.items()}


@lru_cache(maxsize=16)
def _days(since: date, until: date, zone: str) -> str:
    """When each local day begins, from a Monday on, so that a day's place tells its day of the week."""
    monday = since - timedelta(days=since.weekday())
    return array([_day_start(monday + timedelta(days=n), zone) for n in range((until - monday).days + 1)])


def _day_of(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def _day_start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
