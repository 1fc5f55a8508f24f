"""Gives each request an id, says where it comes from, and leaves one line in the log and one count in the metrics.

The line names the view, never the address: an address may hold what somebody searched for, or a token.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from leads import audit
from leads.domain.request_origin import client_address, request_id
from revops import metrics

QUIET = frozenset({"healthz", "readyz", "metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
logger = logging.getLogger("baton.requests")


class RequestMiddleware:
    """The outermost: whatever answers, the answer carries the request's id and is counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Headers are read where they came: Django's own view of them names every one of the request anew."""
        began = time.perf_counter()
        name = request_id(request.META.get("HTTP_X_REQUEST_ID", ""), fresh=uuid.uuid4().hex)
        origin = client_address(
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            trusted=settings.TRUSTED_PROXIES,
        )
        with structlog.contextvars.bound_contextvars(request_id=name), audit.coming_from(origin):
            answer = self.get_response(request)
            _tell(request, answer, seconds=time.perf_counter() - began)
        answer.headers["X-Request-ID"] = name
        return answer


def _tell(request: HttpRequest, answer: HttpResponseBase, *, seconds: float) -> None:
    match = request.resolver_match
    view = match.view_name if match is not None else "none"
    method = request.method if request.method in METHODS else "OTHER"
    metrics.count_request(view=view, method=str(method), status=answer.status_code, seconds=seconds)
    tell = logger.debug if view in QUIET or match is None else logger.info
    line = {
        "event": "request",
        "view": view,
        "method": method,
        "status": answer.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "user_id": _user_id(request),
    }
    tell(line | _ids(match.kwargs) if match is not None else line)


def _user_id(request: HttpRequest) -> int | None:
    """Who was signed in, where anything asked: the log never makes a query of its own."""
    return getattr(getattr(request, "_cached_user", None), "pk", None)


def _ids(named: dict[str, Any]) -> dict[str, int]:
    """The numbers in the address say which record, and nothing of its person."""
    return {name: value for name, value in named.items() if isinstance(value, int)}
