"""Lets a page read all of its numbers from one moment, so that they agree with each other while sales works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Compiling a report's statements takes longer than running them, and so does starting others to help with most
BEGINNING = """
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL jit = off;
    SET LOCAL parallel_setup_cost = 100000
"""


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside the block is as it was at the first reading; inside a transaction it changes nothing."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BEGINNING)
        yield
