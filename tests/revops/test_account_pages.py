"""The accounts' list and page: who may know of which, what is shown of it, and who says who cares for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads import accounts, merging, opportunities
from leads.models import Account, AuditEntry, Lead, User
from revops import account_facts
from tests import factories
from tests.conftest import SignIn


def names(client: Client, **query: Any) -> list[str]:
    page: Any = client.get(reverse("accounts"), query)
    return [row.name for row in page.context["rows"]]


def test_accounts_are_those_of_the_leads_that_one_sees_and_ones_own(
    *, desk: Client, ana: User, charlie: User, as_user: SignIn, now: datetime
) -> None:
    factories.waiting("ada", now=now)
    mine = Account.objects.create(name="Mine", owner=charlie, created_at=now)
    other = as_user(charlie)

    assert (names(desk), names(other)) == (["Ada Software"], ["Mine"])
    assert desk.get(mine.get_absolute_url()).status_code == 404
    assert other.get(mine.get_absolute_url()).status_code == 200


def test_the_list_is_filtered_by_words_kind_owner_score_and_open_deals(
    *, ana: User, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    ops = as_user(olga)
    lead = factories.waiting("ada", now=now).lead
    on = (now + timedelta(days=30)).date()
    opportunities.open(lead, owner=ana, amount=None, close_on=on, by=ana, now=now)
    Account.objects.create(name="Named", owner=ana, is_named=True, created_at=now)
    Account.objects.create(name="Client", is_customer=True, in_dispute=True, created_at=now)
    account_facts.score_due(now=now)

    assert names(ops, q="ada") == names(ops, deal="on") == ["Ada Software"]
    assert names(ops, kind="named") == names(ops, owner=ana.pk) == ["Named"]
    assert names(ops, kind="customer") == names(ops, kind="dispute") == ["Client"]
    assert "Ada Software" in names(ops, score="60") + names(ops, score="80")
    assert names(ops, kind="nothing") == []


def test_the_page_shows_facts_people_work_deals_and_group(
    *, desk: Client, ana: User, charlie: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    stranger = factories.handoff(now=now, email="stranger@acme.example").lead
    Lead.objects.filter(pk=stranger.pk).update(team=charlie.team, owner=charlie)
    account = Account.objects.get(people=handoff.lead)
    parent = Account.objects.create(name="Acme Holding", owner=ana, created_at=now)
    Account.objects.filter(pk=account.pk).update(parent=parent)

    page: Any = desk.get(account.get_absolute_url())

    assert [(one.lead.pk, one.work) for one in page.context["people"]] == [(handoff.lead_id, "waits for Ana")]
    assert ("Employees", "400") in page.context["facts"]
    body = " ".join(page.content.decode().split())
    assert "Belongs to <a" in body
    assert "first through website" in body
    assert page.context["form"] is None
    assert "Owns <a" in " ".join(desk.get(parent.get_absolute_url()).content.decode().split())


def test_a_circle_in_the_group_costs_nothing(*, desk: Client, ana: User, now: datetime) -> None:
    one = Account.objects.create(name="One", owner=ana, created_at=now)
    two = Account.objects.create(name="Two", owner=ana, parent=one, created_at=now)
    with connection.cursor() as cursor:  # past the trigger that refuses it
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE leads_account DISABLE TRIGGER account_group_is_no_circle")
        Account.objects.filter(pk=one.pk).update(parent=two)
        cursor.execute("ALTER TABLE leads_account ENABLE TRIGGER account_group_is_no_circle")

    answer = desk.get(one.get_absolute_url())

    assert answer.status_code == 200
    assert "belong to each other in a circle" in answer.content.decode()


def test_a_manager_says_who_cares_for_it_and_that_is_audited(
    *, mia: User, ana: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    account = Account.objects.get(people=factories.handoff(now=now).lead)
    client, address = as_user(mia), reverse("account-care", args=[account.pk])
    seen = accounts.edition_of(account)

    without = client.post(address, {"is_named": "on", "seen": seen})
    client.post(address, {"owner": ana.pk, "is_named": "on", "seen": seen})
    late = client.post(address, {"owner": "", "seen": seen})

    assert "A named account goes to its owner: choose one." in without.content.decode()
    assert late.status_code == 409
    account.refresh_from_db()
    assert (account.owner, account.is_named) == (ana, True)
    entry = AuditEntry.objects.get(subject=f"account:{account.pk}")
    assert entry.text == "Acme Software: named, owned by Ana"


def test_the_page_is_read_as_often_for_many_people_as_for_one(
    *, desk: Client, ana: User, now: datetime
) -> None:
    account = Account.objects.get(people=factories.handoff(now=now).lead)

    def reads() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(account.get_absolute_url()).status_code == 200
        return len(queries)

    reads()
    one = reads()
    for number in range(4):
        factories.handoff(now=now, email=f"p{number}@acme.example")

    assert reads() == one


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "בן־דוד ושות׳", "x" * 200])
def test_names_of_any_kind_are_text(*, name: str, desk: Client, ana: User, now: datetime) -> None:
    account = Account.objects.create(name=name, owner=ana, created_at=now)

    for path in (reverse("accounts"), account.get_absolute_url()):
        assert "<script>alert" not in desk.get(path).content.decode()


def test_whoever_was_merged_into_another_is_not_counted_twice(
    *, olga: User, ana: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    lead = factories.waiting("ada", now=now).lead
    twin = Lead.objects.create(
        email="ada2@ada.example",
        email_key="ada2@ada.example",
        account=lead.account,
        stage="LEAD",
        created_at=now,
    )
    merging.merge(twin, into=lead, by=olga, now=now)
    desk = as_user(olga)

    listed: Any = desk.get(reverse("accounts"))
    page: Any = desk.get(reverse("account", args=[lead.account_id]))

    assert [row.people_count for row in listed.context["rows"]] == [len(page.context["people"])] == [1]
