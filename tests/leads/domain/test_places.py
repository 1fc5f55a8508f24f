"""Where somebody is: their own word before the company's, and never two countries mixed."""

import pytest

from leads.domain.local_time import zone_of, zones_in
from leads.domain.places import Place, place_of


@pytest.mark.parametrize(
    ("person", "company", "place"),
    [
        (Place("DE"), Place("DE", "Bavaria", "80331"), Place("DE", "Bavaria", "80331")),
        (Place(), Place("US", "CA", "94105"), Place("US", "CA", "94105")),
        (Place("FR"), Place("DE", "Bavaria", "80331"), Place("FR")),
        (Place("DE", "Hesse"), Place("DE", "Bavaria", "80331"), Place("DE", "Hesse")),
        (Place("", "Hesse"), Place("DE", "Bavaria"), Place("DE", "Hesse")),
        (Place("DE", "", "60311"), Place(), Place("DE", "", "60311")),
    ],
)
def test_the_finer_place_is_taken_as_a_whole(person: Place, company: Place, place: Place) -> None:
    assert place_of(person, company) == place


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("US", "CA", "America/Los_Angeles"),
        ("US", "california", "America/Los_Angeles"),
        ("US", "New York", "America/New_York"),
        ("US", "nowhere", "America/New_York"),
        ("AU", "Western Australia", "Australia/Perth"),
        ("CA", "British Columbia", "America/Vancouver"),
        ("DE", "Bavaria", "Europe/Berlin"),
        ("", "CA", ""),
    ],
)
def test_a_region_has_its_own_clock(country: str, region: str, zone: str) -> None:
    assert zone_of(country, region) == zone
    assert Place(country, region).time_zone == zone


def test_every_zone_of_a_region_is_one_of_its_country() -> None:
    assert "America/Los_Angeles" in zones_in("US")
    assert zones_in("DE") == {"Europe/Berlin"}
