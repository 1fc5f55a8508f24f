"""Addresses that are put together by hand are those that Django gives."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leads import addresses


@pytest.mark.parametrize("view", ["lead", "account", "accept"])
def test_a_record_has_the_address_of_its_view(view: str) -> None:
    assert [addresses.of_record(view, pk) for pk in (1, 1_234_567_891)] == [
        reverse(view, args=[1]),
        reverse(view, args=[1_234_567_891]),
    ]


def test_a_page_has_the_address_of_its_view() -> None:
    assert addresses.of_page("queue") == reverse("queue")
