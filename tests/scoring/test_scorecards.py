"""Versions under two hands at once: numbers are given once, and exactly one version is published."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from scoring import scorecards
from scoring.models import Scorecard

pytestmark = pytest.mark.django_db(transaction=True)


def together(actions: list[Callable[[], Scorecard]]) -> list[Scorecard]:
    """What each action made, all begun at the same moment."""
    start = Barrier(len(actions))

    def run(action: Callable[[], Scorecard]) -> Scorecard:
        start.wait()
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_drafts_begun_at_once_get_numbers_of_their_own(model: Scorecard, now: datetime) -> None:
    drafts = together([partial(scorecards.create_draft, model, by=None, now=now)] * 4)

    assert sorted(draft.version for draft in drafts) == [2, 3, 4, 5]


def test_drafts_published_at_once_leave_one_published(model: Scorecard, now: datetime) -> None:
    drafts = [scorecards.create_draft(model, by=None, now=now) for _ in range(4)]

    published = together([partial(scorecards.publish, draft, by=None, now=now) for draft in drafts])

    assert len({each.pk for each in published}) == 4
    assert Scorecard.objects.filter(status=Scorecard.Status.PUBLISHED).count() == 1
    assert Scorecard.objects.filter(status=Scorecard.Status.RETIRED).count() == 4
