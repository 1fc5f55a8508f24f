"""Each team works by its own calendar, or else by the company's."""

from datetime import datetime

from leads.models import Team
from routing.calendars import calendar_for
from routing.models import BusinessCalendar


def test_calendar_without_hours_is_none_and_the_companys_serves(dach: Team, now: datetime) -> None:
    BusinessCalendar.objects.create(name="Nobody", team=dach, zone="Europe/London", hours={"0": []})

    calendar = calendar_for(None, dach, at=now)

    assert calendar.is_open(now)
    assert calendar.zone == "Europe/Berlin"
