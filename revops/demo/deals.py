"""What becomes of accepted leads in the demo: tried again, a meeting, a deal, won or lost, or nothing after all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Protocol

from leads import opportunities
from leads.domain.stages import Stage
from leads.models import Lead, LossReason, Opportunity, OpportunityStage, Role, User
from revops import packages
from routing import after_acceptance, attempts, handoffs, meetings
from routing.calendars import calendar_for
from routing.handoffs import Rejection
from routing.meetings import Meeting, Terms
from routing.models import Attempt, Handoff, RejectionReason

LOSSES = ("competitor", "no-decision", "price", "project-stopped")
MEETING, GIVEN_UP, DEAL, WON = 0.55, 0.5, 0.8, 0.36
FOLLOWED_UP_IN_TIME, FOLLOW_UP = 0.9, timedelta(hours=4)
STEPS = ((0.3, "proposal"), (0.65, "negotiation"))
"""When a deal reaches a stage, as a share of the time that it has."""
SMALLEST, A_HEAD, LARGEST = 18_000, 90, 240_000
Outcome = Attempt.Outcome


class Calendar(Protocol):
    """Where what is to happen is written down."""

    def at(self, when: datetime, event: Callable[[datetime], None]) -> None:
        """Let `event` happen at `when`."""


@dataclass(frozen=True)
class Deals:
    """The way of accepted leads, step by step, each at its time."""

    agenda: Calendar
    random: Random

    def follow_up(self, lead_id: int, rep: User, *, now: datetime) -> None:
        """Plan what happens to a lead that `rep` has accepted: a call within hours, and what it leads to."""
        in_time = self.random.random() < FOLLOWED_UP_IN_TIME
        share = self.random.uniform(0.1, 0.9) if in_time else self.random.uniform(1.1, 3)
        again = calendar_for(rep, rep.team, at=now).add(now, FOLLOW_UP * share)
        self.agenda.at(again, lambda at: _call_again(lead_id, rep, at))
        later = self._later(now, (1, 7))
        if self.random.random() < MEETING:
            self.agenda.at(later, lambda at: self._meet(lead_id, rep, at))
        else:
            gives_up = self.random.random() < GIVEN_UP
            self.agenda.at(later, lambda at: _try_again(lead_id, rep, at, gives_up=gives_up))

    def _meet(self, lead_id: int, rep: User, now: datetime) -> None:
        lead = _standing_at(lead_id, Stage.SAL)
        if lead is None:
            return
        executive, meets_at = _executive_of(rep), self._later(now, (1, 5))
        meeting = Meeting(meets_at, executive)
        handoff = meetings.book(lead, meeting, packages.of(lead, now=now), by=rep, now=now)
        answers_at = self._later(now, (0.2, 2.5))
        if self.random.random() < DEAL:
            self.agenda.at(answers_at, lambda at: self._take_on(handoff.pk, executive, at))
        else:
            self.agenda.at(answers_at, lambda at: _turn_down(handoff.pk, executive, at))

    def _take_on(self, handoff_id: int, executive: User, now: datetime) -> None:
        handoff = _open_meeting(handoff_id)
        if handoff is None:
            return
        closes_at = self._later(now, (15, 70))
        terms = Terms(_amount(handoff.lead), closes_at.date())
        deal = meetings.accept(handoff, terms, by=executive, now=now)
        pace = 0.8 + deal.pk % 5 / 10  # each deal has its own, without another throw of the dice
        for share, code in STEPS:
            at = now + (closes_at - now) * share * pace
            self.agenda.at(at, partial(_move_on, deal.pk, code=code, owner=executive))
        reason = "" if self.random.random() < WON else self.random.choice(LOSSES)
        self.agenda.at(closes_at, lambda at: _close(deal.pk, executive, at, reason=reason))

    def _later(self, now: datetime, days: tuple[float, float]) -> datetime:
        return now + timedelta(days=self.random.uniform(*days))


def _call_again(lead_id: int, rep: User, now: datetime) -> None:
    lead = _standing_at(lead_id, Stage.SAL)
    if lead is not None:
        attempts.log(lead, channel=Attempt.Channel.CALL, outcome=Outcome.REACHED, by=rep, now=now)


def _try_again(lead_id: int, rep: User, now: datetime, *, gives_up: bool) -> None:
    lead = _standing_at(lead_id, Stage.SAL)
    if lead is None:
        return
    attempts.log(lead, channel=Attempt.Channel.CALL, outcome=Outcome.NO_ANSWER, by=rep, now=now)
    if gives_up:
        after_acceptance.give_up(lead, by=rep, now=now, cause="no answer to six tries", reason="unresponsive")


def _turn_down(handoff_id: int, executive: User, now: datetime) -> None:
    handoff = _open_meeting(handoff_id)
    if handoff is not None:
        reason = RejectionReason.objects.get(code="small-budget")
        handoffs.reject(handoff, Rejection(reason), by=executive, now=now)


def _open_meeting(handoff_id: int) -> Handoff | None:
    return Handoff.objects.open().filter(pk=handoff_id).select_related("lead__account", "assignee").first()


def _move_on(deal_id: int, now: datetime, *, code: str, owner: User) -> None:
    deal = Opportunity.objects.select_related("stage").get(pk=deal_id)
    if deal.is_open:
        stage = OpportunityStage.objects.get(code=code)
        opportunities.move(deal, stage, seen=deal.stage, by=owner, now=now)


def _close(deal_id: int, owner: User, now: datetime, *, reason: str) -> None:
    deal = Opportunity.objects.get(pk=deal_id)
    if reason:
        opportunities.lose(deal, LossReason.objects.get(code=reason), by=owner, now=now)
    else:
        opportunities.win(deal, by=owner, now=now)


def _amount(lead: Lead) -> Decimal:
    people = (lead.account.employees if lead.account else None) or 100
    return Decimal(min(LARGEST, SMALLEST + people * A_HEAD))


def _standing_at(lead_id: int, stage: Stage) -> Lead | None:
    return Lead.objects.filter(pk=lead_id, stage=stage).select_related("account").first()


def _executive_of(rep: User) -> User:
    """The account executive of the rep's team, or of any other's; an executive keeps their own."""
    if rep.role == Role.AE:
        return rep
    executives = User.objects.filter(role=Role.AE).order_by("pk")
    return executives.filter(team=rep.team_id).first() or executives[0]
