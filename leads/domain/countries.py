"""The two-letter country codes of ISO 3166-1, and Kosovo's XK, which everyday systems use; with their names."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from phonenumbers import SUPPORTED_REGIONS

_WITHOUT_TELEPHONES = frozenset({"AQ", "BV", "GS", "HM", "PN", "TF", "UM"})
_ONLY_TELEPHONES = frozenset({"AC", "TA"})  # Ascension and Tristan da Cunha belong to SH

COUNTRIES: frozenset[str] = (frozenset(SUPPORTED_REGIONS) | _WITHOUT_TELEPHONES) - _ONLY_TELEPHONES


def country_name(code: str) -> str:
    """The country in English, as the time-zone database names it; the code itself where there is no such country."""
    return _NAMES.get(code.upper(), code)


def country_code(name: str) -> str:
    """The code of a country that is given by its code or its English name; other text as it was given."""
    return name.upper() if name.upper() in COUNTRIES else _CODES.get(name.casefold(), name)


def _names() -> Mapping[str, str]:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    named = dict(line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return MappingProxyType({**named, "XK": "Kosovo", "GB": "United Kingdom"})


_NAMES = _names()
_CODES = {name.casefold(): code for code, name in _NAMES.items() if code in COUNTRIES}
