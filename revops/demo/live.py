"""New signals for the demo while it runs: somebody of its market does something every few seconds."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from random import Random

from django.utils import timezone

from leads.models import Source
from revops import pipeline
from revops.demo import journeys, market
from revops.demo.history import SEED

TYPES = (
    ("page_view", 26),
    ("email_click", 12),
    ("content_download", 14),
    ("webinar_registered", 8),
    ("case_study", 12),
    ("pricing_page", 14),
    ("trial_started", 4),
    ("demo_request", 10),
)


def send_one(*, now: datetime, random: Random) -> str:
    """One signal of somebody known or new; returns its type."""
    story = Random(SEED)  # noqa: S311 - the same market as the history's
    person = random.choice(market.people(market.companies(story), story))
    type_ = str(market.pick(TYPES, random))
    touch = journeys.signal(person, type_, at=now, number=0, random=random)
    source, _ = Source.objects.get_or_create(name=touch.sender)
    pipeline.receive({**touch.payload, "signal_id": f"live-{uuid.uuid4().hex}"}, source=source, now=now)
    return type_


def keep_sending(*, every: float, said: Callable[[str], object]) -> None:
    """Send until stopped."""
    random = Random()  # noqa: S311 - a story, not a secret
    while True:
        said(send_one(now=timezone.now(), random=random))
        time.sleep(every)
