"""What the lead page shows to one viewer: the lead, its notices, the brief, the decision and the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from leads import history, revenue_cycle
from leads.access import CONFIGURATION_READERS
from leads.domain.stages import SALES_STAGES, Stage
from leads.history import PARTS, Cursor, Did
from leads.models import Lead, Role, StageVisit, User
from leads.models.lead import LeadQuerySet
from leads.prepared import Given, Query
from leads.remembering import remembering_edition
from revops import decisions
from revops.duplicates import page as duplicate_page
from revops.enrichment import fact_words
from revops.lead_page import (
    account_sheet,
    call_later,
    consent_told,
    deals,
    erased,
    score_history,
    seldom,
    what_became,
)
from revops.lead_page.brief import PEOPLE_SHOWN, Brief, Touch, brief, touches_of
from revops.lead_page.call_later import CallLaterForm
from revops.lead_page.contact_forms import QUICK, AttemptForm, NoteForm
from revops.lead_page.meeting_forms import MeetingForm
from revops.lead_page.seldom import Seldom
from revops.team import contents as team_contents
from routing import attempts, lead_cadence, trace_words
from routing.handoffs import may_decide
from routing.models import ClockPause, Handoff
from scoring import ledger
from scoring.domain.score_chart import Chart
from scoring.explanation import Explanation

FROM_LEAD = "from=lead"
HANDOFFS_TOLD = 20
HANDOFFS = Query(
    lambda: (
        Handoff.objects.filter(lead=Given("lead"))
        .select_related("assignee", "decided_by", "reason", "team")
        .annotate(was_paused=Exists(ClockPause.objects.filter(clock__handoff=OuterRef("pk"))))
        .order_by("-qualified_at", "-id")[:HANDOFFS_TOLD]
    )
)
VISITS = Query(
    lambda: (
        StageVisit.objects.filter(lead=Given("lead")).select_related("actor").order_by("-entered_at", "-id")
    )
)
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Notice:
    """Something that must be known before anything is done with the lead."""

    text: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Passage:
    """One visit of the lead to a stage."""

    stage: str
    number: int
    entered_at: datetime
    left_at: datetime | None
    cause: str
    who: str
    how: str


def visible_leads(user: User) -> LeadQuerySet:
    """The leads whose page `user` may open, with all that its head shows."""
    return Lead.objects.visible_to(user).select_related("account", "owner", "team", "merged_into")


@remembering_edition()
def context(
    lead: Lead,
    *,
    viewer: User,
    now: datetime,
    asked: Mapping[str, str] = NOTHING,
    attempt_form: AttemptForm | None = None,
    meeting_form: MeetingForm | None = None,
    note_form: NoteForm | None = None,
    call_later_form: CallLaterForm | None = None,
) -> dict[str, Any]:
    """The context of leads/lead.html; `asked` says which part of the story, and from where on."""
    handoffs = handoffs_of(lead)
    handoff = _that_stands(handoffs)
    has, visits, touches = seldom.of(lead), passages(lead), touches_of(lead)
    told = brief(lead, handoff, viewer=viewer, now=now, traces=(), touches=touches)
    paused = handoff is not None and handoff.was_paused
    later = call_later.panel(told, handoff, viewer=viewer, now=now, form=call_later_form, was_paused=paused)
    return {
        "lead": lead,
        "brief": told,
        **_routed(handoff, viewer),
        **_person(lead, has),
        **_around(lead, handoffs, has, viewer=viewer, now=now),
        "chart": _chart(lead, told.explanation, was_merged=has.merges, now=now),
        "notices": notices(lead, visits),
        **_story(lead, asked, touches),
        "visits": visits,
        "cadence": lead_cadence.panel(lead, viewer=viewer, now=now, was_enrolled=has.enrolments),
        **_deciding(lead, handoff, told, viewer=viewer, now=now),
        "call_later": later,
        "move_lead": team_contents.move_lead(lead, handoff, viewer=viewer, now=now),
        "meeting_form": meeting_form or _meeting_form(lead, viewer=viewer, now=now),
        **_contact(lead, handoff, viewer=viewer, attempt_form=attempt_form, note_form=note_form),
        "may_reinstate": _may_reinstate(lead, viewer),
        "was_logged": "logged" in asked,
        "logged": attempts.undoable(lead, asked.get("logged", ""), by=viewer, now=now),
        **(erased.page(told, handoff, now=now) if lead.erased_at else {}),
    }


def _person(lead: Lead, has: Seldom) -> dict[str, Any]:
    """Where they stand, whose word their facts are, and what they said about being contacted."""
    return {
        "stage": revenue_cycle.read().label(lead.stage),
        "with_sales": Stage(lead.stage) in SALES_STAGES,
        "person_conflicts": fact_words.conflicts_of_person(lead),
        "person_sources": fact_words.sources_of_person(lead),
        "consents": consent_told.panel(lead) if has.consents else [],
    }


def _around(
    lead: Lead, handoffs: Sequence[Any], has: Seldom, *, viewer: User, now: datetime
) -> dict[str, Any]:
    """Their company, their deals and what became of them, and who may be the same person."""
    known_deals = deals.seen(lead, viewer) if has.deals else []
    return {
        "account": account_sheet.sheet(lead.account, viewer=viewer, now=now, may_differ=has.conflicts),
        **deals.panel(lead, known_deals, viewer, is_any=has.deals),
        "became": what_became.told(handoffs, [deal for deal in known_deals if deal.lead_id == lead.pk]),
        "hints": duplicate_page.hints(lead, viewer=viewer) if has.doubles else [],
    }


def _routed(handoff: Handoff | None, viewer: User) -> dict[str, Any]:
    """The hand-off, and how it was decided to whom it goes."""
    return {
        "handoff": handoff,
        "trace": trace_words.steps(handoff.explanation) if handoff else [],
        "may_read_decisions": viewer.role in CONFIGURATION_READERS,
    }


def _contact(
    lead: Lead,
    handoff: Handoff | None,
    *,
    viewer: User,
    attempt_form: AttemptForm | None,
    note_form: NoteForm | None,
) -> dict[str, Any]:
    """What comes next, and the forms to log an attempt or a note with; none for who may not."""
    may = may_log(viewer)
    return {
        "next_step": what_became.next_step(lead),
        "quick": QUICK,
        "attempt_form": (attempt_form or AttemptForm()) if handoff and may else None,
        "note_form": (note_form or NoteForm()) if may else None,
    }


def _deciding(
    lead: Lead, handoff: Handoff | None, told: Brief, *, viewer: User, now: datetime
) -> dict[str, Any]:
    """What the viewer needs to accept or reject; nothing of it for who may not."""
    if handoff is None or not handoff.is_open or not may_decide(handoff, viewer):
        return {"can_decide": False, "row": None, "reasons": []}
    names = {person["name"].casefold() for person in told.people}
    may_repeat = len(told.people) == PEOPLE_SHOWN or lead.name.casefold() in names
    reasons = decisions.reasons_for(handoff, by=viewer, now=now, may_repeat=may_repeat)
    return {"can_decide": True, "row": _decidable(lead, handoff), "reasons": reasons}


def latest_handoff(lead: Lead) -> Handoff | None:
    """The lead's latest hand-off, open or decided."""
    found: Handoff | None = _that_stands(handoffs_of(lead))
    return found


def _that_stands(handoffs: Sequence[Any]) -> Any:
    """The latest hand-off that was not taken back; where all were, the latest; None where there is none."""
    stand = (each for each in handoffs if each.status != Handoff.Status.RECALLED)
    return next(stand, handoffs[0] if handoffs else None)


def handoffs_of(lead: Lead) -> list[Any]:
    """The lead's hand-offs, the latest first, each with whether a clock of it ever stood still (`was_paused`)."""
    found = HANDOFFS.all(lead=lead.pk)
    for handoff in found:
        handoff.lead = lead
    return found


def may_log(user: User) -> bool:
    """Whether `user` may log an attempt on a lead that they see."""
    return user.works_leads or user.role in (Role.MANAGER, Role.OPS)


def _meeting_form(lead: Lead, *, viewer: User, now: datetime) -> MeetingForm | None:
    """For whoever may book the lead's meeting: its owner and the managers, once sales has accepted it."""
    may_book = lead.owner_id == viewer.pk or viewer.role in (Role.MANAGER, Role.OPS)
    return MeetingForm(lead=lead, now=now) if lead.stage == Stage.SAL and may_book else None


def _may_reinstate(lead: Lead, user: User) -> bool:
    """Only an ops admin brings a disqualified lead back, also one that was merged into another (LC-8)."""
    return user.is_ops and lead.stage == Stage.DISQUALIFIED


def passages(lead: Lead) -> list[Passage]:
    """Every visit to a stage, the latest first."""
    labels = revenue_cycle.labels()
    return [
        Passage(
            stage=labels[visit.stage],
            number=visit.number,
            entered_at=visit.entered_at,
            left_at=visit.left_at,
            cause=visit.cause,
            who=str(visit.actor or visit.job),
            how=visit.get_how_display(),
        )
        for visit in VISITS.all(lead=lead.pk)
    ]


def notices(lead: Lead, visits: list[Passage]) -> list[Notice]:
    """Merged, out for good, on hold, not to be contacted, bought: each with its date where it has one."""
    found = []
    if lead.erased_at:
        found.append(Notice(f"This person was erased on {_day(lead.erased_at)}: only counts are left."))
    if lead.merged_into is not None:
        other = lead.merged_into
        found.append(Notice("This lead repeats another one:", other.get_absolute_url(), other.name))
    if lead.stage == Stage.DISQUALIFIED and visits:
        latest = visits[0]
        since = f"Disqualified on {_day(latest.entered_at)} by {latest.who}: {latest.cause}."
        found.append(Notice(f"{since} It never comes back by itself."))
    if lead.stage == Stage.RECYCLED and lead.held_until:
        found.append(Notice(f"On hold until {_day(lead.held_until)}. A demo request wakes it."))
    if lead.suppressed_at and not lead.erased_at:
        found.append(Notice(f"Does not want to be contacted, since {_day(lead.suppressed_at)}."))
    if lead.acquired == Lead.Acquired.PURCHASED:
        found.append(Notice("The contact was bought. Only a request of its own can qualify it."))
    return found


def _day(at: datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}"


def _story(lead: Lead, asked: Mapping[str, str], touches: Sequence[Touch]) -> dict[str, Any]:
    """A page of the story, the links to its parts, and to what is older."""
    part = asked.get("show", "") if asked.get("show", "") in PARTS else ""
    after = Cursor.parse(asked.get("before", ""))
    did = [Did(one.occurred_at, one.pk, one.label, one.source) for one in touches]
    page = history.story(lead, part, after=after, touches=did)
    only = {"show": part} if part else {}
    return {
        "story": page.entries,
        "story_parts": [
            {"label": one.label, "url": _story_url({"show": name} if name else {}), "current": name == part}
            for name, one in PARTS.items()
        ],
        "story_older": _story_url({**only, "before": page.older}) if page.older else "",
        "story_newest": _story_url(only) if after else "",
    }


def _story_url(query: Mapping[str, str]) -> str:
    return f"?{urlencode(query)}#story"


def _chart(lead: Lead, explained: Explanation, *, was_merged: bool, now: datetime) -> Chart | None:
    history = ledger.of(lead, explained.standing, epoch=explained.epoch, was_merged=was_merged, now=now)
    return score_history.chart(history, explained, now=now)


def _decidable(lead: Lead, handoff: Handoff) -> dict[str, object]:
    """What the decision's forms need; they come back to this page."""
    return {
        "handoff_id": handoff.pk,
        "name": lead.name,
        "is_meeting": handoff.kind == Handoff.Kind.MEETING,
        "accept_url": f"{reverse('accept', args=[handoff.pk])}?{FROM_LEAD}",
        "reject_url": f"{reverse('reject', args=[handoff.pk])}?{FROM_LEAD}",
    }
