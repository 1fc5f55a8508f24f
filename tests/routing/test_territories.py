"""Territories by country, region, post code and time zone: whom they lead to, and what ops may change about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads import audit
from leads.models import Account, Lead, Team, User
from routing import assignment, drafts, rule_faults, rulebook, territories
from routing.assignment import Question
from routing.models import Pool, RoutingRule, RuleSet, Territory
from routing.rulebook import Rule
from routing.territories import StillAsked
from tests import factories
from tests.conftest import NOW

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
MUNICH = {"country": "DE", "region": "Bavaria", "postal_code": "80331"}
BAVARIA = {"countries": ["DE"], "regions": ["Bavaria", "BY"], "post_codes": [], "time_zones": []}
SOUTH = {"countries": ["DE"], "regions": [], "post_codes": ["80\N{EN DASH}86"], "time_zones": []}
FORM = {"name": "South", "countries": "Germany", "post_codes": "80-86, 88"}


def first(name: str, team: Team, **where: list[str]) -> Territory:
    """A territory that decides before those there are."""
    values = {"name": name, "team": team, "pool": None, **where}
    made = territories.add(values, by=factories.person(f"maker-{name}", role="OPS"), now=NOW)
    territories.move(made, places=-9, by=factories.person(f"mover-{name}", role="OPS"), now=NOW)
    return made


def lead(email: str, **fields: Any) -> Lead:
    """A person as far as they said where they are."""
    return Lead.objects.create(email=email, email_key=email, created_at=NOW, **fields)


@pytest.mark.parametrize("where", [BAVARIA, SOUTH])
def test_a_lead_goes_to_the_territory_of_its_region_and_post_code(
    dach: Team, ana: User, charlie: User, where: dict[str, list[str]]
) -> None:
    assert charlie.team is not None
    south = first("South", charlie.team, **where)
    pool = Pool.objects.get(team=charlie.team, name__startswith="North America")
    here = {"attribute": "territory", "operator": "is_one_of", "values": [south.name]}
    rule = Rule("south", RoutingRule.Target.POOL, [here], pool)
    published = rulebook.publish(
        [rule, *rulebook.current()], by=None, now=NOW, instead_of=RuleSet.objects.published().version
    )

    munich = assignment.decide(lead("eva@a.example", **MUNICH), Question("T2", "P2", "web"), now=NOW)
    berlin = assignment.decide(
        lead("kim@b.example", country="DE", region="Berlin", postal_code="10115"),
        Question("T2", "P2", "web"),
        now=NOW,
    )

    assert published.version == munich.rule_set.version
    assert munich.assignee == charlie
    assert munich.explanation["facts"]["territory"] == "South"
    assert munich.explanation["facts"]["postal_code"] == "80331"
    assert berlin.assignee == ana
    assert "territory is DACH, not South" in berlin.explanation["rules"][0]["why"]


def test_the_company_says_where_a_person_is_who_does_not(dach: Team) -> None:
    south = first("South", dach, **SOUTH)
    account = Account.objects.create(name="Acme", created_at=NOW, **MUNICH)

    assert assignment.territory_of(lead("eva@acme.example", account=account)) == south
    assert assignment.territory_of(lead("tom@acme.example", account=account, country="AT")) != south


def test_the_order_decides_where_two_territories_hold_a_place(dach: Team, olga: User) -> None:
    south, bavaria = first("South", dach, **SOUTH), first("Bavaria", dach, **BAVARIA)
    eva = lead("eva@a.example", **MUNICH)

    before = assignment.territory_of(eva)
    territories.move(south, places=-1, by=olga, now=NOW)

    assert (before, assignment.territory_of(eva)) == (bavaria, south)
    assert audit.of(territories.SUBJECT)[0].text == "South now decides at place 1 of 3"


def test_overlaps_are_named_before_the_rules_are_published(dach: Team, olga: User) -> None:
    territories.add({"name": "South", "team": dach, "pool": None, **SOUTH}, by=olga, now=NOW)
    first("Bavaria", dach, **BAVARIA)
    draft = drafts.start(by=olga, now=NOW)

    told = [fault.sentence for fault in rule_faults.faults(rulebook.rows_of(draft)) if not fault.blocks]

    assert "South lies within DACH, which stands before it and takes all of its leads." in told
    assert "Bavaria and South overlap; leads that lie in both go to Bavaria, which stands first." in told


def test_a_territory_that_a_rule_asks_for_keeps_its_name_and_its_place(
    dach: Team, olga: User, as_user: SignIn
) -> None:
    row = Territory.objects.get(name="DACH")

    with pytest.raises(StillAsked, match="asks for DACH by its name"):
        territories.remove(row, by=olga, now=NOW)
    answer = as_user(olga).post(
        reverse("territory-edit", args=[row.pk]),
        {
            "seen": territories.edition_of(row),
            "name": "Middle Europe",
            "countries": "DE, AT, CH",
            "team": dach.pk,
        },
    )

    assert answer.status_code == 422
    assert "asks for DACH by its name" in answer.content.decode()


def test_ops_adds_a_territory_in_everyday_words(dach: Team, olga: User, as_user: SignIn) -> None:
    answer = as_user(olga).post(reverse("territory-add"), {**FORM, "team": dach.pk}, follow=True)

    south = Territory.objects.get(name="South")
    assert (south.countries, south.post_codes) == (["DE"], ["80\N{EN DASH}86", "88"])
    page = answer.content.decode()
    assert "Germany; post codes 80\N{EN DASH}86 or 88" in page
    assert "South lies within DACH" in page
    assert audit.of(territories.SUBJECT)[0].actor == olga


def test_a_territory_with_a_pool_puts_its_rule_into_the_draft(
    dach: Team, olga: User, as_user: SignIn
) -> None:
    pool = Pool.objects.get(team=dach)

    answer = as_user(olga).post(
        reverse("territory-add"), {**FORM, "team": dach.pk, "pool": pool.pk}, follow=True
    )

    draft = RuleSet.objects.draft()
    assert draft is not None
    last = rulebook.rows_of(draft)[-1]
    assert (last.name, last.pool) == ("territory South", pool)
    assert "No rule asks for South" in answer.content.decode()
    assert not [
        fault for fault in rule_faults.faults(rulebook.rows_of(draft)) if "No rule asks" in fault.sentence
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"countries": "Atlantis"}, "Atlantis is no country"),
        ({"post_codes": "86-80"}, "The post codes 86\N{EN DASH}80 are the wrong way round."),
        ({"post_codes": "8*"}, "“8*” is no post code"),
        ({"time_zones": "Mars/Base"}, "There is no time zone Mars/Base."),
        ({"countries": "", "post_codes": ""}, "Say where it is"),
        ({"countries": ""}, "name the country too"),
        ({"name": "dach"}, "There is a territory of this name already."),
    ],
)
def test_what_is_unclear_is_said_beside_its_field(
    dach: Team, olga: User, as_user: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    answer = as_user(olga).post(reverse("territory-add"), {**FORM, "team": dach.pk, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_two_editors_do_not_overwrite_each_other(dach: Team, olga: User, as_user: SignIn) -> None:
    row = Territory.objects.get(name="DACH")
    seen = territories.edition_of(row)
    values = territories.values_of(row) | {"team": dach, "pool": None}
    territories.edit(row, {**values, "countries": ["DE"]}, seen=seen, by=olga, now=NOW)

    answer = as_user(olga).post(
        reverse("territory-edit", args=[row.pk]),
        {"seen": seen, "name": "DACH", "countries": "DE, LI", "team": dach.pk},
    )

    assert answer.status_code == 409
    assert Territory.objects.get(pk=row.pk).countries == ["DE"]


def test_the_list_asks_no_more_for_more_territories(
    dach: Team, olga: User, as_user: SignIn, django_assert_max_num_queries: Any
) -> None:
    client = as_user(olga)
    for number in range(5):
        first(f"Part {number}", dach, countries=["FR"], regions=[f"R{number}"])

    with django_assert_max_num_queries(9):
        client.get(reverse("territories"))
