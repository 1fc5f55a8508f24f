"""A person who calls, writes or meets has responded; a machine never has."""

from datetime import timedelta

import pytest

from routing.domain.first_response import SHORTEST_CALL, is_response

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("channel", "sent_by", "lasted", "counts"),
    [
        ("CALL", "PERSON", None, True),
        ("CALL", "PERSON", SHORTEST_CALL, True),
        ("CALL", "PERSON", SHORTEST_CALL - SECOND, False),
        ("CALL", "AUTOMATIC", SHORTEST_CALL, False),
        ("EMAIL", "PERSON", None, True),
        ("EMAIL", "AUTOMATIC", None, False),
        ("EMAIL", "BULK", None, False),
        ("EMAIL", "AUTO_REPLY", None, False),
        ("MEETING", "PERSON", None, True),
        ("LINKEDIN", "PERSON", None, False),
        ("PIGEON", "PERSON", None, False),
    ],
)
def test_what_counts_is_a_table(
    *, channel: str, sent_by: str, lasted: timedelta | None, counts: bool
) -> None:
    assert is_response(channel, sent_by=sent_by, lasted=lasted) is counts
