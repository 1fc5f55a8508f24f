"""Reads the operating model once for many questions; outside of a block that remembers, everything is read anew.

What is asked for each signal and hardly ever changes (rules, promises, calendars) is marked `remembered`. Whoever
takes in a file or a history opens `remembering`, for as long as an edit may go unnoticed. Whoever serves one request
opens `remembering_edition`: one statement says whether anything was edited since this process last read, by whomever
(triggers write an edit for every statement that changes a table of the operating model, see the migrations).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from leads import prepared

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Edition = tuple[int, ...]
MOST = 10_000  # answers; a question may hold what a sender wrote, and nobody may fill the process with those
EDITION = "SELECT count(*), coalesce(sum(id), 0)::bigint FROM leads_operatingmodeledit"
BESIDE = "(SELECT ARRAY[count(*), coalesce(sum(id), 0)::bigint] FROM leads_operatingmodeledit)"
"""The edition as one value, to be selected beside something else; for `remembering_that`."""

FORGET = "DELETE FROM leads_operatingmodeledit WHERE id < (SELECT max(id) FROM leads_operatingmodeledit)"


@dataclass(frozen=True)
class _Memory:
    edition: Edition | None = None  # None for one that ends with its block
    answers: dict[Any, Any] = field(default_factory=dict)


class _Lasting:
    """What this process knows of the latest edition that it has seen."""

    memory = _Memory()


_memory: ContextVar[_Memory | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside the block the same question is answered by the first reading; a block in another shares its memory."""
    with _opened(_Memory):
        yield


@contextmanager
def remembering_edition() -> Iterator[None]:
    """Inside the block, what this process read before is the answer while the edition is still the same.

    Nothing of the operating model may be changed inside.
    """
    with _opened(lambda: _of(prepared.row(EDITION))):
        yield


@contextmanager
def remembering_that(edition: Collection[int]) -> Iterator[None]:
    """The same for whoever has just read the edition `BESIDE` something else."""
    with _opened(lambda: _of(tuple(edition))):
        yield


def knows_edition() -> bool:
    """Whether what is remembered here is that of an edition."""
    memory = _memory.get()
    return memory is not None and memory.edition is not None


def still_holds() -> Callable[[], bool]:
    """Ask whether nothing was edited since, and be told when that is called: True only in the memory of an edition.

    It is asked after what is read beside the memory, so that nothing of that can be newer than what is remembered.
    """
    memory = _memory.get()
    if memory is None or memory.edition is None:
        return lambda: False
    edition, found = memory.edition, prepared.rows_ahead(EDITION)
    return lambda: found()[0] == edition


def forget_old_edits() -> int:
    """Keep the newest edit alone, which names an edition as well, so that counting them stays quick."""
    return prepared.run(FORGET)


def remembered(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Let `read`, which must only read tables whose edits are told, answer from memory where somebody opened one."""
    return _remembered(read, also_unchecked=True)


def remembered_by_edition(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """The same for what must never be old: a memory that does not know its edition is not asked."""
    return _remembered(read, also_unchecked=False)


def _remembered(read: Callable[Asked, Answer], *, also_unchecked: bool) -> Callable[Asked, Answer]:
    @wraps(read)
    def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        memory = _memory.get()
        if memory is None or (memory.edition is None and not also_unchecked):
            return read(*args, **kwargs)
        answers, question = memory.answers, (read, args, tuple(sorted(kwargs.items())) if kwargs else ())
        if question not in answers:
            if len(answers) >= MOST:
                answers.clear()
            answers[question] = read(*args, **kwargs)
        found: Answer = answers[question]
        return found

    REMEMBERED.append(answer)
    return answer


REMEMBERED: list[Callable[..., Any]] = []
"""Everything that is remembered; a test asks each and looks whether the edits of what it read are told."""


@contextmanager
def _opened(memory: Callable[[], _Memory]) -> Iterator[None]:
    if _memory.get() is not None:
        yield
        return
    token = _memory.set(memory())
    try:
        yield
    finally:
        _memory.reset(token)


def _of(edition: Edition) -> _Memory:
    if _Lasting.memory.edition != edition:
        _Lasting.memory = _Memory(edition)
    return _Lasting.memory
