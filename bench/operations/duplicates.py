"""Comparing people who came lately with everybody who was there, beside bare joins by address and by name."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from bench.bench import Bench
from bench.dataset import run as send
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from leads import duplicate_sweep
from leads.models import DuplicateProposal, IdentityKey, IdentityLook, Lead

ONE_IN = 10
CHUNK = 10_000
MOST_ROUNDS = 2  # each of them takes a minute where the newcomers are a hundred thousand
GOAL = "≤ 5 ×"
BY_ADDRESS = """
    SELECT count(*) FROM leads_lead AS fresh JOIN leads_lead AS known
    ON known.email_key = fresh.email_key AND known.id <> fresh.id WHERE fresh.id > %(after)s
"""
BY_NAME = """
    SELECT count(*) FROM leads_lead AS fresh JOIN leads_lead AS known
    ON known.account_id = fresh.account_id AND known.last_name = fresh.last_name AND known.id <> fresh.id
    WHERE fresh.id > %(after)s
"""


def run(bench: Bench) -> list[Result]:
    """Everybody else has been looked at before; the last of all are new."""
    fresh = bench.scale.leads // ONE_IN
    after = Lead.objects.order_by("-pk").values_list("pk", flat=True)[fresh]
    for first in range(0, after, CHUNK):
        known = Lead.objects.filter(pk__gt=first, pk__lte=min(first + CHUNK, after))
        duplicate_sweep.remember(known, now=timezone.now())
    send("VACUUM ANALYZE leads_identitykey, leads_identitylook, leads_duplicateproposal", {})
    compared = compare(
        ours=lambda: _look(after),
        ceiling=lambda: milliseconds(lambda: _join(after)),
        size=float,
        rounds=min(bench.scale.rounds, MOST_ROUNDS),
    )
    label = f"comparing {fresh:,} newcomers with {bench.scale.leads:,} leads"
    return [of_time(label, compared, goal=GOAL)]


def _look(after: int) -> float:
    """How long the newcomers take when nothing of an earlier time is left."""
    DuplicateProposal.objects.filter(other__gt=after).delete()
    IdentityLook.objects.filter(lead__gt=after).delete()
    IdentityKey.objects.filter(lead__gt=after).delete()
    return milliseconds(lambda: duplicate_sweep.look_at_newcomers(now=timezone.now()))


def _join(after: int) -> None:
    with connection.cursor() as cursor:
        for statement in (BY_ADDRESS, BY_NAME):
            cursor.execute(statement, {"after": after})
            cursor.fetchone()
