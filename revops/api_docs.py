"""The API made readable: the served OpenAPI document as a page, without a script or a style of anybody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leads.domain.signal import SignalIn
from revops.api import api

EXAMPLE = {
    "signal_id": "evt_1",
    "type": "demo_request",
    "occurred_at": "2026-11-20T10:15:00Z",
    "person": {"email": "eva@acme.example", "first_name": "Eva", "title": "VP Marketing", "country": "DE"},
    "company": {"name": "Acme Software", "employees": 240, "industry": "Software"},
    "utm": {"source": "linkedin", "medium": "cpc", "campaign": "camp-2026-q4-demo-dach"},
    "consent": {"basis": "opt_in", "text": "Please call me.", "given_at": "2026-11-20T10:15:00Z"},
    "answers": {"critical_event": "confirmed"},
}


@dataclass(frozen=True)
class Field:
    """One field of a signal, by its path."""

    path: str
    kind: str
    limit: str
    required: bool


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What to send, where, and what comes back."""
    operation = api.get_openapi_schema()["paths"]["/api/v1/signals"]["post"]
    context = {
        "fields": list(fields(SignalIn.model_json_schema())),
        "responses": sorted((code, answer["description"]) for code, answer in operation["responses"].items()),
        "example": json.dumps(EXAMPLE, indent=2),
    }
    return render(request, "revops/api_docs.html", context)


def fields(schema: dict[str, Any], path: str = "") -> Iterator[Field]:
    """Every field of a JSON schema, the nested ones by their path."""
    for name, part in schema["properties"].items():
        inner = _resolved(part, schema)
        if "properties" in inner:
            yield from fields({**inner, "$defs": schema.get("$defs", {})}, f"{path}{name}.")
        else:
            yield Field(path + name, _kind(inner), _limit(inner), name in schema.get("required", []))


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref", "")
    found: dict[str, Any] = schema["$defs"][reference.rsplit("/", 1)[-1]] if reference else part
    return found


def _kind(part: dict[str, Any]) -> str:
    kinds = [option.get("format") or option.get("type", "") for option in part.get("anyOf", [part])]
    return " or ".join(kind for kind in kinds if kind != "null") or "any"


def _limit(part: dict[str, Any]) -> str:
    for option in part.get("anyOf", [part]):
        if "maxLength" in option:
            return f"at most {option['maxLength']:,} characters"
        if "maximum" in option:
            return f"{option.get('minimum', 0):,} to {option['maximum']:,}"
    return ""
