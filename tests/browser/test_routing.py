"""An ops admin orders rules in a draft by keyboard and pointer, tries it, and publishes over a newer version."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads import background
from leads.models import User
from revops.background_work import WORK
from routing import drafts, rulebook
from routing.models import RoutingRule, RuleSet
from tests import factories
from tests.browser.conftest import OpenAs

DRAFT = "/routing/rules/draft/"


def order(page: Page) -> list[str]:
    return page.locator("[data-rule] .name").all_inner_texts()


def stored(version: RuleSet) -> list[str]:
    return [rule.name for rule in rulebook.rules_of(version)]


def test_rules_are_ordered_by_keyboard_and_go_back_on_escape(ana: User, olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, "/routing/rules/")
    page.get_by_role("button", name="Edit in a draft").click()
    handle = page.get_by_role("button", name="Move customer, place 3")

    handle.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert order(page)[2] == "customer"
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-rules-said]")).to_have_text("customer at place 2 of 5")
    page.keyboard.press("Space")

    expect(page.get_by_role("button", name="Move customer, place 2")).to_be_focused()
    draft = RuleSet.objects.get(status="DRAFT")
    assert stored(draft)[:3] == ["open opportunity", "customer", "named account"]
    expect(page.locator(".differences")).to_contain_text("moved")


def test_enter_saves_a_rule_with_every_condition_it_had(ana: User, olga: User, open_as: OpenAs) -> None:
    draft = drafts.start(by=olga, now=timezone.now())
    conditions = draft.rules.get(name="territory DACH").when
    page = open_as(olga, DRAFT)

    page.get_by_role("link", name="territory DACH").click()
    page.get_by_label("Name").fill("German-speaking")
    page.keyboard.press("Enter")

    expect(page.locator("[data-rule] .name").last).to_have_text("German-speaking")
    assert draft.rules.get(name="German-speaking").when == conditions


def test_one_click_saves_a_rule_whose_last_values_were_just_typed(
    ana: User, olga: User, open_as: OpenAs
) -> None:
    draft = drafts.start(by=olga, now=timezone.now())
    page = open_as(olga, reverse("rule-add"))

    page.get_by_label("Name").fill("four regions")
    page.get_by_label("Goes to").select_option(label="Ana")
    page.get_by_label("When, condition 1, about").select_option("region")
    page.locator(".chips input").fill("Bavaria, Berlin, Hamburg, Hesse")
    page.get_by_role("button", name="Save in the draft").click()

    expect(page.locator("[data-rule] .name").last).to_have_text("four regions")
    assert len(draft.rules.get(name="four regions").when[0]["values"]) == 4


def test_a_rule_is_dragged_by_its_handle(ana: User, olga: User, open_as: OpenAs) -> None:
    drafts.start(by=olga, now=timezone.now())
    page = open_as(olga, DRAFT)
    first = page.get_by_role("button", name="Move open opportunity, place 1").bounding_box()
    last = page.get_by_role("button", name="Move territory DACH, place 5").bounding_box()
    assert first is not None
    assert last is not None

    page.mouse.move(first["x"] + 5, first["y"] + 5)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(first["x"] + 5, first["y"] + (last["y"] + last["height"] - first["y"]) * step / 20)
    page.mouse.up()

    expect(page.get_by_role("button", name="Move open opportunity, place 5")).to_be_visible()
    assert stored(RuleSet.objects.get(status="DRAFT"))[-1] == "open opportunity"


def test_a_draft_is_edited_tried_and_published_over_somebody_elses_version(
    ana: User, bob: User, olga: User, open_as: OpenAs
) -> None:
    now = timezone.now()
    lead = factories.waiting("ada", now=now).lead
    factories.waiting("bea", now=now)
    drafts.start(by=olga, now=now)
    page = open_as(olga, DRAFT, refused=409)

    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("Name").fill("big companies")
    page.get_by_label("When, condition 1, about").select_option("employees")
    page.get_by_label("When, condition 1, how").select_option("at_least")
    page.get_by_role("textbox", name="When, condition 1, values").fill("300")
    page.get_by_label("Goes to").select_option(label="Bob")
    page.get_by_label("Place in the list").fill("1")
    page.get_by_role("button", name="Save in the draft").click()
    page.get_by_role("button", name="Up named account").click()
    expect(page.locator(".differences")).to_contain_text("employees is at least 300")

    page.get_by_role("link", name="Simulate").click()
    page.get_by_label("A lead you have").fill(lead.email)
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".decision")).to_contain_text("big companies → Bob")
    page.get_by_role("button", name="Replay last month").click()
    background.work_off(WORK)
    expect(page.locator("main")).to_contain_text("2 hand-offs replayed.")
    expect(page.locator("#elsewhere")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "big companies" in download.value.path().read_text()

    page.goto(DRAFT)
    rulebook.publish(rulebook.current()[1:], by=olga, now=now, instead_of=RuleSet.objects.published().version)
    page.get_by_role("button", name=re.compile("Publish version")).click()
    expect(page.get_by_role("heading", name="Somebody else was quicker")).to_be_visible()
    page.get_by_role("button", name="Publish mine on top").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Routing rules")
    assert RoutingRule.objects.get(rule_set=RuleSet.objects.published(), position=1).name == "big companies"
