"""Does work on the next of many things in a thread of its own, while who needs it waits for the database.

The answers come in order; what fails is raised where its answer would have come. The work must not ask the database.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from revops.giving_way import FILE, give_way

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")
TOGETHER, AHEAD = 250, 8  # things that are worked on at once, and how many times so many wait at most


def ahead(
    things: Iterable[Thing], work: Callable[[Thing], Answer], *, together: int = TOGETHER
) -> Generator[Answer, None, None]:
    """The answer of `work` for each of the things, which only the other thread reads from here on."""
    left = iter(things)

    def next_some() -> list[Answer]:
        return [work(one) for one in islice(left, together)]

    with ThreadPoolExecutor(1, "reads ahead", initializer=give_way, initargs=(FILE,)) as thread:
        coming: deque[Future[list[Answer]]] = deque(thread.submit(next_some) for _ in range(AHEAD))
        try:
            while some := coming.popleft().result():
                coming.append(thread.submit(next_some))
                yield from some
        finally:
            for future in coming:
                future.cancel()
