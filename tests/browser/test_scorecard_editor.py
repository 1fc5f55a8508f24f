"""An ops admin changes what counts, by keyboard, publishes it, watches the leads be scored, and rolls back."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import User
from scoring import rescoring, scorecards
from scoring.models import Scorecard
from tests import factories
from tests.browser.conftest import OpenAs


def started_draft(page: Page) -> None:
    page.get_by_role("button", name="Start a draft from it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Scorecard, version 2")


def test_weights_are_changed_with_their_total_in_sight_published_followed_and_rolled_back(
    ana: User, olga: User, open_as: OpenAs
) -> None:
    lead = factories.waiting("ada", now=timezone.now()).lead
    page = open_as(olga, "/scorecards/1/")
    started_draft(page)

    page.get_by_role("link", name=re.compile("Edit weights.*Fit")).click()
    page.get_by_label("Weight of Company size").fill("35")
    expect(page.locator("[data-total]")).to_have_text("110")  # as it is typed
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("main")).to_contain_text("Fit weights total 110; they must total 100.")
    page.get_by_label("Weight of Industry").fill("10")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Company size, weight")
    page.get_by_role("button", name="Publish version 2").click()

    expect(page.locator("progress")).to_be_visible()
    expect(page.locator(".run")).to_contain_text("0 of 1")
    assert rescoring.rescore_outdated(now=timezone.now()) == 1
    expect(page.locator("main")).to_contain_text(
        "Every lead bears the scores of the version that is published."
    )

    page.get_by_role("link", name="Roll back to version 1").click()
    expect(page.locator("main")).to_contain_text("Company size, weight")
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(page.locator("#messages")).to_contain_text("Version 3 scores from now on.")
    assert Scorecard.objects.published().note == "Version 1 again"
    rescoring.rescore_outdated(now=timezone.now())
    page.goto(lead.get_absolute_url())
    expect(page.locator("main")).to_contain_text("scorecard 3")


def test_a_level_is_changed_with_nothing_but_the_keyboard(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, "/scorecards/1/")
    started_draft(page)
    page.goto("/scorecards/2/edit/fit/geography/")

    values = page.get_by_role("combobox", name="Level 3, condition 1, values")
    values.focus()
    page.keyboard.press("Backspace")  # takes the last value away
    page.keyboard.type("fr,")  # a comma ends a value
    page.keyboard.type("Spain")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="And another condition to level 3").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Level 3, condition 2, about")).to_be_focused()
    page.keyboard.type("Empl")
    how = page.get_by_label("Level 3, condition 2, how")
    expect(how).to_have_value("between")  # the first that fits a number
    expect(how.locator("option[value=contains_any]")).to_be_disabled()
    page.keyboard.press("Tab")
    page.keyboard.type("is at l")
    page.keyboard.press("Tab")
    page.keyboard.type("200")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(re.compile("/scorecards/2/$"))
    top = scorecards.load(Scorecard.objects.get(version=2)).fit[4].levels[3]
    assert [(each.operator.value, each.values) for each in top.when] == [
        ("is_one_of", ("DE", "AT", "CH", "GB", "IE", "US", "FR", "ES")),
        ("at_least", (200,)),
    ]


def test_the_editor_works_without_javascript(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, "/scorecards/1/", java_script_enabled=False)
    started_draft(page)

    page.goto("/scorecards/2/edit/tiers/")
    page.get_by_role("button", name="Add a tier").click()
    page.get_by_label("New tier: code").fill("T0")
    page.get_by_label("New tier: name").fill("Tier 0")
    page.get_by_label("New tier: fit, at least").fill("90")
    page.get_by_label("New tier: urgency, at least").fill("90")
    for _ in range(4):
        page.get_by_role("button", name="Move new1 up").click()
    page.get_by_label("New tier: code").press("Enter")

    expect(page.locator("main")).to_contain_text("Tier 0")
    assert [row.code for row in scorecards.load(Scorecard.objects.get(version=2)).tiers][:2] == ["T0", "T1"]
