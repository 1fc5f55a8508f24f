"""Looks for people who are there twice and proposes the likely pairs; writes keys, looks and open proposals.

A sweep may run twice, late, or on two machines: one looks at a time, at leads whose facts are new or changed since
they were last compared. Nobody who writes to a lead waits for it but who erases one, who is waited for as well. What
somebody has decided about a pair stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from leads import collector, identity_keys, prepared
from leads.domain import duplicates
from leads.domain.duplicates import Likeness
from leads.domain.identity import PLACEHOLDER_ENDING
from leads.domain.person_facts import Fact, Person, describe, keys_of, rarities_of
from leads.identity_keys import Keys, Pair, array_of
from leads.models import DuplicateProposal, IdentityLook, Lead

BATCH = 20_000
PART = 10_000  # are looked up together while the next are described
LATE = 5_000
"""So many ids before the latest looked at are asked again, for who was stored out of turn or held by somebody."""
SWEEP = 0x4455_5053  # the number under which one sweep at a time holds the keys

AS_TOLD = (
    Fact.FIRST_NAME,
    Fact.LAST_NAME,
    Fact.PHONE,
    Fact.COUNTRY,
    Fact.REGION,
    Fact.POSTAL_CODE,
)
FACTS = (Fact.MAILBOX, Fact.ACCOUNT, *AS_TOLD)
COLUMNS = ", ".join(f"lead.{name}" for name in ("email", "account_id", *AS_TOLD))
"""In which a lead tells of its person, as `_person` takes them."""
TOLD = ", ".join(f"coalesce(lead.{name}::text, '')" for name in ("email_key", *AS_TOLD, "account_id"))
PRINT = f"hashtextextended(concat_ws(chr(31), {TOLD}), 0)"
"""A number that changes with the facts by which leads are compared."""
KNOWN = "(SELECT look.facts_print FROM leads_identitylook AS look WHERE look.lead_id = lead.id)"

Row = tuple[Any, ...]
READ = (
    f"SELECT lead.id, {PRINT}, {{known}}, {COLUMNS} FROM leads_lead AS lead "  # noqa: S608 - columns of our own
    "WHERE lead.merged_into_id IS NULL AND {due} ORDER BY lead.id LIMIT %(batch)s FOR KEY SHARE OF lead SKIP LOCKED"
)
"""Of a lead its id, the print of its facts, the print that is known of it if any, and what it tells."""
NEWCOMERS = READ.format(known="NULL", due=f"lead.id > %(after)s AND {KNOWN} IS NULL")
CHANGED = READ.format(known=KNOWN, due=f"lead.id > %(after)s AND {KNOWN} IS DISTINCT FROM {PRINT}")
THESE = READ.format(known=KNOWN, due="lead.id = ANY(%(leads)s::bigint[])")
PEOPLE = (
    f"SELECT lead.id, {COLUMNS} FROM leads_lead AS lead "  # noqa: S608 - columns of our own
    "WHERE lead.id = ANY(%s::bigint[]) AND lead.merged_into_id IS NULL"
)
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(%s::bigint)"
KEEP_LOOKS = """
INSERT INTO leads_identitylook (looked_at, lead_id, facts_print)
SELECT %s, lead_id, print FROM unnest(%s::bigint[], %s::bigint[]) AS looked (lead_id, print)
ON CONFLICT (lead_id) DO UPDATE SET facts_print = excluded.facts_print, looked_at = excluded.looked_at
"""


class _Looked(NamedTuple):
    """Leads that are compared now, in rising order: what each tells of its person, and what follows from that."""

    people: Mapping[int, Person]
    prints: Sequence[int]
    keys: Keys

    def keeping(self, *, now: datetime) -> tuple[str, list[Any]]:
        """The statement that keeps with which facts they were compared, and its values."""
        return KEEP_LOOKS, [now, array_of(self.people), array_of(self.prints)]


def look_at_newcomers(*, now: datetime) -> int:
    """Compare the leads that came since the last look; returns how many. Cheap enough for every minute."""
    latest = IdentityLook.objects.aggregate(latest=Max("lead"))["latest"] or 0
    return _look(NEWCOMERS, after=max(0, latest - LATE), now=now)


def look_at_changed(*, now: datetime) -> int:
    """Compare every lead whose facts are not those it was last compared with; returns how many. For the night."""
    return _look(CHANGED, after=0, now=now)


def _look(due: str, *, after: int, now: datetime) -> int:
    """Batch after batch, each a transaction of its own."""
    looked = 0
    while batch := _look_at_batch(due, after=after, now=now):
        looked += len(batch)
        after = batch[-1]
    return looked


@transaction.atomic
def remember(leads: QuerySet[Lead], *, now: datetime) -> None:
    """Take these as looked at: keep what they are looked up by, and propose nothing."""
    ids = list(leads.order_by("pk").values_list("pk", flat=True))
    for looked in _looked(_due(THESE, leads=array_of(ids), batch=len(ids))):
        identity_keys.keep(looked.keys, beside=iter(()))
        prepared.run(*looked.keeping(now=now))


@transaction.atomic
def _look_at_batch(due: str, *, after: int, now: datetime) -> Sequence[int]:
    """The ids of those that were compared, in rising order.

    While some are looked up and stored the next are described, and those who are found are weighed.
    """
    with collector.resting():
        rows = _due(due, after=after, batch=BATCH)
        parts = _looked(rows)
        looked = next(parts, None)
        while looked:
            pairs, following = identity_keys.sharing(looked.keys, beside=partial(next, parts, None))
            _propose(looked, pairs, now=now)
            looked = following
    return [lead_id for lead_id, *_ in rows]


def _due(statement: str, **asked: Any) -> list[Row]:
    """Those that are due, who are looked up by nothing from now on.

    Nobody erases one of them, and nobody else compares any, until the transaction ends.
    """
    prepared.run(ONE_AT_A_TIME, [SWEEP])
    rows = prepared.rows(statement, asked)
    identity_keys.forget([lead_id for lead_id, _, known, *_ in rows if known is not None])
    return rows


def _looked(rows: Sequence[Row]) -> Iterator[_Looked]:
    """What they tell and are looked up by, some at a time."""
    for first in range(0, len(rows), PART):
        part = rows[first : first + PART]
        people = {lead_id: _person(told) for lead_id, _, _, *told in part}
        keys = identity_keys.of_leads((lead_id, keys_of(person)) for lead_id, person in people.items())
        yield _Looked(people, [row[1] for row in part], keys)


def _person(row: Sequence[Any]) -> Person:
    """From the columns, with the mailbox alone of an address that is somebody's."""
    told = dict(zip(FACTS, row, strict=True))
    email, account_id = row[0], row[1]
    told[Fact.MAILBOX] = "" if email.endswith(PLACEHOLDER_ENDING) else email.rpartition("@")[0]
    told[Fact.ACCOUNT] = str(account_id or "")
    return describe(told)


def _propose(looked: _Looked, pairs: set[Pair], *, now: datetime) -> None:
    """Keep keys and looks, and make the open proposals of these leads what their facts say today."""
    kept = _proposals_of(looked.people)
    weighing = _Weighing(looked.people, pairs - {pair for pair, row in kept.items() if row.decision})
    others = prepared.rows(PEOPLE, [array_of(sorted(weighing.others))])
    prepared.rows_beside(*looked.keeping(now=now), partial(weighing.describe, others))
    identity_keys.keep(looked.keys, beside=weighing.steps())
    likely = _likely(weighing)
    gone = [row.pk for pair, row in kept.items() if pair not in likely]
    DuplicateProposal.objects.filter(pk__in=gone, decision="").delete()
    DuplicateProposal.objects.bulk_create(
        [_proposal(pair, likeness, now=now) for pair, likeness in sorted(likely.items())],
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["probability", "evidence"],
    )


class _Weighing:
    """Who of some pairs are alike at first sight, and the people they are made of as far as they are described."""

    def __init__(self, people: Mapping[int, Person], pairs: Collection[Pair]) -> None:
        self.people, self.pairs = dict(people), pairs
        self.alike: dict[Pair, Likeness] = {}

    @property
    def others(self) -> set[int]:
        """Those who are not described."""
        return {lead_id for pair in self.pairs for lead_id in pair} - self.people.keys()

    def describe(self, others: Iterable[Row]) -> None:
        """Take the others by id and by what they tell."""
        self.people.update((lead_id, _person(told)) for lead_id, *told in others)

    def steps(self) -> Iterator[None]:
        """Weigh the pairs, one at each step."""
        people = self.people
        for pair in self.pairs:
            one, other = people.get(pair[0]), people.get(pair[1])
            if one and other and (found := duplicates.likely(one, other)):
                self.alike[pair] = found
            yield


def _likely(weighing: _Weighing) -> dict[Pair, Likeness]:
    """Only of those who are alike at first sight it is asked how many others bear their names and numbers."""
    people, alike = weighing.people, weighing.alike
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
