"""A manager sees which promises were kept, and goes from a number to its leads; a phone shows where one is."""

from __future__ import annotations

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import User
from routing import attempts, escalations
from routing.attempts import Channel
from routing.models import Attempt, ClockKind
from tests import factories
from tests.browser.conftest import PHONE, OpenAs


def test_a_manager_reads_which_promises_were_kept(ana: User, mia: User, open_as: OpenAs) -> None:
    now = timezone.now()
    kept = factories.waiting("ada", now=now - timedelta(days=1)).lead
    late = factories.waiting("bea", now=now - timedelta(days=9)).clocks.get(kind=ClockKind.FIRST_RESPONSE)
    attempts.log(
        kept,
        channel=Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        by=ana,
        now=now - timedelta(hours=23, minutes=59),
    )
    escalations.sweep(now=late.due_at + timedelta(minutes=1))

    page = open_as(mia, "/reports/service-levels/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Promises kept")
    expect(page.locator("main")).to_contain_text("1 of 2")
    expect(page.locator("main")).to_contain_text("Bea Klein")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "Bea Klein" in download.value.path().read_text()


def test_a_manager_filters_drills_down_and_takes_the_list_along(
    ana: User, mia: User, open_as: OpenAs
) -> None:
    now = timezone.now()
    small = {**factories.COMPANY, "employees": 12, "technologies": ["Excel"]}
    factories.waiting("ada", now=now - timedelta(days=9))
    factories.waiting("bea", now=now - timedelta(days=9), company=small)
    page = open_as(mia, "/reports/service-levels/")

    page.get_by_label("Tier", exact=True).select_option("T1")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("tier=T1"))
    expect(page.locator("main")).not_to_contain_text("Bea Klein")
    page.locator(".stats").get_by_role("link", name="1", exact=True).first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("First response: breached")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    text = download.value.path().read_text()
    assert "Ada Klein" in text
    assert "Bea Klein" not in text


def test_each_report_is_a_tab_away(ana: User, mia: User, open_as: OpenAs) -> None:
    factories.waiting("ada", now=timezone.now())
    page = open_as(mia, "/reports/service-levels/")

    for tab, heading in (
        ("Speed to lead", "Speed to lead"),
        ("Acceptance", "Acceptance"),
        ("Both sides", "What both sides owe"),
        ("Agreement", "Service-level agreement"),
        ("Definitions", "Definitions"),
    ):
        page.get_by_role("link", name=tab, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_phone_shows_the_section_and_the_tab_that_one_is_in(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, "/audit/", **PHONE)

    expect(page.get_by_role("link", name="Operations")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="Audit", exact=True)).to_be_in_viewport(ratio=1)


def test_a_double_click_saves_once_and_a_refused_form_opens_where_it_is_mended(
    olga: User, open_as: OpenAs
) -> None:
    page = open_as(olga, reverse("reason-add"), refused=422)

    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("Competitor")
    page.get_by_role("button", name="Add it").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("Rejection reasons")
    expect(page.locator("#messages")).to_contain_text("“Competitor” can be chosen from now on.")
