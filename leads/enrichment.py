"""Fills in what is not known of companies, in the background: who is due is asked, and what is told is settled (IN-9).

Taking in signals never waits for it. A question is claimed before it is asked, so that two workers never ask the same;
a worker that dies leaves one that is asked again. Nothing is held while a provider is being waited for, and one that
fails again and again is left in peace by a breaker that all workers see.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from leads import audit, fact_origins
from leads.domain import retries
from leads.domain.breaker import Breaker, State
from leads.domain.precedence import Origin, Told
from leads.fact_providers import ProviderFault, provider_of
from leads.models import EnrichmentLookup, EnrichmentProvider, User

Outcome = EnrichmentLookup.Outcome
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
LATECOMERS = 10_000  # companies whose transaction may have ended after that of a later one
ENROL = """
INSERT INTO leads_enrichmentlookup (provider_id, account_id, due_at, attempts, outcome, facts, problem)
SELECT %(provider)s, account.id, %(now)s, 0, 'WAITING', '{}', ''
FROM leads_account account
WHERE account.id > %(after)s AND account.domain <> ''
  AND NOT EXISTS (
    SELECT 1 FROM leads_enrichmentlookup known
    WHERE known.provider_id = %(provider)s AND known.account_id = account.id
  )
ORDER BY account.id LIMIT %(most)s
ON CONFLICT DO NOTHING
RETURNING account_id
"""
MOST_ENROLLED = 5000


def sweep(*, now: datetime) -> int:
    """Ask every provider that is on what is due, in their order; how many questions were answered."""
    providers = EnrichmentProvider.objects.filter(is_on=True).order_by("position", "pk")
    return sum(_serve(provider, now=now) for provider in providers)


def run_now(provider: EnrichmentProvider, *, by: User, now: datetime) -> int:
    """Make every company due at once, also those asked lately, and close the breaker; how many are asked again."""
    with transaction.atomic():
        EnrichmentProvider.objects.filter(pk=provider.pk).update(enrolled_to=0, failures=0, rest_until=None)
        asked = EnrichmentLookup.objects.filter(provider=provider, due_at__gt=now)
        again = asked.update(due_at=now, attempts=0)
        text = f"Enrichment by “{provider.name}” asks about {again:,} companies again"
        audit.record("enrichment.run", subject=f"enrichment:{provider.pk}", text=text, by=by, at=now)
    return again


def _serve(provider: EnrichmentProvider, *, now: datetime) -> int:
    _enrol(provider, now=now)
    answered, asks = 0, provider_of(provider)
    claimed = _claim(provider, most=asks.most, now=now)
    for place, lookup in enumerate(claimed):
        try:
            facts = asks.look_up(lookup.account.domain)
        except ProviderFault as fault:
            if _failed(lookup, fault, now=now).state(now) is State.OPEN:
                _give_back(claimed[place + 1 :], now=now)
                break
        else:
            _answered(lookup, facts, now=now)
            answered += 1
    return answered


def _enrol(provider: EnrichmentProvider, *, now: datetime) -> None:
    """Ask about companies that came since the last time, and look once more at the latest of those before."""
    values: dict[str, int | datetime] = {
        "provider": provider.pk,
        "after": max(provider.enrolled_to - LATECOMERS, 0),
        "now": now,
        "most": MOST_ENROLLED,
    }
    with connection.cursor() as cursor:
        cursor.execute(ENROL, values)
        latest = max((row[0] for row in cursor.fetchall()), default=0)
    EnrichmentProvider.objects.filter(pk=provider.pk, enrolled_to__lt=latest).update(enrolled_to=latest)


@transaction.atomic
def _claim(provider: EnrichmentProvider, *, most: int, now: datetime) -> list[EnrichmentLookup]:
    """What is this worker's to ask: all that is due, one trial where the breaker allows it, or nothing."""
    row = EnrichmentProvider.objects.select_for_update(no_key=True).get(pk=provider.pk)
    state = row.breaker.state(now)
    if state is State.OPEN:
        return []
    due = EnrichmentLookup.objects.due(now).filter(provider=provider).select_related("account", "provider")
    found = due.select_for_update(of=("self",), skip_locked=True)
    claimed = list(found[: 1 if state is State.TRYING else most])
    if claimed and state is State.TRYING:  # nobody else tries while this one waits
        EnrichmentProvider.objects.filter(pk=provider.pk).update(rest_until=now + LEASE)
    ids = [one.pk for one in claimed]
    EnrichmentLookup.objects.filter(pk__in=ids).update(due_at=now + LEASE, attempts=F("attempts") + 1)
    return claimed


def _give_back(lookups: list[EnrichmentLookup], *, now: datetime) -> None:
    """What was claimed and not asked is due again, as if nobody had claimed it."""
    ids = [one.pk for one in lookups]
    EnrichmentLookup.objects.filter(pk__in=ids).update(due_at=now, attempts=F("attempts") - 1)


@transaction.atomic
def _answered(lookup: EnrichmentLookup, facts: Mapping[str, Any] | None, *, now: datetime) -> None:
    """Keep the answer for as long as the provider's answers hold, and settle what it says."""
    provider = lookup.provider
    again = now + timedelta(days=provider.cache_days)
    EnrichmentLookup.objects.filter(pk=lookup.pk).update(
        outcome=Outcome.FOUND if facts else Outcome.NOTHING,
        facts=dict(facts or {}),
        problem="",
        asked_at=now,
        attempts=0,
        due_at=again,
    )
    if facts:
        teller = Told(Origin.ENRICHMENT, provider.name, now)
        fact_origins.learn(lookup.account_id, facts, teller=teller, now=now)
    counted = {"hits": F("hits") + 1} if facts else {"misses": F("misses") + 1}
    closed = Breaker().after_success()
    EnrichmentProvider.objects.filter(pk=provider.pk).update(
        failures=closed.failures, rest_until=closed.rest_until, **counted
    )


@transaction.atomic
def _failed(lookup: EnrichmentLookup, fault: ProviderFault, *, now: datetime) -> Breaker:
    """Ask again later, ever later, and count it against the provider; how its breaker stands now."""
    attempt = lookup.attempts + 1
    is_last = attempt >= MOST_ATTEMPTS
    wait = timedelta(days=lookup.provider.cache_days) if is_last else retries.wait(attempt, chance=0)
    EnrichmentLookup.objects.filter(pk=lookup.pk).update(
        outcome=Outcome.FAILED,
        problem=str(fault)[:300],
        asked_at=now,
        attempts=0 if is_last else attempt,
        due_at=now + wait,
    )
    row = EnrichmentProvider.objects.select_for_update(no_key=True).get(pk=lookup.provider_id)
    stands = row.breaker.after_failure(now)
    EnrichmentProvider.objects.filter(pk=row.pk).update(
        failures=stands.failures, rest_until=stands.rest_until, faults=F("faults") + 1
    )
    return stands
