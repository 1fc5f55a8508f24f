"""An executive at work with deals, by keys and by drag; and a rep who logs a call by one key."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from leads import opportunities
from leads.models import Lead, Opportunity, Team, User
from routing import attempts
from routing.models import Attempt
from tests import factories
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes

BOARD = "/opportunities/board/"


@pytest.fixture
def axel(dach: Team) -> User:
    return factories.person("axel", role="AE", team=dach)


@pytest.fixture
def deal(ana: User, axel: User) -> Opportunity:
    """Axel's deal with Ada, at the first stage."""
    now = timezone.now()
    lead = factories.waiting("ada", now=now).lead
    Lead.objects.filter(pk=lead.pk).update(owner=axel, team=axel.team)
    on = (now + timedelta(days=30)).date()
    return opportunities.open(lead, owner=axel, amount=Decimal(40_000), close_on=on, by=axel, now=now)


def stage_of(deal: Opportunity) -> str:
    return Opportunity.objects.values_list("stage__code", flat=True).get(pk=deal.pk) or ""


def test_a_deal_is_moved_on_by_keys_and_stays_in_focus(
    axel: User, deal: Opportunity, open_as: OpenAs
) -> None:
    page = open_as(axel, BOARD)
    page.wait_for_load_state()

    page.keyboard.press("j")
    page.keyboard.press(">")
    expect(page.locator("[data-stage=proposal] a")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press(">")
    expect(page.locator("[data-stage=negotiation] a")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("<")
    expect(page.locator("[data-stage=proposal] a")).to_be_focused()

    assert stage_of(deal) == "proposal"


def test_a_deal_is_moved_by_drag(axel: User, deal: Opportunity, open_as: OpenAs) -> None:
    page = open_as(axel, BOARD)
    page.wait_for_load_state()

    page.locator("[data-stage=discovery] [data-card]").drag_to(page.locator("[data-stage=negotiation]"))

    expect(page.locator("[data-stage=negotiation] [data-card]")).to_have_count(1)
    assert stage_of(deal) == "negotiation"


def test_a_deal_is_moved_and_lost_without_script(axel: User, deal: Opportunity, open_as: OpenAs) -> None:
    page = open_as(axel, BOARD, java_script_enabled=False)

    page.get_by_label("Stage of Ada Klein").select_option("proposal")
    page.get_by_role("button", name="Move Ada Klein").click()
    expect(page.locator("[data-stage=proposal] [data-card]")).to_have_count(1)
    page.get_by_role("link", name="Ada Klein").click()
    page.locator(".lost > summary").click()
    page.get_by_role("radio", name="Chose a competitor").check()
    page.get_by_role("button", name="Close it as lost").click()
    expect(page.locator(".deal-top")).to_contain_text("Chose a competitor")

    deal.refresh_from_db()
    assert (deal.status, deal.loss_reason) == ("LOST", "Chose a competitor")


def test_a_rep_logs_a_call_by_one_key_and_reads_the_next_step(ana: User, open_as: OpenAs) -> None:
    lead = factories.waiting("ada", now=timezone.now()).lead
    page = open_as(ana, lead.get_absolute_url())
    page.wait_for_load_state()

    page.keyboard.press("c")
    expect(page.locator(".next-step")).to_contain_text("Logged.")
    expect(page.locator(".next-step")).to_contain_text("Next:")
    page.wait_for_load_state()
    page.keyboard.press("w")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("Ask for Tom.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".story q").first).to_have_text("Ask for Tom.")

    assert list(Attempt.objects.values_list("channel", "outcome")) == [("CALL", "REACHED")]


def test_a_call_that_was_logged_by_mistake_is_taken_back_by_one_key(
    ana: User, open_as: OpenAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "UNDO_WITHIN", timedelta(minutes=5))  # a busy machine is slow, not late
    handoff = factories.waiting("ada", now=timezone.now())
    page = open_as(ana, handoff.lead.get_absolute_url())
    page.wait_for_load_state()
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    found = in_both_themes(page)

    page.keyboard.press("u")

    expect(page.locator(".messages")).to_contain_text("Taken back: its clocks run on.")
    assert not Attempt.objects.exists()
    assert handoff.clocks.running().filter(kind="FIRST_RESPONSE").exists()
    assert found == []


def test_on_a_phone_a_call_is_one_tap(ana: User, open_as: OpenAs) -> None:
    lead = factories.waiting("ada", now=timezone.now()).lead
    page = open_as(ana, lead.get_absolute_url(), **PHONE)

    page.get_by_role("button", name="Voicemail").tap()

    expect(page.locator(".next-step")).to_contain_text("Logged.")
    assert Attempt.objects.get().outcome == "LEFT_MESSAGE"
