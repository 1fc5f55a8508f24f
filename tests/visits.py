"""Visits pages over HTTP as a browser does: cookies, the token against forgery, redirects."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from leads.models import User

PATIENCE = 60


@dataclass(frozen=True)
class Page:
    """What came back in the end."""

    status: int
    text: str


class Visitor:
    """Somebody signed in, with a browser of their own."""

    def __init__(self, url: str, user: User) -> None:
        self._address = urlsplit(url)
        self._token = get_random_string(32)
        client = Client()
        client.force_login(user)
        self._cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: self._token,
        }

    def get(self, path: str) -> Page:
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Page:
        """Send a form and go where the answer leads."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": self._token, **fields}))

    def _ask(self, method: str, path: str, body: str = "") -> Page:
        connection = HTTPConnection(self._address.netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body or None, headers=self._headers())
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        self._keep_cookies(answer)
        if location := answer.headers.get("Location"):
            return self._ask("GET", location)
        return Page(answer.status, text)

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.coded_value
