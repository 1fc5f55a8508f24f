"""Keeps the files that people bring, how they are read and how far they are; counts move with rows (IN-5)."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from leads import copying, imports
from leads.domain import row_ranges
from leads.domain.csv_guess import NEW_TYPES
from leads.imports import CsvFile, Row, UnreadableFile
from leads.models import FileImport, FilePart, ImportedLead, RefusedRow, SignalType, Source, User
from leads.models.row_ranges import RowRanges

PART = 1024 * 1024  # bytes
FORGOTTEN_AFTER = timedelta(days=14)
LONGEST_ROW = 10_000  # characters that two pieces of a file are read together by
LOOKED_AT, SHOWN = 100, 3  # rows
# Whom some rows tell of; it answers how many passed the gate by the file who had not before
TELLS_OF = """
    WITH kept AS (
        INSERT INTO leads_importedlead AS told (file_import_id, lead_id, is_new, has_qualified)
        SELECT %s, lead_id, is_new, has_qualified
        FROM unnest(%s::bigint[], %s::bool[], %s::bool[]) AS given (lead_id, is_new, has_qualified)
        ON CONFLICT (file_import_id, lead_id) DO UPDATE SET has_qualified = true
        WHERE excluded.has_qualified AND NOT told.has_qualified
        RETURNING has_qualified
    )
    SELECT count(*) FROM kept WHERE has_qualified
"""
ADVANCE = """
    UPDATE leads_fileimport
    SET read = read + %(read)s, stored = stored + %(stored)s, repeated = repeated + %(repeated)s,
        refused = refused + %(refused)s, created = created + %(created)s, qualified = qualified + %(qualified)s,
        taken = taken + %(rows)s::int8multirange
    WHERE id = %(import)s AND NOT taken && %(rows)s::int8multirange
"""
COUNTED = ("read", "stored", "repeated", "refused", "created", "qualified")
NUL, ITS_PICTURE = "\0", "\N{SYMBOL FOR NULL}"


class TakenUpElsewhere(Exception):
    """Another worker went on with the import meanwhile; what this one was about to add is not added."""


class AlreadyBegun(Exception):
    """Rows of the file are in, so that its columns mean what they mean."""


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken in: where it begins, why, and what it says."""

    line: int
    reason: str
    cells: list[str]


@dataclass
class Progress:
    """What became of some rows: counts, those refused, who received; the leads, if new, and those let through."""

    read: int = 0
    stored: int = 0
    repeated: int = 0
    created: int = 0
    qualified: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    leads: dict[int, bool] = field(default_factory=dict)
    by_gate: set[int] = field(default_factory=set)
    receivers: Counter[str] = field(default_factory=Counter)
    numbers: list[int] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return len(self.refusals)

    def add(self, more: Progress) -> None:
        """Count what became of more rows."""
        self.read += more.read
        self.stored += more.stored
        self.repeated += more.repeated
        self.created += more.created
        self.qualified += more.qualified
        self.refusals += more.refusals
        self.leads = {**more.leads, **self.leads}
        self.by_gate |= more.by_gate
        self.receivers += more.receivers
        self.numbers += more.numbers


def keep(path: Path, *, name: str, source: str, by: User | None, now: datetime) -> FileImport:
    """Keep the file at `path`, which can be read as CSV, and make its source where there is none of that name.

    Raises UnreadableFile, also where there are no rows, and then nothing is kept.
    """
    file = imports.open_csv(path, called=name)
    if next(file.rows(), None) is None:
        raise UnreadableFile(f"{name} has a header and no rows.")
    with transaction.atomic():
        kept = FileImport.objects.create(
            name=name[:200],
            size=path.stat().st_size,
            lines=_lines(path),
            header=file.header,
            sample=_sample(file),
            source=_source(source),
            uploaded_by=by,
            uploaded_at=now,
        )
        for number, content in enumerate(_parts(path)):
            FilePart.objects.create(file_import=kept, number=number, content=content)
    return kept


def _source(name: str) -> Source:
    """The source of that name, or the one that is spelt alike but for capitals; a new one where there is neither."""
    alike = {each.name: each for each in Source.objects.filter(name__iexact=name).order_by("-pk")}
    found = alike.get(name) or next(iter(alike.values()), None)
    return found or Source.objects.get_or_create(name=name)[0]


@contextmanager
def opened(file_import: FileImport) -> Iterator[CsvFile]:
    """The file as this machine can read it, for as long as the block lasts; raises UnreadableFile once forgotten."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "file.csv"
        parts = file_import.parts.order_by("number").values_list("content", flat=True)
        with path.open("wb") as file:
            file.writelines(bytes(part) for part in parts.iterator(chunk_size=4))
        yield imports.open_csv(path, called=file_import.name)


def map_columns(
    file_import: FileImport, *, kind: str, preset: str = "", mapping: Mapping[str, Any] | None = None
) -> None:
    """Say where the list comes from and what its columns mean; raises AlreadyBegun once rows are in.

    What a dry run found before is no longer so, and is no longer shown. The type of signal that a mere list stands for
    is there from then on.
    """
    for code, label in NEW_TYPES.items():
        SignalType.objects.get_or_create(code=code, defaults={"label": label})
    fresh = FileImport.objects.filter(pk=file_import.pk, run__isnull=True)
    if not fresh.update(kind=kind, preset=preset, mapping=mapping, check_run=None):
        raise AlreadyBegun
    file_import.refresh_from_db()


def last_of(source: Source, *, before: FileImport) -> FileImport | None:
    """The newest earlier file of the source whose columns were mapped by hand."""
    earlier = FileImport.objects.filter(source=source, pk__lt=before.pk, mapping__isnull=False)
    return earlier.order_by("-pk").first()


def advance(file_import: FileImport, done: Progress) -> None:
    """Count some rows in the transaction that took them in, and of people who passed the gate each once.

    Raises TakenUpElsewhere where one of them is counted already: two workers never count, or take in, the same row.
    """
    _keep_refused(file_import, done.refusals)
    told = {name: getattr(done, name) for name in COUNTED} | {
        "import": file_import.pk,
        "rows": RowRanges.text_of(row_ranges.ranges(done.numbers)),
    }
    with connection.cursor() as cursor:
        cursor.execute(TELLS_OF, _told_of(file_import, done))
        cursor.execute(ADVANCE, told | {"qualified": cursor.fetchone()[0]})
        if not cursor.rowcount:
            raise TakenUpElsewhere


def _told_of(file_import: FileImport, done: Progress) -> tuple[int, list[int], list[bool], list[bool]]:
    let_through = [lead in done.by_gate for lead in done.leads]
    return file_import.pk, list(done.leads), list(done.leads.values()), let_through


def knows_who_qualified(file_import: FileImport) -> bool:
    """Whether it was kept of whom the gate let through; of files of earlier days it was only counted."""
    return ImportedLead.objects.filter(file_import=file_import, has_qualified=True).exists()


def finish(file_import: FileImport, *, now: datetime) -> None:
    """Every row has been read: the file itself is no longer kept, its refused rows are."""
    with transaction.atomic():
        FileImport.objects.filter(pk=file_import.pk).update(finished_at=now)
        _forget(file_import.pk, now=now)


def forget_old(*, now: datetime) -> int:
    """Forget the files that nobody finished within two weeks; returns how many."""
    old = FileImport.objects.filter(
        Q(run__isnull=True) | ~Q(run__status__in=("WAITING", "RUNNING")),
        forgotten_at__isnull=True,
        uploaded_at__lt=now - FORGOTTEN_AFTER,
    )
    forgotten = list(old.values_list("pk", flat=True))
    for import_id in forgotten:
        with transaction.atomic():
            _forget(import_id, now=now)
    return len(forgotten)


def holding(is_meant: Callable[[str], bool]) -> Iterator[FileImport]:
    """The imports whose file is still kept and of which a piece is meant, in whatever encoding it is."""
    for kept in FileImport.objects.filter(forgotten_at__isnull=True).select_related("run").order_by("pk"):
        tail = ""
        for content in kept.parts.order_by("number").values_list("content", flat=True).iterator(chunk_size=4):
            text = tail + bytes(content).replace(b"\0", b"").decode(errors="replace")
            if is_meant(text):
                yield kept
                break
            tail = text[-LONGEST_ROW:]


def forget(file_import: FileImport, *, now: datetime) -> None:
    """Keep the file no longer; its counts, and what came of its rows, stay."""
    with transaction.atomic():
        _forget(file_import.pk, now=now)


def _forget(import_id: int, *, now: datetime) -> None:
    FilePart.objects.filter(file_import=import_id).delete()
    FileImport.objects.filter(pk=import_id).update(forgotten_at=now, sample=[])


def _keep_refused(file_import: FileImport, refusals: list[Refusal]) -> None:
    """The rows as they stand in the file, but for NUL, which the database cannot hold: its picture stands there."""
    copying.insert(
        [
            RefusedRow(
                file_import=file_import,
                line=refusal.line,
                reason=refusal.reason.replace(NUL, ITS_PICTURE),
                cells=[cell.replace(NUL, ITS_PICTURE) for cell in refusal.cells],
            )
            for refusal in refusals
        ]
    )


def _sample(file: CsvFile) -> list[list[str]]:
    """The first rows that can be read, to choose by what their columns mean."""
    rows = (list(row.cells.values()) for row in islice(file.rows(), LOOKED_AT) if isinstance(row, Row))
    return [[cell[:80].replace(NUL, ITS_PICTURE) for cell in row] for row in islice(rows, SHOWN)]


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(PART):
            yield part


def _lines(path: Path) -> int:
    """About how many rows there are: the lines after the header, whichever way they end."""
    feeds, returns, last = 0, 0, b""
    for part in _parts(path):
        feeds += part.count(b"\n")
        returns += part.count(b"\r")
        last = part[-2:]
    return max((feeds or returns) - bool({*b"\r\n"} & {*last}), 1)
