"""What becomes of accepted leads in the demo: tried again, a meeting, a deal, won or lost, or nothing after all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Protocol

from leads import lifecycle, opportunities
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, Role, User
from routing import attempts
from routing.models import Attempt

LOSSES = ("Chose a competitor", "No decision", "Price", "Project stopped")
MEETING, GIVEN_UP, DEAL, WON = 0.55, 0.5, 0.8, 0.36
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
        """Plan what happens to a lead that `rep` has accepted."""
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
        lifecycle.move(lead, Stage.SQL, by=rep, now=now, cause="meeting booked")
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
        reason = "" if self.random.random() < WON else self.random.choice(LOSSES)
        self.agenda.at(closes_at, lambda at: _close(deal.pk, owner, at, reason=reason))

    def _later(self, now: datetime, days: tuple[int, int]) -> datetime:
        return now + timedelta(days=self.random.uniform(*days))


def _try_again(lead_id: int, rep: User, now: datetime, *, gives_up: bool) -> None:
    lead = _standing_at(lead_id, Stage.SAL)
    if lead is None:
        return
    attempts.log(lead, channel=Attempt.Channel.CALL, outcome=Outcome.NO_ANSWER, by=rep, now=now)
    if gives_up:
        lifecycle.recycle(lead, by=rep, now=now, cause="no answer to six tries", reason="unresponsive")


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
