"""The rule pages: a draft is edited, compared and published; what routed never changes; two editors both are seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from leads import audit
from leads.models import User
from routing import drafts, rulebook
from routing.models import Pool, RoutingRule, RuleSet
from tests import factories
from tests.conftest import SignIn
from tests.reads import whole_reads
from tests.rule_desk import SEEDED, everything, names, row, seen, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["OPS", "MANAGER", "MARKETER", "VIEWER"])
def test_the_office_reads_the_rules_in_words(role: str, as_user: SignIn, dach: object) -> None:
    page = as_user(factories.person("reader", role=role)).get(reverse("rules"))

    assert page.status_code == 200
    text = page.content.decode()
    assert "named account is yes" in text
    assert "every lead whose account has an open opportunity" in text
    assert "the owner of the account’s open opportunity" in text
    assert "DACH pool, by turns" in text
    assert "Fallback pool, by turns" in text


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM"])
def test_who_sells_does_not_read_the_rules(role: str, as_user: SignIn, model: object) -> None:
    client = as_user(factories.person("seller", role=role))

    assert client.get(reverse("rules")).status_code == 403
    assert client.get(reverse("rules-version", args=[1])).status_code == 403


def test_the_draft_starts_from_what_routes_and_there_is_one_at_most(ops: Client, dach: object) -> None:
    first = ops.post(reverse("rules-draft-start"), follow=True)
    ops.post(reverse("rules-draft-start"))

    assert first.redirect_chain == [(reverse("rules-draft"), 302)]
    assert "it says the same as the version that routes today" in first.content.decode()
    assert names() == SEEDED
    assert RuleSet.objects.filter(status="DRAFT").count() == 1


def test_edits_of_the_draft_route_nothing_until_it_is_published(
    ops: Client, draft: RuleSet, ana: User, now: datetime
) -> None:
    published = RuleSet.objects.published()
    ops.post(reverse("rule-add"), sent(target=f"REP:{ana.rep.pk}", when_0_values="300"))
    before = factories.waiting("ada", now=now)

    answer = ops.post(reverse("rules-draft-publish"), seen(), follow=True)
    after = factories.waiting("bea", now=now)

    version = RuleSet.objects.published()
    assert (before.rule_set, before.rule_name) == (published, "territory DACH")
    assert f"Version {version.version} of the rules routes from now on." in answer.content.decode()
    assert (after.rule_set, after.because) == (version, "big companies → Ana")
    assert (version.based_on, version.version) == (published, published.version + 1)


def test_publishing_is_written_into_the_audit_and_shown(ops: Client, draft: RuleSet, olga: User) -> None:
    before = RuleSet.objects.published().version

    page = ops.post(reverse("rules-draft-publish"), seen(), follow=True).content.decode()

    entry = audit.of(rulebook.SUBJECT)[0]
    assert (entry.actor, entry.action) == (olga, "rules.published")
    assert entry.text == f"Version {before + 1} published in place of version {before}"
    assert entry.text in page


def test_what_follows_is_said_before_a_rule_is_removed(ops: Client, draft: RuleSet) -> None:
    page = ops.get(reverse("rules-draft")).content.decode()

    removal = page[page.index(reverse("rule-remove", args=[row("customer").pk])) :]
    assert f'name="revision" value="{draft.revision}"' in removal[:400]
    assert "the leads that it takes go to the rules below it" in removal[:600]


def test_a_published_version_never_changes(ops: Client, draft: RuleSet) -> None:
    before = RuleSet.objects.published()
    stored = everything(before)

    ops.post(reverse("rule-edit", args=[row("named account").pk]), sent(name="named", place=2))
    ops.post(reverse("rule-move", args=[row("named").pk]), {**seen(), "direction": "down"})
    ops.post(reverse("rule-remove", args=[row("customer").pk]), seen())
    ops.post(reverse("rules-draft-publish"), seen())

    before.refresh_from_db()
    assert (before.status, everything(before)) == (RuleSet.Status.RETIRED, stored)
    assert names(RuleSet.objects.published()) == [
        "open opportunity",
        "named",
        "account in hand",
        "territory DACH",
    ]


def test_rules_of_a_version_that_routes_cannot_be_edited(ops: Client, draft: RuleSet) -> None:
    rule = RoutingRule.objects.filter(rule_set=RuleSet.objects.published())[0].pk
    stored = everything(RuleSet.objects.published())

    answers = [
        ops.post(reverse("rule-edit", args=[rule]), sent()),
        ops.post(reverse("rule-move", args=[rule]), {**seen(), "direction": "down"}),
        ops.post(reverse("rule-remove", args=[rule]), seen()),
    ]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert everything(RuleSet.objects.published()) == stored


def test_rules_move_up_and_down_and_to_where_they_are_dropped(ops: Client, draft: RuleSet) -> None:
    ops.post(reverse("rule-move", args=[row("territory DACH").pk]), {**seen(), "direction": "up"})
    up = names()
    ops.post(reverse("rule-move", args=[row("territory DACH").pk]), {**seen(), "place": "1"})
    first = names()
    ops.post(reverse("rule-move", args=[row("territory DACH").pk]), {**seen(), "direction": "up"})
    still_first = names()
    ops.post(reverse("rule-move", args=[row("open opportunity").pk]), {**seen(), "place": "99"})

    assert up == [*SEEDED[:3], "territory DACH", "account in hand"]
    assert first == still_first == ["territory DACH", *SEEDED[:4]]
    assert names() == ["territory DACH", *SEEDED[1:4], "open opportunity"]
    assert list(RuleSet.objects.get(status="DRAFT").rules.order_by("position").values_list("position")) == [
        (1,),
        (2,),
        (3,),
        (4,),
        (5,),
    ]


def test_a_discarded_draft_leaves_everything_as_it_was(ops: Client, draft: RuleSet) -> None:
    ops.post(reverse("rule-remove", args=[row("customer").pk]), seen())

    answer = ops.post(reverse("rules-draft-discard"), seen(), follow=True)

    assert "The draft is gone; what routes has not changed." in answer.content.decode()
    assert RuleSet.objects.draft() is None
    assert names(RuleSet.objects.published()) == SEEDED
    assert audit.of(rulebook.SUBJECT)[0].action == "rules.discarded"


def test_a_draft_is_discarded_without_a_look_at_the_handoffs(
    draft: RuleSet, olga: User, now: datetime
) -> None:
    factories.waiting("ada", now=now)
    connection.check_constraints()  # what the hand-off's own clocks refer to

    def discard() -> None:
        drafts.discard(draft, by=olga, now=now, revision=0)
        connection.check_constraints()

    assert whole_reads("routing_handoff", discard) == 0
    draft.refresh_from_db()
    assert (draft.status, draft.rules.count()) == (RuleSet.Status.DISCARDED, 0)


def test_the_number_of_a_discarded_draft_is_nobodys(
    ops: Client, draft: RuleSet, olga: User, now: datetime
) -> None:
    published = RuleSet.objects.published().version
    drafts.discard(draft, by=olga, now=now, revision=0)

    pages = [
        ops.get(reverse("rules-version", args=[draft.version])),
        ops.get(reverse("rules-compare", args=[draft.version, published])),
        ops.get(reverse("rules-compare", args=[published, draft.version])),
        ops.post(reverse("rules-restore", args=[draft.version]), {"version": published}),
    ]
    listed = ops.get(reverse("rules-compare", args=[published, published]))

    assert [page.status_code for page in pages] == [404] * 4
    assert draft.version not in [version.version for version in listed.context["versions"]]
    assert drafts.start(by=olga, now=now).version == draft.version + 1


def test_rolling_back_publishes_an_earlier_version_again(ops: Client, draft: RuleSet) -> None:
    before = RuleSet.objects.published()
    ops.post(reverse("rule-remove", args=[row("named account").pk]), seen())
    ops.post(reverse("rules-draft-publish"), seen())
    page = ops.get(reverse("rules-version", args=[before.version]))

    ops.post(
        reverse("rules-restore", args=[before.version]), {"version": RuleSet.objects.published().version}
    )

    now_routing = RuleSet.objects.published()
    assert "named account is yes" in page.content.decode()
    assert names(now_routing) == SEEDED
    assert now_routing.version == before.version + 2
    assert "published again in place of" in audit.of(rulebook.SUBJECT)[0].text


def test_the_draft_and_any_two_versions_are_compared_in_words(ops: Client, draft: RuleSet) -> None:
    before = RuleSet.objects.published().version
    ops.post(reverse("rule-add"), sent(place=6))
    ops.post(reverse("rule-remove", args=[row("customer").pk]), seen())
    ops.post(reverse("rule-move", args=[row("account in hand").pk]), {**seen(), "place": "1"})
    told = {
        each.rule: (each.kind, each.changes)
        for each in ops.get(reverse("rules-draft")).context["differences"]
    }
    ops.post(reverse("rules-draft-publish"), seen())

    page = ops.get(reverse("rules-compare", args=[RuleSet.objects.published().version, before]))

    assert told == {
        "account in hand": ("moved", [("place", "4", "1")]),
        "big companies": (
            "new",
            [("At place 5", "", "employees is at least 1,000: DACH pool, by turns")],
        ),
        "customer": ("gone", [("It was", "customer is yes: tells the account’s CSM, and goes on", "")]),
    }
    assert {each.rule for each in page.context["differences"]} == set(told)
    assert "employees is at least 1,000: DACH pool, by turns" in page.content.decode()


def test_a_renamed_and_a_changed_rule_are_told_as_such(ops: Client, draft: RuleSet) -> None:
    named = row("named account")
    ops.post(reverse("rule-edit", args=[named.pk]), sent(name="ours", place=2, target="ACCOUNT_OWNER"))
    customer = RoutingRule.objects.get(pk=row("customer").pk)
    RoutingRule.objects.filter(pk=customer.pk).update(name="customers")

    told = {each.rule: each.changes for each in ops.get(reverse("rules-draft")).context["differences"]}

    assert told["customers"] == [("name", "customer", "customers")]
    assert "named account" in told
    assert told["ours"][0][0] == "At place 2"


def test_a_rule_opens_with_what_it_says(ops: Client, draft: RuleSet) -> None:
    ops.post(
        reverse("rule-add"),
        sent(
            when_1_attribute="industry", when_1_operator="contains_any", when_1_values='Software, "Salt, Inc"'
        ),
    )

    form = ops.get(reverse("rule-edit", args=[row("big companies").pk])).context["form"]

    assert [
        (line.attribute.value(), line.operator.value(), line.values.value()) for line in form.group["rows"]
    ] == [
        ("employees", "at_least", "1000"),
        ("industry", "contains_any", 'Software, "Salt, Inc"'),
    ]


def test_conditions_are_added_and_taken_away_before_anything_is_saved(ops: Client, draft: RuleSet) -> None:
    before = names()

    more = ops.post(reverse("rule-add"), sent(change="add-condition:when"))
    fewer = ops.post(reverse("rule-add"), sent(change="remove-condition:when:0"))

    rows = more.context["form"].group["rows"]
    assert [line.attribute.value() for line in rows] == ["employees", ""]
    assert more.context["form"]["name"].value() == "big companies"
    assert fewer.context["form"].group["rows"] == []
    assert (more.status_code, fewer.status_code) == (200, 200)
    assert names() == before


def test_a_rule_of_more_than_four_conditions_shows_them_all(
    ops: Client, dach: object, olga: User, now: datetime
) -> None:
    known = [{"attribute": "industry", "operator": "is_known", "values": []}] * 6
    rulebook.append([rulebook.Rule("long", RoutingRule.Target.ACCOUNT_OWNER, known)], by=None, now=now)
    drafts.start(by=olga, now=now)

    form = ops.get(reverse("rule-edit", args=[row("long").pk])).context["form"]

    assert len(form.group["rows"]) == 6


def test_where_there_is_no_draft_one_is_led_back_to_the_rules(ops: Client, dach: object) -> None:
    answers = [
        ops.get(reverse("rules-draft"), follow=True),
        ops.get(reverse("rule-add"), follow=True),
        ops.get(reverse("rule-edit", args=[10**17]), follow=True),
        ops.post(reverse("rules-draft-publish"), {"revision": 0, "version": 1}, follow=True),
    ]

    assert [answer.redirect_chain for answer in answers] == [[(reverse("rules"), 302)]] * 4


def test_an_unknown_version_is_not_found(ops: Client, model: object) -> None:
    answers = [
        ops.get(reverse("rules-version", args=[99])),
        ops.get(reverse("rules-compare", args=[1, 99])),
        ops.post(reverse("rules-restore", args=[99]), {"version": 1}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize("name", ["rules", "rules-draft"])
def test_the_list_reads_no_more_for_more_rules(
    *,
    name: str,
    ops: Client,
    dach: object,
    olga: User,
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    pool = Pool.objects.get(is_fallback=True)
    many = [rulebook.Rule(f"rule {number}", RoutingRule.Target.POOL, [], pool) for number in range(20)]
    rulebook.append(many, by=None, now=now)
    drafts.start(by=olga, now=now)

    with django_assert_max_num_queries(14):
        ops.get(reverse(name))
