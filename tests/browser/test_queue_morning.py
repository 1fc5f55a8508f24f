"""A rep's morning by keyboard alone, with late news, a lost connection and colleagues who are quicker (QU-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads.models import User
from routing import handoffs
from routing.models import Handoff, PoolMember
from tests import factories
from tests.browser.conftest import OpenAs

WRONG_TIMING, DUPLICATE = "3", "5"
LEADS = 20
# accepted and rejected in turns: most are good, one in five has a bad moment, one repeats another
MORNING = ["a", "a", "r", "a", "a"] * 4
REPEATS_ANOTHER = 12


@pytest.fixture
def morning(ana: User) -> list[Handoff]:
    """Twenty leads wait for Ana."""
    now = timezone.now()
    return [
        factories.waiting(f"p{number:02}", now=now - timedelta(minutes=30 - number))
        for number in range(LEADS)
    ]


def in_sight(page: Page) -> str:
    return page.locator("#lead-name").inner_text()


def decide(page: Page, key: str, *, note: str = "") -> None:
    """By keys alone; the next lead is in sight afterwards, or none."""
    name = in_sight(page)
    page.keyboard.press(key)
    if key == "r":
        page.keyboard.press(DUPLICATE if note else WRONG_TIMING)
    if note:
        expect(page.locator("[data-reject-form] textarea")).to_be_focused()
        page.keyboard.type(note)
        page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-undo")).to_contain_text(name)


def test_twenty_leads_are_triaged_without_the_mouse(
    ana: User, morning: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/")
    page.wait_for_load_state()
    keeps = morning[-1].lead.email

    for number, key in enumerate(MORNING):
        decide(page, key, note=f"The same as {keeps}" if number == REPEATS_ANOTHER else "")

    expect(page.get_by_role("heading", name="Nothing is due")).to_be_visible()
    decisions = [handoff.status for handoff in Handoff.objects.order_by("id")]
    assert (decisions.count("ACCEPTED"), decisions.count("REJECTED")) == (16, 4)
    assert Handoff.objects.filter(reason__code="wrong-timing").count() == 3
    repeated = Handoff.objects.get(reason__code="duplicate")
    assert (repeated.note, repeated.lead.merged_into) == (f"The same as {keeps}", morning[-1].lead)


def test_first_step_is_chosen_without_leaving_the_next_lead(
    ana: User, morning: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/")
    page.wait_for_load_state()
    first = in_sight(page)

    page.keyboard.press("a")
    expect(page.locator(".toast-undo")).to_contain_text(f"{first} is yours.")
    second = in_sight(page)
    page.keyboard.press("e")
    expect(page.locator(".toast-undo")).to_contain_text("First: e-mail.")

    assert in_sight(page) == second
    assert Handoff.objects.get(status="ACCEPTED").first_step == "EMAIL"


def test_what_the_server_did_not_answer_stays_in_sight_as_not_done(
    ana: User, morning: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/", unreachable=True)
    page.wait_for_load_state()
    name = in_sight(page)

    page.context.set_offline(True)
    page.keyboard.press("a")
    bar = page.get_by_role("alert").filter(has_text="Not done")
    expect(bar).to_contain_text(f"Accept {name}")
    assert in_sight(page) == name
    assert not Handoff.objects.exclude(status="OPEN").exists()

    page.context.set_offline(False)
    bar.get_by_role("button", name="Retry").click()
    expect(page.locator(".toast-undo")).to_contain_text(f"{name} is yours.")
    expect(bar).to_be_hidden()
    assert Handoff.objects.get(status="ACCEPTED").lead.name == name


def test_later_and_back_by_keys(ana: User, open_as: OpenAs) -> None:
    factories.waiting("eva", now=timezone.now())
    Handoff.objects.get().clocks.update(due_at=timezone.now() + timedelta(hours=1))
    page = open_as(ana, "/queue/")
    page.wait_for_load_state()

    page.keyboard.press("s")
    page.keyboard.press("2")
    expect(page.locator(".toast-undo")).to_contain_text("Eva Klein comes back on")
    expect(page.get_by_role("link", name="Later 1")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#lead-name")).to_have_text("Eva Klein")

    assert Handoff.objects.get().snoozed_until is None


def test_two_reps_who_ask_for_the_next_get_two(ana: User, bob: User, open_as: OpenAs) -> None:
    PoolMember.objects.all().delete()
    for name in ("ada", "bea"):
        factories.waiting(name, now=timezone.now())
    pages = [open_as(user, "/queue/") for user in (ana, bob)]

    for page in pages:
        page.wait_for_load_state()
        page.keyboard.press("n")
    for page in pages:
        expect(page.locator("#messages")).to_contain_text("is yours to decide.")

    assert {in_sight(page) for page in pages} == {"Ada Klein", "Bea Klein"}


def test_lead_that_a_colleague_decides_says_so_where_it_stands(
    *, ana: User, mia: User, morning: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/")
    page.wait_for_load_state()
    name = in_sight(page)
    taken = next(one for one in morning if one.lead.name == name)

    handoffs.accept(taken, by=mia, now=timezone.now())

    expect(page.get_by_role("alert").filter(has_text="Mia accepted this lead")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()
    assert in_sight(page) == name


def test_new_lead_waits_behind_a_count_and_moves_nothing(
    ana: User, morning: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/")
    page.wait_for_load_state()
    before = page.locator(".row-link").all_inner_texts()

    factories.waiting("new", now=timezone.now() - timedelta(hours=1))
    arrivals = page.get_by_role("link", name="1 new")
    expect(arrivals).to_be_visible()
    assert len(page.locator(".row-link").all_inner_texts()) == len(before)
    name = in_sight(page)
    arrivals.click()
    expect(page.locator(".row-link")).to_have_count(LEADS + 1)

    assert in_sight(page) == name


def test_arrivals_wait_for_whoever_has_begun_to_write(
    ana: User, morning: list[Handoff], open_as: OpenAs
) -> None:
    page = open_as(ana, "/queue/")
    page.clock.install()
    page.reload()
    sentence = page.get_by_label("What is wrong, if you like")
    sentence.fill("She is a student")
    factories.waiting("new", now=timezone.now() - timedelta(hours=1))

    page.clock.fast_forward(60_000)
    expect(page.get_by_role("link", name="1 new")).to_be_visible()
    page.clock.fast_forward(60_000)
    expect(sentence).to_have_value("She is a student")
    expect(page.locator(".row-link")).to_have_count(LEADS)

    sentence.fill("")
    page.clock.fast_forward(60_000)
    expect(page.locator(".row-link")).to_have_count(LEADS + 1)


def test_every_control_has_a_name(ana: User, morning: list[Handoff], open_as: OpenAs) -> None:
    page = open_as(ana, "/queue/")
    page.keyboard.press("r")

    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary")]
            .filter((one) => one.checkVisibility() && !(
                one.innerText?.trim() || one.getAttribute("aria-label") || one.labels?.length))
            .map((one) => one.outerHTML)"""
    )
    tree = page.locator("#decide").aria_snapshot()

    assert unnamed == []
    for control in ("Accept", "Why is", "Wrong timing", "Note", "Snooze"):
        assert control in tree
