"""Takes the rows of a file through the pipeline, each as one change with its own clock, and names those refused.

Each row is a signal with an id of its own, so running again goes on where it stopped and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from leads import outbox
from leads.domain import csv_mapping
from leads.domain.csv_mapping import RowMapping, UnreadableRow
from leads.domain.signal import InvalidSignal
from leads.domain.stages import MoveNotAllowed
from leads.imports import BrokenRow, CsvFile, Row
from leads.intake import SignalIdReused
from leads.models import SignalType, Source
from leads.remembering import remembering
from revops import closed_deals, pipeline
from revops.closed_deals import DealNotTakenIn
from revops.pipeline import Kept

AT_ONCE = 100  # rows that are taken in by the operating model as it was when the first of them came
NEWS = timedelta(days=7)  # what is older than this is history, and nobody is told of it


class MissingColumns(Exception):
    """The file lacks columns that the mapping asks for; the message names them."""


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken in: where it begins, why, and what it says."""

    line: int
    reason: str
    cells: list[str]


@dataclass
class Counts:
    """What became of the rows of a file."""

    read: int = 0
    stored: int = 0
    repeated: int = 0
    refused: int = 0


@dataclass(frozen=True, kw_only=True)
class Import:
    """One run over a file: what to read and how, for whom, and the present moment."""

    file: CsvFile
    mapping: RowMapping
    source: Source
    now: datetime
    dry_run: bool = False

    def run(self, refuse: Callable[[Refusal], None]) -> Counts:
        """Take in every row, in order; `refuse` gets those that cannot be. Raises MissingColumns."""
        self._require_columns()
        counts, rows = Counts(), self.file.rows()
        while some := list(islice(rows, AT_ONCE)):
            with remembering():
                for row in some:
                    self._count(row, counts, refuse)
        return counts

    def _count(self, row: Row | BrokenRow, counts: Counts, refuse: Callable[[Refusal], None]) -> None:
        counts.read += 1
        try:
            first = self._take(row)
        except _Refused as refused:
            counts.refused += 1
            refuse(Refusal(row.line, str(refused), _cells(row)))
        else:
            counts.stored += first
            counts.repeated += not first

    def _require_columns(self) -> None:
        missing = csv_mapping.missing_columns(self.mapping, self.file.header)
        if missing:
            columns = "the column" if len(missing) == 1 else "the columns"
            raise MissingColumns(
                f"{self.file.path} lacks {columns} {', '.join(missing)}. It has {', '.join(self.file.header)}."
            )

    def _take(self, row: Row | BrokenRow) -> bool:
        """Store all that the row says, or nothing; whether it was new. Raises _Refused."""
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

    def _store(self, row: Row) -> bool:
        payload = csv_mapping.signal_of(self.mapping, row.cells)
        at = self._clock_of(payload)
        with transaction.atomic(), outbox.history() if self.now - at > NEWS else nullcontext():
            for code, label in self.mapping.new_types.items():
                SignalType.objects.get_or_create(code=code, defaults={"label": label})
            first = self._deal(row, payload) if self.mapping.deal else self._signal(payload, now=at)
            if self.dry_run:
                transaction.set_rollback(True)
        return first

    def _deal(self, row: Row, payload: dict[str, Any]) -> bool:
        return closed_deals.take_in(csv_mapping.deal_of(self.mapping, row.cells), payload, source=self.source)

    def _signal(self, payload: dict[str, Any], *, now: datetime) -> bool:
        received = pipeline.receive(
            payload, source=self.source, now=now, qualified_elsewhere=self.mapping.qualified_elsewhere
        )
        if isinstance(received, Kept):
            raise _Refused("The row could not be processed just now; run the import again.")
        return received.first

    def _clock_of(self, payload: dict[str, Any]) -> datetime:
        """The row's own time, as far as it has come."""
        own = payload.get("occurred_at")
        return min(datetime.fromisoformat(own), self.now) if own else self.now


class _Refused(Exception):
    """The row is not taken in; the message says why."""


def _cells(row: Row | BrokenRow) -> list[str]:
    return row.cells if isinstance(row, BrokenRow) else list(row.cells.values())
