"""Looks for people who are there twice and proposes the likely pairs; writes keys, looks and open proposals.

A sweep may run twice, late, or on two machines: it takes leads that nobody else holds, whose facts are new or changed
since they were last compared. What somebody has decided about a pair stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Func, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce

from leads import identity_keys, prepared
from leads.domain import duplicates
from leads.domain.duplicates import Likeness
from leads.domain.identity import PLACEHOLDER_ENDING
from leads.domain.person_facts import Fact, Person, describe, keys_of, rarities_of
from leads.identity_keys import Pair, array_of
from leads.models import DuplicateProposal, IdentityLook, Lead

BATCH = 2_000
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
FACTS = (Fact.MAILBOX, Fact.ACCOUNT, *AS_TOLD)
DESCRIBED = ("email", "account_id", *(fact.value for fact in AS_TOLD))
"""The columns in which a lead tells of its person, as `_person` takes them."""

Row = tuple[Any, ...]
"""Of a lead its id, the print of its facts, and the columns of DESCRIBED."""
KEEP_LOOKS = """
INSERT INTO leads_identitylook (looked_at, lead_id, facts_print)
SELECT %s, lead_id, print FROM unnest(%s::bigint[], %s::bigint[]) AS looked (lead_id, print)
ON CONFLICT (lead_id) DO UPDATE SET facts_print = excluded.facts_print, looked_at = excluded.looked_at
"""


class _Looked(NamedTuple):
    """Leads that are compared now: what each tells of its person, and the digests of its keys."""

    people: dict[int, Person]
    keys: dict[int, list[int]]


def look_at_newcomers(*, now: datetime) -> int:
    """Compare the leads that came since the last look; returns how many. Cheap enough for every minute."""
    latest = IdentityLook.objects.aggregate(latest=Max("lead"))["latest"] or 0
    return _look(Q(known=None), after=max(0, latest - LATE), now=now)


def look_at_changed(*, now: datetime) -> int:
    """Compare every lead whose facts are not those it was last compared with; returns how many. For the night."""
    return _look(Q(known=None) | ~Q(known=F("print")), after=0, now=now)


def _look(due: Q, *, after: int, now: datetime) -> int:
    """Batch after batch, each a transaction of its own."""
    looked = 0
    while batch := _look_at_batch(due, after=after, now=now):
        looked += len(batch)
        after = batch[-1]
    return looked


@transaction.atomic
def remember(leads: QuerySet[Lead], *, now: datetime) -> None:
    """Take these as looked at: keep what they are looked up by, and propose nothing."""
    if rows := _rows(leads.annotate(print=_print())):
        _remember(rows, now=now)


@transaction.atomic
def _look_at_batch(due: Q, *, after: int, now: datetime) -> Sequence[int]:
    """The ids of those that were compared, in rising order."""
    known = IdentityLook.objects.filter(lead=OuterRef("pk")).values("facts_print")[:1]
    found = Lead.objects.alias(known=Subquery(known)).annotate(print=_print())
    free = found.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = _rows(free.filter(due, merged_into=None, pk__gt=after).order_by("pk")[:BATCH])
    if rows:
        _propose(_remember(rows, now=now), now=now)
    return [lead_id for lead_id, *_ in rows]


def _rows(leads: QuerySet[Lead]) -> list[Row]:
    return list(leads.values_list("pk", "print", *DESCRIBED))


def _remember(rows: Sequence[Row], *, now: datetime) -> _Looked:
    """Keep what they are looked up by, and with which facts they are compared."""
    looked = _Looked({}, {})
    ids, prints, *_ = zip(*rows, strict=True)
    identity_keys.keep(ids, _described(rows, looked))
    prepared.run(KEEP_LOOKS, [now, array_of(ids), array_of(prints)])
    return looked


def _described(rows: Iterable[Row], looked: _Looked) -> Iterator[tuple[int, list[int]]]:
    """Each lead with its keys, one after the other, so that those before it are stored at the same time."""
    for lead_id, _, *told in rows:
        looked.people[lead_id] = person = _person(*told)
        looked.keys[lead_id] = [*map(identity_keys.digest, keys_of(person))]
        yield lead_id, looked.keys[lead_id]


def _people(ids: Iterable[int]) -> dict[int, Person]:
    """What those of these leads tell of their persons that answer for themselves, by id."""
    asked = RawSQL("SELECT unnest(%s::bigint[])", [array_of(ids)])
    rows = Lead.objects.filter(pk__in=asked, merged_into=None).values_list("pk", *DESCRIBED)
    return {lead_id: _person(*told) for lead_id, *told in rows}


def _person(email: str, account_id: int | None, *told: str) -> Person:
    mailbox = "" if email.endswith(PLACEHOLDER_ENDING) else email.rpartition("@")[0]
    return describe(dict(zip(FACTS, (mailbox, str(account_id or ""), *told), strict=True)))


def _print() -> Func:
    """A number that changes with the facts by which leads are compared."""
    told = [Coalesce(Cast(name, TextField()), Value("")) for name in (*TOLD, "account_id")]
    joined = Func(Value("\x1f"), *told, function="concat_ws", output_field=TextField())
    return Func(joined, Value(0), function="hashtextextended", output_field=BigIntegerField())


def _propose(looked: _Looked, *, now: datetime) -> None:
    """Make the open proposals of these leads what their facts say today."""
    kept = _proposals_of(looked.people)
    pairs = identity_keys.sharing(looked.keys) - {pair for pair, row in kept.items() if row.decision}
    others = {lead_id for pair in pairs for lead_id in pair} - looked.people.keys()
    likely = _likely(pairs, _people(others) | looked.people)
    gone = [row.pk for pair, row in kept.items() if pair not in likely]
    DuplicateProposal.objects.filter(pk__in=gone, decision="").delete()
    DuplicateProposal.objects.bulk_create(
        [_proposal(pair, likeness, now=now) for pair, likeness in sorted(likely.items())],
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["probability", "evidence"],
    )


def _likely(pairs: Iterable[Pair], people: Mapping[int, Person]) -> dict[Pair, Likeness]:
    """Only of those who are alike at first sight it is asked how many others bear their names and numbers."""
    told = [(pair, people[pair[0]], people[pair[1]]) for pair in pairs if people.keys() >= {*pair}]
    alike = {pair: found for pair, one, other in told if (found := duplicates.likely(one, other))}
    rarities = {pair: rarities_of(people[pair[0]]) & rarities_of(people[pair[1]]) for pair in alike}
    bearers = identity_keys.bearers({key for keys in rarities.values() for key in keys})
    for pair, keys in rarities.items():
        if any(bearers.get(key, 0) > 2 for key in keys):  # noqa: PLR2004 - others than these two
            alike[pair] = duplicates.compare(people[pair[0]], people[pair[1]], bearers=bearers)
    return {pair: likeness for pair, likeness in alike.items() if likeness.is_likely}


def _proposals_of(ids: Iterable[int]) -> dict[Pair, DuplicateProposal]:
    """What is proposed or decided of these leads; of what is decided nobody is asked again."""
    asked = RawSQL("SELECT unnest(%s::bigint[])", [array_of(ids)])
    rows = DuplicateProposal.objects.filter(Q(one__in=asked) | Q(other__in=asked))
    return {(row.one_id, row.other_id): row for row in rows.only("one", "other", "decision")}


def _proposal(pair: Pair, likeness: Likeness, *, now: datetime) -> DuplicateProposal:
    evidence = [[each.fact, each.level, each.bits] for each in likeness.evidence]
    one, other = pair
    return DuplicateProposal(
        one_id=one, other_id=other, probability=likeness.probability, evidence=evidence, proposed_at=now
    )
