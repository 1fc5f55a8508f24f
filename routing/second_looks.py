"""Second looks: a lead that fits well and was rejected as a bad fit goes to the manager before it is lost (LC-17)."""

from __future__ import annotations

from datetime import datetime

from leads import timeline
from leads.domain.notices import Kind
from leads.models import Lead, User
from leads.outbox import Message, tell
from routing import clocks, events
from routing.clocks import Moment
from routing.managers import managers_of
from routing.models import Handoff, RejectionReason

FITS_WELL = 70
COPIED = [
    "fit",
    "engagement",
    "urgency",
    "tier",
    "priority",
    "source",
    "trigger",
    "scorecard_version",
    "captured_at",
    "rule_set",
    "team",
    "lead",
]


def is_due(handoff: Handoff, reason: RejectionReason, *, by: User) -> bool:
    """Whether the rejection is looked at again: a good fit called a bad one, for the first time, by a rep."""
    return reason.second_look and who_looks_again(handoff, by=by) is not None


def who_looks_again(handoff: Handoff, *, by: User) -> User | None:
    """The manager who would give a second look if `by` called the lead a bad fit; None where nobody would."""
    may_be_asked = (
        by.works_leads
        and handoff.kind == Handoff.Kind.QUALIFIED
        and handoff.fit >= FITS_WELL
        and handoff.second_look_of_id is None
    )
    return _looks_again(handoff, by=by) if may_be_asked else None


def ask_for(handoff: Handoff, reason: RejectionReason, *, by: User, now: datetime) -> Handoff:
    """Hand the lead, which stays an MQL, to the manager, who accepts it, passes it on, or rejects it for good."""
    manager = _looks_again(handoff, by=by)
    assert manager is not None  # noqa: S101 - asked by `is_due`
    look = Handoff.objects.create(
        kind=handoff.kind,
        assignee=manager,
        because=f"second look: fit is {handoff.fit:.0f}, and {by} said {reason.label.lower()}",
        second_look_of=handoff,
        qualified_at=now,
        assigned_at=now,
        received_at=now,
        **{name: getattr(handoff, name) for name in COPIED},
    )
    Lead.objects.filter(pk=handoff.lead_id).update(owner=manager)
    told = f"Second look by {manager}: fit is {handoff.fit:.0f}"
    timeline.record(handoff.lead, timeline.Kind.HANDOFF, told, by=by, at=now, handoff=look.pk)
    clocks.reach(look, Moment.ASSIGNED, now=now)
    title = f"Second look: {handoff.lead.name}"
    text = f"{by} rejected it as {reason.label.lower()}, and its fit is {handoff.fit:.0f}."
    path = handoff.lead.get_absolute_url()
    tell([manager], Message(f"handoff:{look.pk}", title, text, path, Kind.SECOND_LOOK), now=now)
    events.assigned(look, to=manager, now=now)
    return look


def recall(handoff: Handoff, *, now: datetime) -> bool:
    """Take back the second look that a rejection asked for, as long as nobody has given it; whether there was one."""
    look = Handoff.objects.open().filter(second_look_of=handoff).first()
    if look is None:
        return False
    clocks.stop_all(look, now=now)
    return bool(Handoff.objects.filter(pk=look.pk).recall(now=now))


def _looks_again(handoff: Handoff, *, by: User) -> User | None:
    """The manager who gives it: somebody else than who rejected it."""
    return next((manager for manager in managers_of(handoff.team) if manager != by), None)
