"""Has what the doors of signals refuse counted, for operations to see whose calls fail, and why (IN-3, IN-4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from leads import api_keys, refused_calls
from leads.domain.refusals import field_of_schema
from leads.models import Source
from leads.refused_calls import Refusal
from revops.api import problem_kinds

DOORS = ("/api/v1/signals", "/api/v1/webhooks/")
HARMLESS = frozenset({problem_kinds.TAKEN_BEFORE.name})
Handler = Callable[[HttpRequest, Any], HttpResponse]


def counted(handler: Handler) -> Handler:
    """The handler of a problem, whose answers at the doors of signals are counted once they are written."""

    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        answered = handler(request, error)
        if request.path_info.startswith(DOORS):
            note([json.loads(answered.content)], source=_sender(request))
        return answered

    return answer


def note(problems: Iterable[Mapping[str, Any]], *, source: int | None) -> None:
    """Count these problems, as they were answered, against the source; those that are ours to mend are logged."""
    refused = [_refusal(problem) for problem in problems if _is_the_senders(problem)]
    if refused:
        refused_calls.note(refused, source=source, now=timezone.now())


def _is_the_senders(problem: Mapping[str, Any]) -> bool:
    is_ours = problem["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR
    return not is_ours and _name(problem) not in HARMLESS


def _refusal(problem: Mapping[str, Any]) -> Refusal:
    fields = [field_of_schema(error["field"]) for error in problem.get("errors", ())]
    return Refusal(_name(problem), tuple(fields) or ("",))


def _name(problem: Mapping[str, Any]) -> str:
    name: str = problem["type"].rpartition("#")[2]
    return name


def _sender(request: HttpRequest) -> int | None:
    """The source that the call came from, also by a key that was revoked; None where nobody knows it."""
    if request.resolver_match and (named := request.resolver_match.kwargs.get("source_name")):
        return Source.objects.filter(name=named.replace("\x00", "")).values_list("pk", flat=True).first()
    _, _, key = request.headers.get("Authorization", "").partition(" ")
    return api_keys.belonged_to(key)
