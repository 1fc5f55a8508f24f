"""A rep's day in a real browser: done by keys alone, without a script, and read by axe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import User
from routing import handoffs
from routing.models import Attempt, FollowUp, Handoff, NurtureTrack
from tests import factories
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes, violations

State = FollowUp.State


@pytest.fixture
def busy(ana: User) -> User:
    """Ana with two leads to call and to write to today, whatever day it is."""
    now = timezone.now()
    for place, name in enumerate(("ada", "bea")):
        handoff = factories.waiting(name, now=now, answers={"critical_event": "confirmed"})
        Handoff.objects.filter(pk=handoff.pk).update(assignee=ana)
        handoff.refresh_from_db()
        handoffs.accept(handoff, by=ana, now=now)
        first_day = FollowUp.objects.filter(lead=handoff.lead, step__day=0)
        first_day.update(due_at=now - timedelta(minutes=20 - place))
    return ana


def states(channel: str) -> list[str]:
    first_day = FollowUp.objects.filter(step__day=0, channel=channel).order_by("due_at", "pk")
    return list(first_day.values_list("state", flat=True))


def in_focus(page: Page, name: str, channel: str) -> None:
    row = page.locator("[data-task]:has([data-row]:focus)")
    expect(row).to_contain_text(name)
    expect(row).to_have_attribute("data-channel", channel)


def test_a_day_is_done_by_keys_alone(busy: User, open_as: OpenAs) -> None:
    page = open_as(busy, "/day/")
    in_focus(page, "Ada Klein", "CALL")

    page.keyboard.press("Enter")
    page.keyboard.press("2")
    expect(page.locator("#messages")).to_contain_text("Ada Klein: no answer. Logged.")
    in_focus(page, "Ada Klein", "EMAIL")
    page.keyboard.press("s")
    page.keyboard.press("2")
    in_focus(page, "Bea Klein", "CALL")
    page.keyboard.press("z")
    expect(page.locator("#messages")).to_contain_text("Bea Klein comes back at")
    page.keyboard.press("k")
    page.keyboard.press("j")

    assert states("CALL") == [State.DONE, State.OPEN]
    assert states("EMAIL") == [State.SKIPPED, State.OPEN]
    assert Attempt.objects.get().outcome == Attempt.Outcome.NO_ANSWER


def test_a_mail_is_written_and_marked_as_sent_by_keys(busy: User, open_as: OpenAs) -> None:
    page = open_as(busy, "/day/")
    in_focus(page, "Ada Klein", "CALL")
    page.keyboard.press("j")
    in_focus(page, "Ada Klein", "EMAIL")

    page.keyboard.press("e")
    page.get_by_label("One idea").fill("Sort by clock.")
    page.get_by_label("Two times").fill("Monday or Tuesday")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Open in your mail program")).to_be_visible()
    page.get_by_role("button", name="I have sent it").click()

    expect(page.locator("#messages")).to_contain_text("Ada Klein: sent. Logged.")
    assert states("EMAIL") == [State.DONE, State.OPEN]


def test_without_script_on_a_phone_a_call_is_logged(busy: User, open_as: OpenAs) -> None:
    page = open_as(busy, "/day/", java_script_enabled=False, **PHONE)

    row = page.locator("[data-task]").first
    row.locator("[data-do] summary").click()
    row.get_by_role("button", name="Left a message").click()

    expect(page.locator("#messages")).to_contain_text("Ada Klein: left a message. Logged.")
    assert states("CALL") == [State.DONE, State.OPEN]


def test_axe_finds_nothing_on_the_editors(olga: User, open_as: OpenAs) -> None:
    page = open_as(olga, reverse("cadence-edit", args=["T1"]))

    found = in_both_themes(page)
    page.goto(reverse("nurture-track-edit", args=[NurtureTrack.objects.all()[0].pk]))

    assert found + violations(page) == []


def test_axe_finds_nothing_on_the_day_the_mail_and_the_lead(busy: User, open_as: OpenAs) -> None:
    mail = FollowUp.objects.filter(channel="EMAIL", step__day=0)[0]
    page = open_as(busy, "/day/")

    found = in_both_themes(page)
    for path in (reverse("task-mail", args=[mail.pk]), mail.lead.get_absolute_url()):
        page.goto(path)
        found += in_both_themes(page)

    assert found == []
