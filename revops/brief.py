"""A rep's brief on one lead: why it is good, why it is theirs, by when; scores and routing taken apart (QU-4, QU-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.models import Lead, Signal, User
from routing import queue
from routing.calendars import Calendars
from routing.domain.clock_face import words
from routing.models import Attempt, Clock, Handoff
from scoring import explanation
from scoring.domain import criteria
from scoring.explanation import Explanation

TOUCHES_SHOWN = 12


@dataclass(frozen=True)
class Term:
    """One line of a score taken apart."""

    label: str
    points: str
    text: str
    unknown: bool = False


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
    clocks: list[queue.ClockView]
    unknown: list[str]
    terms_fit: list[Term]
    terms_urgency: list[Term]
    terms_engagement: list[Term]
    explanation: Explanation


def brief(lead: Lead, handoff: Handoff | None, *, viewer: User, now: datetime) -> Brief:
    """The brief on `lead` and, where there is one, its hand-off."""
    explained = explanation.explain(lead, now=now)
    clocks = clocks_of(handoff, now=now) if handoff else []
    signals = list(
        Signal.objects.filter(lead=lead)
        .select_related("type", "source")
        .order_by("-occurred_at")[:TOUCHES_SHOWN]
    )
    return Brief(
        sentences=_sentences(lead, handoff, explained, clocks, signals, now=now),
        phone=lead.phone,
        email=lead.email,
        country=lead.country,
        facts=_facts(lead),
        touches=[
            (f"{words(now - one.occurred_at)} ago", one.type.label, _where_from(one)) for one in signals
        ],
        answers=[
            (name.replace("_", " ").capitalize(), str(said))
            for one in signals
            for name, said in one.answers.items()
        ],
        attempts=_attempts(lead, now=now),
        routing=trace(handoff) if handoff else [],
        people=_people(lead, viewer),
        clocks=clocks,
        unknown=explained.unknown,
        terms_fit=[_criterion(term) for term in explained.fit.terms],
        terms_urgency=[_criterion(term) for term in explained.urgency.terms],
        terms_engagement=[
            Term(one.label, f"{one.points:.1f}", one.text) for one in explained.engagement_terms
        ],
        explanation=explained,
    )


def _criterion(term: criteria.Term) -> Term:
    return Term(
        term.label, f"{term.points:.1f}", f"{term.level_label} · {term.level} of 3", unknown=term.unknown
    )


def clocks_of(handoff: Handoff, *, now: datetime) -> list[queue.ClockView]:
    """Every clock of the hand-off, in the order in which they are due."""
    calendars = Calendars(at=now)
    clocks = Clock.objects.filter(handoff=handoff).select_related("service_level").order_by("due_at")
    return [queue.clock_view(clock, calendars, now=now) for clock in clocks]


def trace(handoff: Handoff) -> list[str]:
    """The routing decision as steps that can be read (RT-4)."""
    told = handoff.explanation
    rules = [
        f"{rule['rule']}: {'matched' if rule['matched'] else 'no'}, {rule['why']}"
        for rule in told.get("rules", [])
    ]
    people = [_considered(candidate) for candidate in told.get("candidates", [])]
    return [*rules, *people, handoff.because]


def _considered(candidate: dict[str, Any]) -> str:
    if candidate["passed_over"]:
        return f"{candidate['name']}: passed over, {candidate['passed_over']}"
    if candidate["picked"]:
        return f"{candidate['name']}: picked" + (", next in turn" if "deficit" in candidate else "")
    return f"{candidate['name']}: could receive, not their turn"


def _sentences(
    lead: Lead,
    handoff: Handoff | None,
    explained: Explanation,
    clocks: list[queue.ClockView],
    signals: list[Signal],
    *,
    now: datetime,
) -> list[str]:
    """Why good, why yours, by when."""
    good = f"{lead.first_name or lead.name} fits at {explained.fit.value:.0f}"
    best = explained.strongest()
    good += f" ({', '.join(best)})" if best else ""
    if signals:
        good += f"; last: {signals[0].type.label.lower()}, {words(now - signals[0].occurred_at)} ago"
    sentences = [f"{good}."]
    if handoff is not None:
        sentences.append(f"Handed over because: {handoff.because}.")
        sentences += [f"{clock.kind_label}: {clock.text}." for clock in clocks[:1]]
    return sentences


def _where_from(signal: Signal) -> str:
    return str(signal.utm.get("source") or signal.source.name)


def _facts(lead: Lead) -> list[tuple[str, str]]:
    account = lead.account
    known = [("Title", lead.title), ("Country", lead.country)]
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
            f"{words(now - row.at)} ago",
            f"{row.get_channel_display()}: {row.get_outcome_display().lower()}",
            str(row.by),
        )
        for row in rows
    ]


def _people(lead: Lead, viewer: User) -> list[dict[str, str]]:
    """The account's other people that the viewer may know of."""
    if lead.account_id is None:
        return []
    others = (
        Lead.objects.visible_to(viewer)
        .filter(account=lead.account_id)
        .exclude(pk=lead.pk)
        .order_by("-id")[:8]
    )
    return [
        {
            "name": one.name,
            "title": one.title,
            "url": one.get_absolute_url(),
            "stage": one.get_stage_display(),
        }
        for one in others
    ]
