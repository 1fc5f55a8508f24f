"""What the API answers when it does not do what was asked: problem details that say what to change (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
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
from revops.api import problem_kinds, refusals
from revops.api.problem_kinds import Kind
from revops.api.rate_limits import TooMany

MEDIA_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class LengthMissing(Exception):
    """The body comes in chunks, and nobody says how long it is."""


class TooLarge(Exception):
    """The body is over the limit."""


class UnsupportedMedia(Exception):
    """The body is said to be something else than JSON."""


class UnreadableParameters(Exception):
    """Parameters of an address are wrong; `errors` says which, and what to change."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


class OtherSortOfKey(Exception):
    """The key is good, but of the other sort; the message says which sort is needed."""


class NotPermitted(Exception):
    """The key is good, but not for this; the message says what it lacks."""


def body_of(kind: Kind, *, detail: str = "", errors: Sequence[FieldError] = ()) -> dict[str, Any]:
    """A problem as JSON values; `detail` is about this very one, `errors` say what is wrong field by field."""
    body: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": kind.status.value}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [{"field": error.field, "message": error.message} for error in errors]
    return body


def problem(
    kind: Kind,
    *,
    detail: str = "",
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as an answer."""
    return _answer(kind.status, body_of(kind, detail=detail, errors=errors), headers)


def of_status(status: HTTPStatus, headers: Mapping[str, str]) -> HttpResponse:
    """A problem of which the status says all, and where the addresses stand for who asked for one that is none."""
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        body["detail"] = f"Every address with its methods is at {settings.SITE_URL}{problem_kinds.PAGE}."
    return _answer(status, body, headers)


def of_item(error: Exception) -> tuple[HTTPStatus, dict[str, Any]]:
    """The status and the problem of one signal that was not taken."""
    kind = problem_kinds.NOT_STORED
    errors: tuple[FieldError, ...] = ()
    if isinstance(error, SignalIdReused):
        kind, errors = problem_kinds.ID_WAS_USED, (FieldError("signal_id", str(error)),)
    elif isinstance(error, InvalidSignal):
        forbidden = isinstance(error, TypeNotAllowed)
        kind = problem_kinds.TYPE_NOT_ALLOWED if forbidden else problem_kinds.FIELDS_ARE_WRONG
        errors = error.errors
    return kind.status, body_of(kind, detail=_types_in(errors), errors=errors)


def _types_in(errors: Sequence[FieldError]) -> str:
    """Where the types of signals stand, for whoever sent one that is none."""
    is_asked = any(error.field == "type" for error in errors)
    return f"The types of signals: {settings.SITE_URL}{problem_kinds.PAGE}#types." if is_asked else ""


def install(api: NinjaAPI) -> None:
    """Let every error of the API become a problem, and count those of senders."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, refusals.counted(handler))


def _answer(
    status: HTTPStatus, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers)


def _not_taken(request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer(*of_item(error))


def _switched_off(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.SWITCHED_OFF)


def _not_permitted(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.SCOPE_IS_MISSING, detail=str(error))


def _unauthorised(request: HttpRequest, error: Exception) -> HttpResponse:
    detail = str(error) if isinstance(error, OtherSortOfKey) else ""
    return problem(problem_kinds.KEY_IS_MISSING, detail=detail, headers={"WWW-Authenticate": "Bearer"})


def _not_verified(request: HttpRequest, error: Exception) -> HttpResponse:
    headers = {"WWW-Authenticate": "Webhook-Signature"}
    return problem(problem_kinds.NOT_VERIFIED, detail=str(error), headers=headers)


def _length_missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.LENGTH_IS_MISSING)


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.TOO_LARGE)


def _unsupported(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.NOT_JSON, headers={"Accept": "application/json"})


def _replayed(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.TAKEN_BEFORE)


def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    headers = {"Retry-After": str(error.retry_after)}
    return problem(problem_kinds.TOO_MANY, detail=str(error), headers=headers)


def _wrong_parameters(request: HttpRequest, error: Exception) -> HttpResponse:
    errors = error.errors if isinstance(error, UnreadableParameters) else ()
    if isinstance(error, ValidationError):
        errors = tuple(_of_parameter(one) for one in error.errors)
    return problem(problem_kinds.PARAMETERS_ARE_WRONG, errors=errors)


def _of_parameter(found: Mapping[str, Any]) -> FieldError:
    """One finding of the validator; where it was found begins with the kind of parameter."""
    return FieldError(readable(found["loc"][-1]), f"{found['msg']}.")


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.NOT_FOUND)


def _broken_off(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(problem_kinds.BROKEN_OFF)


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("the database did not take a request of the API: %r", error)
    return problem(problem_kinds.UNAVAILABLE, headers={"Retry-After": "5"})


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("a request of the API failed", exc_info=error)
    return problem(problem_kinds.UNEXPECTED)


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    InvalidSignal: _not_taken,
    SignalIdReused: _not_taken,
    SwitchedOff: _switched_off,
    NotPermitted: _not_permitted,
    AuthenticationError: _unauthorised,
    OtherSortOfKey: _unauthorised,
    NotVerified: _not_verified,
    LengthMissing: _length_missing,
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
