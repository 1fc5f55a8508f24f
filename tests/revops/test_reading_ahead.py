"""Work that is done ahead comes in order, goes no further than it must, and fails where its answer would have come."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import count, islice
from threading import get_native_id

import pytest

from revops.giving_way import FILE
from revops.imports.reading_ahead import AHEAD, TOGETHER, ahead


def test_answers_come_in_order() -> None:
    assert list(ahead(range(3 * TOGETHER + 7), str)) == [str(n) for n in range(3 * TOGETHER + 7)]


def test_nothing_comes_of_nothing() -> None:
    assert list(ahead([], str)) == []


def test_only_so_much_is_read_before_somebody_asks_for_more() -> None:
    read: list[int] = []
    answers = ahead((read.append(n) or n for n in count()), str)  # type: ignore[func-returns-value]

    taken = list(islice(answers, 10))
    answers.close()

    assert taken == [str(n) for n in range(10)]
    assert len(read) <= (AHEAD + 1) * TOGETHER


def test_a_failure_comes_after_the_answers_before_it() -> None:
    def broken() -> Iterator[int]:
        yield from range(TOGETHER)
        raise ValueError("broken")

    answers = ahead(broken(), str)

    assert list(islice(answers, TOGETHER)) == [str(n) for n in range(TOGETHER)]
    with pytest.raises(ValueError, match="broken"):
        next(answers)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a thread a priority of its own")
def test_who_reads_ahead_gives_way_and_who_waits_for_it_does_not() -> None:
    def priority(_: int = 0) -> int:
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    before = priority()

    assert list(ahead([1, 2], priority)) == [max(FILE, before)] * 2
    assert priority() == before
