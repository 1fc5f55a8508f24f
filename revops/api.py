"""The public API: signals in by key; errors are problem details that name the field (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer

from leads import api_keys
from leads.domain.signal import FieldError, InvalidSignal, SignalIn
from leads.intake import SignalIdReused
from leads.models import Source
from revops import pipeline
from revops.pipeline import Kept

LARGEST_BODY = 1024 * 1024


class SourceKey(HttpBearer):
    """`Authorization: Bearer KEY`, where the key belongs to a source."""

    def authenticate(self, request: HttpRequest, token: str) -> Source | None:
        return api_keys.source_of(token)


api = NinjaAPI(title="Baton", version="1", auth=SourceKey(), openapi_url="/openapi.json", docs_url=None)


@api.post(
    "/signals",
    summary="Take one signal all the way",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": SignalIn.model_json_schema()}},
        },
        "responses": {
            200: {"description": "The same signal again, with its first answer"},
            201: {"description": "Taken: the lead, its scores, the gate and the hand-off"},
            202: {"description": "Kept with its error; it is tried again"},
            401: {"description": "No key, an unknown one or a revoked one"},
            413: {"description": "The body is over 1 MiB"},
            422: {"description": "Fields are wrong; nothing was stored"},
        },
    },
)
def post_signal(request: HttpRequest) -> HttpResponse:
    """Store, score and route one signal; the answer says what happened."""
    received = pipeline.receive(_body(request), source=_source(request), now=timezone.now())
    if isinstance(received, Kept):
        return _json(
            {"signal_id": received.signal_id, "status": "kept, will be tried again"}, HTTPStatus.ACCEPTED
        )
    return _json(received.answer, HTTPStatus.CREATED if received.first else HTTPStatus.OK)


def urls() -> list[URLPattern]:
    """The API's addresses; a key signs in, not a session."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)
    return patterns


class TooLarge(Exception):
    """The body is over the limit."""


def _body(request: HttpRequest) -> object:
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise TooLarge
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise InvalidSignal((FieldError("", "The body is not JSON."),)) from None


def _source(request: HttpRequest) -> Source:
    source: Source = request.auth  # type: ignore[attr-defined]
    return source


def _json(data: object, status: HTTPStatus, content_type: str = "application/json") -> HttpResponse:
    return HttpResponse(json.dumps(data), status=status, content_type=content_type)


def _problem(status: HTTPStatus, title: str, errors: tuple[FieldError, ...] = ()) -> HttpResponse:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status.value}
    if errors:
        body["errors"] = [{"field": error.field, "message": error.message} for error in errors]
    return _json(body, status, "application/problem+json")


@api.exception_handler(InvalidSignal)
def _invalid(request: HttpRequest, error: InvalidSignal) -> HttpResponse:
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was stored: fields are wrong.", error.errors)


@api.exception_handler(SignalIdReused)
def _reused(request: HttpRequest, error: SignalIdReused) -> HttpResponse:
    errors = (FieldError("signal_id", str(error)),)
    return _problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was stored: the signal id was used before.", errors
    )


@api.exception_handler(TooLarge)
def _too_large(request: HttpRequest, error: TooLarge) -> HttpResponse:
    return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over 1 MiB.")


@api.exception_handler(AuthenticationError)
def _unauthorised(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _problem(HTTPStatus.UNAUTHORIZED, "Send a valid key: Authorization: Bearer KEY.")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(DatabaseError)
def _unavailable(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    answer = _problem(HTTPStatus.SERVICE_UNAVAILABLE, "Nothing was stored: try again in a moment.")
    answer["Retry-After"] = "5"
    return answer
