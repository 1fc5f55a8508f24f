"""Takes many signals in one request: each is its own change, and a bad one costs nobody but itself (IN-1, IN-3).

They go in together as far as that gives the same; whoever asks for a change of their own goes alone.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from time import monotonic
from typing import Any

from django.db import OperationalError, transaction

from leads import collector, intake
from leads.domain.signal import InvalidSignal
from leads.imports import Row
from leads.intake import SignalIdReused
from leads.models import Source
from leads.remembering import remembering
from revops import import_batches, pipeline
from revops.api import problems as api_problems
from revops.import_batches import Bringing, Found, Pace, ReadRow
from revops.pipeline import Kept, Received

MOST = 1000
PATIENCE = 20.0  # seconds; what is not reached by then is the sender's to send again
Answer = dict[str, Any]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Item:
    place: int
    read: ReadRow


def take(payloads: Sequence[object], *, source: Source, now: datetime) -> list[Answer]:
    """Take the signals in order; what became of each: a status, with its body or its problem."""
    ends_at = monotonic() + PATIENCE
    answers: dict[int, Answer] = {}
    with remembering(), collector.resting():
        waiting = deque(_read_all(payloads, answers, source=source, now=now))
        pace = Pace(together=True, first=MOST)
        while waiting and monotonic() < ends_at:
            _take_some(waiting, answers, pace, source=source, now=now)
    for item in waiting:
        answers[item.place] = _not_taken(OperationalError())
    return [answers[place] for place in range(len(payloads))]


def of_received(received: Received | Kept) -> Answer:
    """The status and body that a signal is answered with."""
    if isinstance(received, Kept):
        body = {"signal_id": received.signal_id, "status": "kept, will be tried again"}
        return {"status": HTTPStatus.ACCEPTED.value, "body": body}
    status = HTTPStatus.CREATED if received.first else HTTPStatus.OK
    return {"status": status.value, "body": received.answer}


def _read_all(
    payloads: Sequence[object], answers: dict[int, Answer], *, source: Source, now: datetime
) -> list[_Item]:
    """The items that are signals; the others are answered."""
    items = []
    for place, payload in enumerate(payloads):
        try:
            signal = intake.read(payload, source=source, now=now)
        except InvalidSignal as error:
            answers[place] = _not_taken(error)
        else:
            assert isinstance(payload, dict)  # noqa: S101 - nothing else is a signal
            items.append(_Item(place, ReadRow(Row(place, {}), payload, signal, now)))
    return items


def _take_some(
    waiting: deque[_Item], answers: dict[int, Answer], pace: Pace, *, source: Source, now: datetime
) -> None:
    """Answer the next items: together as far as they go, then alone as many as the pace says; at least one."""
    some = list(islice(waiting, pace.next))
    found = _together([item.read for item in some], source=source, now=now)
    pace.went(len(found), of=len(some))
    for one in found:
        item = waiting.popleft()
        answers[item.place] = _of_found(one)
    for _ in range(min(pace.alone, len(waiting))):
        item = waiting.popleft()
        answers[item.place] = _alone(item.read, source=source, now=now)


def _together(rows: list[ReadRow], *, source: Source, now: datetime) -> list[Found]:
    """What became of the first of the rows; of none where something is wrong with any, for then each goes alone."""
    try:
        with transaction.atomic():
            return import_batches.take(rows, Bringing(source=source, news_since=now))
    except Exception:
        logger.exception("signals that did not go in together go in one by one")
        return []


def _of_found(found: Found) -> Answer:
    if found.received is not None:
        return of_received(found.received)
    signal = found.row.signal
    assert signal is not None  # noqa: S101 - only signals are handed in
    return _not_taken(intake.reused(signal.signal_id))


def _alone(row: ReadRow, *, source: Source, now: datetime) -> Answer:
    """One signal's own change; whatever happens to it is its own."""
    try:
        return of_received(pipeline.receive(row.payload, source=source, now=now))
    except (InvalidSignal, SignalIdReused, OperationalError) as error:
        return _not_taken(error)


def _not_taken(error: Exception) -> Answer:
    status, body = api_problems.of_item(error)
    return {"status": status.value, "problem": body}
