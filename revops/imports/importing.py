"""Takes the rows of a file through the pipeline, each as one change with its own clock, and names those refused.

Each row is a signal with an id of its own, so running again goes on where it stopped and doubles nothing.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from time import monotonic
from typing import Any

from django.db import OperationalError, connection, transaction

from leads import collector, consent, deadlocks, intake, outbox
from leads.domain import csv_mapping, identity, row_ranges, row_words, sharing, signal
from leads.domain.csv_mapping import RowMapping
from leads.domain.csv_values import UnreadableRow
from leads.domain.row_ranges import Range
from leads.domain.signal import InvalidSignal
from leads.domain.stages import MoveNotAllowed
from leads.file_imports import Progress, Refusal, TakenUpElsewhere
from leads.imports import BrokenRow, CsvFile, Row
from leads.intake import SignalIdReused
from leads.models import SignalType, Source
from leads.remembering import remembering_edition
from revops import closed_deals, import_batches, pipeline
from revops.closed_deals import DealNotTakenIn
from revops.import_batches import LONGEST, Bringing, Found, Pace, ReadRow
from revops.imports import second_hand, two_hands
from revops.imports.reading_ahead import ahead
from revops.pipeline import Kept, Received

NEWS = timedelta(days=7)  # what is older than this is history, and nobody is told of it
LARGE = 512 * 1024  # bytes, from which on a second process pays
PROCESSORS = os.cpu_count() or 1
LONGEST_OF_TWO = LONGEST / 2  # seconds: a live signal may wait for the one, and then for the other
logger = logging.getLogger(__name__)
Keep = Callable[[Progress], None]


class MissingColumns(Exception):
    """The file lacks columns that the mapping asks for; the message names them."""


class _Seen:
    """What a dry run has met: it stores nothing, so that only this tells a second row from a first."""

    def __init__(self) -> None:
        self._rows: set[int] = set()
        self._people: set[int] = set()
        self._let_through: set[int] = set()

    def corrected(self, received: Received, payload: dict[str, Any]) -> Received:
        """The answer as it would be after all that was met before: a row again is a repeat, a person known.

        Who passed the gate is with sales from then on, and passes it no more.
        """
        row, person = (hash(text) for text in (payload["signal_id"], _person_of(payload)))
        again, known = row in self._rows, person in self._people
        self._rows.add(row)
        self._people.add(person)
        lead = received.answer["lead"]
        if lead and known:
            lead = {**lead, "created": False}
        first, gate = received.first and not again, received.answer["gate"]
        if first and gate["qualified"]:
            gate = {**gate, "qualified": person not in self._let_through}
            self._let_through.add(person)
        return Received({**received.answer, "lead": lead, "gate": gate}, first=first)


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

    def steps(self, keep: Keep, *, taken: Sequence[Range] = ()) -> Generator[Progress, None, None]:
        """Take in every row that is not `taken`, some at a time: kin in order. Raises MissingColumns.

        `keep` is called with what became of some rows in the very transaction that takes them in: both or neither. A
        large file is shared with a second process, which calls its own copy of `keep`.
        """
        self._require_columns()
        if not self.dry_run:
            self._ensure_types()
        rows, together = row_ranges.others(self.file.rows(), taken), self._goes_together
        with collector.seldom():
            if together and self._is_for_two:
                yield from self._shared(rows, keep)
                return
            with closing(ahead(rows, self._read if together else self._unread)) as read:
                yield from self._in_order(read, Pace(together=together), keep)

    def _shared(self, rows: Iterator[Row | BrokenRow], keep: Keep) -> Iterator[Progress]:
        """What becomes of the rows where a second process takes in half of them."""

        def take(read: Iterator[ReadRow]) -> Iterator[Progress]:
            return self._in_order(read, pace, keep)

        def keyed(row: Row | BrokenRow) -> two_hands.Keyed:
            return row, keys_of(row.cells) if isinstance(row, Row) else ()

        pace, keys_of = Pace(together=True, longest=LONGEST_OF_TWO), sharing.KeysOf(self.mapping)
        second = second_hand.begun(partial(two_hands.of_the_second, read=self._read, take=take))
        with closing(ahead(rows, keyed)) as coming:
            yield from two_hands.steps(coming, read=self._read, take=take, second=second)

    @property
    def _is_for_two(self) -> bool:
        """Large enough, on a machine of several processors, and of nobody's transaction: only that sees its rows."""
        is_large = self.file.path.stat().st_size >= LARGE
        return is_large and not self.dry_run and not connection.in_atomic_block and PROCESSORS > 1

    def _in_order(self, rows: Iterator[ReadRow], pace: Pace, keep: Keep) -> Iterator[Progress]:
        """Take in the rows one after another, as many of them together as go."""
        waiting = deque[ReadRow]()
        while True:
            with remembering_edition():
                fresh = islice(rows, max(0, pace.next - len(waiting)))
                waiting.extend(map(self._accepted, fresh))
                if not waiting:
                    return
                done = self._some(waiting, pace, keep)
            yield done

    def _some(self, waiting: deque[ReadRow], pace: Pace, keep: Keep) -> Progress:
        """Take in the next rows, together as far as they go; at least one."""
        done = Progress()
        if pace.together:
            some = list(islice(waiting, pace.next))
            began = monotonic()
            done = deadlocks.again(partial(self._together, some, keep))
            pace.went(done.read, of=len(some), seconds=monotonic() - began)
            for _ in range(done.read):
                waiting.popleft()
        for _ in range(min(pace.alone, len(waiting))):
            done.add(deadlocks.again(partial(self._step, waiting.popleft().row, keep)))
        return done

    @property
    def _goes_together(self) -> bool:
        """Deals go one by one; so does what brings new types."""
        if self.mapping.deal:
            return False
        types = SignalType.objects.filter(code__in=self.mapping.new_types)
        return types.count() == len(self.mapping.new_types)

    @property
    def _bringing(self) -> Bringing:
        return Bringing(
            source=self.source,
            news_since=self.now - NEWS,
            bought=self.bought,
            qualified_elsewhere=self.mapping.qualified_elsewhere,
        )

    def _together(self, rows: list[ReadRow], keep: Keep) -> Progress:
        """As many of the rows as go together; none where something is wrong with any, for then each goes alone."""
        try:
            with transaction.atomic():
                done = Progress()
                for found in import_batches.take(rows, self._bringing):
                    self._count_found(found, done)
                keep(done)
                if self.dry_run:
                    transaction.set_rollback(True)
        except (OperationalError, TakenUpElsewhere):
            raise
        except Exception:
            logger.exception("rows that did not go in together go in one by one")
            return Progress()
        return done

    def _count_found(self, found: Found, done: Progress) -> None:
        done.read += 1
        done.numbers.append(found.row.row.number)
        row, received = found.row, found.received
        if received is None:
            done.refusals.append(Refusal(row.row.line, found.problem, _cells(row.row)))
            return
        self._count(self._seen.corrected(received, row.payload) if self.dry_run else received, done)

    def _read(self, row: Row | BrokenRow) -> ReadRow:
        """The row as a signal, or why it is none; one that fails otherwise says neither, and goes alone."""
        try:
            payload = self._payload(row)
            at = self._clock_of(payload)
            return ReadRow(row, payload, signal.parse(payload, now=at), at)
        except Exception as error:  # noqa: BLE001 - put into words, or logged
            return self._not_read(row, error)

    def _not_read(self, row: Row | BrokenRow, error: Exception) -> ReadRow:
        try:
            with _refusing(self.mapping):
                raise error  # noqa: TRY301 - the words for each kind stand there
        except _Refused as refused:
            return ReadRow(row, {}, None, self.now, str(refused))
        except Exception:
            logger.exception("a row that could not be read goes alone")
            return self._unread(row)

    def _accepted(self, read: ReadRow) -> ReadRow:
        """The row as a signal that the source may send, or why it is none."""
        if read.signal is None:
            return read
        try:
            accepted = intake.accept(read.signal, source=self.source, now=read.at)
        except InvalidSignal as error:
            return ReadRow(read.row, {}, None, self.now, row_words.refusal(self.mapping, error.errors))
        return read if accepted is read.signal else read._replace(signal=accepted)

    def _unread(self, row: Row | BrokenRow) -> ReadRow:
        return ReadRow(row, {}, None, self.now)

    def _step(self, row: Row | BrokenRow, keep: Keep) -> Progress:
        done = Progress(read=1, numbers=[row.number])
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
            done.leads.setdefault(lead["id"], first and lead["created"])
        if not first:
            return
        done.created += bool(lead and lead["created"])
        if answer["gate"]["qualified"]:
            done.qualified += 1
            done.by_gate.update([lead["id"]] if lead else [])
            done.receivers.update([handoff["assignee"] or ""] if handoff else [])

    def _require_columns(self) -> None:
        missing = csv_mapping.missing_columns(self.mapping, self.file.header)
        if missing:
            columns = "the column" if len(missing) == 1 else "the columns"
            has = ", ".join(self.file.header)
            raise MissingColumns(f"{self.file.called} lacks {columns} {', '.join(missing)}. It has {has}.")

    def _payload(self, row: Row | BrokenRow) -> dict[str, Any]:
        if isinstance(row, BrokenRow):
            raise _Refused(row.reason)
        return csv_mapping.signal_of(self.mapping, row.cells)

    def _take(self, row: Row | BrokenRow) -> Received:
        """Store all that the row says, or nothing. Raises _Refused."""
        with _refusing(self.mapping):
            payload = self._payload(row)
            at = self._clock_of(payload)
            with transaction.atomic(), outbox.history() if self.now - at > NEWS else nullcontext():
                self._ensure_types()
                received = self._deal(row, payload) if self.mapping.deal else self._signal(payload, now=at)
                if self.dry_run:
                    transaction.set_rollback(True)
                    received = self._seen.corrected(received, payload)
            return received

    def _ensure_types(self) -> None:
        for code, label in self.mapping.new_types.items():
            SignalType.objects.get_or_create(code=code, defaults={"label": label})

    def _deal(self, row: Row | BrokenRow, payload: dict[str, Any]) -> Received:
        return closed_deals.take_in(
            csv_mapping.deal_of(self.mapping, _by_column(row)), payload, source=self.source, now=self.now
        )

    def _signal(self, payload: dict[str, Any], *, now: datetime) -> Received:
        with consent.of_a_list():
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


@contextmanager
def _refusing(mapping: RowMapping) -> Iterator[None]:
    """What keeps a row out becomes its refusal, in words."""
    try:
        yield
    except InvalidSignal as error:
        raise _Refused(row_words.refusal(mapping, error.errors)) from error
    except SignalIdReused as error:
        raise _Refused(import_batches.TAKEN_BEFORE) from error
    except UnreadableRow as error:
        raise _Refused(row_words.unreadable(mapping, error)) from error
    except (DealNotTakenIn, MoveNotAllowed) as error:
        raise _Refused(str(error)) from error


def _by_column(row: Row | BrokenRow) -> dict[str, str]:
    return row.cells if isinstance(row, Row) else {}


def _cells(row: Row | BrokenRow) -> list[str]:
    return row.cells if isinstance(row, BrokenRow) else list(row.cells.values())


def _person_of(payload: dict[str, Any]) -> str:
    """Whom the row is about, however the address is written; nobody where there is none that one could be known by."""
    try:
        return identity.normalise_email(str(payload.get("person", {}).get("email", ""))).key
    except identity.InvalidEmail:
        return ""
