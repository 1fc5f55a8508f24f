"""Takes a file in with two processes, to what one makes of it row by row but for whose turn it is at a moment.

Rows that may tell of the same person or company are stored in the file's order (see `leads.domain.sharing`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from leads.domain.sharing import OURS, THEIRS, Sharing
from leads.file_imports import Progress
from leads.imports import BrokenRow, Row
from revops.giving_way import FILE, give_way
from revops.import_batches import ReadRow
from revops.imports.reading_ahead import ahead
from revops.imports.second_hand import Part, SecondHand

CHUNK = 3600  # rows that are shared at once: half of them are about as many as go together at most
MOST_WAITING = 4 * CHUNK

Keyed = tuple[Row | BrokenRow, Sequence[str]]
Read = Callable[[Row | BrokenRow], ReadRow]
Take = Callable[[Iterator[ReadRow]], Iterator[Progress]]


class _OurPart(NamedTuple):
    """Rows of ours, which are being read, and how many of theirs must be done before."""

    rows: Future[list[ReadRow]]
    after: int


def steps(rows: Iterator[Keyed], *, read: Read, take: Take, second: SecondHand) -> Iterator[Progress]:
    """What becomes of the rows, as either process has stored some; `read` works in a thread and may ask nobody."""
    with ThreadPoolExecutor(1, "reads ours", initializer=give_way, initargs=(FILE,)) as thread:
        both = _BothHands(rows, thread=thread, read=read, take=take, second=second)
        try:
            yield from both.steps()
        finally:
            second.end()


def of_the_second(parts: Iterator[Part], *, read: Read, take: Take) -> Iterator[Progress]:
    """What becomes of the parts that the second process is sent."""
    for part in ahead(parts, lambda part: [read(row) for row in part], together=1):
        yield from take(iter(part))


class _BothHands:
    """Hands out the rows, works on ours, and hears of theirs."""

    def __init__(
        self,
        rows: Iterator[Keyed],
        *,
        thread: ThreadPoolExecutor,
        read: Read,
        take: Take,
        second: SecondHand,
    ) -> None:
        self._rows, self._thread, self._read, self._take = rows, thread, read, take
        self._second, self._sharing = second, Sharing()
        self._ours: deque[_OurPart] = deque()
        self._has_more = True

    def steps(self) -> Iterator[Progress]:
        """Until both have done all."""
        self._hand_out()
        while self._ours or self._sharing.waiting(THEIRS):
            if self._ours and self._sharing.is_done(self._ours[0].after):
                yield from self._our_next()
            else:
                yield self._hear(self._second.next_told())
            self._hand_out()

    def _our_next(self) -> Iterator[Progress]:
        for done in self._take(iter(self._ours.popleft().rows.result())):
            self._sharing.done(OURS, done.read)
            yield done
            for told in self._second.told():
                yield self._hear(told)
            self._hand_out()

    def _hear(self, told: Progress) -> Progress:
        self._sharing.done(THEIRS, told.read)
        return told

    def _hand_out(self) -> None:
        """Let neither wait for rows, and none wait for long: what waits could be shared better later."""
        while self._has_more and self._wants_more():
            chunk = list(islice(self._rows, CHUNK))
            self._has_more = bool(chunk)
            shares = self._sharing.share([keys for _, keys in chunk])
            if theirs := [chunk[place][0] for place in shares.theirs]:
                self._second.send(theirs)
            if ours := [chunk[place][0] for place in shares.ours]:
                self._ours.append(_OurPart(self._thread.submit(self._read_all, ours), shares.after))

    def _wants_more(self) -> bool:
        ours, theirs = self._sharing.waiting(OURS), self._sharing.waiting(THEIRS)
        return min(ours, theirs) < CHUNK and ours + theirs < MOST_WAITING

    def _read_all(self, rows: Part) -> list[ReadRow]:
        return [self._read(row) for row in rows]
