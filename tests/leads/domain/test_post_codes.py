"""Post codes are compared by how they begin, whatever the country's way of writing them."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.post_codes import PostCodes, UnclearPostCodes, read

ranges = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(
    lambda pair: read(f"{min(pair):02}-{max(pair):02}")
) | st.integers(0, 999).map(lambda start: read(str(start)))
EVERY_CODE = [f"{code:05}" for code in range(0, 100_000, 50)]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("80", "80", "80"),
        ("80-86", "80", "86"),
        ("10115 – 14199", "10115", "14199"),
        ("80 to 86", "80", "86"),
        ("sw1a", "SW1A", "SW1A"),
        ("SW1A 1AA", "SW1A1AA", "SW1A1AA"),
        ("1000-001", "1000001", "1000001"),
        ("10001-1234", "100011234", "100011234"),
    ],
)
def test_what_is_written_is_a_beginning_or_a_range(written: str, first: str, last: str) -> None:
    assert read(written) == PostCodes(first, last)


@pytest.mark.parametrize("written", ["", "   ", "-", "86-80", "8*", "München 8", "8;9"])
def test_what_is_no_post_code_is_refused(written: str) -> None:
    with pytest.raises(UnclearPostCodes):
        read(written)


@pytest.mark.parametrize(
    ("codes", "code", "held"),
    [
        ("80-86", "86899", True),
        ("80-86", "87435", False),
        ("80-86", "79999", False),
        ("SW1A", "sw1a 2aa", True),
        ("SW1A", "SW1V 2AA", False),
        ("10115-14199", "14199", True),
        ("10115-14199", "14200", False),
        ("80", "8", False),
        ("80", "", False),
    ],
)
def test_a_code_is_held_by_how_it_begins(codes: str, code: str, held: bool) -> None:
    assert read(codes).hold(code) is held


@given(ranges, ranges)
def test_two_meet_where_some_code_is_of_both(one: PostCodes, other: PostCodes) -> None:
    both = any(one.hold(f"{code:05}") and other.hold(f"{code:05}") for code in range(0, 100_000, 25))

    assert one.meet(other) is both


@given(ranges, ranges)
def test_one_contains_the_other_where_it_holds_every_code_of_it(one: PostCodes, other: PostCodes) -> None:
    every = all(one.hold(code) for code in EVERY_CODE if other.hold(code))

    assert every or not one.contain(other)


def test_a_range_contains_what_begins_within_it() -> None:
    wide, narrow = read("80-86"), [read("80"), read("805"), read("810-869"), read("80-86")]

    assert all(wide.contain(each) for each in narrow)
    assert not any(each.contain(wide) for each in narrow[:3])
    assert all(one.meet(other) for one, other in product([wide], narrow))
