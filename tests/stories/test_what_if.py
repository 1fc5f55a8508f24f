"""Look before you publish, read aloud: a lower gate is replayed, gains a lead, is published, and does what it said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from leads import background
from leads.domain.stages import Stage
from leads.models import BackgroundRun, User
from revops.background_work import WORK
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_draft_is_replayed_then_published_and_does_what_the_replay_said(
    ana: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    factories.receive(factories.signal("case_study"), now=now)
    quiet = factories.receive(factories.signal("webinar_attended"), now=now + MINUTE)
    assert not quiet["gate"]["qualified"]
    lead = factories.lead_of("eva@acme.example")

    with travel(now + 2 * MINUTE, tick=False):
        client = as_user(olga)
        client.post(reverse("scorecard-draft", args=[1]))
        draft = Scorecard.objects.get(version=2)
        eased = factories.with_gate(scorecards.load(draft), engagement_at_least=20)
        scorecards.edit(draft, revision=0, to=eased, by=olga, now=now)
        client.post(reverse("what-if-run", args=[2]), {"weeks": "4"})
        background.work_off(WORK)
        page = client.get(reverse("what-if", args=[2])).content.decode()

    assert "Eva Klein" in page
    assert "Engagement is 25, under 30." in page
    result = BackgroundRun.objects.get().result
    assert result is not None
    assert [row["lead"] for row in result["gained"]] == [lead.pk]

    with travel(now + 3 * MINUTE, tick=False):
        client.post(reverse("scorecard-publish", args=[2]), {"revision": draft.revision})
    handed = factories.receive(factories.signal("page_view"), now=now + 4 * MINUTE)

    assert handed["gate"]["qualified"]
    lead.refresh_from_db()
    assert lead.stage == Stage.MQL
