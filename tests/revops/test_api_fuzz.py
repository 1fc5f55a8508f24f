"""The API against its own description: whatever is thought of is answered as the document says, never by 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from leads.models import Source, User
from revops.api import document as api_document
from tests.api_callers import reader, sender

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_dict(api_document.document())
SCHEMA.app = WSGIHandler()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Let a request end without closing the connection that holds the test's transaction, as Django's client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def keys(ana: User, olga: User) -> dict[str, str]:
    """A key for what is sent, and one for what is read."""
    found = {"POST": sender().key, "GET": reader(olga).key}
    Source.objects.update(signals_per_minute=1_000_000)
    return found


@SCHEMA.parametrize()
@settings(
    max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
def test_every_answer_is_one_that_the_document_names(case: Any, keys: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {keys.get(case.method.upper(), '')}", "Host": "127.0.0.1"}

    case.call_and_validate(headers=headers, checks=CHECKS)
