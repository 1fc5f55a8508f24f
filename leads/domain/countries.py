"""The two-letter country codes of ISO 3166-1, and Kosovo's XK, which everyday systems use."""

from phonenumbers import SUPPORTED_REGIONS

_WITHOUT_TELEPHONES = frozenset({"AQ", "BV", "GS", "HM", "PN", "TF", "UM"})
_ONLY_TELEPHONES = frozenset({"AC", "TA"})  # Ascension and Tristan da Cunha belong to SH

COUNTRIES: frozenset[str] = (frozenset(SUPPORTED_REGIONS) | _WITHOUT_TELEPHONES) - _ONLY_TELEPHONES
