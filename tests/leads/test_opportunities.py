from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from leads import opportunities
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, StageVisit, User
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

    opportunities.lose(first, reason="chose a competitor", by=ana, now=now)
    after_first = Lead.objects.get(pk=lead.pk).stage
    opportunities.lose(second, reason="no budget", by=ana, now=now)

    assert (after_first, Lead.objects.get(pk=lead.pk).stage) == (Stage.OPPORTUNITY, Stage.LOST)


def test_a_deal_is_closed_once(lead: Lead, ana: User, now: datetime) -> None:
    deal = opened(lead, owner=ana, now=now)
    opportunities.lose(deal, reason="no budget", by=ana, now=now)

    with pytest.raises(opportunities.AlreadyClosed, match="already lost"):
        opportunities.win(deal, by=ana, now=now)


def test_a_lost_deal_needs_a_reason(lead: Lead, ana: User, now: datetime) -> None:
    deal = opened(lead, owner=ana, now=now)

    with pytest.raises(opportunities.ReasonMissing):
        opportunities.lose(deal, reason=" ", by=ana, now=now)


def test_an_amount_is_more_than_nothing_or_unknown(lead: Lead, ana: User, now: datetime) -> None:
    with pytest.raises(opportunities.NotAnAmount):
        opened(lead, owner=ana, now=now, amount=Decimal(0))

    assert opened(lead, owner=ana, now=now, amount=None).amount is None
