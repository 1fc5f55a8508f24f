"""Logs carry the request, the person's id and the job, and no personal data or secret (P37)."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import api_keys
from leads.models import AuditEntry, User
from revops.celery import JOB_OF_TASK, app, take_the_request_along
from revops.logs import configuration
from tests import factories
from tests.conftest import SignIn

CANARIES = ("canary@acme.example", "canary-password", "canary-key", "canary-token", "canary-name")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that is logged during the test, as production writes it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    parts = configuration(level="DEBUG", as_json=True)["formatters"]["line"]
    factory = parts["()"]
    handler.setFormatter(factory(**{name: value for name, value in parts.items() if name != "()"}))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: StringIO, event: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == event]


def test_a_request_leaves_one_line_with_its_id_and_its_person(
    log: StringIO, ana: User, as_user: SignIn
) -> None:
    lead = factories.handoff(now=timezone.now()).lead

    answer = as_user(ana).get(
        reverse("lead", args=[lead.pk]), {"q": "canary-name"}, headers={"X-Request-ID": "proxy-id-0001"}
    )

    assert answer.headers["X-Request-ID"] == "proxy-id-0001"
    [line] = lines(log, "request")
    assert (line["request_id"], line["view"], line["status"]) == ("proxy-id-0001", "lead", 200)
    assert (line["user_id"], line["lead_id"], line["level"]) == (ana.pk, lead.pk, "info")
    assert "canary" not in log.getvalue()


def test_an_id_that_could_break_a_log_is_replaced(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "<script>canary</script>"})

    assert len(answer.headers["X-Request-ID"]) == 32


def test_nothing_that_people_send_reaches_the_log(log: StringIO, ana: User, olga: User) -> None:
    now = timezone.now()
    key = api_keys.issue("website", now=now)
    client = Client(raise_request_exception=False)
    payload = factories.signal(email=CANARIES[0], signal_id="canary-name")

    client.post(
        "/api/v1/signals",
        payload,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    client.post(
        "/api/v1/signals",
        payload,
        content_type="application/json",
        headers={"Authorization": "Bearer canary-key"},
    )
    client.post(reverse("account_login"), {"login": CANARIES[0], "password": "canary-password"})
    client.get("/no-such-page/", {"email": CANARIES[0], "token": "canary-token"})

    found = log.getvalue()
    assert lines(log, "request")
    assert [canary for canary in (*CANARIES, key) if canary in found] == []


def test_an_error_is_logged_whole_and_without_what_the_database_quotes(log: StringIO) -> None:
    error = ValueError('duplicate\nDETAIL:  Key (name)=(canary-name) exists; password="canary-password"')

    logging.getLogger("leads.intake").error("could not store %s", CANARIES[0], exc_info=error)

    [line] = [json.loads(line) for line in log.getvalue().splitlines()]
    assert line["exception"].startswith("ValueError: duplicate")
    assert "canary-" not in line["exception"]
    assert CANARIES[0] not in line["event"]


def test_values_under_the_name_of_a_secret_are_never_written(log: StringIO) -> None:
    headers = {"Authorization": "canary", "Accept": "text"}

    logging.getLogger("any").warning({"event": "asked", "headers": headers, "password": "canary"})

    [line] = lines(log, "asked")
    assert line["headers"] == {"Authorization": "•••", "Accept": "text"}
    assert line["password"] == "•••"


def test_what_a_job_logs_names_the_job_and_the_request(
    log: StringIO, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(JOB_OF_TASK, "tests.probe", "clear steps")

    @app.task(name="tests.probe")
    def probe() -> None:
        logging.getLogger("inside").info("working")

    probe.apply(headers={"request_id": "proxy-id-0001"})

    [line] = lines(log, "working")
    assert (line["job"], line["request_id"]) == ("clear steps", "proxy-id-0001")
    assert line["task_id"]


def test_a_task_is_told_which_request_it_was_asked_for_by() -> None:
    headers: dict[str, str] = {}

    with structlog.contextvars.bound_contextvars(request_id="proxy-id-0001"):
        take_the_request_along(headers=headers)

    assert headers == {"request_id": "proxy-id-0001"}


def test_the_audit_says_where_a_change_came_from(olga: User, as_user: SignIn) -> None:
    as_user(olga).post("/jobs/clear-steps/run/", REMOTE_ADDR="203.0.113.9")

    assert AuditEntry.objects.get(action="job.asked").came_from == "203.0.113.9"
