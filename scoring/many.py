"""Scores very many leads at once from what is stored, to the figures that `scores.apply` gives each.

PostgreSQL adds up the touches, and figures that need no decision never leave it; the decisions are the domain's own,
recalled where the same facts came before. What is found lies in temporary tables until the transaction ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import RawSQL

from leads.facts import COMPANY_COLUMNS, PERSON_COLUMNS, facts_from
from leads.models import Lead
from scoring import touch_sums
from scoring.domain import recall, tiers, urgency
from scoring.domain.model import Model
from scoring.domain.urgency import UrgencyFacts
from scoring.models import Score
from scoring.touch_sums import Extent

BLOCK = 10_000
"""So many ids of leads are scored in one transaction: a second or two."""

FORGET = "DROP TABLE IF EXISTS asked_lead, touch_sum, decided"
ASKED = "CREATE TEMPORARY TABLE asked_lead ON COMMIT DROP AS "
DECIDED = """
    CREATE TEMPORARY TABLE decided (
        lead_id bigint, fit float8, fit_low float8, fit_high float8, urgency float8, tier text, moves_tier bool
    ) ON COMMIT DROP
"""
FACTS = f"""
    SELECT lead.id, lead.tier, days, depth, events, visits, request, promise,
        {", ".join(f"lead.{name}" for name in PERSON_COLUMNS)},
        {", ".join(f"account.{name}" for name in COMPANY_COLUMNS)}
    FROM asked_lead
    JOIN leads_lead AS lead ON lead.id = asked_lead.lead_id
    LEFT JOIN leads_account AS account ON account.id = lead.account_id
    LEFT JOIN touch_sum ON touch_sum.lead_id = lead.id
    WHERE lead.id {{among}}
"""  # noqa: S608 - names of our own columns
STREAM = "COPY decided FROM STDIN"


def blocks(scores: QuerySet[Score]) -> Iterator[tuple[int, QuerySet[Score]]]:
    """The scores in blocks by the leads' ids, as many as one transaction should take, each with its number."""
    first = 0
    while (lead_id := _first_from(first, scores)) is not None:
        number = lead_id // BLOCK
        first = (number + 1) * BLOCK
        yield number, scores.filter(lead__gte=number * BLOCK, lead__lt=first)


def _first_from(lead_id: int, scores: QuerySet[Score]) -> int | None:
    found = scores.filter(lead__gte=lead_id).order_by("lead").values_list("lead", flat=True)[:1]
    return next(iter(found), None)


class Scorer:
    """Scores by one model; remembers what the same facts gave before."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._fit = recall.scorer(model.fit)
        self._urgency = lru_cache(maxsize=100_000)(self._urgency_of)
        self._by_urgency = recall.scorer(model.urgency)
        self._tier = lru_cache(maxsize=100_000)(self._tier_for)

    def score(self, scores: QuerySet[Score], *, epoch: int, now: datetime | None = None) -> Extent:
        """Score the leads of `scores` at `now`, or each at the moment of its stored score; returns which they are.

        Leaves three temporary tables: `asked_lead` with the version of the row that was `seen`, `touch_sum`, and
        `decided`; the last two only where anybody was asked for. The next call in the transaction replaces them.
        """
        with connection.cursor() as cursor:
            cursor.execute(FORGET)
            cursor.execute(*_asked(scores, now))
        extent = touch_sums.fill(self.model, epoch=epoch)
        if extent.leads:
            self._decide(extent)
        return extent

    def _decide(self, extent: Extent) -> None:
        with connection.cursor() as cursor:
            cursor.execute(extent.among(FACTS), extent.ids)
            rows = cursor.fetchall()
            cursor.execute(DECIDED)
            with cursor.copy(STREAM) as stream:
                for row in rows:
                    stream.write_row(self._decided(row))

    def _decided(self, row: tuple[Any, ...]) -> tuple[object, ...]:
        lead_id, tier_before, days, depth, events, visits, request, promise, *known = row
        fit = self._fit(facts_from(known))
        urgent = self._urgency(days, depth, events, visits, request)
        tier = self._tier(fit.value, urgent, promise)
        return lead_id, fit.value, fit.low, fit.high, urgent, tier, tier != tier_before

    def _urgency_of(self, *shown: Any) -> float:
        days, depth, events, visits, request = shown
        event = _critical_event(events) if events else "none"
        facts = UrgencyFacts(days, depth or 0, event, visits or 0, request or 0)
        return self._by_urgency(facts.as_facts()).value

    def _tier_for(self, fit: float, urgent: float, promise: int | None) -> str:
        rows = self.model.tiers
        minimum = "" if promise is None or promise >= len(rows) else rows[promise].code
        return tiers.tier_for(rows, fit=fit, urgency=urgent, minimum=minimum)


def _asked(scores: QuerySet[Score], now: datetime | None) -> tuple[str, tuple[Any, ...]]:
    instant = F("updated_at") if now is None else Value(now)
    version = RawSQL('"scoring_score"."xmin"', ())
    known = scores.exclude(lead__in=Lead.objects.filter(erased_at__isnull=False))
    rows = known.annotate(seen=version, instant=instant).order_by().values("lead_id", "seen", "instant")
    statement, values = rows.query.sql_with_params()
    return ASKED + statement, values


@lru_cache(maxsize=10_000)
def _critical_event(events: str) -> str:
    """The surest critical event of the answers, which come as JSON texts with commas between them."""
    return urgency.critical_event_in({"critical_event": answer} for answer in json.loads(f"[{events}]"))
