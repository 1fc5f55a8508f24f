"""Computations in the background: each is done once, watched, cancelled, and taken up again when a worker dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import background
from leads.background import CannotRun, Report
from leads.models import BackgroundRun, User
from tests.races import at_once

Status = BackgroundRun.Status
pytestmark = pytest.mark.django_db


def doubled(run: BackgroundRun, report: Report) -> dict[str, Any]:
    report(1, 2, step="Doubling")
    return {"double": run.parameters["number"] * 2}


def asked(now: datetime, *, by: User | None = None, number: int = 21) -> BackgroundRun:
    return background.ask("doubling", {"number": number}, by=by, now=now)


def test_run_is_done_and_its_answer_is_kept(now: datetime) -> None:
    run = asked(now)

    taken = background.work_off({"doubling": doubled})

    run.refresh_from_db()
    assert taken == 1
    assert (run.status, run.result, run.step, run.done, run.total) == (
        Status.DONE,
        {"double": 42},
        "Doubling",
        1,
        2,
    )
    assert background.work_off({"doubling": doubled}) == 0


def test_kinds_that_this_worker_does_not_know_are_left_to_others(now: datetime) -> None:
    run = asked(now)

    assert background.work_off({"something else": doubled}) == 0

    run.refresh_from_db()
    assert run.status == Status.WAITING


def test_refusal_is_told_in_its_own_words_and_an_error_is_told_as_one(now: datetime) -> None:
    def refusing(run: BackgroundRun, report: Report) -> dict[str, Any]:
        raise CannotRun("The draft was discarded.")

    def failing(run: BackgroundRun, report: Report) -> dict[str, Any]:
        raise ValueError("no touches")

    refused, failed = asked(now), background.ask("failing", {}, by=None, now=now)

    background.work_off({"doubling": refusing, "failing": failing})

    refused.refresh_from_db()
    failed.refresh_from_db()
    assert (refused.status, refused.error) == (Status.FAILED, "The draft was discarded.")
    assert (failed.status, failed.error) == (Status.FAILED, "It stopped at an error: no touches")


def test_run_whose_worker_died_is_taken_up_again_three_times_at_most(now: datetime) -> None:
    run = asked(now)

    def dying(run: BackgroundRun, report: Report) -> dict[str, Any]:
        BackgroundRun.objects.filter(pk=run.pk).update(alive_at=timezone.now() - timedelta(minutes=5))
        raise OperationalError("the worker is gone")

    for _ in range(background.MOST_ATTEMPTS):
        with pytest.raises(OperationalError):
            background.work_off({"doubling": dying})
    background.work_off({"doubling": doubled})

    run.refresh_from_db()
    assert (run.status, run.error) == (Status.FAILED, "It was given up: its worker stopped three times.")


def test_run_that_is_kept_alive_is_nobody_elses(now: datetime) -> None:
    run = asked(now)
    BackgroundRun.objects.filter(pk=run.pk).update(status=Status.RUNNING, alive_at=timezone.now(), attempts=1)

    assert background.work_off({"doubling": doubled}) == 0


def test_waiting_run_is_cancelled_at_once_and_a_running_one_at_its_next_report(now: datetime) -> None:
    waiting = asked(now)
    assert background.cancel(waiting, now=now)

    def interrupted(run: BackgroundRun, report: Report) -> dict[str, Any]:
        background.cancel(run, now=now)
        report(1, 2, step="Doubling")
        raise AssertionError("it went on")

    running = asked(now)
    background.work_off({"doubling": interrupted})

    waiting.refresh_from_db()
    running.refresh_from_db()
    assert (waiting.status, running.status) == (Status.CANCELLED, Status.CANCELLED)
    assert not background.cancel(running, now=now)


def test_worker_that_was_given_up_on_writes_nothing_over_the_next_ones_answer(now: datetime) -> None:
    run = asked(now)

    def overtaken(run: BackgroundRun, report: Report) -> dict[str, Any]:
        BackgroundRun.objects.filter(pk=run.pk).update(attempts=2, status=Status.DONE, result={"double": 1})
        return {"double": 2}

    background.work_off({"doubling": overtaken})

    run.refresh_from_db()
    assert run.result == {"double": 1}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_run_once(now: datetime) -> None:
    for number in range(6):
        asked(now, number=number)

    both = [partial(background.work_off, {"doubling": doubled})] * 2
    at_once(*both)

    assert set(BackgroundRun.objects.values_list("attempts", "status")) == {(1, Status.DONE)}


def test_progress_tells_the_step_and_reloads_the_page_at_the_end(
    olga: User, now: datetime, client: Client
) -> None:
    run = asked(now, by=olga)
    client.force_login(olga)
    while_waiting = client.get(reverse("run-progress", args=[run.pk]))

    background.work_off({"doubling": doubled})

    assert "Waiting for a free worker" in while_waiting.content.decode()
    assert "HX-Refresh" not in while_waiting.headers
    assert client.get(reverse("run-progress", args=[run.pk])).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_cancelling_leads_back_and_never_off_site(
    olga: User, now: datetime, client: Client, place: str
) -> None:
    client.force_login(olga)
    address = reverse("run-cancel", args=[asked(now, by=olga).pk])

    assert client.post(address, {"back": "/scorecards/"}).headers["Location"] == "/scorecards/"
    assert client.post(address, {"back": place}).headers["Location"] == "/"


def test_latest_run_of_a_kind_is_found_by_its_parameters(now: datetime) -> None:
    asked(now, number=1)
    second = asked(now + timedelta(minutes=1), number=1)
    asked(now + timedelta(minutes=2), number=2)

    assert background.latest("doubling", number=1) == second
    assert background.latest("doubling", number=3) is None
