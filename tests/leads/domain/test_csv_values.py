from datetime import UTC, datetime

import pytest

from leads.domain import csv_values
from leads.domain.csv_values import Dates, UnreadableRow

AFTERNOON = datetime(2026, 11, 3, 13, 5, tzinfo=UTC)  # 14:05 in Berlin
MIDNIGHT = datetime(2026, 11, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "dates", "at"),
    [
        ("03.11.2026, 14:05", Dates.DAY, AFTERNOON),
        ("3/11/2026 14:05", Dates.DAY, AFTERNOON),
        ("11/3/2026, 2:05 PM", Dates.MONTH, AFTERNOON),
        ("11/03/26 02:05:00 p.m.", Dates.MONTH, AFTERNOON),
        ("03-11-2026", Dates.DAY, MIDNIGHT),
        ("11/3/2026, 12:00 AM", Dates.MONTH, MIDNIGHT),
        ("2026/11/3 14:05", Dates.YEAR, AFTERNOON),
        ("2026-11-03 13:05:00 UTC", Dates.YEAR, AFTERNOON),
        ("2026-11-03T14:05:00+01:00", Dates.DAY, AFTERNOON),
        ("03/11/2026 08:05 -0500", Dates.DAY, AFTERNOON),
        ("1793711100", Dates.YEAR, AFTERNOON),
        ("1793711100000", Dates.YEAR, AFTERNOON),
    ],
)
def test_times_are_read_as_systems_write_them(text: str, dates: Dates, at: datetime) -> None:
    assert csv_values.instant(text, zone="Europe/Berlin", dates=dates) == at


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("03.11.2026", Dates.YEAR),
        ("13/13/2026", Dates.MONTH),
        ("20/11/2026", Dates.MONTH),
        ("11/3/2026, 14:05 PM", Dates.MONTH),
        ("11/3/2026, 0:05 AM", Dates.MONTH),
        ("03.11/2026", Dates.DAY),
        ("３.11.2026", Dates.DAY),
        ("31.04.2026", Dates.DAY),
        ("٣/١١/٢٠٢٦", Dates.DAY),
        ("99999999999999", Dates.YEAR),
    ],
)
def test_what_could_be_meant_otherwise_is_no_time(text: str, dates: Dates) -> None:
    with pytest.raises(UnreadableRow, match="is not a date or time such as 2026-11-20"):
        csv_values.instant(text, zone="Europe/Berlin", dates=dates)


def test_who_writes_the_day_first_is_told_to_say_so() -> None:
    with pytest.raises(UnreadableRow, match="whether its dates begin with the day or the month"):
        csv_values.instant("03.11.2026", zone="UTC")


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        ([], Dates.YEAR),
        (["2026-11-03", ""], Dates.YEAR),
        (["03.11.2026"], Dates.DAY),
        (["03/11/2026", "20/11/2026"], Dates.DAY),
        (["11/03/2026, 2:05 PM", "11/20/2026, 2:05 PM"], Dates.MONTH),
        (["11/03/2026", "11/04/2026"], None),
        (["20/11/2026", "11/20/2026"], None),
    ],
)
def test_dates_are_told_by_what_only_one_order_allows(cells: list[str], dates: Dates | None) -> None:
    assert csv_values.dates_of(cells) == dates


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("250", "250"),
        ("1,200", "1200"),
        ("1.200", "1200"),
        ("1'200", "1200"),
        ("12 500 000", "12500000"),
        ("20000000.0", "20000000"),
        ("$12,500,000.00", "12500000"),
        ("USD 45,000,000", "45000000"),
        ("12.500.000,00 €", "12500000"),
    ],
)
def test_whole_numbers_are_read_with_their_marks(text: str, digits: str) -> None:
    assert csv_values.whole(text) == digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("250", "250"),
        ("1,200", "1200"),
        ("51-200", "51"),
        ("51 - 200", "51"),
        ("51 to 200", "51"),
        ("1,001-5,000", "1001"),
        ("1.001\N{EN DASH}5.000", "1001"),
        ("5001-10000 Employees", "5001"),
        ("11\N{EN DASH}50 employees", "11"),
        ("1 employee", "1"),
        ("10,001+", "10001"),
        ("10,001+ employees", "10001"),
        ("1000 +", "1000"),
    ],
)
def test_of_a_range_of_employees_the_lower_end_is_certain(text: str, digits: str) -> None:
    assert csv_values.headcount(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "200-51",
        "51-",
        "-51",
        "1.5-3",
        "Jan 50",
        "11-50 boxes",
        "11-50-90",
        "many",
        "1" * 5000,
        "1-" + "2" * 5000,
    ],
)
def test_what_is_no_range_of_employees_stays_as_it_stands(text: str) -> None:
    assert csv_values.headcount(text) == text


@pytest.mark.parametrize(
    "text", ["51-200", "1.5", "1,20", "12,34,567", "1,200,00", "1.200,5", "many", "-3", "10k", "٣"]
)
def test_what_is_no_whole_number_stays_as_it_stands(text: str) -> None:
    assert csv_values.whole(text) == text


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Germany", "DE"),
        ("deutschland", "DE"),
        ("USA", "US"),
        ("United States of America", "US"),
        ("UK", "GB"),
        ("Korea, Republic of", "KR"),
        ("Viet Nam", "VN"),
        ("Taiwan, Province of China", "TW"),
        ("Atlantis", "Atlantis"),
    ],
)
def test_countries_are_known_by_the_names_in_use(name: str, code: str) -> None:
    assert csv_values.country(f" {name} ").strip() == code


def test_yes_and_no_are_read_as_systems_write_them() -> None:
    assert [csv_values.is_yes(text) for text in ("1", "TRUE", "Yes", "ja", "x")] == [True] * 5
    assert [csv_values.is_yes(text) for text in ("", "0", "false", "Nein")] == [False] * 4
    with pytest.raises(UnreadableRow, match="says neither yes nor no"):
        csv_values.is_yes("perhaps")
