"""Ops replays a draft before publishing it: starts, watches, cancels, reads what it found, on desk and phone."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from leads import background
from leads.models import BackgroundRun, User
from revops.background_work import WORK
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories
from tests.browser.conftest import PHONE, OpenAs


def lower_gate(by: User) -> Scorecard:
    """A draft that asks for 20 points of engagement, and somebody who has 25."""
    now = timezone.now()
    for minutes, kind in ((20, "case_study"), (10, "webinar_attended")):
        factories.receive(factories.signal(kind), now=now - timedelta(minutes=minutes))
    draft = scorecards.create_draft(Scorecard.objects.published(), by=by, now=now)
    eased = factories.with_gate(scorecards.load(draft), engagement_at_least=20)
    return scorecards.edit(draft, revision=draft.revision, to=eased, by=by, now=now)


def test_ops_starts_cancels_and_runs_a_replay(ana: User, olga: User, open_as: OpenAs) -> None:
    draft = lower_gate(olga)
    page = open_as(olga, f"/scorecards/{draft.version}/")

    page.get_by_role("link", name="What would it change?").click()
    page.get_by_role("button", name="Run the replay").click()
    expect(page.get_by_text("Waiting for a free worker")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("main")).to_contain_text("It was cancelled.")
    assert BackgroundRun.objects.get().status == BackgroundRun.Status.CANCELLED

    page.get_by_label("How far back").select_option("4")
    page.get_by_role("button", name="Run it again").click()
    expect(page.get_by_text("Waiting for a free worker")).to_be_visible()
    background.work_off(WORK)

    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()  # the page loads itself again
    expect(page.locator(".what-if-leads")).to_contain_text("Eva Klein")
    expect(page.locator(".what-if-leads")).to_contain_text("Engagement is 25, under 30.")
    page.get_by_role("link", name="Lost").click()
    expect(page.locator("main")).to_contain_text("The draft passes everybody whom today’s model passes.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "gained,Eva Klein" in download.value.path().read_text()


def test_a_definition_opens_by_keyboard_and_nothing_is_wider_than_a_phone(
    ana: User, olga: User, open_as: OpenAs
) -> None:
    draft = lower_gate(olga)
    page = open_as(olga, f"/scorecards/{draft.version}/what-if/", **PHONE)
    page.get_by_role("button", name="Run the replay").click()
    background.work_off(WORK)
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()

    page.locator("summary", has_text="Acceptance rate").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Under 10 decisions no rate is given.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
