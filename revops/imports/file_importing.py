"""Tries and takes in files in the background; a run that stops anywhere goes on from there (IN-5)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit, background, file_imports
from leads.background import Cancelled, CannotRun, Report, Unfinished
from leads.database_time import database_now
from leads.domain import csv_guess, csv_mapping
from leads.domain.csv_guess import NEW_TYPES
from leads.domain.csv_mapping import InvalidMapping, RowMapping
from leads.domain.csv_presets import PRESETS
from leads.domain.row_ranges import Range
from leads.file_imports import Progress, TakenUpElsewhere
from leads.imports import CsvFile, UnreadableFile
from leads.models import BackgroundRun, FileImport, User
from revops.imports.importing import Import, MissingColumns

CHECK, RUN = "import-check", "import-run"
TURN = 240.0  # seconds; then others have theirs, and no task comes near the worker's limit of ten minutes
SETTLED = 4.0  # seconds until a pace says something: a run begins with few rows at once
FIRST_PROBLEMS = 10
FIGURES = ("read", "stored", "repeated", "refused", "created", "qualified")


class CannotBegin(Exception):
    """What keeps the file from being taken in; the message says what."""


def mapping_of(file_import: FileImport, file: CsvFile) -> RowMapping:
    """How the file's rows are read; raises InvalidMapping where nobody has said it, or it does not fit."""
    if file_import.preset in PRESETS:
        return PRESETS[file_import.preset]
    if file_import.preset:
        return csv_guess.mapping_for(file_import.preset, file.header)
    return csv_mapping.parse(file_import.mapping, new_types=NEW_TYPES)


def check(file_import: FileImport, *, by: User, now: datetime) -> BackgroundRun:
    """Ask for a dry run: it reads every row, says what would become of it, and stores nothing."""
    _require_ready(file_import)
    with transaction.atomic():
        run = background.ask(CHECK, {"import": file_import.pk}, by=by, now=now)
        FileImport.objects.filter(pk=file_import.pk).update(check_run=run)
    return run


def begin(file_import: FileImport, *, by: User, now: datetime) -> BackgroundRun:
    """Take the file in, from where an earlier run stopped; raises CannotBegin."""
    with transaction.atomic():
        held = FileImport.objects.select_for_update(of=("self",)).select_related("run", "check_run")
        fresh = held.get(pk=file_import.pk)
        _require_ready(fresh)
        if fresh.check_run is not None:
            background.cancel(fresh.check_run, now=now)
        run = background.ask(RUN, {"import": fresh.pk}, by=by, now=now)
        FileImport.objects.filter(pk=fresh.pk).update(run=run)
        told = f"{fresh.name}: {'taken in' if not fresh.read else f'taken in from row {fresh.read + 1:,} on'}"
        audit.record("import.begun", subject=f"import:{fresh.pk}", text=told, by=by, at=now)
    return run


def forget(file_import: FileImport, *, by: User, now: datetime) -> None:
    """Keep the file no longer, whose rows that are in stay in; raises CannotBegin while it is being read."""
    with transaction.atomic():
        held = FileImport.objects.select_for_update(of=("self",)).select_related("run", "check_run")
        fresh = held.get(pk=file_import.pk)
        if any(run is not None and run.is_open for run in (fresh.run, fresh.check_run)):
            raise CannotBegin("It is being read. Stop it first.")
        if fresh.forgotten_at is None:
            file_imports.forget(fresh, now=now)
            told = f"{fresh.name}: forgotten"
            audit.record("import.forgotten", subject=f"import:{fresh.pk}", text=told, by=by, at=now)


def work_check(run: BackgroundRun, report: Report) -> dict[str, Any]:
    """Read rows as if they were taken in, for as long as one turn, and say what would become of them."""
    file_import, pace, over_at = _import_of(run), _Pace(report), time.monotonic() + TURN
    lines, total, refused, in_time = file_import.lines, Progress(), 0, True

    def count(done: Progress) -> bool:
        nonlocal refused, in_time
        refused += done.refused
        done.refusals = done.refusals[: FIRST_PROBLEMS - len(total.refusals)]
        total.add(done)
        pace.tell(total.read, lines)
        in_time = time.monotonic() < over_at
        return in_time

    _take(file_import, run, keep=_nothing, count=count, dry_run=True)
    figures = {name: getattr(total, name) for name in FIGURES} | {"refused": refused}
    problems = [{"line": one.line, "reason": one.reason.replace("\0", "")} for one in total.refusals]
    receivers = _by_team(total.receivers)
    return {**figures, "problems": problems, "receivers": receivers, "broken_off": not in_time}


def _by_team(receivers: Counter[str]) -> dict[str, int]:
    """How many would go to each team: whose turn it is within one, only the real run knows."""
    named = User.objects.filter(email__in=receivers).values_list("email", "team__name")
    teams = {email: team or email for email, team in named}
    counts: Counter[str] = Counter()
    for email, count in receivers.items():
        counts[teams.get(email, "")] += count
    return dict(counts.most_common())


def _nothing(done: Progress) -> None:
    """A dry run keeps nothing; what it found goes into its result."""


def work_run(run: BackgroundRun, report: Report) -> dict[str, Any]:
    """Take in the rows that are not in yet; raises Unfinished when its turn is over."""
    file_import, pace = _import_of(run), _Pace(report)
    lines, read = file_import.lines, file_import.read
    over_at = time.monotonic() + TURN

    def keep(done: Progress) -> None:
        file_imports.advance(file_import, done)

    def count(done: Progress) -> bool:
        nonlocal read
        read += done.read
        pace.tell(read, lines)
        if time.monotonic() > over_at:
            raise Unfinished
        return True

    pace.tell(read, lines)
    try:
        _take(file_import, run, keep=keep, count=count, taken=file_import.taken)
    except TakenUpElsewhere as lost:
        raise Cancelled from lost
    file_imports.finish(file_import, now=database_now())
    return {"read": read}


def _take(
    file_import: FileImport,
    run: BackgroundRun,
    *,
    keep: Callable[[Progress], None],
    count: Callable[[Progress], bool],
    taken: Sequence[Range] = (),
    dry_run: bool = False,
) -> None:
    try:
        with file_imports.opened(file_import) as file:
            steps = Import(
                file=file,
                mapping=mapping_of(file_import, file),
                source=file_import.source,
                now=_started(run),
                dry_run=dry_run,
                bought=file_import.is_purchased,
            ).steps(keep, taken=taken)
            with closing(steps):
                all(count(done) for done in steps)
    except (UnreadableFile, InvalidMapping, MissingColumns) as error:
        raise CannotRun(str(error)) from error


class _Pace:
    """Says how far a run is, and how fast, about once a second."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._began_at, self._began_with = time.monotonic(), -1
        self._told_at, self._step = 0.0, ""

    def tell(self, read: int, lines: int) -> None:
        """`read` of about `lines` rows are done."""
        now = time.monotonic()
        if self._began_with < 0:
            self._began_at, self._began_with = now, read
        elif now - self._told_at >= 1 and now - self._began_at >= SETTLED and read > self._began_with:
            rate = (read - self._began_with) / (now - self._began_at)
            self._told_at, self._step = now, _in_words(rate, left=max(lines - read, 0) / rate)
        self._report(read, max(lines, read), step=self._step or "Reading the file")


def _in_words(rate: float, *, left: float) -> str:
    if left < 90:  # noqa: PLR2004 - seconds
        return f"{rate:,.0f} rows a second, about {left:.0f} s left"
    return f"{rate:,.0f} rows a second, about {left / 60:.0f} min left"


def _import_of(run: BackgroundRun) -> FileImport:
    return FileImport.objects.select_related("source").get(pk=run.parameters["import"])


def _started(run: BackgroundRun) -> datetime:
    return run.started_at or run.asked_at


def _require_ready(file_import: FileImport) -> None:
    """Raise CannotBegin, with the sentence that says why."""
    if file_import.finished_at is not None:
        raise CannotBegin("Every row of this file has been read.")
    if file_import.forgotten_at is not None:
        raise CannotBegin("The file is no longer kept: bring it again. What is in already is not doubled.")
    if not file_import.is_mapped:
        raise CannotBegin("Say first what the columns mean.")
    if file_import.run is not None and file_import.run.is_open:
        raise CannotBegin("It is being taken in already.")
