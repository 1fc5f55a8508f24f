"""No lead left behind: what lies still is found, listed to those who may see it, and told once a day (RT-10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads.models import Lead, OutboxMessage, User
from routing import handoffs, invariants, left_behind
from routing.models import Handoff
from tests import factories
from tests.conftest import SignIn
from tests.reads import rows_read


def abandoned(now: datetime, name: str = "eva") -> Lead:
    """An MQL whose hand-off somebody closed behind everybody's back."""
    handoff = factories.waiting(name, now=now)
    Handoff.objects.filter(pk=handoff.pk).update(status="ACCEPTED", decided_at=now)
    return handoff.lead


def test_healthy_system_leaves_nobody_behind(ana: User, mia: User, now: datetime) -> None:
    handoffs.accept(factories.waiting("eva", now=now), by=ana, now=now)
    factories.waiting("nora", now=now)

    assert left_behind.violations(mia) == []
    assert left_behind.languishing(mia, now=now) == []


def test_what_lies_still_is_listed_to_those_who_may_see_it_the_longest_first(
    ana: User, mia: User, charlie: User, now: datetime
) -> None:
    late, early = abandoned(now, "nora"), abandoned(now - timedelta(hours=2), "eva")

    found = left_behind.violations(mia)

    assert [left.lead for left in found] == [early, late]
    assert {left.sentence for left in found} == {"is an MQL and waits in no hand-off."}
    assert found[0].since == now - timedelta(hours=2)
    assert left_behind.violations(charlie) == []


def test_lead_of_somebody_who_has_left_is_left_behind(ana: User, olga: User, now: datetime) -> None:
    waits, worked = factories.waiting("eva", now=now), factories.waiting("nora", now=now)
    handoffs.accept(worked, by=ana, now=now)
    User.objects.filter(pk=ana.pk).update(is_active=False)

    told = {(left.lead.pk, left.sentence) for left in left_behind.violations(olga)}

    assert told == {
        (waits.lead_id, "is an MQL and with somebody who has left."),
        (worked.lead_id, "is with sales and has no active owner."),
    }


@pytest.mark.parametrize(("days", "languishes"), [(14, False), (15, True)])
def test_lead_languishes_when_nothing_moved_it_for_longer_than_its_stage_allows(
    ana: User, mia: User, now: datetime, days: int, languishes: bool
) -> None:
    handoffs.accept(factories.waiting("eva", now=now), by=ana, now=now)

    found = left_behind.languishing(mia, now=now + timedelta(days=days))

    assert bool(found) == languishes


def test_ops_are_told_once_a_day_while_there_are_any(ana: User, olga: User, now: datetime) -> None:
    assert left_behind.watch(now=now) == 0
    abandoned(now)

    counts = [left_behind.watch(now=now + timedelta(hours=hour)) for hour in (0, 1, 24)]

    told = OutboxMessage.objects.filter(recipient=olga, key__startswith="left-behind", channel="IN_APP")
    assert counts == [1, 1, 1]
    assert [message.title for message in told.order_by("id")] == ["1 lead is left behind"] * 2


@pytest.mark.django_db(transaction=True)  # what the server knows of very many would outlive them otherwise
def test_among_very_many_only_those_in_hand_are_looked_at(ana: User, now: datetime) -> None:
    left, stays = abandoned(now), factories.waiting("nora", now=now)
    factories.colleagues(stays.lead, 1500, now=now)

    with transaction.atomic():
        check = rows_read("leads_lead", lambda: left_behind.watch(now=now))
        page = rows_read("leads_lead", lambda: list(invariants.languishing(now=now + timedelta(days=9))))

    assert left_behind.watch(now=now) == 1
    assert set(invariants.languishing(now=now + timedelta(days=9))) == {left, stays.lead}
    assert check < 30
    assert page < 30


def test_page_names_the_lead_and_is_read_as_often_for_many_as_for_one(
    ana: User, olga: User, as_user: SignIn, now: datetime, time_machine: Traveller
) -> None:
    time_machine.move_to(now)
    lead, client = abandoned(now), as_user(olga)

    with CaptureQueriesContext(connection) as one:
        page = client.get(reverse("left-behind")).content.decode()
    for name in ("nora", "otto", "paul"):
        abandoned(now, name)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("left-behind"))

    assert lead.name in page
    assert lead.get_absolute_url() in page
    assert len(many) == len(one)
