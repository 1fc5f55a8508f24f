"""What somebody may have meant who wrote a name that there is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.near_names import nearest

TYPES = ("demo_request", "page_view", "pricing_page", "webinar_attended", "webinar_registered")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("demo-request", " Did you mean demo_request?"),
        ("Demo Request", " Did you mean demo_request?"),
        ("pageview", " Did you mean page_view?"),
        ("webinar_atended", " Did you mean webinar_attended or webinar_registered?"),
        ("dancing", ""),
        ("", ""),
    ],
)
def test_a_name_that_is_nearly_right_is_told_the_right_one(written: str, told: str) -> None:
    assert nearest(written, TYPES) == told


def test_of_several_the_nearest_comes_first() -> None:
    assert nearest("webinar", ("webinar_b", "webinars", "other")) == " Did you mean webinars or webinar_b?"


@given(st.text(max_size=200), st.lists(st.text(max_size=40), max_size=20))
def test_any_text_is_answered_with_a_name_that_there_is_or_none(name: str, names: list[str]) -> None:
    told = nearest(name, names)

    assert not told or any(each in told for each in names)
