"""Accounts are scored when their facts, deals or version change; a sweep that runs twice changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads import accounts as leads_accounts
from leads import audit, opportunities
from leads.models import Account, Lead, User
from revops import account_facts
from scoring import accounts, scorecards
from scoring.models import AccountScore, Scorecard
from tests import factories
from tests.reads import rows_read


def arrive(name: str, *, now: datetime, kind: str = "page_view", **company: Any) -> Account:
    """Somebody of a company of that name; the company."""
    person = {**factories.signal()["person"], "email": f"eva@{name}.example"}
    made = {**factories.COMPANY, "name": f"{name.capitalize()} Software", **company}
    factories.receive(factories.signal(kind, person=person, company=made), now=now)
    account = factories.lead_of(f"eva@{name}.example").account
    assert account is not None
    return account


def deal(account: Account, owner: User, *, now: datetime) -> Any:
    return opportunities.open(
        Lead.objects.filter(account=account)[0],
        owner=owner,
        amount=Decimal(9000),
        close_on=now.date(),
        by=owner,
        now=now,
    )


def points(account: Account, code: str, *, now: datetime) -> float:
    terms = accounts.explain(account, now=now).standing.score.terms
    return next(term.points for term in terms if term.code == code)


def value(account: Account) -> float:
    return AccountScore.objects.get(account=account).value


def test_new_account_is_scored_by_the_next_sweep_and_then_left_alone(ana: User, now: datetime) -> None:
    account = arrive("acme", now=now)

    assert account_facts.score_due(now=now) == 1
    assert account_facts.score_due(now=now + timedelta(hours=1)) == 0

    kept = AccountScore.objects.get(account=account)
    assert kept.value == accounts.explain(account, now=now).standing.score.value
    assert (kept.is_icp, kept.company_fit, kept.updated_at) == (True, 100, now)
    assert kept.low <= kept.value <= kept.high


def test_signal_that_tells_nothing_new_does_not_ask_for_a_score(ana: User, now: datetime) -> None:
    account = arrive("acme", now=now)
    account_facts.score_due(now=now)

    arrive("acme", now=now, kind="webinar_attended")

    account.refresh_from_db()
    assert not account.needs_score


def test_facts_that_become_known_move_the_score(ana: User, now: datetime) -> None:
    account = arrive("acme", now=now, employees=None)
    account_facts.score_due(now=now)
    before = value(account)

    arrive("acme", now=now)
    account_facts.score_due(now=now)

    assert value(account) == before + 20


def test_latest_word_on_the_budget_counts(ana: User, now: datetime) -> None:
    account = arrive("acme", now=now, budget="planned")
    account_facts.score_due(now=now)
    before = value(account)

    arrive("acme", now=now, budget="approved")
    account_facts.score_due(now=now)

    assert value(account) > before
    account.refresh_from_db()
    assert account.budget == "approved"


def test_open_deals_and_their_end_move_the_score(ana: User, now: datetime) -> None:
    account = arrive("acme", now=now)
    account_facts.score_due(now=now)
    without = value(account)

    opened = deal(account, ana, now=now)
    account_facts.score_due(now=now)
    with_one = value(account)
    opportunities.lose(opened, factories.loss("price"), by=ana, now=now)
    account_facts.score_due(now=now)

    assert with_one > without
    assert value(account) == without


def test_a_win_counts_for_the_others_of_the_industry_from_the_next_night_on(ana: User, now: datetime) -> None:
    winner, other = arrive("acme", now=now), arrive("apex", now=now, industry="software")
    stranger = arrive("bakery", now=now, industry="Food")
    opportunities.win(deal(winner, ana, now=now), by=ana, now=now)
    account_facts.score_due(now=now)

    assert accounts.refresh_all(now=now) == 3

    assert points(other, "wins_in_industry", now=now) > 0
    assert points(winner, "wins_in_industry", now=now) == 0
    assert points(stranger, "wins_in_industry", now=now) == 0
    assert value(other) == accounts.explain(other, now=now).standing.score.value


def test_each_night_writes_only_what_changed(ana: User, now: datetime) -> None:
    arrive("acme", now=now)
    account_facts.score_due(now=now)

    accounts.refresh_all(now=now + timedelta(days=1))

    assert AccountScore.objects.get().updated_at == now


def test_new_version_scores_every_account_again(ana: User, model: Scorecard, now: datetime) -> None:
    account = arrive("acme", now=now)
    account_facts.score_due(now=now)
    draft = scorecards.create_draft(model, by=None, now=now)
    draft.criteria.filter(code="account_size").update(weight=40)
    draft.criteria.filter(code="open_opportunities").update(weight=0)
    before, published = value(account), scorecards.publish(draft, by=None, now=now)

    assert account_facts.score_due(now=now) == 1
    assert account_facts.score_due(now=now) == 0

    kept = AccountScore.objects.get()
    assert (kept.scorecard, kept.value) == (published, before + 20)


def test_a_dispute_costs_points_and_is_audited_once(ana: User, mia: User, now: datetime) -> None:
    account = arrive("acme", now=now)
    account_facts.score_due(now=now)
    before = value(account)

    assert leads_accounts.set_dispute(account, in_dispute=True, by=mia, now=now)
    assert not leads_accounts.set_dispute(account, in_dispute=True, by=mia, now=now)
    account_facts.score_due(now=now)

    assert value(account) == before - 10
    entry = audit.of(f"account:{account.pk}").get()
    assert (entry.text, entry.actor) == ("Acme Software is in dispute", mia)


def test_intent_adds_up_the_companys_people_and_fades(ana: User, now: datetime) -> None:
    account = arrive("acme", now=now, kind="webinar_attended")
    second = {**factories.signal()["person"], "email": "tom@acme.example"}
    factories.receive(factories.signal("case_study", person=second), now=now)

    told = accounts.explain(account, now=now)
    later = accounts.explain(account, now=now + timedelta(weeks=1))
    long_after = accounts.explain(account, now=now + timedelta(weeks=4))

    assert (told.intent, told.people) == (25, 2)
    assert later.intent == 25 * 0.75
    assert (long_after.intent, long_after.people) == (0, 0)


def test_a_sweep_asks_no_more_of_more_accounts(ana: User, now: datetime) -> None:
    def asked(names: list[str]) -> int:
        for name in names:
            arrive(name, now=now)
        with CaptureQueriesContext(connection) as queries:
            assert account_facts.score_due(now=now) == len(names)
        return len(queries)

    assert asked(["acme"]) == asked(["apex", "bolt", "core", "dash"])


def test_a_sweep_without_work_counts_no_deals(ana: User, now: datetime) -> None:
    deal(arrive("acme", now=now), ana, now=now)
    account_facts.score_due(now=now)

    with CaptureQueriesContext(connection) as queries:
        assert account_facts.score_due(now=now) == 0

    assert not [each for each in queries if "leads_opportunity" in each["sql"]]


@pytest.mark.django_db(transaction=True)  # what the server knows of very many would outlive them otherwise
def test_a_sweep_looks_at_none_of_very_many_that_bear_todays_version(ana: User, now: datetime) -> None:
    arrive("acme", now=now)
    account_facts.score_due(now=now)
    kept = AccountScore.objects.values().get()
    others = Account.objects.bulk_create(Account(name=f"Other {n}", created_at=now) for n in range(500))
    AccountScore.objects.bulk_create(AccountScore(**{**kept, "account_id": each.pk}) for each in others)
    Account.objects.update(needs_score=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scoring_accountscore, leads_account")

    with transaction.atomic():
        read = rows_read("scoring_accountscore", lambda: account_facts.score_due(now=now))

    assert read < 10  # the ends of the index, by which it is planned


def test_a_signal_to_a_scored_account_costs_no_query_more(ana: User, now: datetime) -> None:
    """What an account is worth is the sweep's business; a signal only marks it, in the update it makes anyway."""
    arrive("acme", now=now)
    with CaptureQueriesContext(connection) as queries:
        arrive("acme", now=now, kind="webinar_attended")

    assert not [query for query in queries if "scoring_accountscore" in query["sql"]]
    assert not [query for query in queries if 'UPDATE "leads_account"' in query["sql"]]
