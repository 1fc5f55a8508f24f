"""What is held of one person, seen, taken along and erased by operations; and who is not to be contacted."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leads.models import Erasure, User
from tests import factories
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes, violations


def test_a_person_is_exported_and_erased(olga: User, model: object, open_as: OpenAs) -> None:
    factories.receive(factories.signal("page_view", email="kim@kim.example"), now=timezone.now())
    lead = factories.lead_of("kim@kim.example")
    page = open_as(olga, reverse("person-data", args=[lead.pk]))
    found = in_both_themes(page)

    with page.expect_download() as taken:
        page.get_by_role("button", name="Export as JSON").click()
    page.get_by_role("radio").first.check()
    page.get_by_label("I know that this cannot be undone").check()
    page.get_by_role("button", name="Erase this person").click()

    expect(page.locator("main")).to_contain_text("asked for the erasure")
    assert taken.value.suggested_filename == f"person-{lead.pk}.json"
    assert Erasure.objects.get().lead_id == lead.pk
    assert found + in_both_themes(page) == []


def test_an_address_is_put_on_the_list_and_found_there_on_a_phone(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, reverse("suppressions"), **PHONE)
    page.get_by_label("Addresses and domains, one a line").fill("no@thanks.example")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.locator("main")).to_contain_text("1 entry")

    page.get_by_label("Address or domain", exact=True).fill("No@Thanks.example")
    page.get_by_role("button", name="Look").click()

    expect(page.get_by_text("On the list since")).to_be_visible()
    assert violations(page) == []


def test_what_somebody_agreed_to_is_read_on_the_lead_page(ana: User, open_as: OpenAs) -> None:
    consent = {"basis": "opt_in", "text": "You may call me."}
    factories.receive(factories.signal(consent=consent), now=timezone.now())
    lead = factories.lead_of("eva@acme.example")
    page = open_as(ana, lead.get_absolute_url())

    page.get_by_text("Agreed on").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("You may call me.")).to_be_visible()
    assert in_both_themes(page) == []
