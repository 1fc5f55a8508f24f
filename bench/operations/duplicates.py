"""Comparing people who came lately with everybody who was there, beside bare joins and beside what must be stored.

The bare joins by address and by name read a million people that lie there, and leave nothing behind for the next who
come. The second ceiling is SQL that does what has to be done for those too: it makes up the same keys, stores them
in a table with one index, in its order, and looks up who shares them; it describes and weighs nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from bench.bench import Bench
from bench.dataset import run as send
from bench.result import Result, of_time
from bench.rounds import Comparison, compare
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

KEYS = """
    SELECT hashtextextended(kind || told, 0) AS key, id AS lead_id FROM leads_lead, LATERAL (VALUES
        ('phone:', nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '')),
        ('mailbox:', split_part(email_key, '@', 1)),
        ('account+first_name:', account_id || '|' || lower(first_name)),
        ('account+last_name:', account_id || '|' || lower(last_name)),
        ('names:', lower(first_name) || '|' || lower(last_name))
    ) AS each (kind, told)
    WHERE told IS NOT NULL
"""
BARE = (
    "DROP TABLE IF EXISTS bench_key",
    f"CREATE TABLE bench_key AS {KEYS} AND id <= %(after)s",
    "ALTER TABLE bench_key ADD PRIMARY KEY (key, lead_id)",
    "VACUUM ANALYZE bench_key",
)
STORE = f"INSERT INTO bench_key {KEYS} AND id > %(after)s ORDER BY key"
SHARED = (
    f"SELECT count(*) FROM (SELECT DISTINCT key FROM ({KEYS} AND id > %(after)s) AS told) AS each, "  # noqa: S608
    "LATERAL (SELECT FROM bench_key AS theirs WHERE theirs.key = each.key ORDER BY lead_id DESC LIMIT 51) AS near"
)


def run(bench: Bench) -> list[Result]:
    """Everybody else has been looked at before; the last of all are new."""
    fresh = bench.scale.leads // ONE_IN
    after = Lead.objects.order_by("-pk").values_list("pk", flat=True)[fresh]
    for first in range(0, after, CHUNK):
        known = Lead.objects.filter(pk__gt=first, pk__lte=min(first + CHUNK, after))
        duplicate_sweep.remember(known, now=timezone.now())
    send("VACUUM ANALYZE leads_identitykey, leads_identitylook, leads_duplicateproposal", {})
    for statement in BARE:
        send(statement, {"after": after})
    label = f"comparing {fresh:,} newcomers with {bench.scale.leads:,} leads"
    joined = _beside(lambda: milliseconds(lambda: _join(after)), after, bench=bench)
    stored = _beside(lambda: _stored(after), after, bench=bench)
    return [
        of_time(label, joined, goal=GOAL),
        of_time(f"{label}, beside keys stored and shared", stored, goal=""),
    ]


def _beside(ceiling: Callable[[], float], after: int, *, bench: Bench) -> Comparison[float]:
    rounds = min(bench.scale.rounds, MOST_ROUNDS)
    return compare(ours=lambda: _look(after), ceiling=ceiling, size=float, rounds=rounds)


def _look(after: int) -> float:
    """How long the newcomers take when nothing of an earlier time is left."""
    DuplicateProposal.objects.filter(other__gt=after).delete()
    IdentityLook.objects.filter(lead__gt=after).delete()
    IdentityKey.objects.filter(lead__gt=after).delete()
    send("VACUUM leads_identitykey, leads_identitylook", {})
    return milliseconds(lambda: duplicate_sweep.look_at_newcomers(now=timezone.now()))


def _join(after: int) -> None:
    for statement in (BY_ADDRESS, BY_NAME):
        _fetch(statement, after)


def _stored(after: int) -> float:
    """How long it takes when nothing of an earlier time is left."""
    send("DELETE FROM bench_key WHERE lead_id > %(after)s", {"after": after})
    send("VACUUM bench_key", {})
    return milliseconds(lambda: _store(after))


def _store(after: int) -> None:
    _fetch(SHARED, after)
    send(STORE, {"after": after})


def _fetch(statement: str, after: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"after": after})
        cursor.fetchone()
