"""A process beside this one that takes in some rows of the same file, and gives way to everybody who waits for a page.

It begins as a copy of this process with a connection of its own, is sent parts of the file, and tells of every step
once it is stored. It ends when this process ends, however that does; what it was sent and has not told of is not lost:
the database knows which rows are in.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Event
from typing import NoReturn

from django.db import OperationalError, connection

from leads.file_imports import Progress, TakenUpElsewhere
from leads.imports import BrokenRow, Row
from revops.giving_way import FILE, give_way

Part = Sequence[Row | BrokenRow]
Steps = Callable[[Iterator[Part]], Iterator[Progress]]
PATIENCE = 30.0  # seconds for the step that it is in the middle of, which takes two
FORGIVING = "SELECT current_setting('synchronous_commit')"
AS_FORGIVING = "SELECT set_config('synchronous_commit', %s, false)"
logger = logging.getLogger(__name__)


class HandLost(OperationalError):
    """The process broke off; what it has stored is stored."""


class SecondHand:
    """The process, as this one sees it: what it is sent, and what it tells."""

    def __init__(self, process: int, line: Connection) -> None:
        self._process, self._line = process, line

    def send(self, part: Part) -> None:
        """Let it take these rows in, after those that it was sent before. Raises as `next_told`."""
        try:
            self._line.send(part)
        except OSError:
            while True:  # until what it said last, which is why it ended
                self.next_told()

    def told(self) -> Iterator[Progress]:
        """The steps that it has told of by now."""
        while self._line.poll():
            yield self.next_told()

    def next_told(self) -> Progress:
        """Its next step, as soon as it is done. Raises TakenUpElsewhere, or HandLost."""
        try:
            told = self._line.recv()
        except (EOFError, OSError) as broken:
            raise HandLost("The second process of the import broke off.") from broken
        if isinstance(told, Progress):
            return told
        raise told

    def end(self) -> None:
        """Let it end what it is in the middle of, and nothing more."""
        try:
            self._line.send(None)
            while self._line.poll(PATIENCE):
                self._line.recv()
            os.kill(self._process, signal.SIGKILL)
        except (EOFError, OSError):
            pass  # it has ended
        finally:
            self._line.close()
            os.waitpid(self._process, 0)


def begun(work: Steps) -> SecondHand:
    """Begin the process, whose `work` makes steps of the parts that it is sent; no thread may run in this one yet."""
    with connection.cursor() as cursor:
        cursor.execute(FORGIVING)
        (forgiving,) = cursor.fetchone()
    ours, theirs = Pipe()
    process = os.fork()
    if not process:
        ours.close()
        _be_the_second(theirs, work, forgiving)
    theirs.close()
    return SecondHand(process, ours)


def _be_the_second(line: Connection, work: Steps, forgiving: str) -> NoReturn:
    """Work until the other end is closed, and never come back into what this process was a copy of."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        give_way(FILE)
        gc.freeze()
        left = _leave_connection()
        _work(line, work, forgiving)
        del left
    finally:
        os._exit(0)


def _leave_connection() -> object:
    """Let go of the other process's connection, which ends with that process, without a word to the server.

    What it returns must not be let go of.
    """
    left, connection.connection = connection.connection, None
    os.close(left.fileno())
    return left


def _work(line: Connection, work: Steps, forgiving: str) -> None:
    is_over = Event()
    try:
        with connection.cursor() as cursor:
            cursor.execute(AS_FORGIVING, [forgiving])
        for done in work(_sent(line, is_over)):
            line.send(done)
            if is_over.is_set():
                return
    except TakenUpElsewhere as lost:
        line.send(lost)
    except BrokenPipeError:
        pass  # the other process has ended; what was stored is stored
    except Exception as error:
        logger.exception("the second process of an import broke off")
        line.send(HandLost(str(error)))


def _sent(line: Connection, is_over: Event) -> Iterator[Part]:
    """The parts as they come; a process that ended, or wants no more, sends none."""
    try:
        while (part := line.recv()) is not None:
            yield part
    except (EOFError, OSError):
        pass
    is_over.set()
