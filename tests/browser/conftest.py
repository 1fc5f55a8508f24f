"""A real Chromium before a live server; every page that a test opens must stay silent on its console.

Without a browser these tests are skipped, or fail where BATON_REQUIRE_BROWSER is 1.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from leads.models import User
from tests.conftest import SignIn

PATIENCE = 20_000  # milliseconds; a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)
NAMES = ("chromium", "chromium-browser", "google-chrome")
OpenAs = Callable[..., Page]

WIDE = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _synchronous_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread until the session ends; Django need not mind it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path: CHROMIUM, or the first that the system has."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if os.environ.get("BATON_REQUIRE_BROWSER") == "1":
        pytest.fail("BATON_REQUIRE_BROWSER is 1, and no Chromium was found: set CHROMIUM to its path.")
    pytest.skip("No Chromium found: install Debian's chromium, or set CHROMIUM to its path.")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    return {**browser_type_launch_args, "executable_path": chromium, "args": arguments}


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address for the whole session: each window is given that of the live server."""


UNREACHABLE = ("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")


def is_complaint(said: ConsoleMessage, expected_status: int, *, unreachable: bool = False) -> bool:
    """Errors and breaches of the security policy; Chromium also calls an expected refusal an error."""
    expected = [
        f"the server responded with a status of {expected_status} ",
        *(UNREACHABLE if unreachable else ()),
    ]
    return said.type == "error" and not any(words in said.text for words in expected)


@pytest.fixture
def open_page(new_context: Callable[..., BrowserContext], live_server: LiveServer) -> Iterator[OpenAs]:
    """Opens an address in a window of its own; whatever its console complains of fails the test.

    `refused` is the status of a later answer that the test expects, such as 409; `unreachable`, that the server is not
    reached for a while.
    """
    complaints: list[str] = []

    def open_(
        path: str,
        *,
        cookies: Any = (),
        status: int = 200,
        refused: int = 0,
        unreachable: bool = False,
        **context_args: Any,
    ) -> Page:
        context = new_context(base_url=live_server.url, **{"viewport": WIDE, **context_args})
        context.set_default_timeout(PATIENCE)
        context.add_cookies(cookies)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if is_complaint(said, refused or status, unreachable=unreachable)
                else None
            ),
        )
        response = page.goto(path)
        assert response is not None
        assert response.status == status
        return page

    yield open_
    assert complaints == []


@pytest.fixture
def open_as(open_page: OpenAs, live_server: LiveServer, as_user: SignIn) -> OpenAs:
    """Opens an address as somebody who is signed in already."""

    def open_(user: User, path: str, **context_args: Any) -> Page:
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": as_user(user).cookies[name].value, "url": live_server.url}
        return open_page(path, cookies=[cookie], **context_args)

    return open_
