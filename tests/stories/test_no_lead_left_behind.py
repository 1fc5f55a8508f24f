"""Whatever happens, in whatever order, no lead in sales' hands lacks an owner, a clock or a next step (RT-10).

Random histories: signals, decisions, meetings, deals, merges, absences, leavers, edits of the rules, time passing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.db.models import Model, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from leads import lifecycle, merging, opportunities
from leads.actors import Job
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity
from revops import coming_back, packages
from routing import (
    attempts,
    escalations,
    executives,
    handoffs,
    invariants,
    meetings,
    rerouting,
    roster,
    successions,
    tier_changes,
)
from routing.models import Absence, Attempt, Handoff, RejectionReason, Rep
from scoring import decay
from tests import factories
from tests.conftest import NOW

PEOPLE = [f"{name}@{name}.example" for name in ("eva", "nora", "otto", "paul", "rosa")]
SIGNALS = ("demo_request", "webinar_attended", "pricing_page", "unsubscribe", "case_study")
REASONS = ("bad-fit", "wrong-timing", "low-intent", "duplicate", "competitor")
WAITS = [timedelta(minutes=minutes) for minutes in (0.1, 20, 300, 2_900, 13_000, 100_000)]
MOST_LEAVE = 3
Step = TypeVar("Step", bound=Callable[..., None])
OPEN = Q(status=Handoff.Status.OPEN)
numbers = st.integers(min_value=0, max_value=50)


def where(model: type[Model], condition: Q) -> Callable[[Step], Step]:
    """A precondition: there is such a row; what could do nothing is not tried."""
    asked: Callable[[Step], Step] = precondition(
        lambda _history: model._default_manager.filter(condition).exists()
    )
    return asked


def one_of(rows: Any, number: int) -> Any:
    """One of the rows, or None where there is none."""
    found = list(rows.order_by("pk"))
    return found[number % len(found)] if found else None


class History(RuleBasedStateMachine):
    """A small company, lived through at random; each example in a savepoint of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.clock = NOW
        self.left = 0

    @property
    def now(self) -> datetime:
        """No two things happen at the very same instant."""
        self.clock += timedelta(milliseconds=10)
        return self.clock

    @initialize()
    def company(self) -> None:
        team = factories.territory("DACH", countries=["DE"]).team
        for name in ("ana", "bob", "cem"):
            factories.rep(name, team=team)
        for name in ("axel", "anke"):
            factories.rep(name, team=team, role="AE")
        self.manager = factories.person("mia", role="MANAGER", team=team)
        self.ops = factories.person("olga", role="OPS")
        for email in PEOPLE:
            factories.receive(factories.signal(email=email), now=self.now)

    @rule(number=numbers, kind=st.sampled_from(SIGNALS))
    def signal(self, number: int, kind: str) -> None:
        factories.receive(factories.signal(kind, email=PEOPLE[number % len(PEOPLE)]), now=self.now)

    @where(Handoff, OPEN & Q(kind="QUALIFIED"))
    @rule(number=numbers)
    def accept(self, number: int) -> None:
        handoff = one_of(Handoff.objects.open().filter(kind="QUALIFIED"), number)
        if handoff is not None:
            handoffs.accept(handoff, by=handoff.assignee or self.manager, now=self.now)

    @where(Handoff, OPEN)
    @rule(number=numbers, code=st.sampled_from(REASONS))
    def reject(self, number: int, code: str) -> None:
        handoff = one_of(Handoff.objects.open(), number)
        if handoff is None:
            return
        reason = RejectionReason.objects.get(code=code)
        other = one_of(Lead.objects.exclude(pk=handoff.lead_id).filter(merged_into=None), number)
        if code == "duplicate" and other is None:
            return
        rejection = handoffs.Rejection(reason, "because", duplicate_of=other if code == "duplicate" else None)
        handoffs.reject(handoff, rejection, by=handoff.assignee or self.manager, now=self.now)
        coming_back.follow_merges(now=self.now)

    @where(Handoff, Q(decided_by__isnull=False))
    @rule(number=numbers)
    def undo(self, number: int) -> None:
        recent = Handoff.objects.filter(
            decided_at__gte=self.now - timedelta(seconds=10), decided_by__isnull=False
        )
        handoff = one_of(recent, number)
        if handoff is None:
            return
        try:
            handoffs.undo(handoff, by=handoff.decided_by, now=self.now)
        except handoffs.TooLateToUndo:
            return
        coming_back.follow_merges(now=self.now)

    @where(Lead, Q(stage=Stage.SAL))
    @rule(number=numbers, ahead=st.integers(min_value=1, max_value=20))
    def book(self, number: int, ahead: int) -> None:
        lead = one_of(Lead.objects.filter(stage=Stage.SAL), number)
        offered = executives.for_lead(lead, now=self.now) if lead else []
        if lead is not None and offered:
            meeting = meetings.Meeting(self.now + timedelta(days=ahead), offered[0].user)
            meetings.book(lead, meeting, packages.of(lead, now=self.now), by=self.manager, now=self.now)

    @where(Handoff, OPEN & Q(kind="MEETING"))
    @rule(number=numbers)
    def accept_meeting(self, number: int) -> None:
        handoff = one_of(Handoff.objects.open().filter(kind="MEETING"), number)
        if handoff is not None:
            terms = meetings.Terms(Decimal(40_000), (self.now + timedelta(days=60)).date())
            meetings.accept(handoff, terms, by=handoff.assignee or self.manager, now=self.now)

    @where(Opportunity, Q(status=Opportunity.Status.OPEN))
    @rule(number=numbers, wins=st.booleans())
    def close(self, number: int, *, wins: bool) -> None:
        deal = one_of(Opportunity.objects.filter(status=Opportunity.Status.OPEN), number)
        if deal is not None and wins:
            opportunities.win(deal, by=self.manager, now=self.now)
        elif deal is not None:
            opportunities.lose(deal, factories.loss("price"), by=self.manager, now=self.now)

    @rule(number=numbers)
    def try_to_reach(self, number: int) -> None:
        handoff = one_of(Handoff.objects.filter(lead__owner__isnull=False), number)
        if handoff is not None:
            tried = {"channel": Attempt.Channel.EMAIL, "outcome": Attempt.Outcome.SENT}
            attempts.log(handoff.lead, **tried, by=handoff.lead.owner, now=self.now)  # type: ignore[arg-type]

    @where(Handoff, OPEN & Q(kind="QUALIFIED"))
    @rule(number=numbers)
    def reroute(self, number: int) -> None:
        handoff = one_of(Handoff.objects.open().filter(kind="QUALIFIED"), number)
        if handoff is not None:
            rerouting.reroute(handoff, by=self.manager, now=self.now)

    @rule(number=numbers, days=st.integers(min_value=1, max_value=12))
    def go_away(self, number: int, days: int) -> None:
        rep = one_of(Rep.objects.filter(is_active=True, user__is_active=True), number)
        if rep is None:
            return
        try:
            ends_at = self.now + timedelta(days=days)
            successions.announce(rep, starts_at=self.now, ends_at=ends_at, by=rep.user, now=self.now)
        except roster.AbsenceRefused:
            return

    @where(Absence, Q())
    @rule(number=numbers)
    def come_back(self, number: int) -> None:
        absence = one_of(Absence.objects.filter(starts_at__lt=self.now, ends_at__gt=self.now), number)
        if absence is not None:
            successions.come_back(absence, by=absence.rep.user, now=self.now)

    @precondition(lambda self: self.left < MOST_LEAVE)
    @rule(number=numbers)
    def leave(self, number: int) -> None:
        rep = one_of(Rep.objects.filter(is_active=True, user__is_active=True), number)
        if rep is not None:
            self.left += 1
            successions.leave(rep, by=self.ops, now=self.now)

    @where(Lead, Q(stage=Stage.LEAD, merged_into=None))
    @rule(number=numbers)
    def merge(self, number: int) -> None:
        duplicate = one_of(Lead.objects.filter(stage=Stage.LEAD, merged_into=None), number)
        other = one_of(Lead.objects.filter(merged_into=None), number + 1)
        if duplicate is not None and other is not None and duplicate != other:
            merging.merge(duplicate, into=other, by=Job("a test"), now=self.now)
            coming_back.follow_merges(now=self.now)

    @where(Lead, Q(stage=Stage.DISQUALIFIED, merged_into=None))
    @rule(number=numbers)
    def reinstate(self, number: int) -> None:
        lead = one_of(Lead.objects.filter(stage=Stage.DISQUALIFIED, merged_into=None), number)
        if lead is not None:
            lifecycle.reinstate(lead, by=self.ops, now=self.now, reason="Looked at again.")

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        """The sweeps run at once, late, or after an outage."""
        self.clock += wait
        successions.cover_begun(now=self.now)
        escalations.sweep(now=self.now)
        coming_back.release_recycled(now=self.now)
        decay.advance(now=self.now)
        tier_changes.catch_up(now=self.now)

    @invariant()
    def nobody_is_left_behind(self) -> None:
        assert list(invariants.violations()) == []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)


@pytest.mark.usefixtures("model")
def test_no_lead_is_left_behind_whatever_happens() -> None:
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
