"""What the API answers when it does not do what was asked: problem details that say what to change (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from leads.api_keys import SwitchedOff
from leads.domain.payload import readable
from leads.domain.signal import FieldError, InvalidSignal
from leads.domain.standard_webhooks import NotVerified
from leads.intake import SignalIdReused, TypeNotAllowed
from leads.webhook_secrets import Replayed
from revops.api.rate_limits import TooMany

MEDIA_TYPE = "application/problem+json"
FIELDS_ARE_WRONG = "Nothing was stored: fields are wrong."
ID_WAS_USED = "Nothing was stored: the signal id was used before."
logger = logging.getLogger(__name__)


class TooLarge(Exception):
    """The body is over the limit."""


class UnsupportedMedia(Exception):
    """The body is said to be something else than JSON."""


class UnreadableParameters(Exception):
    """Parameters of an address are wrong; `errors` says which, and what to change."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class NotPermitted(Exception):
    """The key is good, but not for this; the message says what it lacks."""


def body_of(status: HTTPStatus, title: str, errors: Sequence[FieldError] = ()) -> dict[str, Any]:
    """A problem as JSON values; `errors` say what is wrong field by field."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status.value}
    if errors:
        body["errors"] = [{"field": error.field, "message": error.message} for error in errors]
    return body


def problem(
    status: HTTPStatus,
    title: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as an answer."""
    answer = json.dumps(body_of(status, title, errors))
    return HttpResponse(answer, status=status, content_type=MEDIA_TYPE, headers=headers)


def of_item(error: Exception) -> tuple[HTTPStatus, dict[str, Any]]:
    """The status and the problem of one signal that was not taken."""
    if isinstance(error, SignalIdReused):
        errors = (FieldError("signal_id", str(error)),)
        return HTTPStatus.UNPROCESSABLE_ENTITY, body_of(HTTPStatus.UNPROCESSABLE_ENTITY, ID_WAS_USED, errors)
    if isinstance(error, InvalidSignal):
        forbidden = isinstance(error, TypeNotAllowed)
        status = HTTPStatus.FORBIDDEN if forbidden else HTTPStatus.UNPROCESSABLE_ENTITY
        return status, body_of(status, FIELDS_ARE_WRONG, error.errors)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return status, body_of(status, "Nothing was stored: send this one again in a moment.")


def install(api: NinjaAPI) -> None:
    """Let every error of the API become a problem."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)


def _not_taken(request: HttpRequest, error: Exception) -> HttpResponse:
    status, body = of_item(error)
    return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)


def _forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(HTTPStatus.FORBIDDEN, str(error) or "This source is switched off.")


def _unauthorised(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, NotVerified):
        return problem(HTTPStatus.UNAUTHORIZED, str(error), headers={"WWW-Authenticate": "Webhook-Signature"})
    title = "Send a valid key: Authorization: Bearer KEY."
    return problem(HTTPStatus.UNAUTHORIZED, title, headers={"WWW-Authenticate": "Bearer"})


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over 1 MiB.")


def _unsupported(request: HttpRequest, error: Exception) -> HttpResponse:
    title = "Send JSON: Content-Type: application/json."
    return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, title, headers={"Accept": "application/json"})


def _replayed(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(HTTPStatus.CONFLICT, "This message was taken before; nothing was done again.")


def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    headers = {"Retry-After": str(error.retry_after)}
    return problem(HTTPStatus.TOO_MANY_REQUESTS, str(error), headers=headers)


def _wrong_parameters(request: HttpRequest, error: Exception) -> HttpResponse:
    errors = error.errors if isinstance(error, UnreadableParameters) else ()
    if isinstance(error, ValidationError):
        errors = tuple(_of_parameter(one) for one in error.errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "These parameters cannot be read.", errors=errors)


def _of_parameter(found: Mapping[str, Any]) -> FieldError:
    """One finding of the validator; where it was found begins with the kind of parameter."""
    return FieldError(readable(found["loc"][-1]), f"{found['msg']}.")


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, "There is no such thing here.")


def _broken_off(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(HTTPStatus.BAD_REQUEST, "The body ended before it was complete.")


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("the database did not take a request of the API: %r", error)
    title = (
        "Try again in a moment." if request.method == "GET" else "Nothing was stored: try again in a moment."
    )
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, title, headers={"Retry-After": "5"})


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("a request of the API failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; it was written down.")


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    InvalidSignal: _not_taken,
    SignalIdReused: _not_taken,
    SwitchedOff: _forbidden,
    NotPermitted: _forbidden,
    AuthenticationError: _unauthorised,
    NotVerified: _unauthorised,
    TooLarge: _too_large,
    RequestDataTooBig: _too_large,
    UnsupportedMedia: _unsupported,
    Replayed: _replayed,
    TooMany: _too_many,
    ValidationError: _wrong_parameters,
    UnreadableParameters: _wrong_parameters,
    Http404: _not_found,
    UnreadablePostError: _broken_off,
    DatabaseError: _unavailable,
    Exception: _unexpected,
}
