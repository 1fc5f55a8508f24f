"""The help of a page: it lists every key that the page has, and gives the focus back to where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads import opportunities
from leads.models import Team, User
from tests import factories
from tests.browser.conftest import OpenAs

ON_PAGE = """() => [...document.querySelectorAll("[data-key], [aria-keyshortcuts]")]
    .flatMap((each) => [each.dataset.key, ...(each.getAttribute("aria-keyshortcuts") ?? "").split(" ")])
    .filter((key) => key && isNaN(key))"""


@pytest.fixture
def axel(dach: Team) -> User:
    return factories.person("axel", role="AE", team=dach)


@pytest.fixture
def places(ana: User, mia: User, axel: User) -> dict[str, tuple[User, str]]:
    """Pages with keys of their own, with who works there: each has something to press them on."""
    now = timezone.now()
    lead = factories.waiting("ada", now=now - timedelta(minutes=1)).lead
    deals = factories.waiting("bea", now=now).lead
    on = (now + timedelta(days=9)).date()
    opportunities.open(deals, owner=axel, amount=None, close_on=on, by=axel, now=now)
    return {
        "queue": (ana, reverse("queue")),
        "lead": (ana, reverse("lead", args=[lead.pk])),
        "day": (ana, reverse("day")),
        "team": (mia, reverse("team")),
        "board": (axel, reverse("opportunity-board")),
    }


def help_of(page: Page) -> list[str]:
    """The keys that `?` tells of; the help is left open."""
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    return page.locator("#help kbd").all_inner_texts()


@pytest.mark.parametrize("place", ["queue", "lead", "day", "team", "board"])
def test_help_lists_every_key_of_the_page_and_gives_the_focus_back(
    *, place: str, places: dict[str, tuple[User, str]], open_as: OpenAs
) -> None:
    page = open_as(*places[place])
    page.wait_for_load_state()
    page.locator("header a").first.focus()

    listed = help_of(page)
    page.keyboard.press("Escape")

    assert set(page.evaluate(ON_PAGE)) <= set(listed)
    assert {"/", "?"} <= set(listed)
    expect(page.locator("#help")).not_to_be_visible()
    expect(page.locator("header a").first).to_be_focused()


def test_search_is_a_key_away_from_every_page(places: dict[str, tuple[User, str]], open_as: OpenAs) -> None:
    page = open_as(*places["lead"])
    page.wait_for_load_state()

    page.keyboard.press("/")

    expect(page.locator("#search")).to_be_focused()


def test_first_steps_after_an_acceptance_on_the_leads_page_are_in_its_help(
    places: dict[str, tuple[User, str]], open_as: OpenAs
) -> None:
    page = open_as(*places["lead"])
    page.wait_for_load_state()

    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    assert set(page.evaluate(ON_PAGE)) <= set(help_of(page))
