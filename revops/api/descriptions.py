"""What the OpenAPI document says of each address beyond its parameters: bodies, answers, problems and examples."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

EXAMPLE = {
    "signal_id": "example_1",
    "type": "demo_request",
    "occurred_at": "2026-11-20T10:15:00Z",
    "person": {"email": "eva@acme.example", "first_name": "Eva", "title": "VP Marketing", "country": "DE"},
    "company": {"name": "Acme Software", "employees": 240, "industry": "Software"},
    "utm": {"source": "linkedin", "medium": "cpc", "campaign": "camp-2026-q4-demo-dach"},
    "consent": {"basis": "opt_in", "text": "Please call me.", "given_at": "2026-11-20T10:15:00Z"},
    "answers": {"critical_event": "confirmed"},
}
EXAMPLE_ANSWER = {
    "signal_id": "example_1",
    "lead": {
        "id": 4711,
        "created": True,
        "stage": "MQL",
        "tier": "T2",
        "priority": "P1",
        "suppressed": False,
        "url": "https://baton.example/leads/4711/",
    },
    "scores": {
        "fit": {"before": None, "after": 65},
        "engagement": {"before": None, "after": 30},
        "urgency": {"before": None, "after": 85},
    },
    "gate": {"qualified": True, "failed": []},
    "handoff": {
        "id": 592,
        "assignee": "jordan.lee@acme.example",
        "because": "territory DACH → Jordan Lee",
        "due": {"first_response": "2026-11-20T10:45:00+00:00", "review": "2026-11-20T12:15:00+00:00"},
    },
}
EXAMPLE_RESULTS = {
    "results": [
        {"status": 201, "body": EXAMPLE_ANSWER},
        {
            "status": 422,
            "problem": {"type": "…", "title": "Nothing was stored: fields are wrong.", "status": 422},
        },
    ]
}
SIGNAL = {"$ref": "#/components/schemas/SignalIn"}
WORDS = {
    400: "The request cannot be read",
    401: "No key, an unknown one or a revoked one",
    403: "The key may not do this, or its source is switched off",
    404: "There is no such thing, or the key may not see it",
    405: "The address does not know the method",
    409: "The very message was taken before",
    411: "The body comes in chunks, without its length",
    413: "The body is over 1 MiB",
    415: "The body is not said to be JSON",
    422: "Fields are wrong; nothing was stored",
    429: "Too many signals; Retry-After says in how many seconds to try again",
    500: "Something went wrong here",
    503: "The database is away; Retry-After says when to try again",
}
WAITING = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def answer(schema: str, description: str, *, example: object = None) -> dict[str, Any]:
    """An answer in JSON by the name of its schema."""
    said: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    if example is not None:
        said["example"] = example
    return {"description": description, "content": {"application/json": said}}


def problems(*codes: int) -> dict[int, dict[str, Any]]:
    """The answers with these statuses, each a problem."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int, dict[str, Any]] = {
        code: {"description": WORDS[code], "content": content} for code in codes
    }
    for code in WAITING:
        if code in found:
            found[code]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found


def _body(schema: dict[str, Any], example: object) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


FIRST = answer(
    "SignalAnswer", "Taken: the lead, its scores, the gate and the hand-off", example=EXAMPLE_ANSWER
)
AGAIN = answer("SignalAnswer", "The same signal again, with its first answer")
KEPT = answer("KeptAnswer", "Kept with its error; it is tried again")
TAKEN = {200: AGAIN, 201: FIRST, 202: KEPT}
POST_SIGNAL = {
    "requestBody": _body(SIGNAL, EXAMPLE),
    "responses": {**TAKEN, **problems(400, 401, 403, 411, 413, 415, 422, 429, 500, 503)},
}
POST_BATCH = {
    "requestBody": _body(
        {
            "type": "object",
            "required": ["signals"],
            "properties": {"signals": {"type": "array", "minItems": 1, "maxItems": 1000, "items": SIGNAL}},
        },
        {"signals": [EXAMPLE]},
    ),
    "responses": {
        200: answer(
            "BatchAnswer",
            "Each signal's own status, in order; a bad one costs nobody but itself",
            example=EXAMPLE_RESULTS,
        ),
        **problems(400, 401, 403, 411, 413, 415, 422, 429, 500, 503),
    },
}


def _header(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


POST_WEBHOOK = {
    "parameters": [
        _header(
            "webhook-id",
            "The message's own id; the same when it is sent again.",
            "msg_2KWPBgLlAfxdpx2AI54pPJ85",
        ),
        _header("webhook-timestamp", "Seconds since 1970; at most five minutes from now.", "1795256100"),
        _header(
            "webhook-signature",
            "v1 and the signature, or several parted by spaces.",
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        ),
    ],
    "requestBody": _body({"type": "object"}, {"id": "4711", "email": "eva@acme.example"}),
    "responses": {**TAKEN, **problems(400, 401, 403, 409, 411, 413, 422, 429, 500, 503)},
}
READING = {"responses": problems(400, 401, 403, 422, 500, 503)}
READING_ONE = {"responses": problems(400, 401, 403, 404, 422, 500, 503)}


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


READING_REPORT = {
    "parameters": [
        _query("kind", "Which clock; the first response where none is named."),
        _query("period", "Which weeks; the last four where none are named. “custom” reads since and until."),
        _query("since", "The first day, in the organisation's time zone.", format="date"),
        _query("until", "The last day.", format="date"),
        _query("tier", "A tier's code."),
        _query("team", "A team's number."),
        _query("rep", "A rep's number."),
        _query("source", "Where the lead came from.", maxLength=200),
    ],
    **READING,
}
