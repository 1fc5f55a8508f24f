"""Makes many hand-offs quickly: leads that are MQLs already, handed over without the scoring before it."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from leads.models import Lead, StageVisit
from routing import handoffs
from routing.handoffs import HandedOver, Package
from routing.models import Handoff


def hand_over(lead: Lead, *, now: datetime) -> HandedOver:
    with transaction.atomic():
        return handoffs.hand_over(lead, package(now=now), now=now)


def package(*, now: datetime) -> Package:
    return Package(
        fit=80,
        engagement=40,
        urgency=70,
        tier="T1",
        priority="P1",
        source="website",
        trigger="demo_request",
        scorecard_version=1,
        captured_at=now,
    )


def arrivals(count: int, *, country: str, now: datetime, name: str = "lead") -> list[partial[HandedOver]]:
    """As many leads of the country, each to be handed over."""
    emails = [f"{name}-{country}-{now:%H}-{number}@acme.example".lower() for number in range(count)]
    leads = Lead.objects.bulk_create(
        [Lead(email=each, email_key=each, country=country, stage="MQL", created_at=now) for each in emails]
    )
    StageVisit.objects.bulk_create(
        [
            StageVisit(lead=lead, stage="MQL", number=1, entered_at=now, cause="passed the gate", job="test")
            for lead in leads
        ]
    )
    return [partial(hand_over, lead, now=now) for lead in leads]


def handed_over(count: int, *, now: datetime, name: str = "lead") -> list[Handoff]:
    """As many open hand-offs of the DACH team."""
    return [job().handoff for job in arrivals(count, country="DE", now=now, name=name)]
