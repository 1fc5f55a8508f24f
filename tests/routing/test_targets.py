"""Each kind of target finds whom it says: open work, least loaded, the CSM who is told; in the seeded order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from leads.models import Account, Lead, OutboxMessage, Team, User
from routing import handoffs, rulebook
from routing.handoffs import Rejection
from routing.models import Absence, Handoff, Pool, PoolMember, RejectionReason, Rep, RoutingRule, RuleSet
from routing.rulebook import Rule
from tests import factories
from tests.conftest import SignIn
from tests.races import at_once

Target = RoutingRule.Target


def test_the_seeded_order_is_that_of_the_operating_model(model: object) -> None:
    seeded = RuleSet.objects.published().rules.order_by("position")

    assert [(rule.name, rule.target) for rule in seeded] == [
        ("open opportunity", Target.OPPORTUNITY_OWNER),
        ("named account", Target.ACCOUNT_OWNER),
        ("customer", Target.NOTIFY_CSM),
        ("account in hand", Target.ACCOUNT_WORK_OWNER),
    ]


def test_second_lead_of_an_account_follows_the_first_ones_owner(ana: User, bob: User, now: datetime) -> None:
    first = factories.handoff(now=now, email="one@acme.example")

    second = factories.handoff(now=now, email="two@acme.example")

    assert second.assignee == first.assignee
    assert second.because == f"account in hand → {first.assignee}"
    assert (second.rule_name, second.pool) == ("account in hand", None)


def test_second_lead_goes_where_a_rule_before_says_otherwise(ana: User, bob: User, now: datetime) -> None:
    first = factories.handoff(now=now, email="one@acme.example")
    other = bob if first.assignee == ana else ana
    asks = [{"attribute": "title", "operator": "contains_any", "values": ["VP"]}]
    rules = [Rule("vice presidents", Target.REP, asks, rep=Rep.objects.get(user=other)), *rulebook.current()]
    published = RuleSet.objects.published()
    rulebook.publish(rules, by=None, now=now, instead_of=published.version)

    second = factories.handoff(now=now, email="two@acme.example")

    assert (second.assignee, second.rule_name) == (other, "vice presidents")


def test_second_lead_goes_on_where_the_first_ones_owner_is_away_or_done(
    ana: User, bob: User, now: datetime
) -> None:
    first = factories.handoff(now=now, email="one@acme.example")
    assert first.assignee == ana
    Absence.objects.create(rep=ana.rep, starts_at=now, ends_at=now + timedelta(days=1))
    while_away = factories.handoff(now=now, email="two@acme.example")
    for handoff in (first, while_away):
        reason = RejectionReason.objects.get(code="no-budget")
        handoffs.reject(handoff, Rejection(reason), by=handoff.assignee or ana, now=now)

    after = factories.handoff(now=now + timedelta(days=2), email="three@acme.example")

    assert while_away.assignee == bob
    assert after.rule_name == "territory DACH"


@pytest.mark.django_db(transaction=True)
def test_two_leads_of_one_account_at_once_go_to_one_person(ana: User, bob: User, now: datetime) -> None:
    factories.source()
    for number in range(4):
        company = {**factories.COMPANY, "name": f"Company {number}"}
        jobs: list[Callable[[], Handoff]] = [
            partial(factories.handoff, now=now, email=f"{name}@firm{number}.example", company=company)
            for name in ("one", "two")
        ]

        outcomes = at_once(*jobs)

        assert [each for each in outcomes if isinstance(each, Exception)] == []
        assert len({each.assignee for each in outcomes if isinstance(each, Handoff)}) == 1


def test_csm_of_a_customer_is_told_and_sales_receives_the_lead(ana: User, dach: Team, now: datetime) -> None:
    cleo = factories.person("cleo", role="CSM", team=dach)
    factories.receive(factories.signal("newsletter_signup", email="tom@acme.example"), now=now)
    Account.objects.update(is_customer=True, csm=cleo)

    handoff = factories.handoff(now=now)

    told = OutboxMessage.objects.filter(recipient=cleo).first()
    assert handoff.because == "territory DACH → weighted round robin"
    assert told is not None
    assert told.title == "Eva Klein of your customer Acme Software came in"
    assert told.text == "With Ana by territory DACH → weighted round robin."


def test_csm_of_no_team_opens_their_customers_people_and_nobody_else(
    ana: User, now: datetime, as_user: SignIn
) -> None:
    cleo = factories.person("cleo", role="CSM")
    factories.receive(factories.signal("newsletter_signup", email="tom@acme.example"), now=now)
    Account.objects.update(is_customer=True, csm=cleo)
    theirs = factories.handoff(now=now).lead
    other = factories.waiting("uma", now=now).lead
    told = OutboxMessage.objects.filter(recipient=cleo, channel="IN_APP").get()

    page, listed = as_user(cleo).get(told.path), as_user(cleo).get("/leads/").content.decode()

    assert page.status_code == 200
    assert told.path == theirs.get_absolute_url()
    assert as_user(cleo).get(other.get_absolute_url()).status_code == 404
    assert ("Eva Klein" in listed, "Uma Klein" in listed) == (True, False)


def test_customer_without_a_csm_just_goes_on(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("newsletter_signup", email="tom@acme.example"), now=now)
    Account.objects.update(is_customer=True)

    handoff = factories.handoff(now=now)

    assert handoff.assignee == ana
    [told] = [rule for rule in handoff.explanation["rules"] if rule["rule"] == "customer"]
    assert told["why"] == "customer is yes, but the account has no CSM to tell"


def test_least_loaded_goes_to_whoever_has_the_most_room_and_takes_no_turn(dach: Team, now: datetime) -> None:
    pool = Pool.objects.get(team=dach)
    busy = factories.rep("busy", team=dach, open_cap=4).user
    free = factories.rep("free", team=dach, open_cap=8).user
    rules = [Rule("most room", Target.LEAST_LOADED, [], pool)]
    rulebook.publish(rules, by=None, now=now, instead_of=RuleSet.objects.published().version)

    received = [factories.waiting(f"p{n}", now=now + timedelta(minutes=n)).assignee for n in range(6)]

    assert received == [busy, free, free, busy, free, free]
    assert set(PoolMember.objects.values_list("deficit", "received")) == {(0.0, 0)}
    told = Handoff.objects.latest("pk").explanation["candidates"]
    assert {each["name"]: (each["open"], each["open_cap"]) for each in told} == {
        "Busy": (2, 4),
        "Free": (3, 8),
    }


def test_rule_can_ask_for_what_the_lead_did(ana: User, bob: User, now: datetime) -> None:
    asked = [{"attribute": "trigger", "operator": "is_one_of", "values": ["demo_request"]}]
    rule = Rule("demo requests", Target.REP, asked, rep=Rep.objects.get(user=bob))
    published = RuleSet.objects.published().version
    rulebook.publish([rule, *rulebook.current()], by=None, now=now, instead_of=published)

    assert factories.handoff(now=now).because == "demo requests → Bob"
    assert Lead.objects.get().owner == bob
