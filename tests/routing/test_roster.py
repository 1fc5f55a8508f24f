"""The roster under two hands at once: backups never become a circle, whoever is quicker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from leads.models import User
from routing import roster
from routing.models import Rep
from tests.conftest import NOW


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_two_who_become_each_other_s_backup_at_once_are_not_a_circle(
    round_: int, ana: User, bob: User
) -> None:
    start = Barrier(2)

    def back_up(rep: Rep, backup: Rep) -> bool:
        seen = roster.edition_of(rep, ["backup"])
        start.wait()
        try:
            roster.edit(rep, {"backup": backup}, seen=seen, by=rep.user, now=NOW)
        except roster.BackupCircle:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        stored = list(pool.map(back_up, (ana.rep, bob.rep), (bob.rep, ana.rep)))

    assert sorted(stored) == [False, True]
    assert Rep.objects.exclude(backup=None).count() == 1
