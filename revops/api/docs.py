"""The API made readable: the OpenAPI document as it is served, and as a page without anybody else's script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leads.models import SignalType
from revops.api import document as api_document
from revops.api import problem_kinds
from scoring.domain.seed import BEHAVIOURS


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
    command: str
    answer: str
    answers: list[tuple[int, str]]


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What to send, where, and what comes back."""
    context = {
        "addresses": list(_addresses(api_document.document())),
        "fields": list(_fields_of_a_signal()),
        "types": _types(known=request.user.is_authenticated),
        "kinds": problem_kinds.KINDS,
        "problem": json.dumps(api_document.example_problem(), indent=2),
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
            example = _example(said.get("requestBody", {}))
            answered = [
                _example(said["responses"][code]) for code in ("201", "200") if code in said["responses"]
            ]
            yield Address(
                name=said["operationId"],
                method=method.upper(),
                path=path,
                summary=said["summary"],
                description=said.get("description", ""),
                parameters=[_parameter(one) for one in said.get("parameters", [])],
                example=example,
                command=_command(method.upper(), path, example) if said.get("security") else "",
                answer=next(filter(None, answered), ""),
                answers=sorted((int(code), one["description"]) for code, one in said["responses"].items()),
            )


def _example(said: dict[str, Any]) -> str:
    example = said.get("content", {}).get("application/json", {}).get("example")
    return json.dumps(example, indent=2, ensure_ascii=False) if example else ""


def _command(method: str, path: str, example: str) -> str:
    """How to ask from a shell, ready to be pasted once KEY is set."""
    address = f"{settings.SITE_URL}{path.replace('{lead_id}', '4711')}"
    if not example:
        return f'curl "{address}" -H "Authorization: Bearer $KEY"'
    headers = '-H "Authorization: Bearer $KEY" -H "Content-Type: application/json"'
    return f"curl -X {method} \"{address}\" \\\n  {headers} \\\n  -d '{example}'"


def _types(*, known: bool) -> list[tuple[str, str]]:
    """The types of signals, code and label: to strangers those of every installation, to colleagues this one's."""
    if known:
        return list(SignalType.objects.order_by("label").values_list("code", "label"))
    return sorted(((one.type, one.label) for one in BEHAVIOURS), key=lambda pair: pair[1])


def _fields_of_a_signal() -> Iterator[Field]:
    schemas = api_document.document()["components"]["schemas"]
    return fields({**schemas["SignalIn"], "$defs": schemas})


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
            told = " ".join(filter(None, (part.get("description", ""), _limit(inner))))
            yield Field(path + name, _kind(inner), told, name in schema.get("required", []))


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
            return f"At most {option['maxLength']:,} characters."
        if "maximum" in option:
            return f"{option.get('minimum', 0):,} to {option['maximum']:,}."
    return ""
