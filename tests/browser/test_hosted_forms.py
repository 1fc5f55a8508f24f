"""A visitor fills in a hosted form, with script or without, on a phone, and in a frame of another site."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from leads.models import HostedForm, Signal, User
from tests.browser.conftest import PHONE, OpenAs
from tests.browser.test_accessibility import in_both_themes

DEMO = "/forms/demo/"


@pytest.fixture(autouse=True)
def _as_fast_as_a_browser_types(settings: Settings, model: object) -> None:
    settings.FORM_LEAST_SECONDS, settings.FORM_RATE = 0, "1000 per minute"


@pytest.mark.parametrize("with_script", [True, False])
def test_a_visitor_is_told_what_is_missing_and_then_thanked(*, with_script: bool, open_page: OpenAs) -> None:
    page = open_page(f"{DEMO}?utm_source=ads", java_script_enabled=with_script, refused=422, **PHONE)
    page.get_by_label("E-mail", exact=True).fill("eva@acme.example")
    page.get_by_label("First name").fill("Eva")
    page.get_by_role("button", name="Ask for a demo").click()

    expect(page.get_by_role("alert")).to_contain_text("Please check")
    expect(page.get_by_label("First name")).to_have_value("Eva")
    page.get_by_role("alert").get_by_role("link", name="Last name").click()
    page.get_by_label("Last name").fill("Klein")
    page.get_by_label("Company").fill("Acme Software")
    page.get_by_label("Last name").press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Thank you")
    assert Signal.objects.get().utm == {"source": "ads"}


def test_axe_finds_nothing_on_the_form_with_its_errors_and_on_its_pages(
    olga: User, open_page: OpenAs, open_as: OpenAs
) -> None:
    page = open_page(DEMO, refused=422)
    assert in_both_themes(page) == []
    page.get_by_role("button", name="Ask for a demo").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert in_both_themes(page) == []
    for name in ("hosted-form", "hosted-form-edit"):
        assert in_both_themes(open_as(olga, reverse(name, args=["demo"]))) == []


@pytest.fixture
def another_site(live_server: LiveServer) -> Iterator[str]:
    """A page of another origin that shows the form in a frame."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!doctype html><title>A site</title><iframe src="{live_server.url}{DEMO}"></iframe>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_named_site_shows_the_form_in_a_frame_and_it_is_sent_from_there(
    browser: Browser, another_site: str
) -> None:
    HostedForm.objects.filter(slug="demo").update(
        sites=[another_site], fields=[{"name": "email", "required": True}]
    )
    page = browser.new_page()
    page.goto(another_site)
    form = page.frame_locator("iframe")

    form.get_by_label("E-mail", exact=True).fill("eva@acme.example")
    form.get_by_role("button", name="Ask for a demo").click()

    expect(form.get_by_role("status")).to_contain_text("Thank you")
    assert Signal.objects.get().url.startswith(another_site)
