"""Who receives a lead: rules in order, reps who can, and an explanation of all of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from leads.models import Account, Opportunity, OpportunityStage, Team, User
from routing import reps, rulebook
from routing.models import Absence, Handoff, Pool, PoolMember, Rep, RoutingRule
from routing.rulebook import Rule
from tests import factories

Target = RoutingRule.Target


def away(user: User, *, since: datetime, until: datetime) -> None:
    Absence.objects.create(rep=Rep.objects.get(user=user), starts_at=since, ends_at=until)


def candidates(handoff: Handoff) -> dict[str, dict[str, Any]]:
    return {told["name"]: told for told in handoff.explanation["candidates"]}


def test_territory_decides_and_the_explanation_names_every_rule_tried(
    ana: User, charlie: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    assert (handoff.assignee, handoff.team) == (ana, ana.team)
    assert handoff.because == "territory DACH → weighted round robin"
    tried = [(rule["rule"], rule["matched"]) for rule in handoff.explanation["rules"]]
    assert tried == [
        ("open opportunity", True),
        ("named account", False),
        ("customer", False),
        ("account in hand", True),
        ("territory DACH", True),
    ]
    assert handoff.explanation["facts"]["territory"] == "DACH"
    assert candidates(handoff)["Ana"]["picked"]


def test_owner_of_an_open_opportunity_goes_before_the_territory(ana: User, bob: User, now: datetime) -> None:
    factories.receive(factories.signal("newsletter_signup", email="tom@acme.example"), now=now)
    Opportunity.objects.create(
        account=Account.objects.get(),
        lead=factories.lead_of("tom@acme.example"),
        owner=bob,
        stage=OpportunityStage.objects.get(position=1),
        amount=1,
        status=Opportunity.Status.OPEN,
        created_at=now,
    )
    turns = list(PoolMember.objects.values_list("deficit", flat=True))

    handoff = factories.handoff(now=now)

    assert (handoff.assignee, handoff.because) == (bob, "open opportunity → Bob")
    assert list(PoolMember.objects.values_list("deficit", flat=True)) == turns


def test_named_account_goes_to_its_owner_unless_the_owner_is_away(
    ana: User, bob: User, now: datetime
) -> None:
    factories.receive(factories.signal("newsletter_signup", email="tom@acme.example"), now=now)
    Account.objects.update(owner=bob, is_named=True)
    assert factories.handoff(now=now, email="one@acme.example").because == "named account → Bob"

    away(bob, since=now, until=now + timedelta(days=1))
    handoff = factories.handoff(now=now, email="two@acme.example")

    assert handoff.assignee == ana
    assert handoff.explanation["rules"][1]["why"].endswith(", but the account has no owner who can receive")
    assert candidates(handoff)["Bob"]["passed_over"] == "away"


def test_absent_inactive_and_full_reps_are_passed_over_with_the_reason(dach: Team, now: datetime) -> None:
    here = factories.rep("dora", team=dach)
    full = factories.rep("fred", team=dach, open_cap=1)
    gone = factories.rep("gina", team=dach, is_active=False)
    out = factories.rep("otto", team=dach)
    away(out.user, since=now - timedelta(hours=1), until=now + timedelta(hours=1))

    received = [factories.waiting(f"p{n}", now=now) for n in range(5)]

    assert [handoff.assignee for handoff in received].count(full.user) == 1
    assert [handoff.assignee for handoff in received].count(here.user) == 4
    told = candidates(received[-1])
    assert told["Fred"]["passed_over"] == "full: 1 open, cap 1"
    assert told[str(gone)]["passed_over"] == "no longer active"
    assert told["Otto"]["passed_over"] == "away"


@pytest.mark.parametrize(("minutes", "receives"), [(-1, False), (0, False), (59, False), (60, True)])
def test_absence_begins_and_ends_to_the_minute(
    ana: User, minutes: int, receives: bool, now: datetime
) -> None:
    away(ana, since=now - timedelta(minutes=1), until=now + timedelta(minutes=60))

    assert (reps.why_cannot_receive(ana, now=now + timedelta(minutes=minutes)) == "") is receives


def test_daily_cap_counts_from_midnight_in_the_reps_own_zone(dach: Team, now: datetime) -> None:
    nora = factories.rep("nora", team=dach, daily_cap=1, time_zone="America/New_York").user
    late_evening_there = now.replace(hour=4, minute=59)  # 23:59 in New York
    factories.handoff(now=late_evening_there, email="one@acme.example")

    assert reps.why_cannot_receive(nora, now=late_evening_there) == "full: 1 today, cap 1"
    assert reps.why_cannot_receive(nora, now=late_evening_there + timedelta(minutes=1)) == ""


def test_lead_of_nowhere_goes_to_the_fallback_pool(ana: User, bob: User, now: datetime) -> None:
    fallback = Pool.objects.get(is_fallback=True)
    PoolMember.objects.create(pool=fallback, rep=Rep.objects.get(user=bob))
    payload = factories.signal("demo_request")
    payload["person"]["country"], payload["company"] = "BR", {}

    handoff = Handoff.objects.get(pk=factories.receive(payload, now=now)["handoff"]["id"])

    assert (handoff.assignee, handoff.because) == (bob, "no rule placed it → fallback pool")


def test_where_nobody_is_free_the_teams_queue_has_it(ana: User, now: datetime) -> None:
    away(ana, since=now, until=now + timedelta(days=1))

    handoff = factories.handoff(now=now)

    assert (handoff.assignee, handoff.team, handoff.assigned_at) == (None, ana.team, None)
    assert handoff.because == "nobody is free: waits unassigned"


def test_decision_names_the_version_of_the_rules_that_made_it(ana: User, now: datetime) -> None:
    before = factories.handoff(now=now, email="one@acme.example")
    rulebook.append(
        [Rule("everything else", Target.POOL, [], Pool.objects.get(name="DACH"))], by=None, now=now
    )

    after = factories.handoff(now=now, email="two@acme.example")

    assert after.rule_set.version == before.rule_set.version + 1


def test_rep_who_was_deactivated_receives_nothing(ana: User, bob: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)

    received = {factories.handoff(now=timezone.now(), email=f"{n}@acme.example").assignee for n in range(3)}

    assert received == {bob}
