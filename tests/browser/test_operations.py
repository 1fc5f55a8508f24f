"""A manager sees which promises were kept."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from leads.models import User
from routing import attempts, escalations
from routing.attempts import Channel
from routing.models import Attempt, ClockKind
from tests import factories
from tests.browser.conftest import OpenAs


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

    expect(page.get_by_role("heading", level=1)).to_have_text("Service levels")
    expect(page.locator("main")).to_contain_text("1 of 2")
    expect(page.locator("main")).to_contain_text("Bea Klein")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "Bea Klein" in download.value.path().read_text()
