"""A scoring model lives: ops edits a draft, publishes it, leads are scored by it, and it is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from leads.models import User
from scoring import rescoring
from scoring.models import Score, Scorecard
from tests import factories
from tests.scoring.editing import part, sent

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def standing() -> tuple[float, int]:
    """The fit of the one lead, and the version that gave it."""
    score = Score.objects.select_related("scorecard").get()
    return score.fit, score.scorecard.version


def test_a_draft_is_edited_published_scores_everybody_and_is_rolled_back(
    ana: User, olga: User, as_user: Callable[[User], Client], now: datetime
) -> None:
    factories.receive(factories.signal(), now=now)
    ops = as_user(olga)
    assert standing() == (100, 1)

    with travel(now + MINUTE, tick=False):
        ops.post(reverse("scorecard-draft", args=[1]))
        draft = Scorecard.objects.get(version=2)
        only_large = {"when_3_0_operator": "at_least", "when_3_0_values": "1000"}
        ops.post(part(draft, "fit/company_size"), sent(draft, "fit/company_size", **only_large))
        draft.refresh_from_db()
        ops.post(reverse("scorecard-publish", args=[2]), {"revision": draft.revision})
    waiting = ops.get(reverse("scorecards")).context["progress"]
    rescoring.rescore_outdated(now=now + 2 * MINUTE)
    fit, version = standing()

    with travel(now + 3 * MINUTE, tick=False):
        confirm = ops.get(reverse("scorecard-roll-back", args=[1])).content.decode()
        ops.post(reverse("scorecard-roll-back", args=[1]), {"revision": 2})
    rescoring.rescore_outdated(now=now + 4 * MINUTE)

    assert (waiting.done, waiting.total) == (0, 1)
    assert (round(fit, 2), version) == (91.67, 2)  # size is "close" now: 25 of 100 points fell to 16.67
    assert "bullseye: employees is at least 1,000" in confirm
    assert standing() == (100, 3)
    assert ops.get(reverse("scorecards")).context["progress"] is None
