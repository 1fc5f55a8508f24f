"""The OpenAPI 3.1 document of the API: every address with its bodies, answers, problems and examples."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from pydantic.json_schema import models_json_schema

from leads.domain.signal import FieldError, SignalIn
from revops.api import field_words, problem_kinds
from revops.api import problems as api_problems
from revops.api import schemas as api_schemas
from revops.api.assembled import api

NO_ADDRESS = FieldError("person.email", "Give an e-mail address here, or a visitor_id.")
ANSWERS = (api_schemas.Problem, api_schemas.SignalAnswer, api_schemas.KeptAnswer, api_schemas.BatchAnswer)


@cache
def document() -> dict[str, Any]:
    """The document as JSON values; the same for everybody."""
    found: dict[str, Any] = dict(api.get_openapi_schema())
    found["info"] = {
        "title": "Baton",
        "version": api.version,
        "description": "Signals in, taken all the way; leads, hand-offs and reports out. Errors are problem details.",
    }
    found["servers"] = [{"url": settings.SITE_URL}]
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_shapes())
    schemas["Problem"]["examples"] = [example_problem()]
    posting = found["paths"]["/api/v1/signals"]["post"]
    posting["requestBody"]["content"]["application/json"]["schema"] = schemas["SignalIn"]
    return found


def example_problem() -> dict[str, Any]:
    """What a signal is answered that says of nobody."""
    return api_problems.body_of(problem_kinds.FIELDS_ARE_WRONG, errors=(NO_ADDRESS,))


def _shapes() -> dict[str, Any]:
    """The signal and what it is answered, by name; the server makes the time of a signal that has none."""
    models = [(SignalIn, "validation"), *[(model, "serialization") for model in ANSWERS]]
    _, found = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    shapes: dict[str, Any] = found["$defs"]
    shapes["SignalIn"]["required"] = ["type"]
    field_words.tell(shapes)
    return shapes
