"""Business calendars ready to reckon with: a team's own, or else the company's; a rep's zone wins (SL-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache

from django.db.models import F, Q

from leads.models import Team, User
from leads.remembering import remembered
from routing.domain.business_time import Calendar
from routing.domain.public_holidays import public_holidays
from routing.models import BusinessCalendar, Rep


class Calendars:
    """Every calendar at hand after two reads, for pages that show many clocks."""

    def __init__(self, *, at: datetime) -> None:
        self._year = at.year
        self._by_team = _rows_by_team()
        self._zones = _zones_by_user()

    def of(self, user_id: int | None, team_id: int | None) -> Calendar:
        """The calendar by which a clock of this holder runs."""
        row = self._by_team.get(team_id) or self._by_team[None]
        zone = self._zones.get(user_id, "") if user_id else ""
        return _ready(row, zone, self._year)


def calendar_for(user: User | None, team: Team | None, *, at: datetime) -> Calendar:
    """The calendar by which a clock of this holder runs that starts at `at`."""
    return calendar_by(user.pk if user else None, team.pk if team else None, at=at)


def calendar_by(user_id: int | None, team_id: int | None, *, at: datetime) -> Calendar:
    """The same by the ids of the holder and the team."""
    return _calendar_of(user_id, team_id, at.year)


@remembered
def _rows_by_team() -> dict[int | None, BusinessCalendar]:
    """One without hours, which no form lets through, is none."""
    rows = BusinessCalendar.objects.all()
    return {row.team_id: row for row in rows if row.team_id is None or any(row.hours.values())}


@remembered
def _zones_by_user() -> dict[int, str]:
    return dict(Rep.objects.exclude(time_zone="").values_list("user_id", "time_zone"))


@remembered
def _calendar_of(user_id: int | None, team_id: int | None, year: int) -> Calendar:
    return _ready(_row_of(team_id), _zone_of(user_id) if user_id else "", year)


@remembered
def _row_of(team_id: int | None) -> BusinessCalendar:
    """The team's, or the company's; one without hours, which no form lets through, is none."""
    rows = list(
        BusinessCalendar.objects.filter(Q(team=team_id) | Q(team=None)).order_by(
            F("team").asc(nulls_last=True)
        )
    )
    return next((row for row in rows if any(row.hours.values())), rows[-1])


@remembered
def _zone_of(user_id: int) -> str:
    return Rep.objects.filter(user=user_id).values_list("time_zone", flat=True).first() or ""


def _ready(row: BusinessCalendar, zone: str, year: int) -> Calendar:
    hours = tuple(sorted((int(day), tuple(map(tuple, spans))) for day, spans in row.hours.items()))
    return _calendar(zone or row.zone, hours, row.holiday_country, tuple(row.extra_days), year)


@lru_cache(maxsize=256)
def _calendar(  # noqa: PLR0917 - a cache is asked by position
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
