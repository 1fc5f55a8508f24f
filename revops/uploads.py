"""An uploaded file as a path of this machine, wherever Django put it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile


@contextmanager
def as_path(file: UploadedFile[bytes]) -> Iterator[Path]:
    """The file's path, for as long as the block lasts."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        path = Path(folder) / "file.csv"
        with path.open("wb") as written:
            written.writelines(file.chunks())
        yield path
