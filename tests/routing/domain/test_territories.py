"""Territories hold places by country, region, post code and time zone, and say where they overlap."""

import pytest

from leads.domain.places import Place
from leads.domain.post_codes import read
from routing.domain.territories import Area, contains, in_words, meet, overlaps

MUNICH, BERLIN = Place("DE", "Bavaria", "80331"), Place("DE", "Berlin", "10115")
GERMANY = Area("Germany", frozenset({"DE"}))
DACH = Area("DACH", frozenset({"DE", "AT", "CH"}))
BAVARIA = Area("Bavaria", frozenset({"DE"}), ("Bavaria", "BY"))
SOUTH = Area("South", frozenset({"DE"}), post_codes=(read("80-86"), read("88")))
UPPER_BAVARIA = Area("Upper Bavaria", frozenset({"DE"}), post_codes=(read("80-83"),))
AMERICA = Area("America", frozenset({"US"}))
PACIFIC = Area("Pacific", time_zones=frozenset({"America/Los_Angeles"}))
WEST = Area("West", frozenset({"US"}), ("CA", "WA"))


@pytest.mark.parametrize(
    ("area", "place", "held"),
    [
        (DACH, MUNICH, True),
        (DACH, Place("FR"), False),
        (DACH, Place(), False),
        (BAVARIA, MUNICH, True),
        (BAVARIA, Place("DE", "bavaria"), True),
        (BAVARIA, BERLIN, False),
        (BAVARIA, Place("DE"), False),
        (SOUTH, MUNICH, True),
        (SOUTH, BERLIN, False),
        (SOUTH, Place("AT", "", "8010"), False),
        (PACIFIC, Place("US", "CA"), True),
        (PACIFIC, Place("US", "NY"), False),
        (PACIFIC, Place("US"), False),
    ],
)
def test_a_territory_holds_what_fits_each_kind_that_it_names(area: Area, place: Place, held: bool) -> None:
    assert area.holds(place) is held


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (DACH, GERMANY, True),
        (DACH, AMERICA, False),
        (BAVARIA, SOUTH, True),
        (PACIFIC, AMERICA, True),
        (PACIFIC, DACH, False),
        (PACIFIC, WEST, True),
        (Area("North", frozenset({"DE"}), post_codes=(read("2"),)), SOUTH, False),
    ],
)
def test_two_territories_meet_where_a_place_can_lie_in_both(one: Area, other: Area, overlap: bool) -> None:
    assert meet(one, other) is overlap
    assert meet(other, one) is overlap


@pytest.mark.parametrize(
    ("one", "other", "whole"),
    [
        (DACH, GERMANY, True),
        (GERMANY, DACH, False),
        (GERMANY, BAVARIA, True),
        (SOUTH, UPPER_BAVARIA, True),
        (UPPER_BAVARIA, SOUTH, False),
        (AMERICA, PACIFIC, False),
        (BAVARIA, SOUTH, False),
        (Area("Berlin time", time_zones=frozenset({"Europe/Berlin"})), GERMANY, True),
    ],
)
def test_one_contains_another_where_every_place_of_it_is_its_own(one: Area, other: Area, whole: bool) -> None:
    assert contains(one, other) is whole


def test_a_narrow_territory_before_a_wide_one_is_as_it_should_be() -> None:
    assert overlaps([UPPER_BAVARIA, SOUTH, GERMANY, DACH]) == []


def test_a_wide_territory_first_takes_all_of_the_narrow_one() -> None:
    [found] = overlaps([GERMANY, SOUTH])

    assert (found.first, found.second, found.whole) == (GERMANY, SOUTH, True)


def test_where_a_territory_is_can_be_read() -> None:
    assert in_words(DACH) == "Austria, Germany or Switzerland"
    assert in_words(SOUTH) == "Germany; post codes 80–86 or 88"
    assert in_words(PACIFIC) == "America/Los_Angeles"
