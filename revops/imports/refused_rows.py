"""Writes the rows that an import refused to a file of their own, each with its line and its reason."""

from __future__ import annotations

import csv
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from leads.file_imports import Refusal
from leads.imports import CsvFile
from reports.csv_export import as_text

ANYBODY_WRITES = 0o222


class RefusedRows:
    """FILE.refused.csv, beside the file or, where that folder is read-only, in the working directory.

    It is made with the first refused row; one of an earlier run goes when this run refuses none.
    """

    def __init__(self, file: CsvFile) -> None:
        self.path = _place_for(file.path)
        self._header = ["line", "reason", *file.header]
        self._open = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        if kind is None and self._writer is None:
            self.path.unlink(missing_ok=True)

    def add(self, refusal: Refusal) -> None:
        """Write the row down; no cell of it is a formula to a spreadsheet."""
        if self._writer is None:
            self._writer = csv.writer(
                self._open.enter_context(self.path.open("w", encoding="utf-8", newline=""))
            )
            self._writer.writerow([as_text(name) for name in self._header])
        self._writer.writerow([refusal.line, refusal.reason, *map(as_text, refusal.cells)])


def _place_for(path: Path) -> Path:
    name = f"{path.name}.refused.csv"
    folder = path.resolve().parent
    # A folder that is read-only to everybody is meant to stay as it is, though root could write there.
    writable = folder.stat().st_mode & ANYBODY_WRITES and os.access(folder, os.W_OK)
    return folder / name if writable else Path.cwd() / name
