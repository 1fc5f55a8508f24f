"""A marketer brings a file, names its columns, tries it, takes it in, stops it and goes on; on any screen."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads import background
from leads.models import FileImport, User
from revops.background_work import WORK
from revops.imports import file_importing
from tests import factories
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes

ROWS = "Email,First Name,Company Name,Shoe size\neva@acme.example,Eva,Acme,38\nno address,=1+1,Beta,39\n"


def widest(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def test_a_file_is_brought_mapped_tried_and_taken_in(
    model: object, olga: User, open_as: OpenAs, tmp_path: Path
) -> None:
    (tmp_path / "crm.csv").write_text(ROWS, encoding="utf-8")
    marketer = factories.person("mara", role="MARKETER")
    page = open_as(marketer, reverse("imports"))

    page.get_by_label("CSV file").set_input_files(tmp_path / "crm.csv")
    page.get_by_label("Where it comes from").fill("CRM")
    page.get_by_role("button", name="Bring it").click()
    expect(page.get_by_label("Email", exact=True)).to_have_value("person.email")
    page.get_by_label("Shoe size").select_option(label="Left out")
    page.get_by_role("button", name="Keep and go on").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".run")).to_contain_text("Waiting for a free worker")
    background.work_off(WORK)
    expect(page.get_by_role("heading", name="What would become of it")).to_be_visible()
    page.get_by_role("button", name="Take in its 2 rows").click()
    expect(page.locator(".run")).to_contain_text("Waiting for a free worker")
    background.work_off(WORK)

    expect(page.get_by_role("link", name="Download the refused rows")).to_be_visible()
    page.locator(".stats").get_by_role("link").first.click()
    expect(page.get_by_role("link", name="Eva")).to_be_visible()


def test_what_is_stopped_goes_on(olga: User, open_as: OpenAs) -> None:
    mapped = factories.file_import(ROWS)
    FileImport.objects.filter(pk=mapped.pk).update(preset="generic")
    page = open_as(olga, mapped.get_absolute_url())

    page.get_by_role("button", name="Take in its 2 rows").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("main")).to_contain_text("It was cancelled. What is in stays in.")
    page.get_by_role("button", name="Go on from row 1").click()
    expect(page.locator(".run")).to_contain_text("Waiting for a free worker")
    background.work_off(WORK)

    expect(page.locator("main")).to_contain_text("Done.")


def test_every_page_of_an_import_for_everybody_and_on_a_phone(olga: User, open_as: OpenAs) -> None:
    left, tried, done = (
        factories.file_import(ROWS, name=f"{name}.csv") for name in ("left", "tried", "done")
    )
    FileImport.objects.exclude(pk=left.pk).update(preset="generic")
    file_importing.check(FileImport.objects.get(pk=tried.pk), by=olga, now=timezone.now())
    file_importing.begin(FileImport.objects.get(pk=done.pk), by=olga, now=timezone.now())
    background.work_off(WORK)
    page = open_as(olga, reverse("imports"))
    phone = open_as(olga, reverse("imports"), **PHONE)

    found = in_both_themes(page) + in_both_themes(phone)
    for address in (
        reverse("import-columns", args=[left.pk]),
        tried.get_absolute_url(),
        done.get_absolute_url(),
    ):
        page.goto(address)
        phone.goto(address)
        found += in_both_themes(page) + in_both_themes(phone)
        assert widest(phone) == 390, address

    assert found == []
