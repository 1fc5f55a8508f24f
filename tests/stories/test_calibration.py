"""Story: deals end, ops calibrates, drafts what it suggests, publishes it, and leads are scored by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.urls import reverse

from leads import background, opportunities
from leads.models import Lead, User
from revops.background_work import WORK
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import RejectionReason
from scoring import rescoring
from scoring.models import Score, Scorecard
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HANDED_OVER = 66
SOFTWARE, FARMING = {"industry": "Software"}, {"industry": "Farming"}


def handed_over(number: int, *, at: datetime, **company: Any) -> Lead:
    """Somebody of a company of their own asks for a demo."""
    return factories.waiting(
        f"p{number}", now=at, company={**factories.COMPANY, "country": "DE", **company}
    ).lead


def sell(lead: Lead, *, wins: bool, rep: User, at: datetime) -> None:
    handoff = handoffs.open_handoff_of(lead)
    assert handoff is not None
    handoffs.accept(handoff, by=rep, now=at)
    lead.refresh_from_db()
    deal = opportunities.open(lead, owner=rep, amount=None, close_on=at.date(), by=rep, now=at + DAY)
    if wins:
        opportunities.win(deal, by=rep, now=at + 20 * DAY)
    else:
        opportunities.lose(deal, factories.loss("no-decision"), by=rep, now=at + 20 * DAY)


def refuse(lead: Lead, *, by: User, at: datetime) -> None:
    handoff = handoffs.open_handoff_of(lead)
    assert handoff is not None
    handoffs.reject(handoff, Rejection(RejectionReason.objects.get(code="bad-fit"), note="no"), by=by, now=at)


def live_through_a_year(*, rep: User, now: datetime) -> None:
    """Software buys, farming does not, whatever the size of the company; every tenth is refused at once."""
    random = Random(1)
    for number in range(HANDED_OVER):
        at = now - (300 - 4 * number) * DAY
        industry = SOFTWARE if number % 2 else FARMING
        lead = handed_over(number, at=at, **industry, employees=(10, 60, 400)[number % 3])
        if number % 10 == 0:
            refuse(lead, by=rep, at=at + DAY)
        else:
            sell(lead, wins=random.random() < (0.85 if number % 2 else 0.2), rep=rep, at=at + DAY)


def test_from_closed_deals_to_a_published_scorecard(
    ana: User, olga: User, model: Scorecard, now: datetime, as_user: SignIn, settings: Any
) -> None:
    settings.CALIBRATION_MINIMUM = 20
    live_through_a_year(rep=olga, now=now)
    ops = as_user(olga)

    ops.post(reverse("calibration-ask"), {"target": "won", "months": "0", "holds_equal": "on"})
    background.work_off(WORK)
    page = ops.get(reverse("calibration"))
    run = page.context["run"]
    assert page.context["page"].headline.startswith("The criteria rank a won lead above another")
    suggested = {one["code"]: one["suggested"] for one in run.result["criteria"]}
    assert suggested["industry"] > 20  # its weight today

    ops.post(reverse("calibration-draft", args=[run.pk]))
    draft = Scorecard.objects.get(status="DRAFT")
    ops.post(reverse("scorecard-publish", args=[draft.version]), {"revision": draft.revision})
    before = Score.objects.get(lead=factories.lead_of("p2@p2.example")).fit
    while rescoring.rescore_outdated(now=now):
        pass

    published = Scorecard.objects.published()
    assert published.version == draft.version
    assert published.note.startswith("From calibration of ")
    assert dict(published.criteria.filter(dimension="FIT").values_list("code", "weight")) == suggested
    assert Score.objects.get(lead=factories.lead_of("p2@p2.example")).scorecard == published
    assert Score.objects.get(lead=factories.lead_of("p2@p2.example")).fit < before  # farming
