"""Where somebody is, from what is known of the person and the company: country, region, post code, time zone."""

from __future__ import annotations

from typing import NamedTuple

from leads.domain.local_time import zone_of


class Place(NamedTuple):
    """A place as far as it is known; what is not known is empty."""

    country: str = ""
    region: str = ""
    postal_code: str = ""

    @property
    def time_zone(self) -> str:
        """The IANA zone there: of the region where a country has several, or else of its main city."""
        return zone_of(self.country, self.region) if self.country else ""


def place_of(person: Place, company: Place) -> Place:
    """Where a person is: their own place; what it leaves open is the company's, unless that is in another country.

    A post code is never joined with another region's: the finer of the two places is taken as a whole.
    """
    if person.country and company.country and person.country != company.country:
        return person
    country = person.country or company.country
    finer = person if person.region or person.postal_code else company
    return Place(country, finer.region, finer.postal_code)
