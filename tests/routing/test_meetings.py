"""From SDR to account executive: a booked meeting is handed on, and becomes a deal or nothing (LC-3, LC-4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from leads.domain.csv_mapping import Deal
from leads.domain.stages import Stage
from leads.lifecycle import StageConflict
from leads.models import Account, Lead, Opportunity, OutboxMessage, Team, User
from revops import closed_deals, packages
from routing import executives, handoffs, invariants, meetings, rerouting, successions
from routing.handoffs import AlreadyDecided, NotYours, Rejection
from routing.meetings import Meeting, NotBookable, Terms, TermsRefused
from routing.models import Attempt, Clock, ClockKind, Handoff, RejectionReason, Rep
from tests import factories
from tests.races import at_once

DAY = timedelta(days=1)
TERMS = Terms(Decimal(45_000), date(2027, 2, 1))


@pytest.fixture
def axel(dach: Team) -> User:
    """An account executive of the team."""
    return factories.rep("axel", team=dach, role="AE").user


@pytest.fixture
def accepted(ana: User, now: datetime) -> Lead:
    """Ana's lead, accepted."""
    handoff = factories.handoff(now=now)
    return handoffs.accept(handoff, by=ana, now=now + timedelta(minutes=3)).lead


def booked(lead: Lead, executive: User, *, by: User, now: datetime) -> Handoff:
    meeting = Meeting(now + 2 * DAY, executive, "They want to see the API.")
    return meetings.book(lead, meeting, packages.of(lead, now=now), by=by, now=now)


def test_booked_meeting_makes_an_sql_and_asks_the_executive(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)

    accepted.refresh_from_db()
    assert (accepted.stage, accepted.owner) == (Stage.SQL, axel)
    assert (handoff.kind, handoff.assignee, handoff.meeting_at) == ("MEETING", axel, now + 3 * DAY)
    running = Clock.objects.running().filter(lead=accepted)
    assert [(clock.kind, clock.due_at, clock.holder) for clock in running] == [
        (ClockKind.MEETING_REVIEW, now + DAY + timedelta(hours=72), axel)
    ]
    told = OutboxMessage.objects.filter(recipient=axel, channel="IN_APP").latest("id")
    assert told.title == "Meeting with Eva Klein is yours"


def test_executive_is_told_of_the_meeting_in_their_own_zone(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    axel.time_zone = "Asia/Tokyo"
    axel.save()

    booked(accepted, axel, by=ana, now=now + DAY)

    told = OutboxMessage.objects.filter(recipient=axel, channel="IN_APP").latest("id")
    assert told.text.startswith("On Friday 20 November, 18:00, booked by Ana.")


def test_accepted_meeting_is_an_opportunity_with_amount_and_close_date(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)

    deal = meetings.accept(handoff, TERMS, by=axel, now=now + 2 * DAY)

    accepted.refresh_from_db()
    assert (accepted.stage, accepted.owner) == (Stage.OPPORTUNITY, axel)
    assert (deal.amount, deal.close_on) == (TERMS.amount, TERMS.close_on)
    assert (deal.owner, deal.status) == (axel, "OPEN")
    assert not Clock.objects.running().filter(lead=accepted).exists()


def test_rejected_meeting_takes_the_lead_out_with_its_reason(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)
    no_budget = RejectionReason.objects.get(code="no-budget")

    handoffs.reject(handoff, Rejection(no_budget), by=axel, now=now + 2 * DAY)

    accepted.refresh_from_db()
    assert accepted.stage == Stage.DISQUALIFIED
    assert not Opportunity.objects.exists()
    assert not Clock.objects.running().filter(lead=accepted).exists()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(Decimal(0), date(2027, 2, 1)), "amount"),
        (Terms(Decimal(-5), date(2027, 2, 1)), "amount"),
        (Terms(Decimal(45_000), date(2026, 11, 1)), "close_on"),
    ],
)
def test_terms_that_no_deal_can_have_are_refused_at_their_field(
    *, accepted: Lead, ana: User, axel: User, now: datetime, terms: Terms, field: str
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)

    with pytest.raises(TermsRefused) as refused:
        meetings.accept(handoff, terms, by=axel, now=now + 2 * DAY)

    handoff.refresh_from_db()
    assert refused.value.field == field
    assert handoff.is_open


def test_acceptance_is_undone_with_the_deal_that_it_began(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)
    meetings.accept(handoff, TERMS, by=axel, now=now + 2 * DAY)
    Account.objects.update(needs_score=False)  # it was scored with the deal

    handoffs.undo(handoff, by=axel, now=now + 2 * DAY + timedelta(seconds=5))

    accepted.refresh_from_db()
    handoff.refresh_from_db()
    assert (accepted.stage, accepted.owner) == (Stage.SQL, axel)
    assert handoff.is_open
    assert not Opportunity.objects.exists()
    assert Account.objects.get(people=accepted).needs_score
    assert Clock.objects.running().get(lead=accepted).kind == ClockKind.MEETING_REVIEW


def test_what_cannot_be_booked_is_refused_in_words_and_nothing_changes(
    *, accepted: Lead, ana: User, bob: User, axel: User, now: datetime
) -> None:
    package = packages.of(accepted, now=now)
    book = partial(meetings.book, accepted, package=package, now=now)

    with pytest.raises(NotYours, match="with Ana"):
        book(meeting=Meeting(now + DAY, axel), by=bob)
    with pytest.raises(NotBookable, match="a year from now"):
        book(meeting=Meeting(now + 400 * DAY, axel), by=ana)
    with pytest.raises(NotBookable, match="Bob takes no meetings"):
        book(meeting=Meeting(now + DAY, bob), by=ana)

    accepted.refresh_from_db()
    assert accepted.stage == Stage.SAL


def test_meeting_is_booked_with_an_accepted_lead_alone(ana: User, axel: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead

    with pytest.raises(NotBookable, match="has accepted"):
        booked(lead, axel, by=ana, now=now)


def test_meeting_that_is_booked_twice_at_once_is_one(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    as_both_saw_it = Lead.objects.get(pk=accepted.pk)
    booked(accepted, axel, by=ana, now=now + DAY)

    with pytest.raises(StageConflict, match="is no longer at SAL"):
        booked(as_both_saw_it, axel, by=ana, now=now + DAY)

    assert Attempt.objects.filter(lead=accepted).count() == 1
    assert Handoff.objects.open().filter(lead=accepted).count() == 1


def test_lead_that_was_passed_on_meanwhile_is_booked_by_its_new_owner(
    accepted: Lead, ana: User, bob: User, axel: User, now: datetime
) -> None:
    as_ana_saw_it = Lead.objects.get(pk=accepted.pk)
    rerouting.reroute(Handoff.objects.get(lead=accepted), to=bob, by=bob, now=now + DAY)

    with pytest.raises(NotYours, match="with Bob"):
        booked(as_ana_saw_it, axel, by=ana, now=now + DAY)


def test_deal_that_is_still_to_come_is_refused_by_the_day_that_its_file_names(
    accepted: Lead, now: datetime
) -> None:
    midnight_in_berlin = datetime(2098, 12, 31, 23, tzinfo=UTC)
    won = Deal("sdr@crm.example", "ae@crm.example", midnight_in_berlin, date(2099, 1, 1), None)

    with pytest.raises(closed_deals.DealNotTakenIn, match="won on 1 January 2099"):
        closed_deals.take_in(won, factories.signal(), source=factories.source("crm"), now=now)


def test_deal_that_was_won_elsewhere_decides_the_meeting_that_waits(
    accepted: Lead, ana: User, axel: User, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)
    won = Deal("sdr@crm.example", "ae@crm.example", now + 2 * DAY, date(2026, 11, 19), Decimal(9_000))

    signal, crm = factories.signal("webinar_attended"), factories.source("crm")
    closed_deals.take_in(won, signal, source=crm, now=now + 2 * DAY)

    accepted.refresh_from_db()
    handoff.refresh_from_db()
    assert (accepted.stage, handoff.status) == (Stage.CUSTOMER, "ACCEPTED")
    assert not Clock.objects.running().filter(lead=accepted).exists()
    assert list(invariants.violations()) == []


def test_nearest_executive_is_offered_first_and_who_is_out_last(
    accepted: Lead, axel: User, charlie: User, now: datetime
) -> None:
    assert charlie.team is not None
    near, far = axel, factories.rep("felix", team=charlie.team, role="AE").user

    offered = executives.for_lead(accepted, now=now)
    successions.announce(Rep.objects.get(user=near), starts_at=now, ends_at=now + DAY, by=near, now=now)
    while_out = executives.for_lead(accepted, now=now)

    assert [one.user for one in offered] == [near, far]
    assert [one.user for one in while_out] == [far, near]
    assert while_out[1].why_not


def test_meeting_of_an_executive_who_leaves_goes_to_another_executive_or_to_the_manager(
    *, accepted: Lead, ana: User, axel: User, mia: User, dach: Team, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)
    anke = factories.rep("anke", team=dach, role="AE").user

    successions.leave(Rep.objects.get(user=axel), by=mia, now=now + DAY)
    handoff.refresh_from_db()
    assert handoff.assignee == anke
    successions.leave(Rep.objects.get(user=anke), by=mia, now=now + DAY)

    handoff.refresh_from_db()
    accepted.refresh_from_db()
    assert (handoff.assignee, accepted.owner) == (mia, mia)
    kinds = Clock.objects.running().filter(lead=accepted).values_list("kind", flat=True)
    assert list(kinds) == [ClockKind.MEETING_REVIEW]


@pytest.mark.django_db(transaction=True)
def test_two_executives_at_once_make_one_deal(accepted: Lead, ana: User, axel: User, now: datetime) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)
    take = partial(meetings.accept, handoff, TERMS, now=now + 2 * DAY)

    outcomes = at_once(*(partial(take, by=axel) for _ in range(2)))

    assert [type(one) for one in outcomes if isinstance(one, Exception)] == [AlreadyDecided]
    assert Opportunity.objects.count() == 1


def test_manager_can_pass_a_meeting_on_by_hand(
    *, accepted: Lead, ana: User, axel: User, mia: User, dach: Team, now: datetime
) -> None:
    handoff = booked(accepted, axel, by=ana, now=now + DAY)
    anke = factories.rep("anke", team=dach, role="AE").user

    rerouting.reroute(handoff, by=mia, now=now + DAY, to=anke)

    handoff.refresh_from_db()
    assert handoff.assignee == anke
