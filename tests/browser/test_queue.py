"""An SDR at work: by keyboard, on a phone, and without script."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import User
from routing.models import Handoff
from tests import factories
from tests.browser.conftest import PHONE, OpenAs

WRONG_TIMING, DUPLICATE, SMALL_BUDGET, UNRESPONSIVE = "3", "5", "0", "f"


@pytest.fixture
def three(ana: User) -> list[Handoff]:
    """Ada, Bea and Cleo wait for Ana, in this order."""
    now = timezone.now()
    return [
        factories.waiting(name, now=now - timedelta(minutes=10 - place))
        for place, name in enumerate(("ada", "bea", "cleo"))
    ]


def in_sight(page: Page, name: str) -> None:
    """The lead called `name` is the one that the page shows."""
    expect(page.locator("#lead-name")).to_have_text(name)


def decided(handoff: Handoff) -> str:
    handoff.refresh_from_db()
    return handoff.status


def test_an_sdr_signs_in_accepts_rejects_and_undoes_by_keys(
    ana: User, three: list[Handoff], open_page: OpenAs
) -> None:
    ana.set_password(factories.PASSWORD)
    ana.save()
    page = open_page("/")

    page.get_by_label("E-mail address").fill(ana.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    in_sight(page, "Ada Klein")
    page.wait_for_load_state()  # the keys are there once the scripts are

    page.keyboard.press("a")
    in_sight(page, "Bea Klein")
    expect(page.locator(".toast-undo")).to_contain_text("Ada Klein is yours.")
    assert decided(three[0]) == "ACCEPTED"

    page.keyboard.press("r")
    page.keyboard.press(WRONG_TIMING)
    in_sight(page, "Cleo Klein")
    expect(page.locator(".toast-undo")).to_contain_text("Bea Klein is rejected: recycled until")
    assert decided(three[1]) == "REJECTED"

    page.keyboard.press("u")
    in_sight(page, "Bea Klein")
    expect(page.locator("#messages")).to_contain_text("Bea Klein is open again.")
    expect(page.locator(".toast-undo")).to_have_count(0)
    assert decided(three[1]) == "OPEN"


def test_keys_move_through_the_list(ana: User, three: list[Handoff], open_as: OpenAs) -> None:
    page = open_as(ana, "/queue/")

    page.keyboard.press("j")
    in_sight(page, "Bea Klein")
    page.keyboard.press("j")
    in_sight(page, "Cleo Klein")
    page.keyboard.press("k")
    in_sight(page, "Bea Klein")
    page.keyboard.press("a")
    in_sight(page, "Ada Klein")

    assert [decided(handoff) for handoff in three] == ["OPEN", "ACCEPTED", "OPEN"]


def test_reasons_beyond_the_ninth_have_keys_too(ana: User, three: list[Handoff], open_as: OpenAs) -> None:
    page = open_as(ana, "/queue/")

    page.keyboard.press(UNRESPONSIVE)  # no reason is asked for yet
    page.keyboard.press("r")
    page.keyboard.press(SMALL_BUDGET)
    in_sight(page, "Bea Klein")
    page.keyboard.press("r")
    page.keyboard.press(UNRESPONSIVE)
    in_sight(page, "Cleo Klein")

    assert [decided(handoff) for handoff in three] == ["REJECTED", "REJECTED", "OPEN"]
    assert [handoff.reason and handoff.reason.code for handoff in three[:2]] == [
        "small-budget",
        "unresponsive",
    ]


def test_a_reason_that_needs_a_note_puts_the_cursor_there(
    ana: User, three: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/")

    page.keyboard.press("r")
    page.keyboard.press(DUPLICATE)
    expect(page.locator("textarea[name=note]")).to_be_focused()
    page.keyboard.type("The same as bea@bea.example")
    page.keyboard.press("Control+Enter")
    in_sight(page, "Bea Klein")

    assert decided(three[0]) == "REJECTED"
    assert three[0].note == "The same as bea@bea.example"


def test_what_is_typed_after_a_refusal_mends_it_and_decides_nothing(
    ana: User, three: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/", refused=422)

    page.keyboard.press("r")
    page.keyboard.press(DUPLICATE)
    page.keyboard.type("The same as bea")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="needs the e-mail of the lead")).to_be_visible()
    expect(page.locator("textarea[name=note]")).to_be_focused()
    expect(page).to_have_url(re.compile("/queue/"))
    page.keyboard.type("@bea.example")
    assert [decided(handoff) for handoff in three] == ["OPEN"] * 3
    page.keyboard.press("Control+Enter")
    in_sight(page, "Bea Klein")

    assert decided(three[0]) == "REJECTED"


def test_on_a_phone_one_taps_through_the_same_work(ana: User, three: list[Handoff], open_as: OpenAs) -> None:
    page = open_as(ana, "/queue/", **PHONE)

    page.get_by_role("link", name="Ada Klein").tap()
    in_sight(page, "Ada Klein")
    page.get_by_role("button", name="Accept").tap()
    expect(page.locator(".toast-undo")).to_contain_text("Ada Klein is yours.")

    page.get_by_role("link", name="Bea Klein").tap()
    in_sight(page, "Bea Klein")
    page.locator("[data-reject] > summary").tap()
    page.get_by_role("radio", name="Wrong timing").tap()
    page.get_by_role("button", name="Reject", exact=True).tap()
    expect(page.locator(".toast-undo")).to_contain_text("Bea Klein is rejected")

    page.get_by_role("button", name="Undo").tap()
    in_sight(page, "Bea Klein")
    assert [decided(handoff) for handoff in three] == ["ACCEPTED", "OPEN", "OPEN"]
    wide: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_without_script_an_sdr_accepts_and_rejects(ana: User, three: list[Handoff], open_as: OpenAs) -> None:
    page = open_as(ana, "/queue/", java_script_enabled=False)

    page.get_by_role("button", name="Accept").click()
    in_sight(page, "Bea Klein")
    page.locator("[data-reject] > summary").click()
    page.get_by_role("radio", name="Wrong timing").check()
    page.get_by_role("button", name="Reject", exact=True).click()
    in_sight(page, "Cleo Klein")
    page.get_by_role("button", name="Undo").click()
    in_sight(page, "Bea Klein")

    assert [decided(handoff) for handoff in three] == ["ACCEPTED", "OPEN", "OPEN"]


def test_a_stale_page_is_told_who_was_first(
    *, ana: User, mia: User, three: list[Handoff], open_as: OpenAs
) -> None:
    hers, managers = open_as(ana, "/queue/"), open_as(mia, "/queue/")

    managers.keyboard.press("a")
    in_sight(managers, "Bea Klein")
    hers.keyboard.press("a")

    expect(hers.locator("#messages")).to_contain_text("Mia accepted this lead")
    in_sight(hers, "Bea Klein")


def test_a_lead_is_decided_and_called_on_its_own_page(
    ana: User, three: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, f"/leads/{three[0].lead_id}/")

    page.keyboard.press("a")
    expect(page.locator(".toast-undo")).to_contain_text("Ada Klein is yours.")
    page.get_by_text("Another one, or with a note").click()
    page.get_by_label("What came of it").select_option("REACHED")
    page.get_by_role("region", name="Log an attempt").get_by_label("Note").fill("Call again on Thursday")
    page.get_by_role("button", name="Log it").click()

    expect(page.locator(".story li").filter(has_text="Call: reached")).to_be_visible()
    assert decided(three[0]) == "ACCEPTED"


def test_the_theme_is_switched_at_once_and_stays(ana: User, open_as: OpenAs) -> None:
    page = open_as(ana, "/leads/")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)

    page.locator(".menu > summary").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(paper)
    page.reload()

    assert light != dark
    assert page.evaluate(paper) == dark
    ana.refresh_from_db()
    assert ana.theme == User.Theme.DARK
