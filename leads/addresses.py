"""Addresses of single records, without asking Django for each: which pattern fits is found once a process."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

ANY_ID = 1_234_567_890


def of_record(view: str, pk: int) -> str:
    """The address that `reverse(view, args=[pk])` gives, of a view that is asked for one number."""
    before, after = _around_the_id(view)
    return f"{before}{pk}{after}"


@cache
def of_page(view: str) -> str:
    """The address of a view that is asked for nothing."""
    return reverse(view)


@cache
def _around_the_id(view: str) -> tuple[str, str]:
    before, _, after = reverse(view, args=[ANY_ID]).rpartition(str(ANY_ID))
    return before, after
