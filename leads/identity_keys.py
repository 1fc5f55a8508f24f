"""Keeps the keys by which a person's likes are looked up, and says who shares them: one statement for any number.

Written for `leads.duplicate_sweep` alone. Of a key its digest is kept: two that meet by chance are compared in vain.
Keys are looked up and stored in the order of their index, so that neighbours find its pages at hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, repeat
from operator import itemgetter
from struct import unpack
from typing import NamedTuple

from leads import copying, prepared
from leads.models import IdentityKey
from leads.sending import Done

WIDEST = 50
"""Of the many who share a key, so many of the latest are compared: what more share says little."""
CROWD = 4_000
"""A number or a name that more share tells nobody from the others: twelve bits of what it says go again."""
STRIDE = 2  # lines that are stored while one piece of other work is done

FORGET = """
DELETE FROM leads_identitykey
WHERE lead_id BETWEEN %(first)s AND %(last)s
AND (lead_id IN (SELECT unnest(%(leads)s::bigint[]))) IS TRUE -- looked up in a hash, where "= ANY" walks through it
"""
SHARED = """
SELECT each.key, near.lead_id
FROM unnest(%(keys)s::bigint[]) AS each (key)
CROSS JOIN LATERAL (
    SELECT theirs.lead_id FROM leads_identitykey AS theirs
    WHERE theirs.key = each.key ORDER BY theirs.lead_id DESC LIMIT %(widest)s + 1
) AS near
"""
CROWDED = """
SELECT each.key FROM unnest(%s::bigint[]) AS each (key)
WHERE EXISTS (SELECT FROM leads_identitykey AS theirs WHERE theirs.key = each.key OFFSET %s)
"""
COUNT = """
SELECT key, count(*) FROM leads_identitykey WHERE key = ANY(%s::bigint[]) GROUP BY key
"""
Pair = tuple[int, int]


class Keys(NamedTuple):
    """The digests of several leads' keys: of each the last lead that has it, and in rising order those before it."""

    last: Mapping[int, int]
    before: Mapping[int, Sequence[int]]
    rising: Sequence[int]
    texts: Sequence[str]
    """The digests as PostgreSQL reads them, in rising order."""

    def bearers(self, key: int) -> Sequence[int]:
        """Those of the leads that have the key, in rising order."""
        return [*self.before.get(key, ()), self.last[key]]


def of_leads(keys: Iterable[tuple[int, Sequence[str]]]) -> Keys:
    """The digests of what these leads are looked up by, each lead told once and in rising order."""
    leads: list[int] = []
    told: list[str] = []
    for lead_id, each in keys:
        told += each
        leads += repeat(lead_id, len(each))
    found = digests(told)
    last = dict(zip(found, leads, strict=True))
    before: dict[int, list[int]] = {}
    if len(last) < len(found):
        for key, lead_id in zip(found, leads, strict=True):
            if last[key] != lead_id:
                before.setdefault(key, []).append(lead_id)
    rising = sorted(last)
    return Keys(last, before, rising, [*map(str, rising)])


def digests(keys: Collection[str]) -> tuple[int, ...]:
    """Eight bytes for each key, of any length."""
    together = b"".join([blake2b(key.encode(), digest_size=8).digest() for key in keys])
    return unpack(f">{len(keys)}q", together)


def forget(lead_ids: Sequence[int]) -> None:
    """Let these leads, in rising order, have no keys."""
    if lead_ids:
        told = {"first": lead_ids[0], "last": lead_ids[-1], "leads": array_of(lead_ids)}
        prepared.run(FORGET, told)


def keep(keys: Keys, *, beside: Iterator[object]) -> None:
    """Store the keys of leads that have none.

    What is given `beside` is worked through meanwhile: PostgreSQL stores what it was given until then.
    """
    last = map(str, map(keys.last.__getitem__, keys.rising))
    lines = chain(
        map("\t".join, zip(keys.texts, last, strict=True)),
        (f"{key}\t{lead_id}" for key, leads in keys.before.items() for lead_id in leads),
    )
    copying.write(IdentityKey, ["key", "lead_id"], _meanwhile(lines, beside))


def _meanwhile(lines: Iterable[str], work: Iterator[object]) -> Iterator[str]:
    """The lines; a piece of the work is done after some of them, and what is left of it after the last."""
    for number, line in enumerate(lines):
        yield line
        if number % STRIDE == 0:
            next(work, None)
    for _ in work:
        pass


def sharing(keys: Keys, *, beside: Callable[[], Done]) -> tuple[set[Pair], Done]:
    """Each of these leads with the latest before it that share one of its keys; the lower id first.

    Before a lead are those of these that are told before it, and all whose keys are stored. A crowd's key is nobody's.
    What is to be done `beside` is done while they are looked up, and what came of it is returned too.
    """
    asked = {"keys": f"{{{','.join(keys.texts)}}}", "widest": WIDEST}
    rows, done = prepared.rows_beside(SHARED, asked, beside)
    return _shared(keys, rows), done


def _shared(keys: Keys, rows: Sequence[Pair]) -> set[Pair]:
    """The pairs of which one has a key and the other is of the latest stored with it, or told before it."""
    stored = Counter(map(itemgetter(0), rows))
    full = {key for key, count in stored.items() if count > WIDEST}
    several: dict[int, list[int]] = {key: [] for key in full | keys.before.keys()}
    pairs: set[Pair] = set()
    for key, other in rows:
        if key in several:
            several[key].append(other)
        else:
            mine = keys.last[key]
            pairs.add((mine, other) if mine < other else (other, mine))
    for key in several.keys() - _crowded(full, stored, keys):
        pairs.update(_pairs(keys.bearers(key), several[key]))
    return pairs


def _crowded(full: Collection[int], stored: Mapping[int, int], keys: Keys) -> set[int]:
    """The keys that too many have, stored or among these leads."""
    found = {key for (key,) in prepared.rows(CROWDED, [array_of(full), CROWD])} if full else set()
    found.update(key for key, leads in keys.before.items() if len(leads) + 1 + stored[key] > CROWD)
    return found


def _pairs(bearers: Sequence[int], stored: Sequence[int]) -> Iterator[Pair]:
    """Each of the bearers with the latest of those before it, and then of those that are stored, latest first."""
    for place, mine in enumerate(bearers):
        near = bearers[max(0, place - WIDEST) : place]
        for other in chain(near, stored[: WIDEST - len(near)]):
            yield (mine, other) if mine < other else (other, mine)


def bearers(keys: Collection[str]) -> dict[str, int]:
    """How many leads have each of the keys; who is not told has none."""
    told = dict(zip(digests(keys), keys, strict=True))
    return {told[found]: count for found, count in prepared.rows(COUNT, [array_of(sorted(told))])}


def array_of(numbers: Iterable[int]) -> str:
    """Whole numbers as PostgreSQL reads an array of them, put together faster than a list is adapted."""
    return f"{{{','.join(map(str, numbers))}}}"
