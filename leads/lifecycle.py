"""The one writer of a lead's stage: checks each move, keeps every visit, tells the timeline (LC-1, LC-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction

from leads import audit, row_changes, timeline
from leads.actors import Actor, Job, columns
from leads.domain import stages
from leads.domain.events import EventKind
from leads.domain.stages import Stage
from leads.models import Lead, StageVisit, User
from leads.outbox import Event, is_heard, publish

StageConflict = row_changes.StageConflict  # what a move may raise
DEFAULT_HOLD = timedelta(days=90)
VALID_CONTACT = "valid contact"


@dataclass(frozen=True)
class Owned:
    """With whom a lead is, and in which team."""

    owner: User
    team_id: int | None


class CannotBeReinstated(Exception):
    """What keeps a disqualified lead out; the message says what."""


def were_at(stage: Stage, leads: Sequence[Lead]) -> frozenset[int]:
    """The ids of those of the leads who stand at the stage or ever stood there."""
    visits = StageVisit.objects.filter(stage=stage, lead_id__any_of=[lead.pk for lead in leads])
    return frozenset(visits.values_list("lead_id", flat=True))


def begin(lead: Lead, *, by: Actor, now: datetime, cause: str) -> None:
    """Write the first visit of a lead that has just been created."""
    row_changes.begin(lead, _visit(lead, Stage(lead.stage), came_from="", by=by, now=now, cause=cause))


def move(
    lead: Lead,
    to: Stage,
    *,
    by: Actor,
    now: datetime,
    cause: str,
    reason: str = "",
    hand_raise: bool = False,
    inferred: bool = False,
) -> None:
    """Move `lead` to stage `to`; raises MoveNotAllowed, or StageConflict when it stands elsewhere by now."""
    stages.check_move(Stage(lead.stage), to, hand_raise=hand_raise)
    _pass_to(lead, to, by=by, now=now, cause=cause, reason=reason, inferred=inferred)


def accept(lead: Lead, owned: Owned, *, by: Actor, now: datetime) -> None:
    """Make `lead`, which the caller has locked and read since, a SAL of its new owner; raises as `move`."""
    stages.check_move(Stage(lead.stage), Stage.SAL, hand_raise=False)
    _pass_to(lead, Stage.SAL, by=by, now=now, cause="accepted by sales", owned=owned)


def qualify(lead: Lead, *, by: Actor, now: datetime, cause: str, hand_raise: bool) -> None:
    """Make `lead` an MQL; a subscriber who did not raise a hand becomes a lead on the way."""
    if lead.stage == Stage.SUBSCRIBER and not hand_raise:
        move(lead, Stage.LEAD, by=by, now=now, cause=VALID_CONTACT)
    move(lead, Stage.MQL, by=by, now=now, cause=cause, hand_raise=hand_raise)
    _release_hold(lead)


def advance(lead: Lead, to: Stage, *, by: Actor, now: datetime, cause: str) -> None:
    """Bring `lead` forward to `to`, visiting skipped stages as inferred (LC-15)."""
    for stage in stages.path(Stage(lead.stage), to):
        move(lead, stage, by=by, now=now, cause=cause, hand_raise=True, inferred=stage is not to)


def recycle(
    lead: Lead, *, by: Actor, now: datetime, cause: str, reason: str = "", hold: timedelta | None = None
) -> None:
    """Put `lead` on nurture hold for `hold` (90 days when not given), during which no score makes it an MQL."""
    lead.held_from, lead.held_until = now, now + (hold or DEFAULT_HOLD)
    row_changes.change(lead, held_from=lead.held_from, held_until=lead.held_until)
    move(lead, Stage.RECYCLED, by=by, now=now, cause=cause, reason=reason)


def release(lead: Lead, *, by: Actor, now: datetime) -> None:
    """End the hold: back to LEAD; `held_from` stays, for only engagement since then counts (LC-6)."""
    move(lead, Stage.LEAD, by=by, now=now, cause="hold is over")
    lead.held_until = None
    row_changes.change(lead, held_until=None)


def disqualify(lead: Lead, *, by: Actor, now: datetime, cause: str, reason: str) -> None:
    """Take `lead` out for good: later signals are stored and change nothing (LC-8)."""
    move(lead, Stage.DISQUALIFIED, by=by, now=now, cause=cause, reason=reason)


def reinstate(lead: Lead, *, by: User, now: datetime, reason: str) -> None:
    """Bring a disqualified lead back to marketing: what only an ops admin may do, with a reason (LC-8).

    Raises CannotBeReinstated with the sentence that says why not, and MoveNotAllowed for any other stage.
    """
    to = stages.check_reinstatement(Stage(lead.stage))
    if not reason.strip():
        raise CannotBeReinstated("Say why the lead comes back.")
    if lead.merged_into_id is not None:
        raise CannotBeReinstated("It repeats another lead; work with that one.")
    with transaction.atomic():
        _release_hold(lead)
        _pass_to(lead, to, by=by, now=now, cause=f"reinstated: {reason.strip()}", reason="reinstated")
        told = f"{lead.name} reinstated: {reason.strip()}"
        audit.record("lead.reinstated", subject=f"lead:{lead.pk}", text=told, by=by, at=now)


def take_back(
    lead: Lead, *, by: Actor, now: datetime, is_news: bool = False, held_from: datetime | None = None
) -> None:
    """Undo the latest move: the lead stands where it came from, and the history keeps both moves (QU-13).

    Programs outside hear of it where it `is_news`, and not that what they heard was taken back. A hold that the move
    ended is over, but that only engagement since `held_from` counts stays so (LC-6).
    """
    latest = lead.visits.get(left_at__isnull=True)
    stood, back = Stage(latest.stage), Stage(latest.came_from)
    lead.stage = stood.value
    row_changes.move(lead, _visit(lead, back, came_from=stood, by=by, now=now, cause="undone"))
    _release_hold(lead)
    if held_from is not None:
        lead.held_from = held_from
        row_changes.change(lead, held_from=held_from)
    timeline.record(lead, timeline.Kind.STAGE, f"{stood.label} → {back.label}: undone", by=by, at=now)
    if is_news:
        _publish(lead, stood, back, cause="undone", now=now)


def _pass_to(
    lead: Lead,
    to: Stage,
    *,
    by: Actor,
    now: datetime,
    cause: str,
    reason: str = "",
    inferred: bool = False,
    owned: Owned | None = None,
) -> None:
    """Leave the stage and enter `to`, which is allowed; the timeline tells of it."""
    came_from = Stage(lead.stage)
    visit = _visit(
        lead, to, came_from=came_from, by=by, now=now, cause=cause, reason=reason, inferred=inferred
    )
    if owned is None:
        row_changes.move(lead, visit)
    else:
        row_changes.move(lead, visit, is_locked=True, owner_id=owned.owner.pk, team_id=owned.team_id)
        lead.owner, lead.team_id = owned.owner, owned.team_id
    said = sentence_of(came_from, to, cause)
    timeline.record(lead, timeline.Kind.STAGE, said, by=by, at=now, reason=reason)
    _publish(lead, came_from, to, cause=cause, reason=reason, now=now)


def _publish(lead: Lead, came_from: Stage, to: Stage, *, cause: str, reason: str = "", now: datetime) -> None:
    if is_heard(EventKind.STAGE_CHANGED):
        publish(event_of(lead, came_from, to, cause=cause, reason=reason, now=now), now=now)


def event_of(
    lead: Lead, came_from: Stage, to: Stage, *, cause: str, reason: str = "", now: datetime
) -> Event:
    """What programs outside are told of a move."""
    data = {"from": came_from.value, "to": to.value, "cause": cause, "reason": reason}
    title = f"{lead.name}: {sentence_of(came_from, to, cause)}"
    key = f"stage:{lead.pk}:{to}:{now.isoformat()}"
    return Event(key, EventKind.STAGE_CHANGED, lead, title, data)


def _release_hold(lead: Lead) -> None:
    if lead.held_from or lead.held_until:
        lead.held_from = lead.held_until = None
        row_changes.change(lead, held_from=None, held_until=None)


def _visit(
    lead: Lead,
    stage: Stage,
    *,
    came_from: str,
    by: Actor,
    now: datetime,
    cause: str,
    reason: str = "",
    inferred: bool = False,
) -> dict[str, Any]:
    """What the row of a visit that begins says, by column, but for its number."""
    actor = columns(by)
    return {
        "lead_id": lead.pk,
        "stage": stage,
        "came_from": came_from,
        "entered_at": now,
        "how": _how(by, inferred=inferred),
        "cause": cause[:200],
        "actor_id": actor["actor"].pk if actor["actor"] else None,
        "job": actor["job"],
        "reason": reason,
    }


@lru_cache(maxsize=1_000)
def sentence_of(came_from: Stage, to: Stage, cause: str) -> str:
    """What the timeline says of a move."""
    return f"{came_from.label} → {to.label}: {cause}"


def _how(by: Actor, *, inferred: bool) -> StageVisit.How:
    if inferred:
        return StageVisit.How.INFERRED
    return StageVisit.How.RULE if isinstance(by, Job) else StageVisit.How.PERSON
