"""Who leaves hands over the companies and the open deals too, with history; a deal stays with its lead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from leads import audit, opportunities
from leads.models import Account, Lead, Opportunity, Team, TimelineEvent, User
from routing import handoffs, successions
from routing.models import Handoff, Rep
from tests import factories
from tests.reads import rows_read

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def rep_of(user: User) -> Rep:
    return Rep.objects.select_related("user__team").get(user=user)


def account_of(owner: User, now: datetime, *, name: str = "Acme") -> Account:
    return Account.objects.create(name=name, is_named=True, owner=owner, created_at=now)


def deal_of(owner: User, now: datetime) -> Opportunity:
    """An open deal whose lead waits for nobody."""
    handoff = factories.handoff(now=now)
    handoffs.accept(handoff, by=handoff.assignee or owner, now=now)
    lead = Lead.objects.get(pk=handoff.lead_id)
    return opportunities.open(
        lead, owner=owner, amount=Decimal(50_000), close_on=date(2027, 1, 31), by=owner, now=now
    )


def test_companies_and_deals_go_to_the_named_successor(
    ana: User, bob: User, olga: User, now: datetime
) -> None:
    account, deal = account_of(ana, now), deal_of(ana, now)

    left = successions.leave(rep_of(ana), by=olga, now=now, successor=bob)

    account.refresh_from_db()
    deal.refresh_from_db()
    assert (account.owner, deal.owner) == (bob, bob)
    assert (left.accounts, left.deals) == (1, 1)
    [entry] = audit.of(f"account:{account.pk}")
    assert (entry.text, entry.actor) == (f"Acme went from {ana} to {bob}", olga)
    assert TimelineEvent.objects.filter(
        lead=deal.lead, text=f"The open opportunity went from {ana} to {bob}"
    ).exists()


def test_without_a_successor_the_manager_owns_companies_and_a_deal_stays_with_its_lead(
    ana: User, bob: User, mia: User, olga: User, now: datetime
) -> None:
    account, deal = account_of(ana, now), deal_of(ana, now)

    successions.leave(rep_of(ana), by=olga, now=now)

    account.refresh_from_db()
    deal.refresh_from_db()
    assert account.owner == mia
    assert deal.owner == Lead.objects.get(pk=deal.lead_id).owner == bob


def test_closed_deals_keep_who_closed_them(
    ana: User, bob: User, mia: User, olga: User, now: datetime
) -> None:
    deal = deal_of(ana, now)
    opportunities.win(deal, by=ana, now=now)

    successions.leave(rep_of(ana), by=olga, now=now, successor=bob)

    deal.refresh_from_db()
    assert deal.owner == ana


def test_who_was_deactivated_by_any_way_owns_nothing_a_minute_later(
    ana: User, mia: User, now: datetime
) -> None:
    account = account_of(ana, now)
    Account.objects.filter(pk=account.pk).update(csm=ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)

    first = successions.pass_on_what_leavers_hold(now=now)
    second = successions.pass_on_what_leavers_hold(now=now)

    account.refresh_from_db()
    assert (account.owner, account.csm) == (mia, mia)
    assert (first, second) == (1, 0)


@pytest.mark.django_db(transaction=True)  # what the server knows of very many would outlive them otherwise
def test_what_very_many_others_hold_is_not_looked_at(
    ana: User, charlie: User, dach: Team, now: datetime
) -> None:
    waits, accepted = factories.waiting("eva", now=now), factories.waiting("nora", now=now)
    handoffs.accept(accepted, by=ana, now=now)
    factories.colleagues(waits.lead, 1000, now=now)
    facts = Handoff.objects.filter(pk=accepted.pk).values().get() | {"assignee_id": charlie.pk}
    del facts["id"], facts["lead_id"]
    colleagues = Lead.objects.filter(last_name__startswith="Colleague")
    colleagues.update(owner=charlie, stage="SAL", account=None)
    Handoff.objects.bulk_create(Handoff(lead=lead, **facts) for lead in colleagues)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE routing_handoff, leads_lead")
    bob = factories.rep("bob", team=dach).user

    with transaction.atomic():
        read = rows_read("routing_handoff", lambda: successions.leave(rep_of(ana), by=charlie, now=now))

    assert set(Lead.objects.filter(owner=bob)) == {waits.lead, accepted.lead}
    assert read < 300


def test_the_page_offers_the_backup_and_says_what_went(
    ana: User, bob: User, mia: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    account_of(ana, now)
    Rep.objects.filter(user=ana).update(backup=rep_of(bob))
    client = as_user(olga)

    page = client.get(reverse("rep-edit", args=[rep_of(ana).pk])).content.decode()
    answer = client.post(
        reverse("rep-leave", args=[rep_of(ana).pk]), {"successor": rep_of(bob).pk}, follow=True
    )

    assert f'value="{rep_of(bob).pk}" selected' in page
    assert "0 leads went to others, 1 company." in answer.content.decode()
    assert Account.objects.get().owner == bob
