"""The opportunities' list, file, board and page: what each role sees, what may be changed, and who is told what."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings
from time_machine import Traveller

from leads import opportunities
from leads.models import Account, Lead, LossReason, Opportunity, OpportunityStage, Team, User
from routing.models import Clock
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def axel(dach: Team) -> User:
    """An account executive of the team."""
    return factories.person("axel", role="AE", team=dach)


@pytest.fixture
def desk(axel: User, as_user: SignIn, clock: Traveller) -> Client:
    """Axel's browser."""
    return as_user(axel)


def deal_with(
    name: str, owner: User, *, now: datetime, amount: int | None = 40_000, days: int = 30
) -> Opportunity:
    lead = factories.waiting(name, now=now).lead
    Lead.objects.filter(pk=lead.pk).update(owner=owner, team=owner.team)
    return opportunities.open(
        lead,
        owner=owner,
        amount=None if amount is None else Decimal(amount),
        close_on=(now + timedelta(days=days)).date(),
        by=owner,
        now=now,
    )


def names(page: Any) -> list[str]:
    return [deal.lead.first_name for deal in page.context["deals"]]


def stage(code: str) -> OpportunityStage:
    return OpportunityStage.objects.get(code=code)


@pytest.mark.parametrize(
    ("currency", "sum_", "heading"), [("EUR", "EUR\xa040,000", "Amount, EUR"), ("", "40,000", "Amount")]
)
def test_pages_of_deals_name_the_currency_once_it_is_known(
    *,
    currency: str,
    sum_: str,
    heading: str,
    desk: Client,
    ana: User,
    axel: User,
    now: datetime,
    settings: Settings,
) -> None:
    settings.ORGANISATION_CURRENCY = currency
    deal = deal_with("eva", axel, now=now)

    listed, board, page, company = (
        desk.get(path).content.decode()
        for path in (
            reverse("opportunities"),
            reverse("opportunity-board"),
            deal.get_absolute_url(),
            reverse("account", args=[deal.account_id]),
        )
    )

    assert f"<strong>{sum_}</strong> in 1 opportunity" in listed
    assert f'<th scope="col" class="num">{heading}</th>' in listed
    assert f'<th scope="col" class="num">{heading}</th>' in company
    assert f"{sum_} in 1 opportunity" in board
    assert f"<h1>{sum_}, " in page
    assert f">{heading}</label>" in page


def test_the_list_is_by_close_date_with_its_sum_and_base(
    *, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal_with("ada", axel, now=now, days=60)
    deal_with("bea", axel, now=now, amount=None, days=20)
    late = deal_with("cleo", axel, now=now, amount=10_000)
    Opportunity.objects.filter(pk=late.pk).update(close_on=date(2026, 11, 1), stage=stage("proposal"))

    page: Any = desk.get(reverse("opportunities"))

    assert names(page) == ["Cleo", "Bea", "Ada"]
    totals = page.context["totals"]
    assert (totals.count, totals.with_amount, totals.amount) == (3, 2, Decimal(50_000))
    assert totals.weighted == Decimal(40_000) * 20 / 100 + Decimal(10_000) * 50 / 100
    assert "An amount is known of 2 of 3." in " ".join(page.content.decode().split())


def test_a_list_without_a_deal_sums_up_nothing(desk: Client) -> None:
    page = desk.get(reverse("opportunities")).content.decode()

    assert "No opportunity is open" in page
    assert "weighted by stage" not in page
    assert "Download CSV" not in page


def test_the_list_is_filtered_by_words_stage_month_and_owner(
    *, desk: Client, ana: User, axel: User, mia: User, now: datetime
) -> None:
    deal_with("ada", axel, now=now, days=60)
    won = deal_with("bea", axel, now=now)
    opportunities.win(won, by=axel, now=now)
    moved = deal_with("cleo", axel, now=now)
    opportunities.move(moved, stage("proposal"), seen=moved.stage, by=axel, now=now)
    late = deal_with("dora", axel, now=now)
    Opportunity.objects.filter(pk=late.pk).update(close_on=date(2026, 11, 1))

    def asked(**query: Any) -> list[str]:
        return names(desk.get(reverse("opportunities"), query))

    assert asked(standing="won") == ["Bea"]
    assert asked(standing="proposal") == ["Cleo"]
    assert asked(q="ada software") == ["Ada"]
    assert asked(closes="overdue") == ["Dora"]
    assert asked(closes="2027-01") == ["Ada"]
    assert len(asked(standing="all")) == 4
    assert asked(owner=axel.pk, standing="won") == ["Bea"]
    assert asked(owner="999999") == asked(standing="'; drop") == asked(closes="2026-13") == []


def test_pages_hold_every_deal_once(
    *, desk: Client, ana: User, axel: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("revops.opportunities.views.A_PAGE", 2)
    for name in ("ada", "bea", "cleo", "dora", "eve"):
        deal_with(name, axel, now=now)

    page: Any = desk.get(reverse("opportunities"))
    seen = names(page)
    while page.context["after_url"]:
        page = desk.get(page.context["after_url"])
        seen += names(page)
    back: Any = desk.get(page.context["before_url"])

    assert seen == ["Ada", "Bea", "Cleo", "Dora", "Eve"]
    assert names(back) == ["Cleo", "Dora"]


def test_the_file_holds_no_formula(*, desk: Client, ana: User, axel: User, now: datetime) -> None:
    deal = deal_with("ada", axel, now=now)
    Account.objects.filter(opportunities=deal).update(name="=cmd|'/c calc'!A1")

    answer: Any = desk.get(reverse("opportunities-csv"))

    body = b"".join(answer.streaming_content).decode()
    assert "'=cmd|" in body
    assert "40000.00" in body


@pytest.mark.parametrize(("currency", "heading"), [("EUR", "amount (EUR)"), ("", "amount")])
def test_the_file_names_the_currency_once_it_is_known(
    *, currency: str, heading: str, desk: Client, ana: User, axel: User, now: datetime, settings: Settings
) -> None:
    settings.ORGANISATION_CURRENCY = currency
    deal_with("ada", axel, now=now)

    answer: Any = desk.get(reverse("opportunities-csv"))

    [row] = csv.DictReader(b"".join(answer.streaming_content).decode().splitlines())
    assert list(row) == [
        *("opportunity", "lead", "company", "owner", "status", "stage", "probability"),
        heading,
        *("closes_on", "opened_on", "closed_on", "loss_reason"),
    ]
    assert row[heading] == "40000.00"


@pytest.mark.parametrize(("asked", "on"), [("2026-12", "2026-12-01"), ("2026-11", None)])
def test_the_file_has_the_days_and_the_months_of_the_list(
    *, desk: Client, ana: User, axel: User, now: datetime, asked: str, on: str | None
) -> None:
    User.objects.filter(pk=axel.pk).update(time_zone="Pacific/Auckland")
    deal = deal_with("ada", axel, now=now)
    ended = datetime(2026, 11, 30, 20, tzinfo=UTC)
    Opportunity.objects.filter(pk=deal.pk).update(status="WON", closed_at=ended, stage=None)
    choice = {"standing": "won", "closes": asked}

    listed = names(desk.get(reverse("opportunities"), choice))
    answer: Any = desk.get(reverse("opportunities-csv"), choice)
    filed = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))

    assert listed == (["Ada"] if on else [])
    assert [row["closed_on"] for row in filed] == ([on] if on else [])


def test_list_and_board_are_read_as_often_for_many_deals_as_for_one(
    *, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    def reads(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse(name)).status_code == 200
        return len(queries)

    pages = ("opportunities", "opportunity-board", "accounts")
    deal_with("ada", axel, now=now)
    one = [reads(name) for name in pages]
    for number in range(6):
        deal_with(f"p{number}", axel, now=now)

    assert [reads(name) for name in pages] == one


def test_other_teams_deals_are_nowhere(
    *, ana: User, axel: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)
    other = as_user(charlie)

    for path in (reverse("opportunities"), reverse("opportunity-board"), reverse("opportunities-csv")):
        answer: Any = other.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"Ada" not in body, path
    assert other.get(deal.get_absolute_url()).status_code == 404


def test_a_card_is_moved_and_the_board_comes_back_with_it_in_sight(
    *, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)
    board = f"{reverse('opportunity-board')}?q=ada"

    sent = {"to": "proposal", "seen": "discovery", "next": board}
    moved: Any = desk.post(reverse("opportunity-move", args=[deal.pk]), sent)
    late: Any = desk.post(
        reverse("opportunity-move", args=[deal.pk]), {**sent, "to": "negotiation"}, follow=True
    )

    assert moved.headers["Location"] == f"{board}&shown={deal.pk}#deal-{deal.pk}"
    assert "Ada Klein was moved to Proposal meanwhile, and stays there." in late.content.decode()
    deal.refresh_from_db()
    assert deal.stage == stage("proposal")


@pytest.mark.parametrize("place", ["//evil.example/opportunities/board/", "https://evil.example", "/leads/"])
def test_a_move_leads_back_to_the_board_or_the_deal_and_nowhere_else(
    *, place: str, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)

    sent = {"to": "proposal", "seen": "discovery", "next": place}
    answer = desk.post(reverse("opportunity-move", args=[deal.pk]), sent)

    assert answer.headers["Location"] == deal.get_absolute_url()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "0"}, "Give an amount above 0."),
        ({"amount": "-5"}, "Give an amount above 0."),
        ({"amount": "much"}, "Give an amount, such as 45000."),
        ({"close_on": "2026-11-01"}, "Choose a close date that is not in the past."),
        ({"close_on": ""}, "Choose the day on which it should close."),
    ],
)
def test_terms_that_no_deal_can_have_are_said_at_their_field(
    *, typed: dict[str, str], sentence: str, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)
    sent = {"amount": "50000", "close_on": "2027-02-01", "seen": opportunities.edition_of(deal), **typed}

    page = desk.post(reverse("opportunity-terms", args=[deal.pk]), sent)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    deal.refresh_from_db()
    assert deal.amount == Decimal(40_000)


def test_two_editors_of_one_deal_see_both_versions(
    *, desk: Client, ana: User, axel: User, mia: User, as_user: SignIn, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)
    seen = opportunities.edition_of(deal)
    mine = {"amount": "50000", "close_on": "2027-02-01", "seen": seen}
    desk.post(reverse("opportunity-terms", args=[deal.pk]), mine)

    hers = {**mine, "amount": "60000", "owner": axel.pk}
    answer = as_user(mia).post(reverse("opportunity-terms", args=[deal.pk]), hers)

    assert answer.status_code == 409
    assert "Save mine on top" in answer.content.decode()
    deal.refresh_from_db()
    assert deal.amount == Decimal(50_000)


def test_a_won_deal_makes_customers_and_stops_every_clock(
    *, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)

    page = desk.post(reverse("opportunity-won", args=[deal.pk]), follow=True)
    again = desk.post(reverse("opportunity-won", args=[deal.pk]), follow=True)

    account = Account.objects.get(opportunities=deal)
    assert (account.is_customer, Lead.objects.get(pk=deal.lead_id).stage) == (True, "CUSTOMER")
    assert not Clock.objects.running().filter(lead=deal.lead_id).exists()
    assert "Won: Ada Software is a customer." in page.content.decode()
    assert "This opportunity is already won, by Axel." in again.content.decode()


def test_a_deal_is_lost_for_a_reason_of_the_list_with_a_note(
    *, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)
    address = reverse("opportunity-lost", args=[deal.pk])
    LossReason.objects.filter(code="price").update(is_active=False)

    without = desk.post(address, {"note": "Hm."})
    retired = desk.post(address, {"reason": "price", "note": "Hm."})
    desk.post(address, {"reason": "competitor", "note": "They had it already."})

    assert "Choose a reason." in without.content.decode()
    assert "That reason is not in use any more. Choose another one." in retired.content.decode()
    assert "Hm." in retired.content.decode()
    deal.refresh_from_db()
    assert (deal.status, deal.loss_reason) == ("LOST", "Chose a competitor")
    page: Any = desk.get(deal.get_absolute_url())
    assert page.context["changes"][0].note == "They had it already."
    assert page.context["may_work"] is False


def test_what_became_of_its_lead_meanwhile_is_told_and_closes_nothing(
    *, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    deal = deal_with("ada", axel, now=now)
    Lead.objects.filter(pk=deal.lead_id).update(stage="DISQUALIFIED")

    page = desk.post(reverse("opportunity-won", args=[deal.pk]), follow=True)

    assert "cannot move from Disqualified to Customer" in page.content.decode()
    deal.refresh_from_db()
    assert deal.is_open


def test_operations_keeps_stages_and_reasons(*, olga: User, ana: User, as_user: SignIn) -> None:
    ops = as_user(olga)
    added = ops.post(reverse("deal-list-add", args=["reasons"]), {"label": "Merged with another"})
    taken = ops.post(reverse("deal-list-add", args=["reasons"]), {"label": "price"})
    entry = stage("proposal")
    reserved = ops.post(reverse("deal-list-add", args=["stages"]), {"label": "Won", "probability": "90"})
    sent = {"label": "Offer", "probability": "120"}
    refused = ops.post(reverse("deal-list-edit", args=["stages", entry.pk]), sent)

    assert added.status_code == 302
    assert LossReason.objects.filter(code="merged-with-another").exists()
    assert "There is one of this name already." in taken.content.decode()
    assert "asks for Open, Won, Lost and All by these names" in reserved.content.decode()
    assert "Give a whole number from 0 to 100." in refused.content.decode()
    assert ops.get("/opportunities/lists/nothing/add/").status_code == 404
    assert "Stages of the sale" in ops.get(reverse("deal-lists")).content.decode()


@pytest.mark.parametrize("standing", ["won", "lost", "all"])
def test_what_has_ended_is_weighted_by_no_stage(
    *, standing: str, desk: Client, ana: User, axel: User, now: datetime
) -> None:
    opportunities.win(deal_with("ada", axel, now=now), by=axel, now=now)
    lost = deal_with("bea", axel, now=now)
    opportunities.lose(lost, LossReason.objects.get(code="price"), by=axel, now=now)

    page: Any = desk.get(reverse("opportunities"), {"standing": standing})

    assert page.context["totals"].weighted is None
    assert "<strong>40,000</strong> in 1 opportunity." in page.content.decode() or standing == "all"
    assert "weighted by stage" not in page.content.decode()
