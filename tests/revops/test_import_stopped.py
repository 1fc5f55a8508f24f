"""An import that is stopped, shares its worker or is left: it goes on where it was, and its file is forgotten."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import background, file_imports
from leads.background import Cancelled
from leads.file_imports import Progress, Refusal, TakenUpElsewhere
from leads.models import BackgroundRun, FileImport, FilePart, Lead, RefusedRow, Signal, User
from revops.background_work import WORK
from revops.imports import file_importing
from tests.conftest import SignIn
from tests.import_desk import begun, brought, mapped, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def test_what_was_stopped_goes_on_where_it_stopped_and_doubles_nothing(
    desk: Client, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"p{number}@p{number}.example,P{number},\n" for number in range(250))
    one = brought(desk, "Email,First Name,Nothing\n" + rows)
    mapped(desk, one)
    run = file_importing.begin(one, by=olga, now=timezone.now())
    asked = []

    def stop_in_the_middle(done: int, total: int, *, step: str = "") -> None:
        asked.append(done)
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        file_importing.work_run(run, stop_in_the_middle)
    desk.post(reverse("import-cancel", args=[one.pk]))
    one.refresh_from_db()
    stopped_at, page = one.read, page_of(desk, one)
    begun(desk, one)

    assert 0 < stopped_at < 250
    assert page.state == f"Stopped after {stopped_at} rows"
    assert page.stopped == "It was cancelled. What is in stays in."
    assert (one.read, one.stored, one.repeated) == (250, 250, 0)
    assert Signal.objects.count() == Lead.objects.count() == 250


def test_a_long_import_leaves_others_their_turn(
    desk: Client, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_importing, "TURN", 0.0)
    rows = "".join(f"p{number}@p{number}.example\n" for number in range(250))
    one = brought(desk, "Email\n" + rows)
    mapped(desk, one)
    run = file_importing.begin(one, by=olga, now=timezone.now())

    background.work_off(WORK)

    one.refresh_from_db()
    run.refresh_from_db()
    assert 0 < one.read < 250
    assert run.status == BackgroundRun.Status.WAITING
    assert not run.attempts


def test_two_workers_never_count_the_same_row(desk: Client) -> None:
    one = brought(desk)
    file_imports.advance(one, Progress(read=1, stored=1, numbers=[0]))

    with pytest.raises(TakenUpElsewhere):
        file_imports.advance(one, Progress(read=1, stored=1, numbers=[0]))

    one.refresh_from_db()
    assert (one.read, one.stored) == (1, 1)


def test_code_of_before_reads_a_file_with_gaps_again_where_the_migration_is_taken_back(desk: Client) -> None:
    with_gap, in_order = brought(desk), brought(desk)
    no_address = Refusal(3, "It has no address.", ["no address", "Bob", "Acme", "44"])
    file_imports.advance(with_gap, Progress(read=2, stored=1, refusals=[no_address], numbers=[1, 3]))
    file_imports.advance(in_order, Progress(read=2, stored=1, refusals=[no_address], numbers=[0, 1]))

    with connection.cursor() as cursor:
        cursor.execute(import_module("leads.migrations.0004_rows_that_are_in").FROM_THE_FIRST_ROW)

    read = FileImport.objects.order_by("pk").values_list("pk", "read", "stored", "refused")
    assert list(read) == [(with_gap.pk, 0, 0, 0), (in_order.pk, 2, 1, 1)]
    assert RefusedRow.objects.get().file_import == in_order


def test_the_file_is_forgotten_when_it_is_done_or_left(desk: Client) -> None:
    one, left = brought(desk), brought(desk)
    mapped(desk, one)
    begun(desk, one)

    forgotten = file_imports.forget_old(now=timezone.now() + file_imports.FORGOTTEN_AFTER)

    left.refresh_from_db()
    assert forgotten == 1
    assert left.sample == []
    assert not FilePart.objects.exists()
    desk.post(reverse("import-begin", args=[left.pk]))
    assert FileImport.objects.get(pk=left.pk).run is None
