"""No change without its line: whatever moves, decides or publishes tells; a hole in the record is named (P40)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leads import opportunities
from leads.domain.stages import Stage
from leads.models import Lead, OpportunityState, StageVisit, TimelineEvent, User
from revops import unrecorded
from routing import handoffs, rulebook
from routing.handoffs import Rejection
from routing.models import Handoff, RejectionReason, RuleSet
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.fixture
def accepted(ana: User, now: datetime) -> Handoff:
    """A hand-off that Ana took a minute after it came, and made a deal of."""
    handoff = handoffs.accept(factories.handoff(now=now), by=ana, now=now + MINUTE)
    handoff.lead.refresh_from_db()
    close_on = (now + timedelta(days=30)).date()
    opportunities.open(handoff.lead, owner=ana, amount=None, close_on=close_on, by=ana, now=now + 2 * MINUTE)
    return handoff


def published(*, by: User, now: datetime) -> tuple[Scorecard, RuleSet]:
    """A second scorecard, and rules in the place of those before."""
    draft = scorecards.create_draft(Scorecard.objects.published(), by=by, now=now)
    scorecards.publish(draft, by=by, now=now)
    before = RuleSet.objects.published().version
    return draft, rulebook.publish(rulebook.current(), by=by, now=now, instead_of=before)


def test_everything_that_is_done_leaves_its_line(
    accepted: Handoff, ana: User, olga: User, now: datetime
) -> None:
    reason = RejectionReason.objects.get(code="wrong-timing")
    other = factories.waiting("bert", now=now)
    handoffs.reject(other, Rejection(reason), by=ana, now=now + MINUTE)
    published(by=olga, now=now)

    assert list(unrecorded.violations()) == []


def test_a_second_look_is_taken_back_by_the_line_of_the_undo(ana: User, mia: User, now: datetime) -> None:
    """Also in what an earlier version wrote: the same line stands there."""
    handoff = factories.handoff(now=now)
    handoffs.reject(handoff, Rejection(RejectionReason.objects.get(code="bad-fit")), by=ana, now=now + MINUTE)
    undone_at = now + MINUTE + timedelta(seconds=5)
    handoffs.undo(handoff, by=ana, now=undone_at)
    look = Handoff.objects.get(second_look_of=handoff)
    assert list(unrecorded.violations()) == []

    TimelineEvent.objects.filter(lead=handoff.lead, at=undone_at).delete()

    (named,) = unrecorded.violations()
    assert named.startswith(f"Lead {handoff.lead_id}: hand-off {look.pk} was recalled: ")


def test_a_move_that_was_not_told_is_named(accepted: Handoff) -> None:
    at_once = TimelineEvent.objects.filter(lead=accepted.lead, kind="STAGE").order_by("-at", "-pk")

    at_once[0].delete()

    assert list(unrecorded.violations()) == [
        f"Lead {accepted.lead_id}: moved at 2026-11-17 09:02:00 UTC, and its history does not tell."
    ]


def test_a_move_past_the_one_writer_is_named(accepted: Handoff, now: datetime) -> None:
    Lead.objects.filter(pk=accepted.lead_id).update(stage=Stage.CUSTOMER)
    StageVisit.objects.filter(lead=accepted.lead, left_at=None).update(left_at=now + 3 * MINUTE)
    accepted.lead.visits.create(
        stage=Stage.CUSTOMER,
        number=1,
        came_from=Stage.OPPORTUNITY,
        entered_at=now + 3 * MINUTE,
        cause="sql",
        job="sql",
    )

    assert list(unrecorded.violations()) == [
        f"Lead {accepted.lead_id}: moved at 2026-11-17 09:03:00 UTC, and its history does not tell."
    ]


def test_a_decision_past_the_one_writer_is_named(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    Handoff.objects.filter(pk=handoff.pk).update(status="ACCEPTED", decided_at=now + MINUTE, decided_by=ana)

    assert list(unrecorded.violations()) == [
        f"Lead {handoff.lead_id}: hand-off {handoff.pk} was accepted, and the history does not tell."
    ]


def test_a_handoff_and_a_deal_that_nothing_tells_of_are_named(accepted: Handoff) -> None:
    deal = accepted.lead.opportunities.get()
    TimelineEvent.objects.filter(lead=accepted.lead, kind="HANDOFF").delete()
    OpportunityState.objects.filter(opportunity=deal).delete()

    lead, handoff = accepted.lead_id, accepted.pk
    assert list(unrecorded.violations()) == [
        f"Lead {lead}: hand-off {handoff} was made, and the history does not tell.",
        f"Lead {lead}: hand-off {handoff} was accepted, and the history does not tell.",
        f"Lead {lead}: opportunity {deal.pk} is OPEN, and its own history does not tell.",
    ]


def test_versions_that_the_audit_does_not_tell_of_are_named(
    olga: User, now: datetime, model: Scorecard
) -> None:
    draft = scorecards.create_draft(model, by=olga, now=now)
    held = {"status": "PUBLISHED", "published_at": now}
    Scorecard.objects.filter(pk=model.pk).update(status="RETIRED")
    Scorecard.objects.filter(pk=draft.pk).update(**held)
    RuleSet.objects.update(status="RETIRED")
    RuleSet.objects.create(version=7, created_at=now, **held)

    assert list(unrecorded.violations()) == [
        f"Scorecard {draft.version} was published, and the audit does not tell.",
        "Version 7 of the rules was published, and the audit does not tell.",
    ]
