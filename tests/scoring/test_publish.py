"""Publishing while leads are scored: one version is the published one, and a score names the one that made it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from leads.models import User
from scoring import scorecards
from scoring.models import Score, Scorecard
from scoring.scorecards import NotADraft
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def draft(now: datetime) -> Scorecard:
    return scorecards.create_draft(Scorecard.objects.published(), by=None, now=now)


def test_one_draft_published_twice_at_once_is_published_once(ana: User, now: datetime) -> None:
    for _ in range(ROUNDS):
        only = draft(now)

        outcomes = at_once(*[partial(scorecards.publish, only, by=None, now=now)] * 2)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotADraft", "Scorecard"]
        assert Scorecard.objects.published() == only


def test_leads_are_scored_by_one_whole_version_while_others_are_published(ana: User, now: datetime) -> None:
    factories.source()

    def publish_again() -> int:
        return [scorecards.publish(draft(now), by=None, now=now).version for _ in range(ROUNDS)][-1]

    def arrive() -> int:
        for number in range(10):
            factories.receive(factories.signal(email=f"lead-{number}@acme.example"), now=now)
        return 10

    outcomes = at_once(publish_again, arrive)

    assert outcomes == [1 + ROUNDS, 10]
    known = set(Scorecard.objects.values_list("pk", flat=True))
    assert set(Score.objects.values_list("scorecard", flat=True)) <= known
    assert Score.objects.count() == 10
    assert set(Score.objects.values_list("fit", flat=True)) == {
        Score.objects.values_list("fit", flat=True)[0]
    }


def test_published_version_is_no_draft(ana: User, now: datetime) -> None:
    published = scorecards.publish(draft(now), by=None, now=now)

    with pytest.raises(NotADraft):
        scorecards.publish(published, by=None, now=now)
