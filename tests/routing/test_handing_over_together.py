"""Very many leads handed over at once: to the very rows that one after the other would leave (RT-3 to RT-6)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from leads import outbox
from leads.models import (
    Account,
    Lead,
    NoticeSettings,
    Opportunity,
    OpportunityStage,
    OutboxMessage,
    Team,
    TimelineEvent,
    User,
    WebhookEndpoint,
)
from routing import handoffs, rulebook
from routing.assignment import Decisions, Question
from routing.handoffs import HandedOver, Package, Ready
from routing.models import Absence, Clock, ClockStep, Handoff, Pool, PoolMember, Rep, RoutingRule, Turn
from routing.rulebook import Rule
from scoring.models import Scorecard
from tests import factories
from tests.reads import rows_read

Target = RoutingRule.Target
WRITTEN: Sequence[type[Model]] = (
    Lead,
    Handoff,
    Clock,
    ClockStep,
    Turn,
    PoolMember,
    TimelineEvent,
    OutboxMessage,
)
NUMBERED: Sequence[type[Model]] = (Handoff, Clock)
Way = Callable[[Sequence[Ready]], list[HandedOver]]


def one_by_one(ready: Sequence[Ready]) -> list[HandedOver]:
    done = []
    for one in ready:
        if one.is_history:
            with outbox.history():
                done.append(handoffs.hand_over(one.lead, one.package, now=one.now))
        else:
            done.append(handoffs.hand_over(one.lead, one.package, now=one.now))
    return done


def condition(attribute: str, *values: str) -> dict[str, Any]:
    return {"attribute": attribute, "operator": "is_one_of", "values": list(values)}


@pytest.fixture
def company(dach: Team, mia: User, olga: User, now: datetime) -> None:
    """Two territories and everything that a rule may ask: weights, caps of all kinds, absences, owners, deals."""
    there = factories.territory("North America", countries=["US", "CA"]).team
    ana, bob, cem = (
        factories.rep(name, team=dach, weight=w) for name, w in (("ana", 2), ("bob", 1), ("cem", 1))
    )
    dora = factories.rep("dora", team=there, open_cap=7, time_zone="America/New_York")
    finn = factories.rep("finn", team=there, daily_cap=3, weekly_cap=5, weight=3)
    gina = factories.rep("gina", team=there, is_active=False)
    hugo = factories.rep("hugo", team=there, open_cap=4)
    Absence.objects.create(rep=bob, starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=2))
    Absence.objects.create(rep=cem, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(days=3))
    fallback = Pool.objects.get(is_fallback=True)
    PoolMember.objects.create(pool=fallback, rep=hugo)
    general = Pool.objects.get(name="North America")
    rulebook.append(
        [
            Rule("customers' people", Target.NOTIFY_CSM, [condition("country", "FR")]),
            Rule(
                "France, urgent",
                Target.REP,
                [condition("country", "FR"), condition("priority", "P1")],
                rep=dora,
            ),
            Rule("France", Target.LEAST_LOADED, [condition("country", "FR")], pool=general),
        ],
        by=None,
        now=now,
    )
    _companies([(ana, None), (None, cem), (gina, dora), (mia, olga)], now=now)
    _who_is_told(ana, dach, now=now)
    assert finn.has_caps


def _companies(cared_for: list[tuple[Rep | User | None, Rep | User | None]], *, now: datetime) -> None:
    for place, (owner, csm) in enumerate(cared_for):
        Account.objects.create(
            name=f"Company {place}",
            country="FR" if place == 1 else "",
            owner=getattr(owner, "user", owner),
            csm=getattr(csm, "user", csm),
            is_named=place == 0,
            is_customer=place != 1,
            created_at=now,
        )


def _who_is_told(ana: Rep, dach: Team, *, now: datetime) -> None:
    NoticeSettings.objects.create(person=ana.user, chosen={"ASSIGNED": ["IN_APP", "EMAIL"]})
    for team, kinds in ((None, ["handoff.assigned"]), (dach, ["handoff.assigned", "handoff.accepted"])):
        WebhookEndpoint.objects.create(
            name="crm", url="https://crm.example/", kinds=kinds, team=team, seed="s", created_at=now
        )


def ready_leads(chance: random.Random, count: int, *, now: datetime, spread: timedelta) -> list[Ready]:
    """Leads of any country and company with any package, some of them from before."""
    companies = [None, None, *Account.objects.order_by("pk")]
    users = [None, *User.objects.order_by("pk")]
    leads = [
        Lead(
            email=f"p{number}@x.example",
            email_key=f"p{number}@x.example",
            first_name=chance.choice(["", "Ada “Q”", "Zoë\t\\"]),
            title=chance.choice(["", "VP Marketing", "Engineer"]),
            country=chance.choice(["DE", "AT", "US", "CA", "FR", "BR", ""]),
            account=chance.choice(companies),
            tier=chance.choice(["", "T1", "T2"]),
            stage=chance.choice(["MQL", "MQL", "MQL", "SAL"]),
            owner=chance.choice([None, None, None, *users]),
            created_at=now,
        )
        for number in range(count)
    ]
    Lead.objects.bulk_create(leads)
    deal_of = chance.choice(leads)
    if deal_of.account:
        Opportunity.objects.create(
            account=deal_of.account,
            lead=deal_of,
            owner=chance.choice(users),
            stage=OpportunityStage.objects.get(position=1),
            amount=1,
            status=Opportunity.Status.OPEN,
            created_at=now,
        )
    return [Ready(lead, package(chance, now), **moment(chance, now, spread)) for lead in leads]


def package(chance: random.Random, now: datetime) -> Package:
    return Package(
        fit=chance.random(),
        engagement=3,
        urgency=chance.choice([0.1, 70.0]),
        tier=chance.choice(["", "T1", "T2", "T3"]),
        priority=chance.choice(["P1", "P2", "P3", "P4"]),
        source="website “x”",
        trigger=chance.choice(["demo_request", ""]),
        scorecard_version=1,
        captured_at=now,
    )


def moment(chance: random.Random, now: datetime, spread: timedelta) -> dict[str, Any]:
    at = now - spread * chance.random() if spread else now
    return {"now": at, "is_history": now - at > timedelta(days=7)}


def stored() -> dict[str, list[dict[str, Any]]]:
    """All that was written, with numbers that begin anew instead of ids."""
    numbers = {
        model: {
            pk: place
            for place, pk in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True))
        }
        for model in NUMBERED
    }
    told = {model.__name__: list(rows(model, numbers)) for model in WRITTEN}
    told["OutboxMessage"].sort(key=str)  # letters go before events
    return told


def numbered(model: type[Model]) -> dict[int, int]:
    ids = model._default_manager.order_by("pk").values_list("pk", flat=True)
    return {pk: place for place, pk in enumerate(ids)}


def rows(model: type[Model], numbers: dict[type[Model], dict[int, int]]) -> Iterator[dict[str, Any]]:
    for row in model._default_manager.order_by("pk").values():
        if model not in (Lead, PoolMember):
            del row["id"]
        for name, of in (("handoff_id", Handoff), ("clock_id", Clock)):
            if name in row:
                row[name] = numbers[of][row[name]]
        if model is TimelineEvent:
            row["data"]["handoff"] = numbers[Handoff][row["data"]["handoff"]]
        if model is OutboxMessage:
            row["key"] = re.sub(
                r"\d+", lambda found: str(numbers[Handoff][int(found[0])]), row["key"], count=1
            )
            event = row["payload"] or {}
            if event:
                event["data"]["handoff"]["id"] = numbers[Handoff][event["data"]["handoff"]["id"]]
        yield row


def outcome(way: Way, ready: Sequence[Ready]) -> tuple[dict[str, Any], list[object]]:
    """What a way writes and answers; nothing stays."""
    with transaction.atomic():
        leads = Lead.objects.select_related("account").in_bulk([one.lead.pk for one in ready])
        made = way([one._replace(lead=leads[one.lead.pk]) for one in ready])
        answers = [(one.handoff.assignee, one.handoff.explanation, one.due) for one in made]
        found = stored()
        transaction.set_rollback(True)
    return found, [*answers]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("spread", [timedelta(0), timedelta(hours=30), timedelta(days=400)])
def test_together_leaves_what_one_by_one_would(
    company: None, seed: int, spread: timedelta, now: datetime
) -> None:
    ready = ready_leads(random.Random(seed), 40, now=now, spread=spread)

    rows, answers = outcome(handoffs.hand_over_each, ready)

    expected, told = outcome(one_by_one, ready)
    assert rows == expected
    assert answers == told


def test_leads_of_one_company_go_to_whoever_got_the_first(company: None, now: datetime) -> None:
    acme = Account.objects.create(name="Acme", created_at=now)
    ready = alike(6, now=now, account=acme)

    made = handoffs.hand_over_many([(one.lead, one.package) for one in ready], now=now)

    assert len({one.handoff.assignee for one in made}) == 1
    assert [one.handoff.rule_name for one in made] == ["territory DACH"] + ["account in hand"] * 5


def test_deciding_asks_the_database_nothing_once_it_has_begun(
    company: None, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """It is decided while hand-offs are being stored: a statement would come into the middle of their stream."""
    ready = ready_leads(random.Random(5), 60, now=now, spread=timedelta(hours=30))
    asked = [
        (one.lead, Question(one.package.tier, one.package.priority, one.package.source), one.now)
        for one in ready
    ]

    decisions = Decisions(asked)

    with django_assert_num_queries(0):
        assert len({placed.because for placed, _ in decisions}) > 5


def test_statements_do_not_grow_with_the_leads(company: None, now: datetime) -> None:
    ready, counts = alike(140, now=now), []
    for share in (ready[:20], ready[20:40], ready[40:]):
        with CaptureQueriesContext(connection) as queries:
            handoffs.hand_over_each(share)
        counts.append(len(queries))

    assert counts[2] == counts[1] < counts[0]  # the operating model is read once an edition


def alike(count: int, *, now: datetime, account: Account | None = None) -> list[Ready]:
    """Leads from Germany, with the same package."""
    names = [f"alike{number}@x.example" for number in range(count)]
    leads = [
        Lead(email=each, email_key=each, country="DE", stage="MQL", account=account, created_at=now)
        for each in names
    ]
    handed = package(random.Random(1), now)
    return [Ready(lead, handed, now) for lead in Lead.objects.bulk_create(leads)]


def test_nothing_to_hand_over_asks_nothing(model: Scorecard, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert handoffs.hand_over_each([]) == []


@pytest.mark.django_db(transaction=True)  # what the server knows of very many would outlive them otherwise
@pytest.mark.parametrize("way", [one_by_one, handoffs.hand_over_each])
def test_of_a_company_of_very_many_only_those_in_hand_are_read(way: Way, ana: User, now: datetime) -> None:
    first, elsewhere = factories.handoff(now=now), factories.waiting("elsewhere", now=now).lead
    factories.receive(factories.signal("page_view", email="zoe@acme.example"), now=now)
    factories.colleagues(elsewhere, 1500, now=now)
    Lead.objects.filter(account=elsewhere.account_id).update(owner=ana)
    factories.colleagues(first.lead, 150, now=now)
    zoe = factories.lead_of("zoe@acme.example")
    ready = Ready(zoe, package(random.Random(1), now), now)

    with transaction.atomic():
        read = rows_read("leads_lead", lambda: way([ready]))

    assert zoe.account_id == first.lead.account_id
    assert Handoff.objects.get(lead=zoe).assignee_id == first.assignee_id
    assert read < 30
