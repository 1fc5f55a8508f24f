"""How the demo's reps work: they answer mostly in time, accept most, reject with reasons, and win some."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from leads.models import Lead, Role, Team, User
from revops.demo.deals import Deals
from revops.demo.market import pick
from routing import attempts, escalations, handoffs
from routing.calendars import calendar_for
from routing.handoffs import AlreadyDecided, Rejection
from routing.models import Attempt, Clock, ClockKind, Handoff, RejectionReason
from routing.reps import CannotTake

REASONS = (
    ("low-intent", 19),
    ("wrong-timing", 18),
    ("wrong-role", 11),
    ("bad-fit", 11),
    ("unresponsive", 10),
    ("competitor", 6),
    ("small-budget", 5),
    ("duplicate", 5),
    ("no-budget", 5),
    ("not-buying", 5),
    ("long-timeline", 5),
)
NOTES = (
    "",
    "",
    "",
    "Asked us to call again after the summer.",
    "Only wanted the template.",
    "Left the company.",
)
ANSWERED_IN_TIME, DECIDED_IN_TIME, ACCEPTED = 0.9, 0.94, 0.66
LEFT_OPEN_BUT_CALLED = 0.7
BEST_TIER = "T1"
A_MOMENT = timedelta(seconds=20)
UNPROMISED = timedelta(hours=4)
Event = Callable[[datetime], None]
ReturnOf = Callable[[Lead, RejectionReason, datetime], None]


@dataclass
class Agenda:
    """What is still to happen, in the order of time, for one thing leads to others."""

    ends: datetime
    _entries: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def at(self, when: datetime, event: Event) -> None:
        """Let `event` happen at `when`; what lies after the end never does."""
        if when < self.ends:
            heapq.heappush(self._entries, (when, next(self._numbers), event))

    def until(self, when: datetime) -> None:
        """Let everything happen that is due before `when`."""
        while self._entries and self._entries[0][0] < when:
            moment, _, event = heapq.heappop(self._entries)
            event(moment)


@dataclass(frozen=True)
class Desk:
    """All reps at work; `keep_open` leave to whoever signs in what they receive from `since` on."""

    agenda: Agenda
    random: Random
    keep_open: Collection[str]
    since: datetime
    rejected: ReturnOf

    def take_up(self, handoff_id: int, now: datetime) -> None:
        """A hand-off has come: plan what its rep does about it, and when."""
        handoff = Handoff.objects.select_related("assignee", "team").get(pk=handoff_id)
        clocks = {clock.kind: clock for clock in handoff.clocks.running()}
        first, review = clocks.get(ClockKind.FIRST_RESPONSE), clocks.get(ClockKind.REVIEW)
        called_at = decided_at = None
        if handoff.assignee is None:
            decided_at = self._wait(handoff, now)
        elif handoff.assignee.email in self._left_alone(now):
            # the best tier is called in any case, for within minutes it would go to somebody else
            if self.random.random() < LEFT_OPEN_BUT_CALLED or handoff.tier == BEST_TIER:
                called_at = self._plan_call(handoff, first, now)
        else:
            called_at = self._plan_call(handoff, first, now)
            decided_at = self._plan_decision(handoff, review, now, called_at=called_at)
        self._expect_breach(first, called_at, now)
        self._expect_breach(review, decided_at, now)

    def _expect_breach(self, promise: Clock | None, acted_at: datetime | None, now: datetime) -> None:
        """Let the beat's sweep come in time for what happens when nobody acts: the breach, and the ladder's steps."""
        if promise is None:
            return
        steps = {at for _, _, at in promise.to_come if at > promise.due_at}
        for due_at in {promise.due_at, *steps}:
            if now < due_at and (acted_at is None or due_at < acted_at):
                self.agenda.at(due_at + A_MOMENT, self._sweep)

    def _sweep(self, now: datetime) -> None:
        """What the beat does each minute; whoever gets another's lead takes it up, if not left to who signs in."""
        escalations.sweep(now=now)
        passed_on = (
            Handoff.objects.open().filter(reassignments__at=now, kind=Handoff.Kind.QUALIFIED).order_by("pk")
        )
        for handoff_id, email in passed_on.values_list("pk", "assignee__email"):
            if email not in self._left_alone(now):
                self.take_up(handoff_id, now)

    def _left_alone(self, now: datetime) -> Collection[str]:
        """The sign-ins whose work is left to whoever uses them."""
        return self.keep_open if now >= self.since else ()

    def _somebody_of(self, team: Team | None, now: datetime) -> User:
        """Who takes a lead that waits for anybody."""
        reps = User.objects.filter(role=Role.SDR).exclude(email__in=self._left_alone(now)).order_by("pk")
        own = reps.filter(team=team).first() if team else None
        return own or reps[0]

    def _wait(self, handoff: Handoff, now: datetime) -> datetime:
        """Nobody was free: somebody of the team takes it from the list within hours."""
        took_at = now + timedelta(minutes=self.random.randint(55, 150))
        self.agenda.at(took_at, lambda at: self._decide(handoff.pk, None, at))
        return took_at

    def _plan_call(self, handoff: Handoff, promise: Clock | None, now: datetime) -> datetime:
        called_at = self._moment(handoff, promise, now, in_time=self.random.random() < ANSWERED_IN_TIME)
        self.agenda.at(called_at, lambda at: self._call(handoff.pk, handoff.assignee_id, at))
        return called_at

    def _plan_decision(
        self, handoff: Handoff, promise: Clock | None, now: datetime, *, called_at: datetime
    ) -> datetime:
        decided_at = self._moment(handoff, promise, now, in_time=self.random.random() < DECIDED_IN_TIME)
        decided_at = max(decided_at, called_at + timedelta(minutes=self.random.randint(1, 12)))
        self.agenda.at(decided_at, lambda at: self._decide(handoff.pk, handoff.assignee_id, at))
        return decided_at

    def _moment(self, handoff: Handoff, promise: Clock | None, now: datetime, *, in_time: bool) -> datetime:
        """When, in the holder's business time, something is done about a promise."""
        share = self.random.betavariate(1.4, 3) if in_time else self.random.uniform(1.1, 3)
        target = promise.target if promise else UNPROMISED
        return calendar_for(handoff.assignee, handoff.team, at=now).add(now, target * share)

    def _call(self, handoff_id: int, rep_id: int | None, now: datetime) -> None:
        handoff = Handoff.objects.select_related("assignee", "lead").get(pk=handoff_id)
        if handoff.assignee is not None and handoff.assignee_id == rep_id and handoff.is_open:
            by_mail = self.random.random() < 0.3  # noqa: PLR2004 - the rest pick up the telephone
            channel = Attempt.Channel.EMAIL if by_mail else Attempt.Channel.CALL
            outcomes = (Attempt.Outcome.REACHED, Attempt.Outcome.NO_ANSWER, Attempt.Outcome.LEFT_MESSAGE)
            outcome = Attempt.Outcome.SENT if by_mail else self.random.choice(outcomes)
            attempts.log(handoff.lead, channel=channel, outcome=outcome, by=handoff.assignee, now=now)

    def _decide(self, handoff_id: int, rep_id: int | None, now: datetime) -> None:
        """Nobody decides what has gone to somebody else meanwhile."""
        handoff = Handoff.objects.select_related("assignee", "lead__account", "team").get(pk=handoff_id)
        if not handoff.is_open or handoff.assignee_id != rep_id:
            return
        rep = handoff.assignee or self._somebody_of(handoff.team, now)
        with suppress(AlreadyDecided, CannotTake):  # while the demo runs, whoever signed in may be quicker
            if self.random.random() < ACCEPTED + (handoff.fit - 60) / 400:  # sales likes what fits
                handoffs.accept(handoff, by=rep, now=now)
                Deals(self.agenda, self.random).follow_up(handoff.lead_id, rep, now=now)
            else:
                self._reject(handoff, rep, now)

    def _reject(self, handoff: Handoff, rep: User, now: datetime) -> None:
        lead = handoff.lead
        rejection = self._rejection(lead)
        handoffs.reject(handoff, rejection, by=rep, now=now)
        look = Handoff.objects.open().filter(second_look_of=handoff).first()
        if look is None:
            self.rejected(lead, rejection.reason, now)
        else:
            self.take_up(look.pk, now)

    def _rejection(self, lead: Lead) -> Rejection:
        code, note = pick(REASONS, self.random), self.random.choice(NOTES)
        twin = None
        if code == "duplicate":
            others = Lead.objects.filter(account=lead.account, merged_into=None).exclude(pk=lead.pk)
            twin = others.order_by("pk").first()
            code, note = (code, f"The same person as {twin.email}.") if twin else ("bad-fit", note)
        return Rejection(RejectionReason.objects.get(code=code), note=note, duplicate_of=twin)
