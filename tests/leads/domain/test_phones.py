"""Plain telephone numbers are read as `phonenumbers` reads them, number by number."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from leads.domain.phones import parse_phone, readable_phone

ANY_KIND = range(11)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def _by_the_library(raw: str) -> str | None:
    try:
        number = phonenumbers.parse(raw, None)
    except phonenumbers.NumberParseException:
        return None
    written: str = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return written if phonenumbers.is_valid_number(number) else None


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_example_numbers_of_each_country_are_read_as_the_library_reads_them(region: str) -> None:
    examples = [phonenumbers.example_number_for_type(region, kind) for kind in ANY_KIND]
    written = [phonenumbers.format_number(one, PhoneNumberFormat.INTERNATIONAL) for one in examples if one]

    assert [parse_phone(raw, "") for raw in written] == [_by_the_library(raw) for raw in written]


@given(
    st.sampled_from(CODES), st.text("0123456789", min_size=4, max_size=15), st.sampled_from(["", " ", "-"])
)
def test_any_digits_behind_a_countrys_code_are_read_as_the_library_reads_them(
    code: int, digits: str, between: str
) -> None:
    raw = f"+{code}{between}{digits[:3]}{between}{digits[3:]}"

    assert parse_phone(raw, "") == _by_the_library(raw)


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+12675550189", "+1 267-555-0189"),
        ("+4930901820", "+49 30 901820"),
        ("+442079460123", "+44 20 7946 0123"),
        ("030 / 90 18 20, ask for Eva", "030 / 90 18 20, ask for Eva"),
        ("+12345", "+12345"),
        ("", ""),
    ],
)
def test_a_number_is_shown_in_the_groups_of_its_country(number: str, read: str) -> None:
    assert readable_phone(number) == read
