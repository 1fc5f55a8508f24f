"""Keeps the keys by which a person's likes are looked up, and says who shares them: one statement for any number.

Written for `leads.duplicate_sweep` alone. Of a key its digest is kept: two that meet by chance are compared in vain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b

from leads import copying, prepared
from leads.models import IdentityKey

WIDEST = 50
"""Of the many who share a key, so many of the latest are compared: what more share says little."""
CROWD = 4_000
"""A number or a name that more share tells nobody from the others: twelve bits of what it says go again."""

FORGET = "DELETE FROM leads_identitykey WHERE lead_id = ANY(%s::bigint[])"
SHARED = """
SELECT each.key, near.latest
FROM unnest(%(keys)s::bigint[]) AS each (key)
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT theirs.lead_id FROM leads_identitykey AS theirs
        WHERE theirs.key = each.key ORDER BY theirs.lead_id DESC LIMIT %(widest)s + 1
    )
    OFFSET 0
) AS near (latest)
WHERE cardinality(near.latest) > 1
AND (
    cardinality(near.latest) <= least(%(widest)s, %(crowd)s)
    OR NOT EXISTS (SELECT FROM leads_identitykey AS theirs WHERE theirs.key = each.key OFFSET %(crowd)s)
)
"""
COUNT = """
SELECT key, count(*) FROM leads_identitykey WHERE key = ANY(%s::bigint[]) GROUP BY key
"""
Pair = tuple[int, int]


def digest(key: str) -> int:
    """Eight bytes for a key of any length."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def keep(lead_ids: Iterable[int], keys: Iterable[tuple[int, Iterable[int]]]) -> None:
    """Let these leads have the keys that are given with their ids, as digests, and no others.

    The keys may be made up as they are asked for: PostgreSQL stores those that were given meanwhile.
    """
    prepared.run(FORGET, [array_of(lead_ids)])
    lines = (f"{lead_id}\t{key}" for lead_id, each in keys for key in each)
    copying.write(IdentityKey, ["lead_id", "key"], lines)


def sharing(keys: Mapping[int, Collection[int]]) -> set[Pair]:
    """Each of these leads with the latest others that share one of its keys; the lower id first."""
    holders: dict[int, list[int]] = {}
    for lead_id, each in keys.items():
        for key in each:
            holders.setdefault(key, []).append(lead_id)
    asked = {"keys": array_of(sorted(holders)), "widest": WIDEST, "crowd": CROWD}
    pairs: set[Pair] = set()
    for key, latest in prepared.rows(SHARED, asked):
        for mine in holders[key]:
            near = [other for other in latest if other != mine][:WIDEST]
            pairs.update((mine, other) if mine < other else (other, mine) for other in near)
    return pairs


def bearers(keys: Collection[str]) -> dict[str, int]:
    """How many leads have each of the keys; who is not told has none."""
    digests = {digest(key): key for key in keys}
    return {digests[found]: count for found, count in prepared.rows(COUNT, [array_of(digests)])}


def array_of(numbers: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL reads an array of them, put together faster than a list is adapted."""
    return f"{{{','.join(map(str, numbers))}}}"
