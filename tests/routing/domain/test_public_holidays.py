"""Public holidays come by country, and none is made up."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from routing.domain.business_time import Calendar
from routing.domain.public_holidays import UnknownCountry, public_holidays


def test_a_country_names_its_days_for_each_year_asked() -> None:
    days = public_holidays("DE", years=range(2026, 2028))

    assert {date(2026, 4, 3), date(2027, 3, 26), date(2026, 10, 3), date(2027, 10, 3)} <= days
    assert {day.year for day in days} == {2026, 2027}


def test_a_subdivision_adds_its_own_days() -> None:
    bavaria = public_holidays("DE", years=[2026], subdivision="BY")

    assert date(2026, 1, 6) in bavaria - public_holidays("DE", years=[2026])


def test_the_day_given_for_a_holiday_on_a_weekend_is_a_holiday() -> None:
    boxing_day_in_lieu = date(2026, 12, 28)

    assert boxing_day_in_lieu in public_holidays("GB", years=[2026])


def test_a_new_year_kept_in_the_old_one_belongs_to_the_day_it_is_kept() -> None:
    assert date(2027, 12, 31) in public_holidays("US", years=[2027])


def test_no_years_have_no_holidays() -> None:
    assert public_holidays("DE", years=[]) == frozenset()


@pytest.mark.parametrize("country", ["XX", "", "de", "NYSE", "\0"])
def test_an_unknown_country_is_refused_in_words(country: str) -> None:
    with pytest.raises(UnknownCountry, match="No public holidays are known for the country"):
        public_holidays(country, years=[2026])


def test_an_unknown_subdivision_is_refused_in_words() -> None:
    with pytest.raises(UnknownCountry, match="subdivision 'ZZ' of 'DE'"):
        public_holidays("DE", years=[2026], subdivision="ZZ")


def test_a_calendar_is_closed_on_them() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = dict.fromkeys(range(5), ((time(9), time(17)),))
    calendar = Calendar("Europe/Berlin", hours, public_holidays("DE", years=[2026]))

    opening = calendar.next_open(datetime(2026, 4, 3, 9, tzinfo=berlin))

    assert opening == datetime(2026, 4, 7, 9, tzinfo=berlin)
