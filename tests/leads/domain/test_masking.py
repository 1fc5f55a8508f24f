"""What is written to logs and to the page of jobs names no address, key, password or token (P37)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain import masking

LEAKS = [
    "eva.klein+canary@acme.example did not answer",
    "duplicate key value\nDETAIL:  Key (email)=(canary-name) already exists.",
    "Key (name, zone)=(canary one, canary two) already exists",
    "postgres://baton:canary-password@db.example/baton",
    "GET https://crm.example/leads?q=canary&page=2 failed",
    "/leads/?q=canary",
    "Authorization: Bearer canary.token-value",
    "password=canary",
    '{"api_key": "canary words"}',
    "SECRET_KEY='canary'",
    "session_token: canary",
    "whsec_canaryCANARY0123456789",
]


@pytest.mark.parametrize("text", LEAKS)
def test_no_canary_is_left(text: str) -> None:
    assert "canary" not in masking.masked(text)


@pytest.mark.parametrize(
    "text", ["lead 4711 went to pool 3", "Did it finish? 12 rows = fine", "2026-11-22 15:31:04 UTC", ""]
)
def test_what_names_nobody_stays_as_it_is(text: str) -> None:
    assert masking.masked(text) == text


@pytest.mark.parametrize("name", ["password", "api_key", "SECRET_KEY", "csrf_token", "Authorization", "key"])
def test_names_of_secrets_are_known(name: str) -> None:
    assert masking.names_a_secret(name)


@pytest.mark.parametrize("name", ["lead", "user_id", "monkey", "request_id", "job"])
def test_names_of_other_values_are_left_alone(name: str) -> None:
    assert not masking.names_a_secret(name)


@given(st.text(), st.emails())
def test_reason_is_one_bounded_line_without_addresses(words: str, address: str) -> None:
    told = masking.reason(ValueError(f"{words} {address.lower()} {words}"))

    assert len(told) <= masking.LONGEST_REASON
    assert "\n" not in told
    assert "\x00" not in told
