"""An ops admin calibrates the weights, watches it, reads what it found on any screen, and drafts it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads import background
from leads.models import User
from revops.background_work import WORK
from revops.calibration import runs as calibration
from revops.calibration.runs import Question
from scoring.domain.calibration import Plan
from scoring.domain.outcomes import Target
from scoring.models import Scorecard
from tests import ended_handoffs
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes


def widest(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def calibrated(now: datetime) -> str:
    run = calibration.ask(Question(Target.WON, None, now, plan=Plan(resamples=10)), by=None, now=now)
    background.work_off(WORK)
    return reverse("calibration-run", args=[run.pk])


def test_ops_calibrates_watches_and_drafts(olga: User, model: Scorecard, open_as: OpenAs) -> None:
    ended_handoffs.ended(250, now=timezone.now())
    page = open_as(olga, reverse("scorecards"))

    page.get_by_role("link", name="Calibration").first.click()
    page.get_by_label("Handed over in").select_option("0")
    page.get_by_role("button", name="Calibrate").click()
    expect(page.locator(".run")).to_contain_text("Waiting for a free worker")
    background.work_off(WORK)

    expect(page.get_by_role("heading", level=2).first).to_contain_text("The criteria rank a won lead above")
    page.locator("summary", has_text="AUC, cross-validated").click()
    expect(page.get_by_text("0.5 is a coin, 1 is perfect.").first).to_be_visible()
    page.get_by_role("button", name="Draft the suggested weights").click()
    expect(page.locator("main")).to_contain_text("From calibration of")
    expect(page.get_by_role("heading", name="What it changes")).to_be_visible()


def test_what_was_found_is_read_by_everybody_on_any_screen(
    olga: User, model: Scorecard, open_as: OpenAs
) -> None:
    ended_handoffs.ended(250, now=timezone.now())
    address = calibrated(timezone.now())

    page, phone = open_as(olga, address), open_as(olga, address, **PHONE)

    assert in_both_themes(page) + in_both_themes(phone) == []
    assert widest(phone) == 390


def test_too_little_data_and_nothing_yet(olga: User, model: Scorecard, open_as: OpenAs) -> None:
    page = open_as(olga, reverse("calibration"))
    found = in_both_themes(page)
    ended_handoffs.ended(20, now=timezone.now())

    page.goto(calibrated(timezone.now()))

    expect(page.get_by_role("heading", level=2).first).to_contain_text("Too little data")
    assert found + in_both_themes(page) == []
