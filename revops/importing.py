"""Takes the rows of a file through the pipeline, each as one change with its own clock, and names those refused.

Each row is a signal with an id of its own, so running again goes on where it stopped and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from leads import outbox
from leads.domain import csv_mapping
from leads.domain.csv_mapping import RowMapping, UnreadableRow
from leads.domain.signal import InvalidSignal
from leads.domain.stages import MoveNotAllowed
from leads.file_imports import Progress, Refusal
from leads.imports import BrokenRow, CsvFile, Row
from leads.intake import SignalIdReused
from leads.models import SignalType, Source
from leads.remembering import remembering
from revops import closed_deals, pipeline
from revops.closed_deals import DealNotTakenIn
from revops.pipeline import Kept, Received

AT_ONCE = 100  # rows that are taken in by the operating model as it was when the first of them came
NEWS = timedelta(days=7)  # what is older than this is history, and nobody is told of it
Keep = Callable[[Progress], None]


class MissingColumns(Exception):
    """The file lacks columns that the mapping asks for; the message names them."""


class _Seen:
    """What a dry run has met: it stores nothing, so that only this tells a second row from a first."""

    def __init__(self) -> None:
        self._rows: set[int] = set()
        self._people: set[int] = set()

    def corrected(self, received: Received, payload: dict[str, Any]) -> Received:
        """The answer as it would be after all that was met before: a row again is a repeat, a person known."""
        row, person = (hash(text) for text in (payload["signal_id"], _email_of(payload)))
        again, known = row in self._rows, person in self._people
        self._rows.add(row)
        self._people.add(person)
        lead = received.answer["lead"]
        if lead and known:
            lead = {**lead, "created": False}
        return Received({**received.answer, "lead": lead}, first=received.first and not again)


@dataclass(frozen=True, kw_only=True)
class Import:
    """One run over a file: what to read and how, for whom, and the present moment; who is new may be `bought`."""

    file: CsvFile
    mapping: RowMapping
    source: Source
    now: datetime
    dry_run: bool = False
    bought: bool = False
    _seen: _Seen = field(default_factory=_Seen)

    def steps(self, keep: Keep, *, skip: int = 0) -> Iterator[Progress]:
        """Take in every row after the first `skip`, in order, some at a time. Raises MissingColumns.

        `keep` is called with what became of some rows in the very transaction that takes them in: both or neither.
        """
        self._require_columns()
        rows = islice(self.file.rows(), skip, None)
        while some := list(islice(rows, AT_ONCE)):
            done = Progress()
            with remembering():
                for row in some:
                    done.add(self._step(row, keep))
            yield done

    def _step(self, row: Row | BrokenRow, keep: Keep) -> Progress:
        done = Progress(read=1)
        with transaction.atomic():
            try:
                self._count(self._take(row), done)
            except _Refused as refused:
                done.refusals.append(Refusal(row.line, str(refused), _cells(row)))
            keep(done)
        return done

    def _count(self, received: Received, done: Progress) -> None:
        answer, first = received.answer, received.first
        lead, handoff = answer["lead"], answer["handoff"]
        done.stored += first
        done.repeated += not first
        if lead and not self.dry_run:
            done.leads[lead["id"]] = lead["created"]
        if not first:
            return
        done.created += bool(lead and lead["created"])
        done.qualified += answer["gate"]["qualified"]
        if handoff and answer["gate"]["qualified"]:
            done.receivers[handoff["assignee"] or ""] += 1

    def _require_columns(self) -> None:
        missing = csv_mapping.missing_columns(self.mapping, self.file.header)
        if missing:
            columns = "the column" if len(missing) == 1 else "the columns"
            has = ", ".join(self.file.header)
            raise MissingColumns(f"{self.file.called} lacks {columns} {', '.join(missing)}. It has {has}.")

    def _take(self, row: Row | BrokenRow) -> Received:
        """Store all that the row says, or nothing. Raises _Refused."""
        if isinstance(row, BrokenRow):
            raise _Refused(row.reason)
        try:
            return self._store(row)
        except InvalidSignal as error:
            raise _Refused(" ".join(f"{each.field}: {each.message}" for each in error.errors)) from error
        except SignalIdReused as error:
            raise _Refused("This row was taken in before with other values, which stay.") from error
        except (UnreadableRow, DealNotTakenIn, MoveNotAllowed) as error:
            raise _Refused(str(error)) from error

    def _store(self, row: Row) -> Received:
        payload = csv_mapping.signal_of(self.mapping, row.cells)
        at = self._clock_of(payload)
        with transaction.atomic(), outbox.history() if self.now - at > NEWS else nullcontext():
            for code, label in self.mapping.new_types.items():
                SignalType.objects.get_or_create(code=code, defaults={"label": label})
            received = self._deal(row, payload) if self.mapping.deal else self._signal(payload, now=at)
            if self.dry_run:
                transaction.set_rollback(True)
                received = self._seen.corrected(received, payload)
        return received

    def _deal(self, row: Row, payload: dict[str, Any]) -> Received:
        return closed_deals.take_in(csv_mapping.deal_of(self.mapping, row.cells), payload, source=self.source)

    def _signal(self, payload: dict[str, Any], *, now: datetime) -> Received:
        received = pipeline.receive(
            payload,
            source=self.source,
            now=now,
            qualified_elsewhere=self.mapping.qualified_elsewhere,
            bought=self.bought,
        )
        if isinstance(received, Kept):
            raise _Refused("The row could not be processed just now; run the import again.")
        return received

    def _clock_of(self, payload: dict[str, Any]) -> datetime:
        """The row's own time, as far as it has come."""
        own = payload.get("occurred_at")
        return min(datetime.fromisoformat(own), self.now) if own else self.now


class _Refused(Exception):
    """The row is not taken in; the message says why."""


def _cells(row: Row | BrokenRow) -> list[str]:
    return row.cells if isinstance(row, BrokenRow) else list(row.cells.values())


def _email_of(payload: dict[str, Any]) -> str:
    return str(payload.get("person", {}).get("email", "")).strip().lower()
