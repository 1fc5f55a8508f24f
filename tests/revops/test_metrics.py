"""/metrics: what was served and how the work stands, for whoever may read it, in the same few statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from leads.models import JobRun, User
from tests import factories

Figures = dict[tuple[str, tuple[str, ...]], float]


def figures(client: Client) -> Figures:
    """Each figure by its name and the values of its labels, in the order of their names."""
    page = client.get("/metrics").content.decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_requests_are_counted_by_view_method_and_status(client: Client, db: None) -> None:
    name = ("baton_requests_total", ("GET", "200", "healthz"))
    before = figures(client).get(name, 0)

    client.get("/healthz")

    after = figures(client)
    assert after[name] == before + 1
    assert after["baton_request_seconds_count", ("GET", "healthz")] >= before + 1


def test_the_work_is_told_as_it_stands(client: Client, ana: User) -> None:
    now = timezone.now()
    factories.handoff(now=now - timedelta(days=3))
    began = now - timedelta(hours=2)
    JobRun.objects.create(job="sweep service levels", status="DONE", began_at=began, started_at=began)

    told = figures(client)

    assert told["baton_handoffs_waiting", ()] == 1
    assert told["baton_clock_lag_seconds", ()] > 3600
    assert told["baton_outbox_waiting", ("people",)] > 0
    assert told["baton_outbox_age_seconds", ("people",)] > 3600
    assert told["baton_dead_letters", ("signals",)] == 0
    assert told["baton_job_overdue", ("sweep-service-levels",)] == 1
    assert told["baton_job_age_seconds", ("sweep-service-levels",)] == pytest.approx(7200, abs=600)
    assert told["baton_database_connections", ("held",)] >= 1


def test_a_scrape_asks_the_same_however_much_there_is(client: Client, ana: User) -> None:
    now = timezone.now()
    factories.handoff(now=now, email="one@acme.example")
    with CaptureQueriesContext(connection) as few:
        client.get("/metrics")
    for number in range(3):
        factories.handoff(now=now, email=f"more-{number}@acme.example")
    with CaptureQueriesContext(connection) as many:
        client.get("/metrics")

    assert len(few) == len(many)


def test_without_a_token_only_this_machine_may_read(client: Client, db: None) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::ffff:127.0.0.1").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::ffff:203.0.113.9").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_with_a_token_only_who_holds_it_may_read(client: Client, db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "scrape"

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer scrape"}, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 200
