"""P18: a group of companies cannot become a circle, whoever closes it at the same moment."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from leads import hierarchy
from leads.hierarchy import WouldBeCircle
from leads.models import Account, User
from tests.figures import say
from tests.races import at_once

SMALL, FULL = 6, 200
RING = 4


def race(number: int, *, by: User, now: datetime) -> list[object]:
    """Each of four companies is given to the next at one moment: only a circle would please all; what was said."""
    ring = [Account.objects.create(name=f"Ring {number}.{place}", created_at=now) for place in range(RING)]
    moves = [
        partial(hierarchy.belong, each, to=ring[(place + 1) % RING], seen=None, by=by, now=now)
        for place, each in enumerate(ring)
    ]
    return [*at_once(*moves)]


def circles() -> list[Account]:
    """Companies whose way up leads back to themselves."""
    return [each for each in Account.objects.all() if hierarchy.group_of(each).is_circle]


def told(answers: list[object]) -> list[str]:
    return sorted(type(each).__name__ for each in answers)


def untrue(races: int, *, by: User, now: datetime) -> list[list[str]]:
    """The rounds in which not three were linked and one refused in words."""
    found = [told(race(number, by=by, now=now)) for number in range(races)]
    return [
        answers for answers in found if answers != sorted(["bool"] * (RING - 1) + [WouldBeCircle.__name__])
    ]


@pytest.mark.django_db(transaction=True)
def test_four_who_close_a_circle_at_once_leave_none(model: object, olga: User, now: datetime) -> None:
    assert untrue(SMALL, by=olga, now=now) == []

    assert circles() == []
    assert Account.objects.exclude(parent=None).count() == SMALL * (RING - 1)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_two_hundred_circles_are_closed_by_nobody(model: object, olga: User, now: datetime) -> None:
    wrong = untrue(FULL, by=olga, now=now)

    found = circles()
    assert (wrong, found) == ([], [])
    say(
        f"P18, four companies are made each other's owners at once, {FULL} races",
        measured=f"cycles: {len(found)}, refusals without a word: {len(wrong)}",
        target="0",
    )
