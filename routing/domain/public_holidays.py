"""Names the public holidays of a country, with the days given in place of those that fall on a weekend."""

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache

import holidays
from holidays.registry import EntityLoader


class UnknownCountry(ValueError):
    """No list of holidays is known for the country or its subdivision; the message names it."""


def public_holidays(country: str, *, years: Iterable[int], subdivision: str | None = None) -> frozenset[date]:
    """The days off that `country` (ISO 3166 code, "DE") keeps in `years`, ready for `Calendar.holidays`.

    Without a `subdivision` ("BY") only the days kept in the whole country are named. A year outside the
    published lists has none. Raises `UnknownCountry`.
    """
    _require_known(country)
    return frozenset[date]().union(*(_in_year(country, subdivision, year) for year in years))


def _require_known(country: str) -> None:
    if country not in _known_countries():
        raise UnknownCountry(f"No public holidays are known for the country {country!r}.")


@cache
def _known_countries() -> frozenset[str]:
    """By their names alone: `list_supported_countries` would load every country's rules to say it."""
    return frozenset(EntityLoader.get_country_codes(include_aliases=True))


@lru_cache(maxsize=1024)
def _in_year(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError as unknown:
        raise UnknownCountry(
            f"No public holidays are known for the subdivision {subdivision!r} of {country!r}."
        ) from unknown
