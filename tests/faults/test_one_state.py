"""P7: webhooks that come in another order, some of them twice, lead to one state."""

from __future__ import annotations

import json
import random

import pytest
from django.utils import timezone

from leads import sources, webhook_secrets
from leads.models import User
from leads.sources import Wanted
from tests.figures import say
from tests.revops.test_api_webhooks import MAPPING, shuffled

SHUFFLES = 100


@pytest.mark.faults
@pytest.mark.django_db
def test_a_hundred_shuffles_lead_to_one_state(ana: User, olga: User) -> None:
    now = timezone.now()
    webinars = sources.create("webinars", Wanted(mapping=MAPPING), by=olga, now=now)
    secret = webhook_secrets.add(webinars, by=olga, now=now)

    found = {json.dumps(shuffled(random.Random(seed), secret, webinars)) for seed in range(SHUFFLES)}

    assert len(found) == 1
    say(
        f"P7, 12 webhooks in {SHUFFLES} orders, some replayed", measured=f"{len(found)} end state", target="1"
    )
