"""A rep's brief on one lead: why it is good, why it is theirs, by when; how it was routed (QU-4, QU-11)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone

from leads import prepared, revenue_cycle
from leads.domain.countries import country_name
from leads.domain.person_name import name_of
from leads.domain.stages import SALES_STAGES, Stage
from leads.facts import where
from leads.models import Lead, User
from leads.prepared import Given, Query
from revops.lead_page import score_sheet
from revops.lead_page.score_sheet import ScoreTable
from routing import clock_views, trace_words
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain.clock_face import State, words
from routing.models import Attempt, Clock, Handoff
from scoring import explanation, scores
from scoring.explanation import Explanation

TOUCHES_SHOWN = 12
PEOPLE_SHOWN = 8
PERSON = (
    "id",
    "first_name",
    "last_name",
    "email",
    "erased_at",
    "title",
    "stage",
    "owner__name",
    "owner__email",
)
TOUCHES = """
    SELECT
        signal.type, signal.occurred_at, signal.depth, signal.answers, kind.label, signal.utm, source.name, signal.id
    FROM leads_signal AS signal
    JOIN leads_signaltype AS kind ON kind.code = signal.type
    JOIN leads_source AS source ON source.id = signal.source_id
    WHERE signal.lead_id = %s
    ORDER BY signal.occurred_at, signal.id
"""
CLOCKS = Query(
    lambda: Clock.objects.with_pauses().filter(handoff=Given("handoff")).select_related("service_level")
)
JUST_NOW = timedelta(seconds=10)


class Trace(StrEnum):
    """What most hand-offs never have."""

    ATTEMPTS = "attempts"
    MOVES = "moves"
    PAUSES = "pauses"
    DOUBTS = "doubts"


EVERY_TRACE = frozenset(Trace)


class Touch(NamedTuple):
    """One thing that the person did."""

    kind: str
    occurred_at: datetime
    depth: int
    answers: dict[str, object]
    label: str
    utm: dict[str, object]
    source: str
    pk: int

    @property
    def scored(self) -> tuple[str, datetime, int, dict[str, object]]:
        """What the scores are computed from."""
        return self[:4]

    @property
    def where_from(self) -> str:
        """Whence they came, or else which sender told of it."""
        return str(self.utm.get("source") or self.source)


@dataclass(frozen=True)
class Brief:
    """What the pages show of a lead beside its row; flat, for the templates."""

    sentences: list[str]
    phone: str
    email: str
    country: str
    facts: list[tuple[str, str]]
    touches: list[tuple[str, str, str]]
    answers: list[tuple[str, str]]
    attempts: list[tuple[str, str, str]]
    routing: list[str]
    people: list[dict[str, str]]
    clocks: list[ClockView]
    scores: list[ScoreTable]
    explanation: Explanation


def brief(
    lead: Lead,
    handoff: Handoff | None,
    *,
    viewer: User,
    now: datetime,
    traces: Collection[Trace] = EVERY_TRACE,
    compared: bool = True,
    touches: Sequence[Touch] | None = None,
) -> Brief:
    """The brief on `lead` and, where there is one, its latest hand-off.

    `traces` are those that may exist: what is known not to is not read, nor are `touches` that were read before. Where
    the scores are not `compared` with those that were kept last, these are not read either.
    """
    touches = touches_of(lead) if touches is None else touches
    evidence = scores.evidence_from([touch.scored for touch in touches], lead, now=now)
    explained = explanation.explain(lead, now=now, evidence=evidence, compared=compared)
    clocks = clocks_of(handoff, now=now) if handoff else []
    signals = touches[: -TOUCHES_SHOWN - 1 : -1]
    return Brief(
        sentences=[
            _why_good(lead, explained, signals, now=now),
            *_why_here(lead, handoff, explained, viewer=viewer, now=now),
            *_by_when(clocks),
        ],
        phone=lead.phone,
        email=lead.email,
        country=lead.country,
        facts=_facts(lead),
        touches=[(_ago(one.occurred_at, now), one.label, one.where_from) for one in signals],
        answers=_answers(signals),
        attempts=_attempts(lead, now=now) if Trace.ATTEMPTS in traces else [],
        routing=trace(handoff, was_moved=Trace.MOVES in traces) if handoff else [],
        people=_people(lead, viewer),
        clocks=clocks,
        scores=score_sheet.tables(explained),
        explanation=explained,
    )


def touches_of(lead: Lead) -> list[Touch]:
    """All that the person did, in order: what the scores count is the same as what is shown; one read."""
    return [
        Touch(kind, at, depth, json.loads(answers), label, json.loads(utm), source, pk)
        for kind, at, depth, answers, label, utm, source, pk in prepared.rows(TOUCHES, [lead.pk])
    ]


def clocks_of(handoff: Handoff, *, now: datetime) -> list[ClockView]:
    """Every clock of the hand-off: those that run first, in the order in which they are due."""
    calendars = Calendars(at=now)
    clocks = CLOCKS.all(handoff=handoff.pk)
    for clock in clocks:
        clock.handoff = handoff
    clocks.sort(key=lambda clock: (clock.stopped_at is not None, clock.due_at, clock.pk))
    views = [clock_views.view(clock, calendars, now=now) for clock in clocks]
    company = clock_views.company_clock(clocks, now=now)
    return [*views, company] if company else views


def trace(handoff: Handoff, *, was_moved: bool = True) -> list[str]:
    """The routing decision as sentences (RT-4); the lead page tells it step by step."""
    told = handoff.explanation
    rules = [
        f"{rule['rule']}: {'matched' if rule['matched'] else 'no'}, {rule['why']}"
        for rule in told.get("rules", [])
    ]
    moves = _moves(handoff) if was_moved else []
    return [*rules, *_considered(told), *moves, handoff.because]


def _moves(handoff: Handoff) -> list[str]:
    """How it was passed from one rep to another since, and who was considered each time (RT-9)."""
    moves = handoff.reassignments.select_related("from_user", "to_user").order_by("id")
    return [sentence for moved in moves for sentence in (*_considered(moved.explanation), str(moved))]


def _considered(told: Mapping[str, Any]) -> list[str]:
    people = [trace_words.considered(candidate) for candidate in told.get("candidates", [])]
    return [f"{person.name}: {person.text}" for person in people]


def _why_good(lead: Lead, explained: Explanation, signals: Sequence[Touch], *, now: datetime) -> str:
    good = f"{lead.first_name or lead.name} fits at {explained.fit.value:.0f}"
    best = explained.strongest()
    good += f" ({', '.join(best)})" if best else ""
    if signals:
        good += f"; last: {signals[0].label.lower()}, {_ago(signals[0].occurred_at, now)}"
    return f"{good}."


def _why_here(
    lead: Lead, handoff: Handoff | None, explained: Explanation, *, viewer: User, now: datetime
) -> list[str]:
    """Whose it is and why; for a lead with marketing, what the gate still misses."""
    if Stage(lead.stage) not in SALES_STAGES and explained.failed:
        return [*([decision(handoff, now=now)] if handoff else []), _missing(explained.failed)]
    if handoff is None:
        return []
    if not handoff.is_open:
        return [decision(handoff, now=now)]
    if handoff.assignee is None:
        return [f"Nobody has it yet: {handoff.because}."]
    whose = "Yours" if handoff.assignee == viewer else f"{handoff.assignee}’s"
    return [f"{whose}: {handoff.because}."]


def _missing(failed: tuple[str, ...]) -> str:
    """What the gate misses first; the lead page lists all of it."""
    more = len(failed) - 1
    parts = f" {more} more part{'s fail' if more > 1 else ' fails'}." if more else ""
    return f"Not for sales now: {failed[0]}{parts}"


def decision(handoff: Handoff, *, now: datetime) -> str:
    """What sales decided ("Rejected as wrong timing by Ana, 2 h ago")."""
    if handoff.decided_at is None:
        return f"Handed over {_ago(handoff.qualified_at, now)}."
    by, when = handoff.decided_by or "somebody", _ago(handoff.decided_at, now)
    if handoff.status == Handoff.Status.LAPSED:
        return f"Lapsed {when}: nobody decided in time."
    if handoff.reason is None:
        first = f"; first step: {handoff.get_first_step_display().lower()}" if handoff.first_step else ""
        return f"Accepted by {by}, {when}{first}."
    return f"Rejected as {str(handoff.reason).lower()} by {by}, {when}."


def _by_when(clocks: list[ClockView]) -> list[str]:
    """The clock that is due first, while one runs."""
    running = [clock for clock in clocks if clock.is_running]
    if not running:
        return []
    first = running[0]
    due, verb = timezone.localtime(first.due_at), "was" if first.state is State.BREACHED else "is"
    return [f"{first.kind_label} {verb} due by {due:%H:%M} on {due:%A, %-d %B} ({first.text})."]


def _ago(at: datetime, now: datetime) -> str:
    return f"{words(now - at)} ago" if now - at >= JUST_NOW else "just now"


def _answers(signals: Sequence[Touch]) -> list[tuple[str, str]]:
    """What they wrote, the newest first, each question and answer once."""
    said = [
        (question.replace("_", " ").capitalize(), str(answer))
        for signal in signals
        for question, answer in signal.answers.items()
    ]
    return list(dict.fromkeys(said))


def _facts(lead: Lead) -> list[tuple[str, str]]:
    account = lead.account
    place = where(lead)
    known = [
        ("Title", lead.title),
        ("Country", country_name(place.country)),
        ("Region", place.region),
        ("Post code", place.postal_code),
    ]
    if account is not None:
        known += [
            ("Company", account.name),
            ("Industry", account.industry),
            ("Employees", f"{account.employees:,}" if account.employees is not None else ""),
            ("Annual revenue", f"{account.annual_revenue:,}" if account.annual_revenue is not None else ""),
            ("Growth stage", account.growth_stage.replace("_", " ")),
            ("Technologies", ", ".join(account.technologies)),
        ]
    return [(label, value) for label, value in known if value]


def _attempts(lead: Lead, *, now: datetime) -> list[tuple[str, str, str]]:
    rows = Attempt.objects.filter(lead=lead).select_related("by").order_by("-at")[:TOUCHES_SHOWN]
    return [
        (
            _ago(row.at, now),
            f"{row.get_channel_display()}: {row.get_outcome_display().lower()}",
            str(row.by),
        )
        for row in rows
    ]


def _people(lead: Lead, viewer: User) -> list[dict[str, str]]:
    """The account's other people that the viewer may know of."""
    if lead.account_id is None:
        return []
    others = Lead.objects.visible_to(viewer).filter(account=lead.account_id).exclude(pk=lead.pk)
    labels = revenue_cycle.labels()
    shown = others.filter(merged_into=None).order_by("-id").values_list(*PERSON)[:PEOPLE_SHOWN]
    return [
        {
            "name": name_of(first, last, email, is_erased=erased_at is not None),
            "title": title,
            "url": reverse("lead", args=[pk]),
            "stage": labels[stage],
            "owner": owner or owner_email or "",
        }
        for pk, first, last, email, erased_at, title, stage, owner, owner_email in shown
    ]
