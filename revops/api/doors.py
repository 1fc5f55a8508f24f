"""The API's doors: who asks by key, what the body holds, and how an answer is written."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.security import HttpBearer

from leads import api_keys, read_keys
from leads.domain import json_body
from leads.domain.json_body import NotReadable
from leads.domain.signal import FieldError, InvalidSignal
from leads.json_text import json_text
from leads.models import ReadKey, Source, User
from revops.api import rate_limits
from revops.api.problems import LengthMissing, NotPermitted, OtherSortOfKey, TooLarge, UnsupportedMedia

LARGEST_BODY = 1024 * 1024


class SourceKey(HttpBearer):
    """`Authorization: Bearer KEY`, where the key belongs to a source that is switched on and may send more."""

    openapi_description = "A key of a source; it sends signals."

    def authenticate(self, request: HttpRequest, token: str) -> Source | None:
        source = api_keys.source_of(token, now=timezone.now())
        if source is not None:
            rate_limits.count(source)
        elif read_keys.is_one(token):
            raise OtherSortOfKey("This key reads. Sending signals takes the key of a source.")
        return source


class Reader(HttpBearer):
    """`Authorization: Bearer KEY`, where the key reads what a person may see and has the scope."""

    openapi_description = "A key that reads what one person may see."

    def __init__(self, scope: ReadKey.Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        key = read_keys.reader_of(token, now=timezone.now())
        if key is None:
            if api_keys.is_one(token):
                raise OtherSortOfKey("This key sends signals. Reading takes a read key.")
            return None
        if self.scope not in key.scopes:
            raise NotPermitted(f"This key lacks the scope {self.scope.value}.")
        return key.person


def source_of(request: HttpRequest) -> Source:
    """Whose key the request came with."""
    source: Source = request.auth  # type: ignore[attr-defined]
    return source


def reader_of(request: HttpRequest) -> User:
    """Whose eyes the request reads with."""
    person: User = request.auth  # type: ignore[attr-defined]
    return person


def raw_body(request: HttpRequest) -> bytes:
    """The body's bytes; raises TooLarge before a byte of too many is read, and LengthMissing for one in chunks."""
    said = request.headers.get("Content-Length", "")
    if not said and "Transfer-Encoding" in request.headers:
        raise LengthMissing
    if said.isdecimal() and (len(said) > len(str(LARGEST_BODY)) or int(said) > LARGEST_BODY):
        raise TooLarge
    return request.body


def json_of(request: HttpRequest) -> Any:
    """What the body holds; raises UnsupportedMedia, TooLarge, and InvalidSignal for what is no JSON."""
    kind = (request.content_type or "").lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMedia
    return parsed(raw_body(request))


def parsed(body: bytes) -> Any:
    """The JSON value in the bytes; raises InvalidSignal."""
    try:
        return json_body.read(body)
    except NotReadable as error:
        raise InvalidSignal((FieldError("", str(error)),)) from None


def answered(data: object, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """The data as JSON."""
    return HttpResponse(json_text(data), status=status, content_type="application/json")
