"""Every page, in light and in dark: axe finds nothing serious, and the console stays silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from leads import background, opportunities, webhooks
from leads.models import Team, User, WebhookDelivery, WebhookEndpoint
from leads.outbox import Message, tell
from leads.webhooks import Wanted
from revops import relay, webhook_relay
from revops.background_work import WORK
from revops.what_if import runs as what_if
from routing import drafts
from routing.models import Handoff, RoutingRule
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories
from tests.access_ground import refused_of
from tests.browser.conftest import PHONE, OpenAs

SERIOUS = ("serious", "critical")

# who reads it, and what
PAGES = (
    ("SDR", "queue"),
    ("SDR", "leads"),
    ("SDR", "notifications"),
    ("SDR", "accounts"),
    ("OPS", "opportunities"),
    ("OPS", "deal-lists"),
    ("MANAGER", "notification-settings"),
    ("OPS", "scorecards"),
    ("OPS", "rules"),
    ("OPS", "rules-simulator"),
    ("OPS", "decisions"),
    ("OPS", "pools"),
    ("OPS", "territories"),
    ("OPS", "outbound"),
    ("OPS", "definitions-edit"),
    ("OPS", "territory-add"),
    ("OPS", "reps"),
    ("OPS", "service-levels"),
    ("OPS", "reasons"),
    ("SDR", "day"),
    ("OPS", "cadences"),
    ("OPS", "worn-phrases"),
    ("OPS", "mail-template-add"),
    ("OPS", "nurture"),
    ("OPS", "jobs"),
    ("OPS", "people"),
    ("OPS", "suppressions"),
    ("OPS", "scoring-review"),
    ("OPS", "person-add"),
    ("OPS", "mfa_index"),
    ("OPS", "mfa_activate_totp"),
    ("OPS", "dead-letters"),
    ("OPS", "sources"),
    ("OPS", "source-add"),
    ("OPS", "read-keys"),
    ("OPS", "api-docs"),
    ("OPS", "webhooks"),
    ("OPS", "webhook-add"),
    ("OPS", "hosted-forms"),
    ("OPS", "hosted-form-add"),
    ("OPS", "enrichment"),
    ("OPS", "enrichment-order"),
    ("OPS", "doubts"),
    ("OPS", "duplicates"),
    ("OPS", "matches"),
    ("MANAGER", "team"),
    ("OPS", "imports"),
    ("MANAGER", "service-level-report"),
    ("MANAGER", "speed-report"),
    ("MANAGER", "acceptance-report"),
    ("MANAGER", "handoff-records"),
    ("MANAGER", "scorecard-report"),
    ("MANAGER", "service-level-agreement"),
    ("MANAGER", "definitions"),
    ("OPS", "edit-limits"),
)


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical, in a line each."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    return found + violations(page)


@pytest.fixture
def busy(ana: User) -> User:
    """Ana with a full desk: waiting, late, decided, and told of it."""
    now = timezone.now()
    for place in range(4):
        factories.waiting(f"p{place}", now=now - timedelta(minutes=20 * place))
    tell([ana], Message("test:1", "P0 is yours", "By territory DACH.", "/leads/1/"), now=now)
    relay.deliver_due(now=now)
    return ana


@pytest.fixture
def reader(busy: User, mia: User, olga: User) -> dict[str, User]:
    return {"SDR": busy, "MANAGER": mia, "OPS": olga}


def test_sign_in(open_page: OpenAs, model: object) -> None:
    page = open_page(reverse("account_login"))

    found = in_both_themes(page)
    for name in ("account_reset_password", "account_reset_password_done"):
        page.goto(reverse(name))
        found += violations(page)

    assert found == []


@pytest.mark.parametrize(("role", "name"), PAGES)
def test_page(*, role: str, name: str, reader: dict[str, User], open_as: OpenAs) -> None:
    page = open_as(reader[role], reverse(name))

    assert in_both_themes(page) == []


def test_a_page_that_one_may_not_open(model: object, open_as: OpenAs) -> None:
    page = open_as(factories.person("vera"), reverse("queue"), status=403)

    assert in_both_themes(page) == []


def test_empty_pages(ana: User, open_as: OpenAs) -> None:
    page = open_as(ana, reverse("queue"))

    found = in_both_themes(page)
    for name in ("leads", "notifications"):
        page.goto(reverse(name))
        found += violations(page)

    assert found == []


def test_a_webhook_with_its_log(olga: User, open_as: OpenAs) -> None:
    now = timezone.now()
    wanted = Wanted("Warehouse", "https://127.0.0.1/", "BATON", ["handoff.assigned"])
    seen = WebhookEndpoint.objects.create(**{**vars(wanted), "seed": "x"}, created_at=now)
    webhooks.send_test(seen, by=olga, now=now)
    webhook_relay.deliver_due(now=now + timedelta(minutes=1))  # nothing inside is called, so it fails
    path = reverse("webhook", args=[seen.pk])

    found = in_both_themes(open_as(olga, path)) + in_both_themes(open_as(olga, path, **PHONE))

    assert WebhookDelivery.objects.count() == 1
    assert found == []


def test_sources_whose_calls_were_refused(busy: User, olga: User, open_as: OpenAs) -> None:
    source = factories.source()
    refused_of([source.pk, None], "fields-are-wrong", "too-many", now=timezone.now())
    pages = (reverse("sources"), reverse("source", args=[source.pk]))

    opened = [open_as(olga, path, **size) for path in pages for size in ({}, PHONE)]

    assert [page.locator("#refused").count() for page in opened] == [1, 1, 1, 1]
    assert [in_both_themes(page) for page in opened] == [[], [], [], []]


def test_lead_page(busy: User, open_as: OpenAs) -> None:
    lead = factories.lead_of("p1@p1.example")
    page = open_as(busy, reverse("lead", args=[lead.pk]))

    page.locator("[data-reject] > summary").click()

    assert in_both_themes(page) == []


def test_scores_of_a_lead_over_time(busy: User, open_as: OpenAs) -> None:
    path = reverse("lead-scores", args=[factories.lead_of("p1@p1.example").pk])

    assert in_both_themes(open_as(busy, path)) + in_both_themes(open_as(busy, path, **PHONE)) == []


def test_the_queue_with_its_reasons_open_and_on_a_phone(busy: User, open_as: OpenAs) -> None:
    page = open_as(busy, reverse("queue"))
    page.keyboard.press("r")
    phone = open_as(busy, reverse("queue"), **PHONE)

    assert in_both_themes(page) + in_both_themes(phone) == []


def test_a_scorecard_and_its_editor(olga: User, open_as: OpenAs) -> None:
    draft = scorecards.create_draft(Scorecard.objects.published(), by=olga, now=timezone.now())
    fewer = scorecards.load(draft).with_weights("fit", {"company_size": 20})
    scorecards.edit(draft, revision=0, to=fewer, by=olga, now=timezone.now())
    page = open_as(olga, reverse("scorecard", args=[1]))
    found = in_both_themes(page)

    pages = ["", *(f"edit/{part}/" for part in ("fit", "signals", "tiers", "settings", "fit/industry"))]
    for address in (*pages, "add/account/"):
        page.goto(f"/scorecards/{draft.version}/{address}")
        found += in_both_themes(page)

    assert found == []


def test_comparing_and_rolling_back(olga: User, open_as: OpenAs) -> None:
    now = timezone.now()
    draft = scorecards.create_draft(Scorecard.objects.published(), by=olga, now=now)
    fewer = scorecards.load(draft).with_weights("fit", {"company_size": 20, "industry": 25})
    scorecards.edit(draft, revision=0, to=fewer, by=olga, now=now)
    scorecards.publish(draft, by=olga, now=now)
    page = open_as(olga, reverse("scorecards-compare") + "?one=1&other=2")
    found = in_both_themes(page)

    page.goto(reverse("scorecard-roll-back", args=[1]))

    assert found + in_both_themes(page) == []


def test_what_a_draft_would_change(busy: User, olga: User, open_as: OpenAs) -> None:
    now = timezone.now()
    draft = scorecards.create_draft(Scorecard.objects.published(), by=olga, now=now)
    stricter = factories.with_gate(scorecards.load(draft), fit_at_least=99)
    scorecards.edit(draft, revision=draft.revision, to=stricter, by=olga, now=now)
    waiting = open_as(olga, reverse("what-if", args=[draft.version]))
    found = in_both_themes(waiting)
    what_if.ask(draft, weeks=13, by=olga, now=now)
    background.work_off(WORK)

    path = reverse("what-if", args=[draft.version])
    found += in_both_themes(open_as(olga, path)) + in_both_themes(open_as(olga, path, **PHONE))

    assert found == []


def test_the_rules_editor_a_decision_and_a_pool(busy: User, olga: User, open_as: OpenAs) -> None:
    draft = drafts.start(by=olga, now=timezone.now())
    handoff = Handoff.objects.latest("pk")
    RoutingRule.objects.filter(rule_set=draft, position=2).delete()
    page = open_as(olga, reverse("rules-draft"))
    found = in_both_themes(page)

    assert handoff.pool is not None
    for address in (
        reverse("rule-add"),
        reverse("rules-compare", args=[draft.version, draft.version - 1]),
        reverse("decision", args=[handoff.pk]),
        reverse("pool", args=[handoff.pool.pk]),
        f"{reverse('rules-simulator')}?try=1&country=DE",
    ):
        page.goto(address)
        found += violations(page)

    assert found == []


def test_giving_leads_away_and_calling_one_later(
    *, busy: User, bob: User, mia: User, open_as: OpenAs
) -> None:
    page = open_as(mia, reverse("team"))
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Give to").select_option("Bob")
    page.get_by_role("button", name="Give…").click()
    page.locator("#impact h2").wait_for()
    found = in_both_themes(page)

    page.goto(reverse("lead", args=[factories.lead_of("p1@p1.example").pk]))
    page.locator(".call-later summary").click()

    assert found + in_both_themes(page) == []


def test_a_deal_its_board_and_its_account(busy: User, dach: Team, open_as: OpenAs) -> None:
    lead = factories.lead_of("p1@p1.example")
    now, axel = timezone.now(), factories.person("axel", role="AE", team=dach)
    on = (now + timedelta(days=9)).date()
    deal = opportunities.open(lead, owner=axel, amount=None, close_on=on, by=axel, now=now)
    page = open_as(axel, deal.get_absolute_url())
    page.locator(".lost > summary").click()
    found = in_both_themes(page)

    for path in (reverse("opportunity-board"), reverse("account", args=[deal.account_id])):
        page.goto(path)
        found += in_both_themes(page)

    assert found == []
