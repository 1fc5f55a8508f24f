"""What counts as a first response: a person who calls, writes or meets; never a machine that does (SL-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Counts:
    """How a channel counts: at all, only from a person, and a call only from some length on."""

    channel: str
    label: str
    counts: bool
    at_least: timedelta = timedelta(0)


BY_PERSON = "PERSON"
SHORTEST_CALL = timedelta(seconds=15)
TABLE = (
    Counts("CALL", "Call", counts=True, at_least=SHORTEST_CALL),
    Counts("EMAIL", "E-mail sent by a person", counts=True),
    Counts("MEETING", "Meeting", counts=True),
    Counts("LINKEDIN", "LinkedIn message", counts=False),
)
NEVER = ("Automatic e-mail", "Bulk e-mail", "Auto-reply")


def is_response(channel: str, *, sent_by: str, lasted: timedelta | None) -> bool:
    """Whether the attempt stops the first-response clock.

    A call that somebody writes down by hand has no length and counts; one that a telephone system reports counts from
    15 seconds of ringing and talking on, so that a slip of the finger does not.
    """
    row = next((row for row in TABLE if row.channel == channel), None)
    long_enough = row is not None and (lasted is None or lasted >= row.at_least)
    return row is not None and row.counts and long_enough and sent_by == BY_PERSON
