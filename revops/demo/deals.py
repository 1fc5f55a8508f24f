"""What becomes of accepted leads in the demo: tried again, a meeting, a deal, won or lost, or nothing after all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Protocol

from leads import opportunities
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, Role, User
from routing import after_acceptance, attempts, clocks
from routing.calendars import calendar_for
from routing.models import Attempt

LOSSES = ("Chose a competitor", "No decision", "Price", "Project stopped")
MEETING, GIVEN_UP, DEAL, WON = 0.55, 0.5, 0.8, 0.36
FOLLOWED_UP_IN_TIME, FOLLOW_UP = 0.9, timedelta(hours=4)
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
        attempts.log(lead, channel=Attempt.Channel.MEETING, outcome=Outcome.BOOKED, by=rep, now=now)
        after_acceptance.meeting_booked(lead, by=rep, now=now)
        if self.random.random() < DEAL:
            self.agenda.at(self._later(now, (1, 6)), lambda at: self._open(lead_id, rep, at))

    def _open(self, lead_id: int, rep: User, now: datetime) -> None:
        lead = _standing_at(lead_id, Stage.SQL)
        if lead is None:
            return
        owner, closes_at = _executive_of(rep), self._later(now, (15, 70))
        deal = opportunities.open(
            lead, owner=owner, amount=_amount(lead), close_on=closes_at.date(), by=owner, now=now
        )
        clocks.stop_all_of(lead, now=now)
        reason = "" if self.random.random() < WON else self.random.choice(LOSSES)
        self.agenda.at(closes_at, lambda at: _close(deal.pk, owner, at, reason=reason))

    def _later(self, now: datetime, days: tuple[int, int]) -> datetime:
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


def _close(deal_id: int, owner: User, now: datetime, *, reason: str) -> None:
    deal = Opportunity.objects.get(pk=deal_id)
    if reason:
        opportunities.lose(deal, reason=reason, by=owner, now=now)
    else:
        opportunities.win(deal, by=owner, now=now)


def _amount(lead: Lead) -> Decimal:
    people = (lead.account.employees if lead.account else None) or 100
    return Decimal(min(LARGEST, SMALLEST + people * A_HEAD))


def _standing_at(lead_id: int, stage: Stage) -> Lead | None:
    return Lead.objects.filter(pk=lead_id, stage=stage).select_related("account").first()


def _executive_of(rep: User) -> User:
    """The account executive of the rep's team; an executive keeps their own."""
    if rep.role == Role.AE:
        return rep
    return User.objects.filter(team=rep.team_id, role=Role.AE).order_by("pk").first() or rep
