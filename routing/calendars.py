"""Business calendars ready to reckon with: a team's own, or else the company's; a rep's zone wins (SL-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache

from leads.models import Team, User
from routing.domain.business_time import Calendar
from routing.domain.public_holidays import public_holidays
from routing.models import BusinessCalendar, Rep


def calendar_for(user: User | None, team: Team | None, *, at: datetime) -> Calendar:
    """The calendar by which a clock of this holder runs that starts at `at`."""
    row = _row(team)
    zone = Rep.objects.filter(user=user).values_list("time_zone", flat=True).first() if user else ""
    return _calendar(
        zone or row.zone,
        tuple(sorted((int(day), tuple(map(tuple, spans))) for day, spans in row.hours.items())),
        row.holiday_country,
        tuple(row.extra_days),
        at.year,
    )


def _row(team: Team | None) -> BusinessCalendar:
    own = BusinessCalendar.objects.filter(team=team).first() if team else None
    return own or BusinessCalendar.objects.get(team__isnull=True)


@lru_cache(maxsize=256)
def _calendar(
    zone: str,
    hours: tuple[tuple[int, tuple[tuple[str, str], ...]], ...],
    country: str,
    extra_days: tuple[date, ...],
    year: int,
) -> Calendar:
    """One Calendar a distinct setting, so that its cached days serve every hand-off."""
    kept = public_holidays(country, years=range(year - 1, year + 3)) if country else frozenset()
    return Calendar(zone=zone, hours=parse_hours(dict(hours)), holidays=frozenset(kept | set(extra_days)))


def parse_hours(hours: Mapping[int, object]) -> dict[int, list[tuple[time, time]]]:
    """Weekday → spans from stored text such as {0: [["09:00", "17:30"]]}; 24:00 is written 00:00."""
    return {
        int(day): [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]  # type: ignore[attr-defined]
        for day, spans in hours.items()
    }
