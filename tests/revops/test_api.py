"""The public API over HTTP."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from leads import api_keys
from leads.models import ApiKey, Lead, Signal, User
from revops.api.field_words import WORDS
from revops.api.problem_kinds import KINDS
from tests import factories

URL = "/api/v1/signals"
Post = Callable[..., Any]


@pytest.fixture
def post(ana: User, now: datetime) -> Post:
    """Post a body with a valid key."""
    key = api_keys.issue("website", now=now)
    client = Client()

    def send(body: Any, key: str = key) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(
            URL, raw, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
        )

    return send


def test_first_delivery_is_201_and_the_second_200_with_the_same_answer(post: Post) -> None:
    payload = factories.signal("demo_request", signal_id="evt_1", occurred_at=timezone.now().isoformat())

    first, second = post(payload), post(payload)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["lead"]["url"].endswith(f"/leads/{first.json()['lead']['id']}/")
    assert set(first.json()["handoff"]["due"]) == {"review", "first_response"}


def test_missing_wrong_or_revoked_key_is_401(post: Post, now: datetime) -> None:
    revoked = api_keys.issue("website", now=now)
    ApiKey.objects.filter(prefix=revoked[:12]).update(revoked_at=now)

    answers = [
        Client().post(URL, "{}", content_type="application/json"),
        post(factories.signal(), key="baton_wrong"),
        post(factories.signal(), key=revoked),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert all(answer["WWW-Authenticate"] == "Bearer" for answer in answers)
    assert all(answer["Content-Type"] == "application/problem+json" for answer in answers)
    assert not Signal.objects.exists()


def test_keys_are_kept_only_as_hashes(ana: User, now: datetime) -> None:
    key = api_keys.issue("website", now=now)

    assert key not in str(list(ApiKey.objects.values()))
    assert api_keys.source_of(key, now=now) is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"not json", ""),
        (b"[]", ""),
        (b"\xff\xfe", ""),
        ({"type": "demo_request"}, "person.email"),
        ({"person": {"email": "eva@acme.example"}}, "type"),
        ({"type": "demo_request", "person": {"email": "eva@"}}, "person.email"),
        (
            {"type": "demo_request", "person": {"email": "eva@acme.example", "country": "Germany"}},
            "person.country",
        ),
        (
            {"type": "demo_request", "person": {"email": "eva@acme.example"}, "company": {"employees": -1}},
            "company.employees",
        ),
        (
            {"type": "demo_request", "person": {"email": "eva@acme.example"}, "occurred_at": "yesterday"},
            "occurred_at",
        ),
        (
            {"type": "demo_request", "person": {"email": "eva@acme.example", "first_name": "E\x00va"}},
            "person.first_name",
        ),
        (
            {"type": "demo_request", "person": {"email": "eva@acme.example", "first_name": "\ud800"}},
            "person.first_name",
        ),
        (
            {"type": "demo_request", "person": {"email": "eva@acme.example", "first_name": "x" * 10_000}},
            "person.first_name",
        ),
        ({"type": "demo_request", "person": "eva@acme.example"}, "person"),
    ],
)
def test_bad_input_is_422_naming_the_field_and_stores_nothing(post: Post, body: Any, field: str) -> None:
    answer = post(body)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Lead.objects.exists()
    assert not Signal.objects.exists()


def test_deep_json_is_refused_politely(post: Post) -> None:
    assert post(b"[" * 100_000).status_code == 422


def test_body_over_one_mebibyte_is_413(post: Post) -> None:
    assert post(b" " * (1024 * 1024 + 1)).status_code == 413


def test_same_id_with_another_body_is_422(post: Post) -> None:
    post(factories.signal("webinar_attended", signal_id="evt_1"))

    answer = post(factories.signal("demo_request", signal_id="evt_1"))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "signal_id"


@pytest.mark.parametrize(
    "name", ["محمد", "Zoë 🦊", "O'Brien; DROP TABLE leads_lead;--", "=1+1", "<script>alert(1)</script>"]
)
def test_any_text_is_kept_unchanged(post: Post, name: str) -> None:
    payload = factories.signal("demo_request")
    payload["person"]["first_name"] = name

    assert post(payload).status_code == 201
    assert Lead.objects.get().first_name == name


def test_openapi_describes_the_signal(ana: User) -> None:
    document = Client().get("/api/v1/openapi.json").json()

    operation = document["paths"]["/api/v1/signals"]["post"]
    assert document["openapi"].startswith("3.1")
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert {"type", "person", "company", "utm", "consent"} <= set(schema["properties"])


def test_description_names_each_answer_once_and_can_be_read_as_a_page(client: Client) -> None:
    pairs = json.loads(client.get("/api/v1/openapi.json").content, object_pairs_hook=list)
    page = client.get("/api/v1/docs")

    [[(_, posting)]] = [methods for path, methods in dict(pairs)["paths"] if path == URL]
    codes = [code for code, _ in dict(posting)["responses"]]
    assert sorted(codes) == [
        *("200", "201", "202", "400", "401", "403", "411", "413", "415", "422", "429", "500", "503")
    ]
    assert page.status_code == 200
    assert "Kept with its error; it is tried again" in page.content.decode()


def test_description_says_of_each_field_what_it_is_for(client: Client) -> None:
    shapes = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    told = {
        f"{shape}.{field}": said for shape in WORDS for field, said in shapes[shape]["properties"].items()
    }
    parts = {f"SignalIn.{part}" for part in ("person", "company", "utm", "consent")}
    assert {name for name, said in told.items() if "description" not in said} == parts


def test_page_has_commands_that_can_be_pasted_and_every_type_and_problem(client: Client, post: Post) -> None:
    page = client.get("/api/v1/docs")

    commands = {one.name: one.command for one in page.context["addresses"]}
    body = commands["post_signal"].partition("-d '")[2].removesuffix("'")
    assert post(body.encode()).status_code == 201
    assert commands["post_webhook"] == ""
    assert commands["list_leads"].startswith('curl "')
    assert ("demo_request", "Demo request") in page.context["types"]
    assert [f'id="{kind.name}"' in page.content.decode() for kind in KINDS] == [True] * len(KINDS)


def test_each_kind_of_problem_is_named_by_an_address_that_explains_it(post: Post, client: Client) -> None:
    wrong = post({"type": "chat"}).json()

    address, _, name = wrong["type"].partition("#")
    assert address.endswith("/api/v1/docs")
    assert (name, wrong["title"]) == ("fields-are-wrong", "Nothing was stored: fields are wrong.")
    nowhere = client.get("/api/v1/nowhere").json()
    assert (nowhere["type"], nowhere["title"]) == ("about:blank", "Not Found")
    assert "/api/v1/docs" in nowhere["detail"]


def test_body_in_chunks_is_asked_for_its_length(ana: User, now: datetime) -> None:
    key = api_keys.issue("website", now=now)
    chunked = {"Authorization": f"Bearer {key}", "Transfer-Encoding": "chunked"}

    answer = Client().generic("POST", URL, content_type="application/json", headers=chunked)

    assert answer.status_code == 411
    assert answer.json()["title"] == "Say how long the body is: Content-Length."


@pytest.mark.parametrize("body", [{"person": {"email": "eva@acme.example"}}, factories.signal("danced")])
def test_who_names_no_type_that_there_is_is_led_to_those_there_are(post: Post, body: dict[str, Any]) -> None:
    problem = post(body).json()

    assert problem["status"] == 422
    assert problem["detail"].endswith("/api/v1/docs#types.")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "There is no JSON: nothing was sent."),
        (b'{"type": "chat",\n', "expecting property name enclosed in double quotes, at line 2, column 1."),
        (b'{"type": "M\xfcller"}', "the byte at place 12 is not UTF-8."),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_json_is_told_where(post: Post, body: bytes, sentence: str) -> None:
    [error] = post(body).json()["errors"]

    assert sentence in error["message"]
