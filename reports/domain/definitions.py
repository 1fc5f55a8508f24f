"""What each number of the compliance page means: one sentence or two, shown where the number stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """A number's name and meaning."""

    term: str
    text: str


NEARNESS = "Exact in periods of up to 4,000; beyond that within 5%, from counts that are kept by the week."
KEPT = Definition(
    "Kept in time",
    "Met divided by met and breached. Clocks that still run in time count in neither, nor do those of a hand-off "
    "that was taken back before it was decided. The target is over 90%. With fewer than 10 decided no rate is given.",
)
MET = Definition("Met", "Stopped at or before the time they were due.")
BREACHED = Definition("Breached", "Stopped after they were due, or still running past it.")
RUNNING = Definition("Running", "Not stopped, and not yet due.")
AT_RISK = Definition(
    "At risk",
    "Of the running ones, those with less than a fifth of the wall time between start and due time left.",
)
MEDIAN = Definition(
    "Median",
    "Half of the stopped clocks took no longer, from start to stop, in wall time: nights, weekends and holidays "
    "count, though the promise itself may run in business time. " + NEARNESS,
)
NINETIETH = Definition(
    "90th percentile",
    "Nine in ten stopped clocks took no longer, from start to stop, in wall time. " + NEARNESS,
)
OVERDUE = Definition(
    "Open breaches",
    "Of the clocks that started in the period, those that still run past the time they were due.",
)
OVERDUE_BY = Definition("Overdue by", "Wall time since the clock was due.")
TOOK = Definition("Took", "From start to stop, in wall time: nights, weekends and holidays count.")
LATE = Definition(
    "Late by", "From the due time to the stop, or until now for a clock that still runs, in wall time."
)
KINDS = {
    "DELIVERY": "Runs from the moment a lead qualifies until it is with a rep, and again where it was taken from one "
    "and nobody else was free.",
    "FIRST_RESPONSE": "Runs from the assignment to the first call, e-mail or meeting that sales logs; another rep "
    "gets a fresh one. A rejection stops it too.",
    "REVIEW": "Runs from the assignment until sales accepts or rejects the lead, whoever it is passed on to.",
    "FOLLOW_UP": "Runs from the acceptance to the next attempt that is logged.",
    "MEETING": "Runs from the acceptance until the meeting is booked, or the lead is out.",
    "MEETING_REVIEW": "Runs from the day the meeting is handed to the account executive until it is accepted or "
    "rejected.",
}
COLUMNS = (KEPT, MET, BREACHED, RUNNING, AT_RISK, MEDIAN, NINETIETH)
RECORD_COLUMNS = (TOOK, LATE)
