"""Routes new MQLs to reps and starts their clocks, one lead or very many at once (LC-3, RT-4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from leads import addresses, collector, copying, outbox, prepared, quick_rows, row_changes, timeline
from leads.actors import Job
from leads.cells import Cells, cell, json_cell
from leads.domain.events import EventKind
from leads.domain.notices import Kind
from leads.models import Lead, User
from leads.outbox import Message
from leads.remembering import remembering_edition
from routing import assignment, clocks, clocks_together, events, promises
from routing.assignment import Placed, Question
from routing.clocks import Moment
from routing.managers import managers_of
from routing.models import Handoff

ROUTING = Job("routing")
UNDECIDED = {
    "status": Handoff.Status.OPEN.value,
    "meeting_at": None,
    "snoozed_until": None,
    "first_step": "",
    "second_look_of_id": None,
    "first_contact_at": None,
    "decided_at": None,
    "decided_by_id": None,
    "reason_id": None,
    "note": "",
}
"""What a hand-off that has just been made says of what has not happened yet, by column."""
PLACED = (
    "kind",
    "rule_set_id",
    "assignee_id",
    "team_id",
    "rule_name",
    "pool_id",
    "because",
    "qualified_at",
    "assigned_at",
    "received_at",
)
"""The columns in which it says who has it."""
FRESH_ID = "SELECT nextval('routing_handoff_id_seq')"
GIVE_EACH = """
    UPDATE leads_lead SET owner_id = given.owner, team_id = given.team
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS given (lead, owner, team) WHERE id = given.lead
"""


WHOSE = itemgetter("lead_id", "assignee_id", "team_id")


@dataclass(frozen=True)
class Package:
    """What marketing hands over with the lead: the scores, tier and source as they were (LC-3)."""

    fit: float
    engagement: float
    urgency: float
    tier: str
    priority: str
    source: str
    trigger: str
    scorecard_version: int
    captured_at: datetime


PACKED = tuple(field.name for field in fields(Package))
COLUMNS = ("id", "lead_id", *PLACED, *PACKED, *UNDECIDED, "explanation")


class HandedOver(NamedTuple):
    """The hand-off that is open, and when its clocks are due."""

    handoff: Handoff
    due: dict[str, datetime]


class Ready(NamedTuple):
    """A lead that is to be handed over at its own moment; nobody is told of what `is_history`."""

    lead: Lead
    package: Package
    now: datetime
    is_history: bool = False


def hand_over(lead: Lead, package: Package, *, now: datetime) -> HandedOver:
    """Route an MQL to a rep and start the clocks; the caller's transaction makes all of it one.

    A pool is locked from its turn to the end of that transaction, so what can be read before is read before.
    """
    with remembering_edition():
        promises.in_force()
        fresh = prepared.rows_ahead(FRESH_ID)
        decision = assignment.decide(lead, _question(package), now=now)
        placed, packed = _placing(decision, now=now), vars(package)
        values = {"id": fresh()[0][0], "lead_id": lead.pk, **placed, **packed, **UNDECIDED}
        values["explanation"] = decision.explanation
        prepared.insert_later(Handoff, [values])
        handoff = _handed(Ready(lead, package, now), decision, values)
        row_changes.change(lead, owner_id=lead.owner_id, team_id=lead.team_id)
        kind, said = timeline.Kind.HANDOFF, _said(handoff)
        timeline.record(lead, kind, said, by=ROUTING, at=handoff.qualified_at, handoff=handoff.pk)
        reached = (Moment.QUALIFIED, Moment.ASSIGNED) if handoff.assignee else (Moment.QUALIFIED,)
        due = clocks.reach(handoff, *reached, now=now, is_fresh=True)
        for people, message in _letters(handoff, told=decision.told, path=lead.get_absolute_url()):
            outbox.tell(people, message, now=now)
        events.assigned(handoff, to=handoff.assignee, now=now)
    return HandedOver(handoff, due)


def hand_over_many(packages: Iterable[tuple[Lead, Package]], *, now: datetime) -> list[HandedOver]:
    """Route these MQLs in the order given, all at one moment; otherwise as `hand_over_each`."""
    return hand_over_each([Ready(lead, package, now) for lead, package in packages])


def hand_over_each(ready: Sequence[Ready]) -> list[HandedOver]:
    """Route each of these MQLs in the order given, to what `hand_over` would make of one after the other.

    The caller's transaction makes all of it one. It holds the leads locked, each once, as they are stored, with their
    accounts; and as everybody who may receive one of them is locked from here on, it should end soon.
    """
    if not ready:
        return []
    with remembering_edition(), collector.resting():
        promises.in_force()
        asked = [(one.lead, _question(one.package), one.now) for one in ready]
        decisions = assignment.Decisions(asked)
        made, told = _made(ready, decisions)
        decisions.take_turns()
        _give_all(made)
        due = clocks_together.begin([(handoff, handoff.qualified_at) for handoff in made])
        _tell_all(ready, made, told)
    return [HandedOver(handoff, each) for handoff, each in zip(made, due, strict=True)]


def _made(
    ready: Sequence[Ready], decisions: Iterable[tuple[Placed, str]]
) -> tuple[list[Handoff], list[Sequence[User]]]:
    """The hand-offs, stored while the next are decided, and who is told of each beside its receiver.

    What was considered is read again from where it is stored by whoever asks for it.
    """
    ids = copying.fresh_ids(Handoff, len(ready))
    made: list[Handoff] = []
    told: list[Sequence[User]] = []

    def lines() -> Iterator[str]:
        cells, placings = Cells(), _Placings()
        undecided = cells.of(UNDECIDED.values())
        for pk, one, (decision, explanation) in zip(ids, ready, decisions, strict=True):
            (placed, where), package, lead = placings.of(decision, one.now), vars(one.package), one.lead.id
            made.append(_handed(one, decision, {"id": pk, "lead_id": lead, **placed, **package, **UNDECIDED}))
            told.append(decision.told)
            says = f"{where}\t{cells.of(package.values())}\t{undecided}"
            yield f"{pk}\t{lead}\t{says}\t{json_cell(explanation)}"

    copying.write(Handoff, COLUMNS, lines())
    return made, told


def _handed(one: Ready, decision: Placed, values: dict[str, Any]) -> Handoff:
    """The hand-off with these columns, which are its own, and from now on its lead is the receiver's."""
    quick_rows.point(one.lead, "owner", decision.assignee)
    quick_rows.point(one.lead, "team", decision.team)
    has_it = {"assignee": decision.assignee, "team": decision.team}
    return quick_rows.kept(Handoff, values, lead=one.lead, **has_it)


class _Placings:
    """What hand-offs say of who has them, and its cells: once for all that are placed alike at one moment."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, datetime], tuple[Placed, dict[str, Any], str]] = {}

    def of(self, decision: Placed, now: datetime) -> tuple[dict[str, Any], str]:
        """Both by column; a decision stays as long as it is known by its place in memory."""
        same = (id(decision), now)
        found = self._known.get(same)
        if found is None:
            placed = _placing(decision, now=now)
            found = self._known[same] = decision, placed, "\t".join(map(cell, placed.values()))
        return found[1:]


def _give_all(made: Sequence[Handoff]) -> None:
    rows = map(WHOSE, map(vars, made))
    with connection.cursor() as cursor:
        cursor.execute(GIVE_EACH, [list(column) for column in zip(*rows, strict=True)])
    told = (timeline.Told(one.lead_id, one.qualified_at, _said(one), {"handoff": one.pk}) for one in made)
    timeline.record_very_many(told, timeline.Kind.HANDOFF, by=ROUTING)


def _tell_all(ready: Sequence[Ready], made: Sequence[Handoff], told: Sequence[Sequence[User]]) -> None:
    """What is news of it, to people and to programs."""
    rows = zip(ready, made, told, strict=True)
    news = [(handoff, beside) for one, handoff, beside in rows if not one.is_history]
    letters = (
        (people, message, handoff.qualified_at)
        for handoff, beside in news
        for people, message in _letters(
            handoff, told=beside, path=addresses.of_record("lead", handoff.lead_id)
        )
    )
    heard = news if outbox.is_heard(EventKind.ASSIGNED) else []
    published = [
        (events.assignment_of(one, to=one.assignee, now=one.qualified_at), one.qualified_at)
        for one, _ in heard
    ]
    outbox.tell_very_many(letters, published)


def _question(package: Package) -> Question:
    return Question(package.tier, package.priority, package.source, package.trigger)


def _placing(decision: Placed, *, now: datetime) -> dict[str, Any]:
    """What it says of who has it, by column."""
    at = now if decision.assignee else None
    told = (
        Handoff.Kind.QUALIFIED.value,
        decision.rule_set.pk,
        decision.assignee.pk if decision.assignee else None,
        decision.team.pk if decision.team else None,
        decision.rule_name,
        decision.pool.pk if decision.pool else None,
        decision.because,
        now,
        at,
        at,
    )
    return dict(zip(PLACED, told, strict=True))


def _said(handoff: Handoff) -> str:
    """What the timeline says of it."""
    return f"Handed to {handoff.assignee or 'the unassigned queue'}: {handoff.because}"


def _letters(
    handoff: Handoff, *, told: Sequence[User], path: str
) -> Iterator[tuple[Sequence[User], Message]]:
    """Tell the rep, or the managers at once where nobody is free; and a customer's CSM (RT-2)."""
    name, assignee = f"{handoff.tier or 'Lead'}: {handoff.lead.name}", handoff.assignee
    if assignee:
        people, title, kind = [assignee], f"{name} is yours", Kind.ASSIGNED
    else:
        people, title, kind = managers_of(handoff.team), f"{name} waits: nobody is free", Kind.UNASSIGNED
    yield people, Message(f"handoff:{handoff.pk}", title, handoff.because, path, kind)
    if told:
        aware = f"{handoff.lead.name} of your customer {handoff.lead.account} came in"
        where = f"With {assignee or 'the unassigned queue'} by {handoff.because}."
        yield told, Message(f"handoff:{handoff.pk}:csm", aware, where, path, Kind.CUSTOMER)
