"""Deals: opened, moved on, revised and closed once; each change kept, and whoever comes second told."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from leads import opportunities
from leads.concurrent_edits import EditedMeanwhile
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, OpportunityStage, OutboxMessage, StageVisit, Team, User
from leads.opportunities import Terms
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(ana: User, now: datetime) -> Lead:
    """A lead at MQL."""
    return factories.handoff(now=now).lead


def opened(
    lead: Lead, *, owner: User, now: datetime, amount: Decimal | None = Decimal(40_000)
) -> Opportunity:
    return opportunities.open(lead, owner=owner, amount=amount, close_on=date(2027, 1, 31), by=owner, now=now)


def test_opening_a_deal_visits_the_stages_between_as_inferred(lead: Lead, ana: User, now: datetime) -> None:
    opened(lead, owner=ana, now=now)

    visits = lead.visits.order_by("id").values_list("stage", "how")
    assert list(visits)[-3:] == [
        (Stage.SAL, StageVisit.How.INFERRED),
        (Stage.SQL, StageVisit.How.INFERRED),
        (Stage.OPPORTUNITY, StageVisit.How.PERSON),
    ]


def test_a_won_deal_makes_the_lead_and_its_account_customers(lead: Lead, ana: User, now: datetime) -> None:
    deal = opened(lead, owner=ana, now=now)

    opportunities.win(deal, by=ana, now=now + timedelta(days=9))

    lead = Lead.objects.select_related("account").get(pk=lead.pk)
    assert (lead.stage, lead.account and lead.account.is_customer) == (Stage.CUSTOMER, True)
    assert (deal.status, deal.closed_at) == (Opportunity.Status.WON, now + timedelta(days=9))


def test_the_last_lost_deal_loses_the_lead(lead: Lead, ana: User, now: datetime) -> None:
    first, second = opened(lead, owner=ana, now=now), opened(lead, owner=ana, now=now)

    opportunities.lose(first, factories.loss("competitor"), by=ana, now=now)
    after_first = Lead.objects.get(pk=lead.pk).stage
    opportunities.lose(second, factories.loss("price"), by=ana, now=now)

    assert (after_first, Lead.objects.get(pk=lead.pk).stage) == (Stage.OPPORTUNITY, Stage.LOST)


def test_a_deal_is_closed_once(lead: Lead, ana: User, now: datetime) -> None:
    deal = opened(lead, owner=ana, now=now)
    opportunities.lose(deal, factories.loss("price"), by=ana, now=now)

    with pytest.raises(opportunities.AlreadyClosed, match="already lost"):
        opportunities.win(deal, by=ana, now=now)


def test_a_retired_reason_is_refused_and_the_deal_stays_open(lead: Lead, ana: User, now: datetime) -> None:
    deal, reason = opened(lead, owner=ana, now=now), factories.loss("price")
    type(reason).objects.filter(pk=reason.pk).update(is_active=False)

    with pytest.raises(opportunities.ReasonMissing, match="“Price” is not in use any more"):
        opportunities.lose(deal, reason, by=ana, now=now)

    deal.refresh_from_db()
    assert deal.is_open


def test_an_amount_is_more_than_nothing_or_unknown(lead: Lead, ana: User, now: datetime) -> None:
    with pytest.raises(opportunities.NotAnAmount):
        opened(lead, owner=ana, now=now, amount=Decimal(0))

    assert opened(lead, owner=ana, now=now, amount=None).amount is None


def stage(code: str) -> OpportunityStage:
    return OpportunityStage.objects.get(code=code)


def terms(deal: Opportunity, **changes: object) -> Terms:
    values = {"amount": deal.amount, "close_on": deal.close_on, "owner": deal.owner, **changes}
    return Terms(**values)  # type: ignore[arg-type]


def test_each_change_keeps_how_the_deal_stood(lead: Lead, ana: User, now: datetime) -> None:
    deal, day = opened(lead, owner=ana, now=now), timedelta(days=1)

    opportunities.move(deal, stage("proposal"), seen=deal.stage, by=ana, now=now + day)
    seen = opportunities.edition_of(deal)
    opportunities.revise(deal, terms(deal, amount=Decimal(55_000)), seen=seen, by=ana, now=now + 2 * day)
    opportunities.lose(deal, factories.loss("price"), note="Too dear.", by=ana, now=now + 3 * day)

    states = deal.states.order_by("at").values_list("status", "stage__code", "amount", "note")
    assert list(states) == [
        ("OPEN", "discovery", Decimal(40_000), ""),
        ("OPEN", "proposal", Decimal(40_000), ""),
        ("OPEN", "proposal", Decimal(55_000), ""),
        ("LOST", "proposal", Decimal(55_000), "Too dear."),
    ]
    told = lead.events.filter(kind="DEAL").order_by("id").values_list("text", flat=True)
    assert list(told) == ["Discovery → Proposal", "Amount 40,000 → 55,000", "Lost as Price"]


def test_who_moves_a_deal_second_is_told_where_it_stands(lead: Lead, ana: User, now: datetime) -> None:
    deal = opened(lead, owner=ana, now=now)
    seen = deal.stage
    opportunities.move(deal, stage("negotiation"), seen=seen, by=ana, now=now)

    with pytest.raises(opportunities.MovedMeanwhile, match="moved to Negotiation meanwhile"):
        opportunities.move(deal, stage("proposal"), seen=seen, by=ana, now=now)

    assert opportunities.move(deal, stage("negotiation"), seen=seen, by=ana, now=now) is False
    assert deal.states.count() == 2


def test_a_closed_deal_is_neither_moved_nor_revised_and_says_who_closed_it(
    *, lead: Lead, ana: User, now: datetime
) -> None:
    deal = opened(lead, owner=ana, now=now)
    seen, before = opportunities.edition_of(deal), terms(deal, amount=Decimal(1))
    opportunities.win(deal, by=ana, now=now)

    with pytest.raises(opportunities.AlreadyClosed, match="already won, by Ana"):
        opportunities.move(deal, stage("proposal"), seen=deal.stage, by=ana, now=now)
    with pytest.raises(opportunities.AlreadyClosed):
        opportunities.revise(deal, before, seen=seen, by=ana, now=now)


def test_who_revises_second_overwrites_nothing(lead: Lead, ana: User, now: datetime) -> None:
    deal = opened(lead, owner=ana, now=now)
    seen = opportunities.edition_of(deal)
    opportunities.revise(deal, terms(deal, amount=Decimal(50_000)), seen=seen, by=ana, now=now)

    with pytest.raises(EditedMeanwhile):
        opportunities.revise(deal, terms(deal, amount=Decimal(60_000)), seen=seen, by=ana, now=now)

    deal.refresh_from_db()
    assert deal.amount == Decimal(50_000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal(-5)}, "amount"),
        ({"close_on": date(2026, 11, 16)}, "close_on"),
    ],
)
def test_terms_that_no_deal_can_have_are_refused_by_field(
    *, lead: Lead, ana: User, now: datetime, changes: dict[str, object], field: str
) -> None:
    deal = opened(lead, owner=ana, now=now)

    with pytest.raises(opportunities.TermsRefused) as refused:
        opportunities.revise(
            deal, terms(deal, **changes), seen=opportunities.edition_of(deal), by=ana, now=now
        )

    assert refused.value.field == field


def test_a_manager_gives_a_deal_to_another_executive_who_is_told(
    *, lead: Lead, ana: User, mia: User, dach: Team, now: datetime
) -> None:
    deal, axel = opened(lead, owner=ana, now=now), factories.person("axel", role="AE", team=dach)
    seen = opportunities.edition_of(deal)

    with pytest.raises(opportunities.TermsRefused, match="Only a manager"):
        opportunities.revise(deal, terms(deal, owner=axel), seen=seen, by=ana, now=now)
    opportunities.revise(deal, terms(deal, owner=axel), seen=seen, by=mia, now=now)

    assert deal.owner == axel
    told = OutboxMessage.objects.filter(recipient=axel, key__startswith="opportunity:")
    assert {one.title for one in told} == {"The opportunity with Eva Klein is yours"}


def test_a_colleague_of_the_team_reads_and_does_not_change(
    *, lead: Lead, ana: User, bob: User, charlie: User, now: datetime
) -> None:
    deal = opened(lead, owner=ana, now=now)

    with pytest.raises(opportunities.NotYours, match="Ana’s to work"):
        opportunities.move(deal, stage("proposal"), seen=deal.stage, by=bob, now=now)

    assert list(Opportunity.objects.visible_to(bob)) == [deal]
    assert list(Opportunity.objects.visible_to(charlie)) == []
