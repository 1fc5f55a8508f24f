"""Looks for people who are there twice and proposes the likely pairs; writes keys, looks and open proposals.

A sweep may run twice, late, or on two machines: it takes leads that nobody else holds, whose facts are new or changed
since they were last compared. What somebody has decided about a pair stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from django.db import connection, transaction
from django.db.models import Count, F, Func, Max, Q, TextField, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce

from leads.domain import duplicates
from leads.domain.duplicates import Fact, Likeness, Person
from leads.domain.identity import PLACEHOLDER_ENDING
from leads.models import DuplicateProposal, IdentityKey, IdentityLook, Lead

BATCH = 500
WIDEST = 50
"""Of the many who share a key, so many of the latest are compared: what more share says little."""
LATE = 5_000
"""So many ids before the latest looked at are asked again, for who was stored out of turn or held by somebody."""
TOLD = ("email_key", "first_name", "last_name", "phone", "country", "region", "postal_code")

Pair = tuple[int, int]
SHARED = """
SELECT DISTINCT least(mine.lead_id, near.lead_id), greatest(mine.lead_id, near.lead_id)
FROM leads_identitykey mine
CROSS JOIN LATERAL (
    SELECT theirs.lead_id FROM leads_identitykey theirs
    WHERE theirs.key = mine.key AND theirs.lead_id <> mine.lead_id
    ORDER BY theirs.lead_id DESC LIMIT %s
) near
JOIN leads_lead lead ON lead.id = near.lead_id AND lead.merged_into_id IS NULL
WHERE mine.lead_id = ANY(%s)
"""


def look_at_newcomers(*, now: datetime) -> int:
    """Compare the leads that came since the last look; returns how many. Cheap enough for every minute."""
    latest = IdentityLook.objects.aggregate(latest=Max("lead"))["latest"] or 0
    return _look(Q(look__isnull=True), after=max(0, latest - LATE), now=now)


def look_at_changed(*, now: datetime) -> int:
    """Compare every lead whose facts are not those it was last compared with; returns how many. For the night."""
    return _look(Q(look__isnull=True) | ~Q(look__facts_print=F("print")), after=0, now=now)


def describe(lead: Lead) -> Person:
    """What the lead tells of its person."""
    mailbox = "" if lead.email.endswith(PLACEHOLDER_ENDING) else lead.email.rpartition("@")[0]
    return duplicates.describe(
        {
            Fact.FIRST_NAME: lead.first_name,
            Fact.LAST_NAME: lead.last_name,
            Fact.MAILBOX: mailbox,
            Fact.PHONE: lead.phone,
            Fact.ACCOUNT: str(lead.account_id or ""),
            Fact.COUNTRY: lead.country,
            Fact.REGION: lead.region,
            Fact.POSTAL_CODE: lead.postal_code,
        }
    )


def _look(due: Q, *, after: int, now: datetime) -> int:
    """Batch after batch, each a transaction of its own."""
    looked = 0
    while batch := _look_at_batch(due, after=after, now=now):
        looked += len(batch)
        after = batch[-1].pk
    return looked


@transaction.atomic
def _look_at_batch(due: Q, *, after: int, now: datetime) -> Sequence[Lead]:
    found = Lead.objects.alias(print=_print()).annotate(facts_print=F("print"))
    free = found.select_for_update(of=("self",), no_key=True, skip_locked=True)
    leads = list(free.filter(due, merged_into=None, pk__gt=after).order_by("pk")[:BATCH])
    if leads:
        _keep_keys({lead.pk: duplicates.keys_of(describe(lead)) for lead in leads})
        _propose(leads, now=now)
        _keep_looks(leads, now=now)
    return leads


def _print() -> Func:
    """A number that changes with the facts by which leads are compared."""
    told = [Coalesce(Cast(name, TextField()), Value("")) for name in (*TOLD, "account_id")]
    joined = Func(Value("\x1f"), *told, function="concat_ws", output_field=TextField())
    return Func(joined, Value(0), function="hashtextextended", output_field=BigIntegerField())


def _keep_keys(keys: Mapping[int, Iterable[str]]) -> None:
    IdentityKey.objects.filter(lead__in=keys).delete()
    rows = ((lead_id, _digest(key)) for lead_id, each in keys.items() for key in each)
    IdentityKey.objects.bulk_create(IdentityKey(lead_id=lead_id, key=key) for lead_id, key in set(rows))


def _digest(key: str) -> int:
    """Eight bytes for a key of any length; two that meet by chance are compared for nothing, no more."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


def _propose(leads: Sequence[Lead], *, now: datetime) -> None:
    """Make the open proposals of these leads what their facts say today."""
    ids = [lead.pk for lead in leads]
    pairs = _sharing(ids) - _decided(ids)
    known = Lead.objects.in_bulk({lead_id for pair in pairs for lead_id in pair})
    people = {lead_id: describe(lead) for lead_id, lead in known.items()}
    likely = _likely(sorted(pairs), people)
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
    bearers = _bearers({key for person in people.values() for key in duplicates.rarities_of(person)})
    compared = (
        (pair, duplicates.compare(people[pair[0]], people[pair[1]], bearers=bearers)) for pair in pairs
    )
    return {pair: likeness for pair, likeness in compared if likeness.is_likely}


def _bearers(keys: Iterable[str]) -> dict[str, int]:
    """How many leads have each of the keys."""
    digests = {_digest(key): key for key in keys}
    counted = IdentityKey.objects.filter(key__in=digests).values_list("key").annotate(Count("pk"))
    return {digests[digest]: count for digest, count in counted}


def _sharing(ids: list[int]) -> set[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(SHARED, [WIDEST, ids])
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


def _keep_looks(leads: Sequence[Lead], *, now: datetime) -> None:
    IdentityLook.objects.bulk_create(
        [
            IdentityLook(lead=lead, facts_print=lead.facts_print, looked_at=now)  # type: ignore[attr-defined]
            for lead in leads
        ],
        update_conflicts=True,
        unique_fields=["lead"],
        update_fields=["facts_print", "looked_at"],
    )
