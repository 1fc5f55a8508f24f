"""Outbound calls: who is proposed and why, what an approval hands over, and that all of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads import audit, lifecycle
from leads.domain.stages import Stage
from leads.models import Account, Lead, Team, User
from reports import compliance, handoff_records, measures, rollups
from reports.domain.periods import Period, Span
from reports.domain.selection import Selection
from reports.handoff_records import HandoffState
from revops.outbound import proposals as outbound
from revops.outbound import refresh
from revops.outbound.proposals import CannotDecide, Status
from routing import handoffs, invariants, rerouting, whereabouts
from routing.handoffs import AlreadyDecided
from routing.models import ClockKind, Handoff, OutboundProposal, PoolMember, Rep, Territory
from tests import factories

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
READER = {"email": "eva@acme.example", "first_name": "Eva", "title": "VP Marketing", "phone": "+49 30 901820"}


def surge(now: datetime, *, email: str = READER["email"], **person: str) -> Lead:
    """Somebody with marketing whose company's intent surges."""
    payload = factories.signal("intent_surge", email, signal_id=f"surge-{email}-{now.isoformat()}")
    payload["person"] = {**READER, "country": "DE", "email": email, **person}
    factories.receive(payload, now=now)
    return factories.lead_of(email)


def account_of(lead: Lead) -> Account:
    """The account as it is stored by now."""
    assert lead.account is not None
    return Account.objects.get(pk=lead.account.pk)


def only_proposal() -> OutboundProposal:
    return OutboundProposal.objects.select_related("account").get(status=Status.PROPOSED)


@pytest.fixture
def axel(dach: Team) -> User:
    """An account executive of the team, in its territory."""
    rep = factories.rep("axel", team=dach, role="AE")
    rep.territories.set(Territory.objects.filter(team=dach))
    return rep.user


def named(owner: User, name: str, now: datetime) -> Account:
    return Account.objects.create(name=name, is_named=True, owner=owner, country="DE", created_at=now)


def test_an_account_with_a_surge_that_sales_does_not_work_is_proposed_once(ana: User, now: datetime) -> None:
    lead = surge(now)

    first, second = outbound.propose_surges(now=now), outbound.propose_surges(now=now)

    assert lead.stage == Stage.LEAD
    assert (first, second) == (1, 0)
    proposal = only_proposal()
    assert (proposal.account, proposal.kind, proposal.team) == (lead.account, "P3", ana.team)
    assert proposal.why == "1 surge of intent in 14 days"


def test_an_account_that_sales_works_or_whose_surge_is_old_is_not_proposed(ana: User, now: datetime) -> None:
    surge(now - 20 * DAY, email="old@old.example")
    factories.handoff(now=now, email="tom@worked.example")
    surge(now, email="kim@worked.example")

    assert outbound.propose_surges(now=now) == 0


def test_an_approval_hands_over_the_best_known_person_with_the_review_clock_alone(
    ana: User, mia: User, now: datetime
) -> None:
    surge(now, email="kim@acme.example", title="Intern")
    best = surge(now)
    surge(now, email="no-phone@acme.example", phone="")
    outbound.propose_surges(now=now)

    handoff = outbound.approve(only_proposal(), by=mia, now=now)

    assert handoff is not None
    best.refresh_from_db()
    assert (handoff.lead, handoff.assignee, handoff.priority) == (best, ana, "P3")
    assert (best.stage, best.owner) == (Stage.MQL, ana)
    assert handoff.source == "Outbound: 3 surges of intent in 14 days"
    assert set(handoff.clocks.running().values_list("kind", flat=True)) == {ClockKind.REVIEW}
    assert list(invariants.violations()) == []


def test_an_approval_is_undone_until_the_rep_decides(ana: User, mia: User, now: datetime) -> None:
    lead = surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    handoff = outbound.approve(proposal, by=mia, now=now)

    outbound.undo(proposal, by=mia, now=now + DAY)

    lead.refresh_from_db()
    assert (lead.stage, lead.owner) == (Stage.LEAD, None)
    assert handoff is not None
    assert not handoff.clocks.running().exists()
    assert not Handoff.objects.open().exists()
    assert list(invariants.violations()) == []


def test_an_undone_approval_leaves_the_person_held_since_when_they_were(
    ana: User, mia: User, now: datetime
) -> None:
    lead = surge(now - 3 * DAY)
    lifecycle.recycle(lead, by=mia, now=now - 2 * DAY, cause="not now")
    lifecycle.release(lead, by=mia, now=now - DAY)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    outbound.approve(proposal, by=mia, now=now)
    lead.refresh_from_db()
    handed_over = (lead.stage, lead.held_from)

    outbound.undo(proposal, by=mia, now=now + DAY)

    lead.refresh_from_db()
    assert handed_over == (Stage.MQL, None)
    assert (lead.stage, lead.held_from, lead.held_until) == (Stage.LEAD, now - 2 * DAY, None)


def test_an_undone_approval_is_no_hand_off_of_any_report(ana: User, mia: User, now: datetime) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    outbound.approve(proposal, by=mia, now=now)
    today = Period(now.date(), now.date(), "UTC")
    month = Selection(kind=ClockKind.REVIEW.value, span=Span.CUSTOM, period=today)
    captured = handoff_records.selected(month, HandoffState.CAPTURED, user=mia)
    assigned = handoff_records.selected(month, HandoffState.ASSIGNED, user=mia)
    rollups.fill(now=now + 2 * DAY)
    approved = (captured.count(), assigned.count(), measures.ASSIGNMENT.rows().count())

    outbound.undo(proposal, by=mia, now=now + DAY)

    assert approved == (1, 1, 1)
    assert (captured.count(), assigned.count(), measures.ASSIGNMENT.rows().count()) == (0, 0, 0)
    rollups.fill(now=now + 2 * DAY)
    assert list(rollups.differences()) == []


def test_what_was_promised_for_an_undone_approval_was_neither_met_nor_missed(
    ana: User, mia: User, now: datetime
) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    outbound.approve(proposal, by=mia, now=now)
    selection = Selection(
        kind=ClockKind.REVIEW.value, span=Span.CUSTOM, period=Period(now.date(), now.date(), "UTC")
    )

    def counted() -> dict[str, int]:
        figures = compliance.by_kind(selection, user=mia, now=now + 9 * DAY)
        return {kind: one.total for kind, one in figures.items() if one.total}

    rollups.fill(now=now)
    approved = counted()
    outbound.undo(proposal, by=mia, now=now + 8 * DAY)
    from_rows = counted()
    rollups.fill(now=now + 9 * DAY)

    assert approved == {"DELIVERY": 1, "REVIEW": 1}
    assert (from_rows, counted()) == ({}, {})
    assert not compliance.selected(selection, user=mia).exists()
    assert compliance.divide(selection, user=mia, now=now + 9 * DAY).total.total == 0
    assert list(rollups.differences()) == []


def test_a_rep_who_comes_too_late_is_told_that_the_lead_was_taken_back(
    ana: User, mia: User, now: datetime
) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    handoff = outbound.approve(proposal, by=mia, now=now)
    assert handoff is not None
    outbound.undo(proposal, by=mia, now=now + DAY)

    with pytest.raises(AlreadyDecided, match="taken back before anybody decided") as refused:
        handoffs.accept(handoff, by=ana, now=now + DAY)

    told = whereabouts.told(refused.value.handoff, viewer=ana, now=now + DAY)
    assert told == "This lead was taken back just now, undecided."


def test_a_lead_that_was_taken_back_is_passed_on_to_nobody(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    lead = surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    handoff = outbound.approve(proposal, by=mia, now=now)
    assert handoff is not None
    outbound.undo(proposal, by=mia, now=now + DAY)

    with pytest.raises(AlreadyDecided, match="taken back"):
        rerouting.reroute(handoff, by=mia, now=now + DAY, to=bob)

    lead.refresh_from_db()
    assert (lead.stage, lead.owner) == (Stage.LEAD, None)


def test_a_turn_that_was_taken_for_an_approval_comes_back_with_its_undo(
    ana: User, bob: User, mia: User, now: datetime
) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    before = list(PoolMember.objects.order_by("pk").values())
    proposal = only_proposal()
    outbound.approve(proposal, by=mia, now=now)
    assert list(PoolMember.objects.order_by("pk").values()) != before

    outbound.undo(proposal, by=mia, now=now + DAY)

    assert list(PoolMember.objects.order_by("pk").values()) == before


def test_what_the_rep_has_decided_is_too_late_to_undo(ana: User, mia: User, now: datetime) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    handoff = outbound.approve(proposal, by=mia, now=now)
    assert handoff is not None
    handoffs.accept(handoff, by=ana, now=now)

    with pytest.raises(CannotDecide, match="too late to undo"):
        outbound.undo(proposal, by=mia, now=now)

    proposal.refresh_from_db()
    assert proposal.status == Status.APPROVED


def test_an_account_where_nobody_is_known_waits_for_research(
    ana: User, mia: User, as_user: SignIn, now: datetime
) -> None:
    surge(now, phone="")
    outbound.propose_surges(now=now)

    page = as_user(mia).get(reverse("outbound")).content.decode()
    with pytest.raises(CannotDecide, match="Nobody with a telephone is known"):
        outbound.approve(only_proposal(), by=mia, now=now)

    assert "Nobody to call is known here yet" in page
    assert "Approve" not in page
    assert only_proposal().decided_at is None


def test_who_was_declined_is_left_alone_for_a_while(ana: User, mia: User, now: datetime) -> None:
    surge(now)
    outbound.propose_surges(now=now)

    outbound.decline(only_proposal(), by=mia, now=now)

    surge(now + 89 * DAY, email="kim@acme.example")
    assert outbound.propose_surges(now=now + 89 * DAY) == 0
    assert outbound.propose_surges(now=now + 91 * DAY) == 1


def test_two_decisions_on_one_proposal_are_one(ana: User, mia: User, olga: User, now: datetime) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    proposal = only_proposal()
    outbound.decline(proposal, by=mia, now=now)

    with pytest.raises(CannotDecide, match=f"{mia} decided this already"):
        outbound.approve(proposal, by=olga, now=now)

    assert not Handoff.objects.exists()


def test_dead_named_accounts_are_exchanged_for_the_best_unowned_of_the_territory(
    axel: User, mia: User, now: datetime
) -> None:
    dead = [named(axel, "Dead one", now), named(axel, "Dead two", now)]
    lead = surge(now)
    Account.objects.create(name="Elsewhere", country="FR", created_at=now)

    found = refresh.propose(dead, by=axel, now=now)
    handoff = outbound.approve(only_proposal(), by=mia, now=now)

    assert found == 1
    fresh, gone = account_of(lead), Account.objects.get(pk=dead[0].pk)
    assert (fresh.owner, fresh.is_named) == (axel, True)
    assert (gone.owner, gone.is_named) == (None, False)
    assert handoff is not None
    assert (handoff.lead, handoff.assignee, handoff.priority) == (lead, axel, "P4")
    assert handoff.rule_name == "named account"
    assert audit.of(f"account:{fresh.pk}").filter(action="account.exchanged").exists()


def test_an_exchange_is_undone_whole(axel: User, mia: User, now: datetime) -> None:
    dead, lead = named(axel, "Dead", now), surge(now)
    refresh.propose([dead], by=axel, now=now)
    proposal = only_proposal()
    outbound.approve(proposal, by=mia, now=now)

    outbound.undo(proposal, by=mia, now=now)

    dead.refresh_from_db()
    lead.refresh_from_db()
    assert (dead.owner, dead.is_named) == (axel, True)
    assert account_of(lead).owner is None
    assert lead.stage == Stage.LEAD


def test_nobody_exchanges_the_accounts_of_others(axel: User, ana: User, now: datetime) -> None:
    theirs = named(ana, "Theirs", now)

    with pytest.raises(refresh.CannotRefresh, match="Only your own"):
        refresh.propose([theirs], by=axel, now=now)


def test_an_executive_marks_the_dead_in_the_browser(
    axel: User, mia: User, as_user: SignIn, now: datetime
) -> None:
    dead = named(axel, "Dead", now)
    surge(now)

    answer = as_user(axel).post(reverse("outbound-refresh"), {"account": [dead.pk]}, follow=True)

    page = answer.content.decode()
    assert "1 exchange is proposed." in page
    assert "in place of Dead, which is dead" in page
    assert "P4" in as_user(mia).get(reverse("outbound")).content.decode()


def test_both_kinds_can_be_switched_off(axel: User, olga: User, as_user: SignIn, now: datetime) -> None:
    dead = named(axel, "Dead", now)
    surge(now)

    as_user(olga).post(reverse("outbound-settings"), {"surge_days": 14, "quiet_days": 90})

    assert outbound.propose_surges(now=now) == 0
    with pytest.raises(refresh.CannotRefresh, match="switched off"):
        refresh.propose([dead], by=axel, now=now)
    assert audit.of(outbound.SUBJECT)[0].actor == olga
    page = as_user(axel).get(reverse("outbound")).content.decode()
    assert "Proposals by intent (P3) are switched off." in page


def test_the_page_asks_no_more_for_more_proposals(
    ana: User, mia: User, as_user: SignIn, django_assert_max_num_queries: Any, now: datetime
) -> None:
    for number in range(6):
        surge(now, email=f"eva@firm{number}.example")
    Account.objects.update(domain="", name_key="")
    outbound.propose_surges(now=now)
    client = as_user(mia)

    with django_assert_max_num_queries(12):
        client.get(reverse("outbound"))


def test_a_rep_of_the_pool_sees_why_the_lead_is_in_the_queue(
    ana: User, mia: User, as_user: SignIn, now: datetime
) -> None:
    surge(now)
    outbound.propose_surges(now=now)
    outbound.approve(only_proposal(), by=mia, now=now)

    page = as_user(ana).get(reverse("queue")).content.decode()

    assert Rep.objects.filter(user=ana).exists()
    assert "P3" in page
    assert "Outbound: 1 surge of intent in 14 days" in page
