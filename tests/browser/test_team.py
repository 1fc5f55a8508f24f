"""A manager at work: by keys alone, by dragging, on a phone, and without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import User
from routing.models import Handoff, Rep
from tests import factories
from tests.browser.conftest import PHONE, OpenAs


@pytest.fixture
def three(ana: User) -> list[Handoff]:
    """Ada, Bea and Cleo wait for Ana, in this order."""
    now = timezone.now()
    return [
        factories.waiting(name, now=now - timedelta(minutes=10 - place))
        for place, name in enumerate(("ada", "bea", "cleo"))
    ]


def holders(handoffs: list[Handoff]) -> list[str]:
    found = dict(Handoff.objects.values_list("pk", "assignee__name"))
    return [found[handoff.pk] for handoff in handoffs]


def held(page: Page, user: User) -> list[str]:
    return page.locator(f"#desk-{user.pk} .who a").all_inner_texts()


def test_leads_are_given_by_keys_alone(
    *, three: list[Handoff], bob: User, mia: User, open_as: OpenAs
) -> None:
    Rep.objects.filter(user=bob).update(open_cap=1)
    page = open_as(mia, reverse("team"))

    for key in ("j", "x", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("#chosen")).to_have_text("2 leads chosen")
    page.keyboard.press("m")
    page.keyboard.type("Bob")
    page.keyboard.press("Enter")
    expect(page.locator("#impact")).to_contain_text("Bob would be above the cap: 2 open, cap 1.")
    expect(page.locator("#impact-why")).to_be_focused()
    page.keyboard.type("Ana is swamped")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("2 leads are with Bob now.")
    assert held(page, bob) == ["Ada Klein", "Bea Klein"]
    assert holders(three) == ["Bob", "Bob", "Ana"]
    expect(page.get_by_role("checkbox", name="Cleo Klein")).to_be_focused()


def test_leads_are_given_by_dragging(
    *, three: list[Handoff], ana: User, bob: User, mia: User, open_as: OpenAs
) -> None:
    page = open_as(mia, reverse("team"))

    page.locator("[data-row]", has_text="Bea Klein").drag_to(page.locator(f".desk[data-to='{bob.pk}']"))
    expect(page.locator("#impact")).to_contain_text("Bob would hold 1 open, without a cap.")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("1 lead is with Bob now.")
    assert holders(three) == ["Ana", "Bob", "Ana"]


def test_on_a_phone_leads_are_recycled(*, three: list[Handoff], mia: User, open_as: OpenAs) -> None:
    page = open_as(mia, reverse("team"), **PHONE)

    page.get_by_role("checkbox", name="Cleo Klein").tap()
    page.get_by_role("button", name="Recycle…").tap()
    page.get_by_role("radio", name="Wrong timing").tap()
    page.get_by_role("button", name="Recycle 1 lead").tap()

    expect(page.locator("#messages")).to_contain_text("1 lead is recycled until")
    assert Handoff.objects.get(pk=three[2].pk).status == "REJECTED"
    wide: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_without_script_leads_are_given_by_forms(
    *, three: list[Handoff], bob: User, mia: User, open_as: OpenAs
) -> None:
    page = open_as(mia, reverse("team"), java_script_enabled=False)

    page.get_by_role("checkbox", name="Ada Klein").check()
    page.get_by_label("Give to").select_option("Bob")
    page.get_by_role("button", name="Give…").click()
    page.get_by_role("button", name="Give 1 lead to Bob").click()

    expect(page.locator("#messages")).to_contain_text("1 lead is with Bob now.")
    assert holders(three) == ["Bob", "Ana", "Ana"]
