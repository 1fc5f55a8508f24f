"""Somebody's first touch is worth the same recalled as worked out anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.conf import settings

from leads.facts import facts_of
from leads.models import Account, Lead
from scoring import scorecards, scores
from scoring.domain.touches import Touch
from scoring.domain.weeks import week_of
from scoring.first_touches import FirstTouches
from scoring.models import Scorecard
from scoring.scores import Evidence, Rules

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ANSWERS: tuple[dict[str, object], ...] = ({}, {"critical_event": "contract ends"}, {"critical_event": "no"})


def somebody(random: Random) -> Lead:
    company = Account(
        industry=random.choice(["", "Software"]),
        employees=random.choice([None, 40, 4000]),
        country=random.choice(["", "DE"]),
        region=random.choice(["", "", "Bavaria"]),
        technologies=random.choice([[], ["CRM", "ERP"]]),
    )
    return Lead(
        title=random.choice(["", "VP Marketing", "Intern"]),
        country=random.choice(["", "US", "DE"]),
        account=random.choice([None, company]),
    )


def test_every_first_touch_gives_what_weighing_it_gives(model: Scorecard) -> None:
    random, state = Random(5), scores.decay_state()
    by = Rules.of(scorecards.load(model))
    first_touches = FirstTouches(by, epoch=state.epoch, zone=settings.ORGANISATION_TIME_ZONE)
    kinds = [*by.model.behaviours, "nobody knows this"]

    for _ in range(400):
        lead, answers = somebody(random), random.choice(ANSWERS)
        now = NOW + timedelta(minutes=random.randrange(20_000))
        at = now - timedelta(minutes=random.choice([0, 1, 1440, 30 * 1440, random.randrange(200_000)]))
        touch = Touch(
            random.choice(kinds), at, week_of(at, settings.ORGANISATION_TIME_ZONE), random.randrange(4)
        )
        evidence = Evidence((touch,), (answers,) if answers else (), facts_of(lead))

        found = first_touches.stand(lead, touch, answers, now=now)

        assert found == scores.weigh(evidence, None, tier="", by=by, state=state, now=now)
