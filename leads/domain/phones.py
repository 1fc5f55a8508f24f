"""Reads telephone numbers as people write them; the plain ones of every list are read in a few look-ups.

What may be plain is decided by the same patterns that `phonenumbers` asks one after the other, and whatever they do
not plainly allow is left to it.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberDesc

MOST_DIALABLE = 20_000
PLAIN = re.compile(r"\+[1-9](?:[ -]?[0-9]){6,16}")
"""An international number without brackets, extensions or letters."""
BETWEEN = str.maketrans("", "", "+ -")
LONGEST_CODE = 3
KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


class _Numbers(NamedTuple):
    """How the numbers behind a country's code look: a prefix that is left out of them, and their kinds by length."""

    prefix: re.Pattern[str] | None
    every: re.Pattern[str]
    kinds: tuple[tuple[frozenset[int], re.Pattern[str]], ...]

    def plainly_have(self, national: str) -> bool:
        """Whether such a number can be dialled, and has nothing to be taken off."""
        if national[0] == "0" or (self.prefix and self.prefix.match(national)):
            return False
        if not self.every.fullmatch(national):
            return False
        length = len(national)
        return any(length in lengths and kind.fullmatch(national) for lengths, kind in self.kinds)


def parse_phone(raw: str, country: str) -> str | None:
    """The number in E.164 when it can be dialled, or None; the country (alpha-2) reads national numbers."""
    if raw in _DIALABLE:
        return raw
    found = _plain(raw) or _parsed(raw, country)
    if found is not None:
        if len(_DIALABLE) >= MOST_DIALABLE:
            _DIALABLE.clear()
        _DIALABLE.add(found)
    return found


@lru_cache(maxsize=20_000)
def readable_phone(number: str) -> str:
    """A number in E.164 in groups, as people of its country read it; whatever else was written stays as it is."""
    if parse_phone(number, "") != number:
        return number
    grouped: str = phonenumbers.format_number(
        phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return grouped


_DIALABLE: set[str] = set()
"""Numbers that were found lately, in E.164: what can be dialled once says the same in every country."""


@lru_cache(maxsize=20_000)
def _parsed(raw: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    found: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return found


def _plain(raw: str) -> str | None:
    """The number where its own country's patterns plainly allow it; None says nothing."""
    if not PLAIN.fullmatch(raw):
        return None
    digits = raw.translate(BETWEEN)
    for length in range(1, LONGEST_CODE + 1):
        numbers = _numbers_behind(digits[:length])
        if numbers is not None:
            return f"+{digits}" if numbers.plainly_have(digits[length:]) else None
    return None


@cache
def _numbers_behind(code: str) -> _Numbers | None:
    """How numbers look behind a calling code, in the first of the countries that share it; None for no code.

    A country that is known by its first digits alone is left to the library.
    """
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    about = PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    if about is None or about.leading_digits is not None or about.general_desc is None:
        return None
    prefix, every = about.national_prefix_for_parsing, about.general_desc
    return _Numbers(
        prefix=re.compile(prefix) if prefix else None,
        every=re.compile(every.national_number_pattern or ""),
        kinds=tuple(_kinds_in(about, every)),
    )


def _kinds_in(
    about: PhoneMetadata, every: PhoneNumberDesc
) -> Iterator[tuple[frozenset[int], re.Pattern[str]]]:
    """The kinds that a country has; one that says nothing of lengths has those of all numbers."""
    for kind in (getattr(about, name) for name in KINDS):
        if kind is not None and kind.national_number_pattern:
            lengths = frozenset(kind.possible_length or every.possible_length)
            yield lengths, re.compile(kind.national_number_pattern)
