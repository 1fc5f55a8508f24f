"""The lines of the queue: the order and the counts that the ORM defines, whoever looks; who shares whose name."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.db.models import Q
from pytest_django import Settings

from leads.models import Account, Lead, User
from routing import queue, queue_lines, queue_tabs
from routing.models import Clock, Handoff
from routing.queue_tabs import Tab
from tests import factories
from tests.reads import rows_read

MINUTE = timedelta(minutes=1)
NAMES = (("Eva", "Klein"), ("EVA", "klein"), ("Eva", ""), ("", "Klein"), ("Öz", "Ümit"), ("Öz", "Ümit"))


@pytest.fixture
def viewers(*, ana: User, bob: User, charlie: User, mia: User, olga: User) -> list[User]:
    """Who sells, in two teams, who leads one of them, and who sees everything; one who leads takes leads too."""
    moritz = factories.person("moritz", role="MANAGER", team=charlie.team)
    return [ana, bob, charlie, mia, moritz, olga, factories.person("nora", role="SDR")]


def strewn(viewers: list[User], dice: random.Random, *, now: datetime) -> None:
    """Twenty hand-offs, most of them open, with all that decides who sees one, under which tab and where."""
    moments = [now + MINUTE * minutes for minutes in (-90, -1, 0, 1, 90)]
    for number in range(20):
        handoff = factories.waiting(f"p{number}", now=now)
        Handoff.objects.filter(pk=handoff.pk).update(
            assignee=dice.choice([*viewers[:4], None]),
            team=dice.choice([viewers[0].team, viewers[2].team, None]),
            tier=dice.choice(["T1", "T1", "T2", ""]),
            urgency=dice.choice([1.5, 2.5]),
            snoozed_until=dice.choice([None, None, *moments]),
        )
        for clock in handoff.clocks.running():
            stopped = dice.choice([None, None, now])
            due_at = dice.choice(moments)
            Clock.objects.filter(pk=clock.pk).update(due_at=due_at, started_at=moments[0], stopped_at=stopped)
    decided = Handoff.objects.earliest("pk")
    Handoff.objects.filter(pk=decided.pk).update(status="ACCEPTED", decided_at=now)


@pytest.mark.parametrize("seed", range(4))
def test_lines_and_counts_are_those_that_the_orm_defines(
    seed: int, viewers: list[User], now: datetime
) -> None:
    strewn(viewers, random.Random(seed), now=now)

    for user in viewers:
        counts = queue_tabs.counts(user, now=now)
        for tab in [*queue_tabs.tabs_of(user), Tab.LATER]:
            page = queue_lines.read(queue_tabs.parts(user), named(user, now=now), tab, now=now)
            found = queue_tabs.waiting(user, tab, now=now)
            wanted = queue_tabs.most_urgent_first(found, now=now).values_list("pk", flat=True)
            assert [line.handoff_id for line in page.lines] == list(wanted)
            assert page.counts == counts


def named(user: User, *, now: datetime) -> dict[str, Q]:
    return {tab.value: which for tab, which in queue_tabs.contents(user, now=now).items()}


def test_the_parts_of_what_is_visible_have_nothing_in_common(viewers: list[User], now: datetime) -> None:
    strewn(viewers, random.Random(5), now=now)

    for user in viewers:
        parts = [pk for part in queue_tabs.parts(user) for pk in part.values_list("pk", flat=True)]
        assert sorted(parts) == sorted(queue_tabs.visible(user).values_list("pk", flat=True))


def test_where_reps_see_all_leads_they_are_offered_what_is_free_in_any_team(
    viewers: list[User], now: datetime, settings: Settings
) -> None:
    settings.REPS_SEE_ALL_LEADS = True
    strewn(viewers, random.Random(6), now=now)

    for user in viewers:
        parts = [pk for part in queue_tabs.parts(user) for pk in part.values_list("pk", flat=True)]
        assert sorted(parts) == sorted(queue_tabs.visible(user).values_list("pk", flat=True))


def test_a_namesake_is_somebody_else_of_the_same_company_and_both_names(
    olga: User, ana: User, now: datetime
) -> None:
    companies = [None, *(Account.objects.create(name=name, created_at=now) for name in ("Acme", "Rival"))]
    handoffs = [factories.waiting(f"p{number}", now=now) for number in range(3 * len(NAMES))]
    told = list(product(companies, NAMES))
    for handoff, (company, (first, last)) in zip(handoffs, told, strict=True):
        Lead.objects.filter(pk=handoff.lead_id).update(account=company, first_name=first, last_name=last)
    merged = Lead.objects.get(pk=handoffs[-1].lead_id)
    Lead.objects.filter(pk=merged.pk).update(merged_into=handoffs[0].lead)

    rows = {row.lead_id: row for row in queue.rows(olga, Tab.TEAM, now=now)}

    assert len(rows) == len(handoffs)
    for lead in Lead.objects.filter(pk__in=rows):
        others = Lead.objects.filter(account=lead.account_id, merged_into=None).exclude(pk=lead.pk)
        same = [
            other
            for other in (others if lead.account_id and lead.last_name else ())
            if (other.first_name.upper(), other.last_name.upper())
            == (lead.first_name.upper(), lead.last_name.upper())
        ]
        assert ("duplicate?" in rows[lead.pk].flags) == bool(same), lead
    assert sum("duplicate?" in row.flags for row in rows.values()) == 7


@pytest.mark.django_db(transaction=True)  # what the server knows of very many would outlive them otherwise
def test_of_a_company_of_very_many_only_those_of_the_same_name_are_read(ana: User, now: datetime) -> None:
    lead = factories.waiting("first", now=now).lead
    factories.colleagues(lead, 300, now=now)

    read = rows_read("leads_lead", lambda: queue.rows(ana, Tab.MINE, now=now))

    assert 0 < read < 10
