"""Reads the operating model once while many signals are taken in together; outside of that, nothing is remembered.

What is asked for each signal and hardly ever changes (rules, promises, calendars) is marked `remembered`; whoever
takes in a file or a history opens `remembering`, for as long as an edit may go unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Inside the block the same question is answered by the first reading; a block in another shares its memory."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Let `read`, which must only read, answer from memory where somebody opened one."""

    @wraps(read)
    def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        memory = _memory.get()
        if memory is None:
            return read(*args, **kwargs)
        question = (read, args, tuple(sorted(kwargs.items())))
        if question not in memory:
            memory[question] = read(*args, **kwargs)
        found: Answer = memory[question]
        return found

    return answer
