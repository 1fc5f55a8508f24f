"""The data folder of a one-command run: private files, a secret kept for good, and a lock for one holder."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from revops.embedded.process import CannotStartError


class InUseError(CannotStartError):
    """Another process holds the data folder."""


def prepare(state: Path) -> None:
    """Make what is missing of the folder, closed to others; what exists keeps its permissions."""
    for folder in (state, *(state / name for name in ("run", "log", "tmp"))):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replace the file whole, readable by its owner only."""
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def kept_secret(path: Path) -> str:
    """The secret of this file, made when it is first asked for."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Be the one holder of the folder; the lock falls with the process, however that ends.

    Raises InUseError, naming the other process, where there is a holder already.
    """
    with os.fdopen(os.open(state / "holder", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUseError(
                f"The data folder {state} is in use by process {file.read().strip()}: "
                "stop that first, or choose another folder with STATE=."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def guest_book(state: Path) -> Iterator[int]:
    """A file whose shared lock guests of the holder take; gives its descriptor."""
    descriptor = os.open(state / "guests", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def in_words(error: OSError) -> str:
    """An error of the operating system as one sentence."""
    where = error.filename or "the data folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {where} could not be written."
    return f"{where} cannot be used: {error.strerror}."
