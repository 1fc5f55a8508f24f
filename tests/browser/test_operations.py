"""An ops admin changes what counts, and a manager sees which promises were kept."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from leads.models import User
from routing import attempts, service_levels
from routing.attempts import Channel
from routing.models import Attempt
from scoring import rescoring
from scoring.models import Scorecard
from tests import factories
from tests.browser.conftest import OpenAs


def test_ops_changes_a_weight_publishes_it_and_leads_are_scored_by_it(
    ana: User, olga: User, open_as: OpenAs
) -> None:
    lead = factories.waiting("ada", now=timezone.now()).lead
    page = open_as(olga, "/scorecards/1/")

    page.get_by_role("button", name="Start a draft from it").click()
    page.get_by_label("Company size").fill("35")
    expect(page.locator("[data-total]").first).to_have_text("110")  # as it is typed
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("main")).to_contain_text("Fit weights total 110; they must total 100.")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Industry").fill("10")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish version 2").click()

    expect(page.locator("main")).to_contain_text("by Olga")
    assert Scorecard.objects.published().version == 2
    assert rescoring.rescore_outdated(now=timezone.now()) == 1
    page.goto(lead.get_absolute_url())
    expect(page.locator("main")).to_contain_text("Scored now by scorecard 2.")


def test_a_manager_reads_which_promises_were_kept(ana: User, mia: User, open_as: OpenAs) -> None:
    now = timezone.now()
    kept = factories.waiting("ada", now=now - timedelta(days=1)).lead
    factories.waiting("bea", now=now - timedelta(days=9))
    attempts.log(
        kept,
        channel=Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        by=ana,
        now=now - timedelta(hours=23, minutes=59),
    )
    service_levels.sweep(now=now)

    page = open_as(mia, "/reports/service-levels/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Service levels")
    expect(page.locator("main")).to_contain_text("1 of 2")
    expect(page.locator("main")).to_contain_text("Bea Klein")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert "Bea Klein" in download.value.path().read_text()
