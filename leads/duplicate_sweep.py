"""Looks for people who are there twice and proposes the likely pairs; writes keys, looks and open proposals.

A sweep may run twice, late, or on two machines: it takes leads that nobody else holds, whose facts are new or changed
since they were last compared. What somebody has decided about a pair stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, F, Func, Max, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce

from leads import copying
from leads.domain import duplicates
from leads.domain.duplicates import Fact, Likeness, Person
from leads.domain.identity import PLACEHOLDER_ENDING
from leads.models import DuplicateProposal, IdentityKey, IdentityLook, Lead

BATCH = 500
WIDEST = 50
"""Of the many who share a key, so many of the latest are compared: what more share says little."""
CROWD = 4_000
"""A number or a name that more share tells nobody from the others: twelve bits of what it says go again."""
LATE = 5_000
"""So many ids before the latest looked at are asked again, for who was stored out of turn or held by somebody."""
TOLD = ("email_key", "first_name", "last_name", "phone", "country", "region", "postal_code")

AS_TOLD = (
    Fact.FIRST_NAME,
    Fact.LAST_NAME,
    Fact.PHONE,
    Fact.COUNTRY,
    Fact.REGION,
    Fact.POSTAL_CODE,
)
DESCRIBED = ("email", "account_id", *(fact.value for fact in AS_TOLD))
"""The columns in which a lead tells of its person, as `_person` takes them."""

Pair = tuple[int, int]
KEEP_LOOKS = """
INSERT INTO leads_identitylook (looked_at, lead_id, facts_print)
SELECT %s, lead_id, print FROM unnest(%s::bigint[], %s::bigint[]) AS looked (lead_id, print)
ON CONFLICT (lead_id) DO UPDATE SET facts_print = excluded.facts_print, looked_at = excluded.looked_at
"""
SHARED = """
WITH mine AS MATERIALIZED (
    SELECT lead_id, key FROM leads_identitykey WHERE lead_id = ANY(%(ids)s)
), telling AS MATERIALIZED (
    SELECT key FROM (SELECT DISTINCT key FROM mine) AS each
    WHERE NOT EXISTS (SELECT FROM leads_identitykey AS theirs WHERE theirs.key = each.key OFFSET %(crowd)s)
)
SELECT DISTINCT least(mine.lead_id, near.lead_id), greatest(mine.lead_id, near.lead_id)
FROM mine
JOIN telling USING (key)
CROSS JOIN LATERAL (
    SELECT theirs.lead_id FROM leads_identitykey theirs
    WHERE theirs.key = mine.key AND theirs.lead_id <> mine.lead_id
    ORDER BY theirs.lead_id DESC LIMIT %(widest)s
) near
JOIN leads_lead lead ON lead.id = near.lead_id AND lead.merged_into_id IS NULL
"""


class _Looked(NamedTuple):
    """A lead that is compared now, with the print of its facts."""

    lead_id: int
    facts_print: int


def look_at_newcomers(*, now: datetime) -> int:
    """Compare the leads that came since the last look; returns how many. Cheap enough for every minute."""
    latest = IdentityLook.objects.aggregate(latest=Max("lead"))["latest"] or 0
    return _look(Q(look__isnull=True), after=max(0, latest - LATE), now=now)


def look_at_changed(*, now: datetime) -> int:
    """Compare every lead whose facts are not those it was last compared with; returns how many. For the night."""
    return _look(Q(look__isnull=True) | ~Q(look__facts_print=F("print")), after=0, now=now)


def _look(due: Q, *, after: int, now: datetime) -> int:
    """Batch after batch, each a transaction of its own."""
    looked = 0
    while batch := _look_at_batch(due, after=after, now=now):
        looked += len(batch)
        after = batch[-1].lead_id
    return looked


@transaction.atomic
def remember(leads: QuerySet[Lead], *, now: datetime) -> None:
    """Take these as looked at: keep what they are looked up by, and propose nothing."""
    looked = [_Looked(*row) for row in leads.annotate(facts_print=_print()).values_list("pk", "facts_print")]
    if looked:
        _remember(looked, now=now)


@transaction.atomic
def _look_at_batch(due: Q, *, after: int, now: datetime) -> Sequence[_Looked]:
    found = Lead.objects.alias(print=_print()).annotate(facts_print=F("print"))
    free = found.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = free.filter(due, merged_into=None, pk__gt=after).order_by("pk")
    looked = [_Looked(*row) for row in rows.values_list("pk", "facts_print")[:BATCH]]
    if looked:
        _propose(_remember(looked, now=now), now=now)
    return looked


def _remember(looked: Sequence[_Looked], *, now: datetime) -> dict[int, Person]:
    """Keep what they are looked up by, and with which facts they are compared; what they tell of their persons."""
    people = _people([one.lead_id for one in looked])
    _keep_keys({lead_id: duplicates.keys_of(person) for lead_id, person in people.items()})
    _keep_looks(looked, now=now)
    return people


def _people(ids: Iterable[int]) -> dict[int, Person]:
    """What these leads tell of their persons, by id."""
    rows = Lead.objects.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(ids)]))
    return {lead_id: _person(*told) for lead_id, *told in rows.values_list("pk", *DESCRIBED)}


def _person(email: str, account_id: int | None, *told: str) -> Person:
    mailbox = "" if email.endswith(PLACEHOLDER_ENDING) else email.rpartition("@")[0]
    known = {Fact.MAILBOX: mailbox, Fact.ACCOUNT: str(account_id or "")}
    return duplicates.describe(known | dict(zip(AS_TOLD, told, strict=True)))


def _print() -> Func:
    """A number that changes with the facts by which leads are compared."""
    told = [Coalesce(Cast(name, TextField()), Value("")) for name in (*TOLD, "account_id")]
    joined = Func(Value("\x1f"), *told, function="concat_ws", output_field=TextField())
    return Func(joined, Value(0), function="hashtextextended", output_field=BigIntegerField())


def _keep_keys(keys: Mapping[int, Iterable[str]]) -> None:
    IdentityKey.objects.filter(lead__in=keys).delete()
    rows = {(lead_id, _digest(key)) for lead_id, each in keys.items() for key in each}
    copying.stream(IdentityKey, ({"lead_id": lead_id, "key": key} for lead_id, key in rows))


def _digest(key: str) -> int:
    """Eight bytes for a key of any length; two that meet by chance are compared for nothing, no more."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


def _propose(looked: Mapping[int, Person], *, now: datetime) -> None:
    """Make the open proposals of these leads what their facts say today."""
    ids = list(looked)
    pairs = _sharing(ids) - _decided(ids)
    others = {lead_id for pair in pairs for lead_id in pair} - looked.keys()
    likely = _likely(sorted(pairs), {**_people(others), **looked})
    stale = DuplicateProposal.objects.filter(Q(one__in=ids) | Q(other__in=ids), decision="")
    gone = [row.pk for row in stale if (row.one_id, row.other_id) not in likely]
    DuplicateProposal.objects.filter(pk__in=gone, decision="").delete()
    DuplicateProposal.objects.bulk_create(
        [_proposal(pair, likeness, now=now) for pair, likeness in likely.items()],
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["probability", "evidence"],
    )


def _likely(pairs: Iterable[Pair], people: Mapping[int, Person]) -> dict[Pair, Likeness]:
    """Only of those who are alike at first sight it is asked how many others bear their names and numbers."""
    alike = {pair: found for pair in pairs if (found := duplicates.likely(*(people[one] for one in pair)))}
    rarities = {
        pair: duplicates.rarities_of(people[pair[0]]) & duplicates.rarities_of(people[pair[1]])
        for pair in alike
    }
    bearers = _bearers({key for keys in rarities.values() for key in keys})
    for pair, keys in rarities.items():
        if any(bearers.get(key, 0) > 2 for key in keys):  # noqa: PLR2004 - others than these two
            alike[pair] = duplicates.compare(people[pair[0]], people[pair[1]], bearers=bearers)
    return {pair: likeness for pair, likeness in alike.items() if likeness.is_likely}


def _bearers(keys: Iterable[str]) -> dict[str, int]:
    """How many leads have each of the keys."""
    digests = {_digest(key): key for key in keys}
    counted = IdentityKey.objects.filter(key__in=digests).values_list("key").annotate(Count("pk"))
    return {digests[digest]: count for digest, count in counted}


def _sharing(ids: list[int]) -> set[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(SHARED, {"ids": ids, "crowd": CROWD, "widest": WIDEST})
        return set(cursor.fetchall())


def _decided(ids: list[int]) -> set[Pair]:
    """What nobody is asked again."""
    decided = DuplicateProposal.objects.exclude(decision="").filter(Q(one__in=ids) | Q(other__in=ids))
    return set(decided.values_list("one_id", "other_id"))


def _proposal(pair: Pair, likeness: Likeness, *, now: datetime) -> DuplicateProposal:
    evidence = [[each.fact, each.level, each.bits] for each in likeness.evidence]
    one, other = pair
    return DuplicateProposal(
        one_id=one, other_id=other, probability=likeness.probability, evidence=evidence, proposed_at=now
    )


def _keep_looks(looked: Sequence[_Looked], *, now: datetime) -> None:
    ids, prints = zip(*looked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_LOOKS, [now, list(ids), list(prints)])
