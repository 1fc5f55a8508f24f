"""The API made readable: the OpenAPI document as it is served, and as a page without anybody else's script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leads.domain.signal import SignalIn
from revops.api import document as api_document


@dataclass(frozen=True)
class Field:
    """One field of a signal, by its path, or one parameter of an address."""

    path: str
    kind: str
    limit: str
    required: bool


@dataclass(frozen=True)
class Address:
    """One thing that can be asked of the API."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    example: str
    answers: list[tuple[int, str]]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What to send, where, and what comes back."""
    context = {
        "addresses": list(_addresses(api_document.document())),
        "fields": list(fields(SignalIn.model_json_schema())),
        "problem": json.dumps(api_document.EXAMPLE_PROBLEM, indent=2),
    }
    return render(request, "revops/api_docs.html", context)


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The same for programs."""
    return JsonResponse(api_document.document())


def _addresses(document: dict[str, Any]) -> Iterator[Address]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            example = (
                said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            )
            yield Address(
                name=said["operationId"],
                method=method.upper(),
                path=path,
                summary=said["summary"],
                description=said.get("description", ""),
                parameters=[_parameter(one) for one in said.get("parameters", [])],
                example=json.dumps(example, indent=2) if example else "",
                answers=sorted((int(code), one["description"]) for code, one in said["responses"].items()),
            )


def _parameter(said: dict[str, Any]) -> Field:
    schema = said["schema"]
    told = said.get("description") or schema.get("description") or _limit(schema)
    return Field(said["name"], _kind(schema), told, said.get("required", False))


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
