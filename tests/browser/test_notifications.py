"""The bell counts by itself and leaves the focus alone; choosing and reading go by keyboard and without script."""

from __future__ import annotations

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from leads import notices
from leads.domain.notices import Channel, Kind
from leads.models import User
from leads.outbox import Message, tell
from revops import relay
from tests.browser.conftest import PHONE, OpenAs


def told(person: User, title: str) -> None:
    now = timezone.now()
    tell([person], Message(title, title, path="/leads/"), now=now)
    relay.deliver_due(now=now + timedelta(seconds=1))


def test_the_bell_counts_what_comes_while_the_focus_stays(ana: User, open_as: OpenAs) -> None:
    page = open_as(ana, reverse("notifications"))
    page.clock.install()
    page.reload()
    bell = page.locator(".bell")
    bell.focus()

    told(ana, "Eva Klein is yours")
    page.clock.run_for(21_000)

    expect(bell).to_contain_text("1")
    expect(bell).to_be_focused()
    bell.press("Enter")
    page.get_by_role("link", name="Eva Klein is yours").click()
    expect(page).to_have_url(re.compile("/leads/$"))
    expect(page.locator("#bell-count")).to_have_text("")


def test_one_chooses_on_a_phone_without_script(ana: User, open_as: OpenAs) -> None:
    page = open_as(ana, reverse("notification-settings"), java_script_enabled=False, **PHONE)

    page.get_by_label("A promise was missed: E-mail").uncheck()
    page.get_by_label("From").fill("20:00")
    page.get_by_label("Until").fill("07:00")
    page.get_by_role("button", name="Save").press("Enter")  # a click may only close the picker of the hours

    expect(page.locator("#messages")).to_contain_text("It holds for all that comes from now on.")
    expect(page.get_by_label("A lead is yours: In the app")).to_be_disabled()
    chosen = notices.wishes_of([ana.pk])[ana.pk]
    assert chosen.channels(Kind.BREACH) == (Channel.IN_APP,)


def test_operations_set_up_an_endpoint_and_copy_its_secret(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, reverse("webhooks"), refused=422)

    page.get_by_role("link", name="Add a webhook").first.click()
    page.get_by_label("Name").fill("Warehouse")
    page.get_by_label("Address").fill("https://127.0.0.1/hook")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".errorlist")).to_contain_text("only public ones may be called")
    page.get_by_label("Address").fill("https://warehouse.example/hook")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".secret")).to_contain_text("whsec_")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Warehouse")
