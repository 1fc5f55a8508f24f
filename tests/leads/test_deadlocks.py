"""Two who wait for each other both end their work: the one whom the database stops begins again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from leads import deadlocks
from leads.models import Account, Source
from tests.races import at_once


def written_in_turn(first: Account, second: Account, met: Barrier) -> Callable[[], int]:
    """Work that holds one row before it asks for the other, at first when whoever does it the other way does, too."""
    tries = 0

    def work() -> int:
        nonlocal tries
        tries += 1
        with transaction.atomic():
            Account.objects.filter(pk=first.pk).update(industry="software")
            if tries == 1:
                met.wait(10)
            Account.objects.filter(pk=second.pk).update(industry="software")
        return tries

    return lambda: deadlocks.again(work)


@pytest.mark.django_db(transaction=True)
def test_whoever_is_stopped_begins_again(now: datetime) -> None:
    acme, globex = (Account.objects.create(name=name, created_at=now) for name in ("Acme", "Globex"))
    met = Barrier(2)

    tries = at_once(written_in_turn(acme, globex, met), written_in_turn(globex, acme, met))

    assert sorted(tries) == [1, 2]  # type: ignore[type-var]
    assert set(Account.objects.values_list("industry", flat=True)) == {"software"}


@pytest.mark.django_db
def test_other_errors_are_nobody_elses() -> None:
    Source.objects.create(name="fair")
    tries = []

    def work() -> None:
        tries.append(1)
        Source.objects.create(name="fair")

    with pytest.raises(IntegrityError), transaction.atomic():
        deadlocks.again(work)
    assert len(tries) == 1


def test_it_is_not_tried_for_ever() -> None:
    tries = []

    def work() -> None:
        tries.append(1)
        raise OperationalError from DeadlockDetected()

    with pytest.raises(OperationalError):
        deadlocks.again(work)
    assert len(tries) == deadlocks.TIMES
