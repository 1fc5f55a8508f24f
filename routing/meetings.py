"""From the SDR to the account executive: a booked meeting is handed on; a yes puts an amount on it (LC-4, QU-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from leads import opportunities, timeline
from leads.domain.events import EventKind
from leads.domain.notices import Kind
from leads.domain.stages import Stage
from leads.lifecycle import StageConflict
from leads.models import Lead, Opportunity, Role, User
from leads.outbox import Message, held, tell
from routing import after_acceptance, attempts, clocks, events, handoffs
from routing.clocks import Moment
from routing.handoffs import NotYours, Package
from routing.models import Attempt, Handoff, RuleSet

HELD_BEFORE = timedelta(days=30)
AHEAD = timedelta(days=365)


class NotBookable(Exception):
    """What keeps the meeting from being booked; the message says what to change."""


class TermsRefused(Exception):
    """An amount or a close date that no deal can have; `field` names which, the message says what to change."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Meeting:
    """When the two meet, and who comes for us."""

    at: datetime
    executive: User
    note: str = ""


@dataclass(frozen=True)
class Terms:
    """What the executive expects of the deal."""

    amount: Decimal
    close_on: date


def book(lead: Lead, meeting: Meeting, package: Package, *, by: User, now: datetime) -> Handoff:
    """The lead becomes an SQL, and the executive is asked: accept it with an amount, or reject it.

    Raises NotYours, NotBookable, and StageConflict where the lead has moved on.
    """
    _require_bookable(lead, meeting, by=by, now=now)
    with transaction.atomic():
        lead = Lead.objects.locked().select_related("account", "owner").get(pk=lead.pk)
        if lead.stage != Stage.SAL:
            raise StageConflict(f"{lead} is no longer at {Stage.SAL.label}.")
        _require_bookable(lead, meeting, by=by, now=now)
        attempts.log(
            lead,
            channel=Attempt.Channel.MEETING,
            outcome=Attempt.Outcome.BOOKED,
            by=by,
            now=now,
            note=meeting.note,
        )
        after_acceptance.meeting_booked(lead, by=by, now=now)
        return _hand_on(lead, meeting, package, by=by, now=now)


def accept(handoff: Handoff, terms: Terms, *, by: User, now: datetime) -> Opportunity:
    """The executive takes the deal on: it becomes an opportunity with an amount and a close date (LC-4).

    Raises TermsRefused, NotYours, and AlreadyDecided, naming who was first.
    """
    _require_terms(terms, now=now)
    handoffs.require_right(handoff, by)
    with transaction.atomic(), held(handoffs.hold_of(handoff, now)):
        handoffs.decide(handoff, Handoff.Status.ACCEPTED, by=by, now=now)
        clocks.stop_all(handoff, now=now)
        owner = handoff.assignee or by
        Lead.objects.filter(pk=handoff.lead_id).update(owner=owner, team=owner.team_id or handoff.team_id)
        deal = opportunities.open(
            handoff.lead, owner=owner, amount=terms.amount, close_on=terms.close_on, by=by, now=now
        )
        events.decided(handoff, EventKind.ACCEPTED, now=now)
    return deal


def _hand_on(lead: Lead, meeting: Meeting, package: Package, *, by: User, now: datetime) -> Handoff:
    executive = meeting.executive
    handoff = Handoff.objects.create(
        lead=lead,
        kind=Handoff.Kind.MEETING,
        rule_set=RuleSet.objects.published(),
        assignee=executive,
        team=executive.team or lead.team,
        because=f"a meeting that {by} booked",
        meeting_at=meeting.at,
        qualified_at=now,
        assigned_at=now,
        received_at=now,
        **vars(package),
    )
    Lead.objects.filter(pk=lead.pk).update(owner=executive, team=handoff.team)
    timeline.record(
        lead,
        timeline.Kind.HANDOFF,
        f"Meeting on {timeline.moment(meeting.at)} handed to {executive}",
        by=by,
        at=now,
        moments=[meeting.at],
        handoff=handoff.pk,
        note=meeting.note,
    )
    clocks.reach(handoff, Moment.MEETING_PASSED_ON, now=now)
    _tell(handoff, executive, meeting.at, by=by, now=now)
    events.assigned(handoff, to=executive, now=now)
    return handoff


def _tell(handoff: Handoff, executive: User, meeting_at: datetime, *, by: User, now: datetime) -> None:
    """Tell the executive of the meeting, in the zone that they live in."""
    title = f"Meeting with {handoff.lead.name} is yours"
    when = f"{meeting_at.astimezone(ZoneInfo(executive.time_zone)):%A %-d %B, %H:%M}"
    text = f"On {when}, booked by {by}. Accept it with an amount and a close date, or reject it."
    path = handoff.lead.get_absolute_url()
    tell([executive], Message(f"handoff:{handoff.pk}", title, text, path, Kind.MEETING), now=now)


def _require_bookable(lead: Lead, meeting: Meeting, *, by: User, now: datetime) -> None:
    if lead.erased_at is not None:
        raise NotBookable("This person was erased, and meets nobody.")
    if lead.stage != Stage.SAL:
        raise NotBookable("A meeting is booked with a lead that sales has accepted (SAL).")
    if lead.owner_id != by.pk and by.role not in (Role.MANAGER, Role.OPS):
        raise NotYours(f"This lead is with {lead.owner or 'nobody'}, who books its meeting.")
    if not now - HELD_BEFORE <= meeting.at <= now + AHEAD:
        raise NotBookable("Choose a time between a month ago and a year from now.")
    if meeting.executive.role != Role.AE or not meeting.executive.is_active:
        raise NotBookable(f"{meeting.executive} takes no meetings. Choose an account executive.")


def _require_terms(terms: Terms, *, now: datetime) -> None:
    if terms.amount <= 0:
        raise TermsRefused("amount", "Give an amount above 0.")
    if terms.close_on < timezone.localdate(now):
        raise TermsRefused("close_on", "Choose a close date that is not in the past.")
