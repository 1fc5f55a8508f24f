"""Operations at the doors: a key that is shown once, two leads that are one, a table of facts, a job by hand."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads import duplicate_sweep, enrichment, refused_calls
from leads.models import ApiKey, DuplicateProposal, EnrichmentProvider, JobRun, Lead, Source, User
from tests import factories
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes


def headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_key_is_shown_once_sends_and_is_revoked(
    website: Source, olga: User, open_as: OpenAs, client: Client
) -> None:
    refused_calls.begin_anew()
    page = open_as(olga, reverse("source", args=[website.pk]))
    page.get_by_label("Where it will be used").fill("Web server")
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator("pre.secret").inner_text()
    found = in_both_themes(page)

    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("main")).to_contain_text("Web server")
    expect(page.locator("main")).not_to_contain_text(secret)
    assert sent_with(secret, client) == 201
    page.get_by_role("button", name="Revoke").click()

    expect(page.locator("main")).to_contain_text("Revoked on")
    assert sent_with(secret, client) == 401
    assert ApiKey.objects.get().revoked_at is not None
    page.get_by_role("link", name="Sources").click()
    page.get_by_role("link", name="1 refused of website").click()
    expect(page.get_by_role("link", name="The key was revoked.")).to_be_visible()
    assert found + in_both_themes(page) == []


def sent_with(secret: str, client: Client) -> int:
    """What the API answers to one signal with this key."""
    body = factories.signal("page_view", "ada@ada.example")
    answer = client.post(
        "/api/v1/signals",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    return answer.status_code


def test_two_leads_are_merged_by_one_key_and_taken_apart_again(
    website: Source, olga: User, open_as: OpenAs
) -> None:
    now = timezone.now()
    one, other = (factories.waiting(name, now=now).lead for name in ("jana", "janina"))
    Lead.objects.update(first_name="Jana", last_name="Berger", account=one.account)
    duplicate_sweep.look_at_newcomers(now=now)
    page = open_as(olga, reverse("duplicates"))

    page.get_by_role("link", name="Jana Berger and Jana Berger").click()
    headed(page, "One person, or two?")
    found = in_both_themes(page)
    page.keyboard.press("m")
    expect(page.locator(".messages")).to_be_visible()
    pair = DuplicateProposal.objects.get()
    page.goto(reverse("duplicate", args=[pair.pk]))
    headed(page, "One person")
    found += in_both_themes(page)
    page.get_by_label("Why they are two people").fill("Sisters at one desk")
    page.get_by_role("button", name="Take apart").click()

    expect(page.locator("main")).to_contain_text("Two people")
    other.refresh_from_db()
    assert other.merged_into is None
    assert not Lead.objects.exclude(merged_into=None).exists()
    assert found == []


def test_a_table_is_brought_and_tells_where_it_differs(ana: User, olga: User, open_as: OpenAs) -> None:
    now = timezone.now()
    company = factories.waiting("ada", now=now).lead.account
    assert company is not None
    page = open_as(olga, reverse("enrichment"))
    page.get_by_role("link", name="Add a table").click()
    page.get_by_label("Name").fill("Register")
    table = f"domain,employees,growth_stage\n{company.domain},17,scale_up\n"
    page.get_by_label("CSV file").set_input_files(
        {"name": "register.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )

    page.get_by_role("button", name="Add it").click()
    headed(page, "Register")
    enrichment.sweep(now=timezone.now())
    page.reload()
    expect(page.get_by_role("table", name="Last answers")).to_contain_text("Employees: 17")
    found = in_both_themes(page)
    page.goto(reverse("enrichment"))

    differing = page.get_by_role("table", name="Where sources differ")
    expect(differing.get_by_role("row", name="Employees")).to_contain_text("17 Register")
    assert EnrichmentProvider.objects.get().is_on
    assert found + in_both_themes(page) == []


def test_a_job_is_asked_for_by_hand_also_on_a_phone(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, reverse("jobs"), **PHONE)
    row = page.get_by_role("row", name=re.compile("Release recycled leads"))

    row.get_by_role("button", name="Run now").click()

    expect(page.locator(".messages")).to_contain_text("begins within seconds")
    headed(page, "Release recycled leads")
    assert in_both_themes(page) == []
    assert JobRun.objects.filter(asked_by=olga).count() == 1
