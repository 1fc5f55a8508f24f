"""How the demo's reps work: they answer mostly in time, accept most, reject with reasons, and win some."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from leads import lifecycle, opportunities
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, User
from routing import attempts, handoffs
from routing.calendars import calendar_for
from routing.handoffs import AlreadyDecided, Rejection
from routing.models import Attempt, Clock, ClockKind, Handoff, RejectionReason

REASONS = (
    ("low-intent", 24),
    ("wrong-timing", 22),
    ("wrong-role", 14),
    ("bad-fit", 14),
    ("unresponsive", 10),
    ("competitor", 6),
    ("small-budget", 5),
    ("no-budget", 2),
    ("not-buying", 2),
    ("long-timeline", 1),
)
LOSSES = ("Chose a competitor", "No decision", "Price", "Project stopped")
IN_TIME, ACCEPTED, GOES_ON, WON = 0.86, 0.68, 0.5, 0.38
Outcomes = Attempt.Outcome


@dataclass
class Agenda:
    """What is still to happen, by time; a heap, for one thing leads to others."""

    random: Random
    ends: datetime
    left_open_since: datetime
    _entries: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def at(self, when: datetime, action: Callable[[datetime], None]) -> None:
        """Do `action` at `when`; what lies after the end never happens."""
        if when < self.ends:
            heapq.heappush(self._entries, (when, next(self._numbers), action))

    def until(self, when: datetime) -> None:
        """Do everything that is due before `when`, in order."""
        while self._entries and self._entries[0][0] < when:
            moment, _, action = heapq.heappop(self._entries)
            action(moment)

    def take_up(self, handoff_id: int) -> None:
        """A rep has a new hand-off: some are left open at the end, so that the queues have something to show."""
        handoff = Handoff.objects.select_related("assignee", "team").get(pk=handoff_id)
        if handoff.assignee is None or handoff.qualified_at >= self.left_open_since:
            return
        first = self._reaction(handoff)
        self.at(first, lambda now: self._call(handoff_id, now))
        self.at(first + timedelta(minutes=self.random.randint(2, 180)), lambda now: self._decide(handoff_id, now))

    def _reaction(self, handoff: Handoff) -> datetime:
        """Mostly within the promise, by the rep's own business time."""
        promise = Clock.objects.get(handoff=handoff, kind=ClockKind.FIRST_RESPONSE)
        share = self.random.uniform(0.1, 0.95) if self.random.random() < IN_TIME else self.random.uniform(1.1, 4)
        calendar = calendar_for(handoff.assignee, handoff.team, at=handoff.qualified_at)
        return calendar.add(handoff.qualified_at, promise.target * share)

    def _call(self, handoff_id: int, now: datetime) -> None:
        handoff = Handoff.objects.select_related("assignee", "lead").get(pk=handoff_id)
        if handoff.assignee is None or not handoff.is_open:
            return
        channel = self.random.choice((Attempt.Channel.CALL, Attempt.Channel.CALL, Attempt.Channel.EMAIL))
        sent = (Outcomes.SENT,) if channel == Attempt.Channel.EMAIL else (Outcomes.REACHED, Outcomes.NO_ANSWER)
        attempts.log(handoff.lead, channel=channel, outcome=self.random.choice(sent), by=handoff.assignee, now=now)

    def _decide(self, handoff_id: int, now: datetime) -> None:
        handoff = Handoff.objects.select_related("assignee", "lead", "team").get(pk=handoff_id)
        rep = handoff.assignee
        if rep is None:
            return
        likely = ACCEPTED + (handoff.fit - 50) / 250  # sales likes what fits
        try:
            if self.random.random() < likely:
                handoffs.accept(handoff, by=rep, now=now)
                self._follow_up(handoff.lead_id, rep, now)
            else:
                handoffs.reject(handoff, self._rejection(handoff), by=rep, now=now)
        except AlreadyDecided:
            return

    def _rejection(self, handoff: Handoff) -> Rejection:
        twin = Lead.objects.filter(account=handoff.lead.account_id).exclude(pk=handoff.lead_id).first()
        if twin is not None and self.random.random() < 0.05:  # noqa: PLR2004 - one in twenty is known already
            duplicate = RejectionReason.objects.get(code="duplicate")
            return Rejection(duplicate, note=f"The same person as {twin.email}", duplicate_of=twin)
        codes, weights = zip(*REASONS, strict=True)
        return Rejection(RejectionReason.objects.get(code=self.random.choices(codes, weights)[0]))

    def _follow_up(self, lead_id: int, rep: User, now: datetime) -> None:
        if self.random.random() < GOES_ON:
            later = now + timedelta(days=self.random.uniform(1, 7))
            self.at(later, lambda at: self._book_meeting(lead_id, rep, at))

    def _book_meeting(self, lead_id: int, rep: User, now: datetime) -> None:
        lead = Lead.objects.select_related("account").get(pk=lead_id)
        if lead.stage != Stage.SAL:
            return
        attempts.log(lead, channel=Attempt.Channel.MEETING, outcome=Outcomes.BOOKED, by=rep, now=now)
        lifecycle.move(lead, Stage.SQL, by=rep, now=now, cause="meeting booked")
        self.at(now + timedelta(days=self.random.uniform(1, 5)), lambda at: self._open_deal(lead_id, rep, at))

    def _open_deal(self, lead_id: int, rep: User, now: datetime) -> None:
        lead = Lead.objects.select_related("account").get(pk=lead_id)
        if lead.stage != Stage.SQL:
            return
        size = (lead.account.employees or 100) if lead.account else 100
        amount = Decimal(min(180_000, 12_000 + size * 40)).quantize(Decimal(100))
        closes = (now + timedelta(days=self.random.uniform(20, 70))).date()
        deal = opportunities.open(lead, owner=rep, amount=amount, close_on=closes, by=rep, now=now)
        self.at(now + timedelta(days=self.random.uniform(14, 60)), lambda at: self._close(deal.pk, rep, at))

    def _close(self, deal_id: int, rep: User, now: datetime) -> None:
        deal = Opportunity.objects.get(pk=deal_id)
        if self.random.random() < WON:
            opportunities.win(deal, by=rep, now=now)
        else:
            opportunities.lose(deal, reason=self.random.choice(LOSSES), by=rep, now=now)
