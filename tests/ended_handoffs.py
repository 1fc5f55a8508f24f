"""Many hand-offs that have ended, set down at once: their facts are drawn, their endings follow planted weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from leads.models import Lead, Opportunity
from routing.models import Handoff, RejectionReason, RuleSet

WON, LOST = Opportunity.Status.WON, Opportunity.Status.LOST

# the facts that bring each criterion to level 0, 1, 2 and 3
FACTS: dict[str, tuple[Mapping[str, object], ...]] = {
    "company_size": ({"employees": 5}, {"employees": 30}, {"employees": 100}, {"employees": 400}),
    "industry": (
        {"industry": "Farming"},
        {"industry": "Retail"},
        {"industry": "Insurance"},
        {"industry": "Software"},
    ),
    "technology": (
        {"technologies": ["Excel"]},
        {"technologies": ["Slack"]},
        {"technologies": ["Salesforce"]},
        {"technologies": ["Salesforce", "Marketo"]},
    ),
    "growth_stage": (
        {"growth_stage": "closing"},
        {"growth_stage": "seed"},
        {"growth_stage": "series a"},
        {"growth_stage": "series b"},
    ),
    "geography": ({"country": "BR"}, {"country": "FR"}, {"country": "NL"}, {"country": "DE"}),
    "role": (
        {"department": "legal", "seniority": "staff"},
        {"department": "it", "seniority": "staff"},
        {"department": "sales", "seniority": "staff"},
        {"department": "sales", "seniority": "decision_maker"},
    ),
}
PLANTED = {"company_size": 10, "industry": 40, "technology": 30, "role": 20}
UNKNOWN = 0.1
STEEPNESS = 7.0
Change = Callable[[dict[str, Any], bool], None]


def ended(
    count: int,
    *,
    now: datetime,
    weights: Mapping[str, int] = PLANTED,
    seed: int = 7,
    change: Change | None = None,
) -> list[Handoff]:
    """So many accepted hand-offs whose deals were won or lost; about four in ten are won.

    `change` may alter the facts that a hand-off keeps, told whether its deal was won.
    """
    random, rules = Random(seed), RuleSet.objects.published()
    leads = Lead.objects.bulk_create(_lead(number, seed, now=now) for number in range(count))
    handoffs, wins = [], []
    for place, lead in enumerate(leads):
        facts, is_won = _drawn(weights, random)
        if change is not None:
            change(facts, is_won)
        at = now - timedelta(days=360 * (1 - place / count) + 30)
        handoffs.append(_handoff(lead, facts, rules, at=at, random=random))
        wins.append(is_won)
    made = Handoff.objects.bulk_create(handoffs)
    Opportunity.objects.bulk_create(
        _deal(handoff, is_won=is_won) for handoff, is_won in zip(made, wins, strict=True)
    )
    for is_won in (True, False):
        stage = "CUSTOMER" if is_won else "LOST"
        ids = [lead.pk for lead, won in zip(leads, wins, strict=True) if won is is_won]
        Lead.objects.filter(pk__in=ids).update(stage=stage)
    return made


def rejected(count: int, *, now: datetime, seed: int = 11) -> None:
    """So many hand-offs that sales refused as a bad fit."""
    random, rules = Random(seed), RuleSet.objects.published()
    reason = RejectionReason.objects.get(code="bad-fit")
    leads = Lead.objects.bulk_create(_lead(number, seed, now=now) for number in range(count))
    for lead in leads:
        handoff = _handoff(
            lead, _drawn(PLANTED, random)[0], rules, at=now - timedelta(days=40), random=random
        )
        handoff.status, handoff.reason = Handoff.Status.REJECTED, reason
        handoff.save()
    Lead.objects.filter(pk__in=[lead.pk for lead in leads]).update(stage="DISQUALIFIED")


def _drawn(weights: Mapping[str, int], random: Random) -> tuple[dict[str, Any], bool]:
    facts: dict[str, Any] = {}
    fit = 0.0
    for code, levels in FACTS.items():
        level = random.randrange(4)
        fit += weights.get(code, 0) / 100 * level / 3
        if random.random() >= UNKNOWN:
            facts |= levels[level]
    chance = 1 / (1 + math.exp(-STEEPNESS * (fit - 0.57))) if weights else 0.4
    return facts, random.random() < chance


def _lead(number: int, seed: int, *, now: datetime) -> Lead:
    address = f"ended-{seed}-{number}@ended.example"
    return Lead(email=address, email_key=address, stage="LOST", created_at=now - timedelta(days=500))


def _handoff(lead: Lead, facts: dict[str, Any], rules: RuleSet, *, at: datetime, random: Random) -> Handoff:
    return Handoff(
        lead=lead,
        kind=Handoff.Kind.QUALIFIED,
        status=Handoff.Status.ACCEPTED,
        fit=60,
        engagement=30 + 60 * random.random(),
        urgency=100 * random.random(),
        trigger="demo_request",
        scorecard_version=1,
        rule_set=rules,
        because="territory → weighted round robin",
        explanation={"facts": facts, "rules": [], "candidates": []},
        captured_at=at,
        qualified_at=at,
        assigned_at=at,
        received_at=at,
        decided_at=at + timedelta(hours=3),
    )


def _deal(handoff: Handoff, *, is_won: bool) -> Opportunity:
    return Opportunity(
        lead=handoff.lead,
        status=WON if is_won else LOST,
        loss_reason="" if is_won else "Price",
        created_at=handoff.qualified_at + timedelta(days=5),
        closed_at=handoff.qualified_at + timedelta(days=25),
    )
