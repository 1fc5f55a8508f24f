"""A large file is taken in by two processes: to what one makes of it, whoever breaks off, is stopped or goes on."""

from __future__ import annotations

import json
from pathlib import Path

import psutil
import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from leads import background
from leads.background import Cancelled
from leads.models import BackgroundRun, FileImport, Lead, Signal, SignalReceipt, User
from revops.background_work import WORK
from revops.imports import file_importing, importing, second_hand, two_hands
from revops.imports.second_hand import SecondHand
from routing.models import Handoff
from scoring.models import Score
from tests import factories
from tests.lists import ASKS, written
from tests.revops.test_import_together import HEADER, assert_same, snapshot, some_rows, taken_in, told

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, OF_ALL_KINDS = 1_200, 500
WHOSE_TURN = {"explanation", "waited_since", "shares", "last_received_at", "deficit"}
"""What is told of how the turns stood when one was taken: that depends on who came before whom."""


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any file is large, and this machine has two processors."""
    monkeypatch.setattr(importing, "LARGE", 0)
    monkeypatch.setattr(importing, "PROCESSORS", 2)
    monkeypatch.setattr(two_hands, "CHUNK", 120)
    monkeypatch.setattr(two_hands, "MOST_WAITING", 480)  # rows


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[SecondHand]:
    """The second processes that were begun."""
    found: list[SecondHand] = []
    begun = second_hand.begun

    def noted(work: second_hand.Steps) -> SecondHand:
        found.append(begun(work))
        return found[-1]

    monkeypatch.setattr(second_hand, "begun", noted)
    return found


def but_for_turns(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows of every table without what is told of how the turns stood."""

    def plain(row: str) -> str:
        return json.dumps({name: told for name, told in json.loads(row).items() if name not in WHOSE_TURN})

    return {table: [plain(row) for row in rows] for table, rows in tables.items()}


def second_processes() -> list[psutil.Process]:
    """Copies of this process; the servers that tests run on may be its children too."""
    here = psutil.Process()
    living = [each for each in here.children() if each.status() != psutil.STATUS_ZOMBIE]
    return [each for each in living if each.cmdline() == here.cmdline()]


def asked(folder: Path, *, by: User, companies: int = 90) -> tuple[FileImport, BackgroundRun]:
    """A list that is to be taken in."""
    content = written(folder, rows=ROWS, companies=companies).read_bytes()
    one = factories.file_import(content)
    FileImport.objects.filter(pk=one.pk).update(preset="generic")
    one.refresh_from_db()
    return one, file_importing.begin(one, by=by, now=timezone.now())


def assert_all_in(one: FileImport) -> None:
    """Nobody is missing, and nobody is there twice."""
    one.refresh_from_db()
    counts = (one.read, one.stored, one.created, one.qualified, one.taken)
    assert counts == (ROWS, ROWS, ROWS, ROWS // ASKS, [(0, ROWS)])
    assert Lead.objects.count() == Signal.objects.count() == SignalReceipt.objects.count() == ROWS
    assert Score.objects.count() == ROWS
    assert Handoff.objects.values("lead").distinct().count() == Handoff.objects.count() == ROWS // ASKS


def nobody_asks(done: int, total: int, *, step: str = "") -> None:
    """Let it go on."""


@pytest.mark.usefixtures("ana")
def test_people_and_companies_that_come_again_become_what_one_makes_of_them(
    tmp_path: Path, hands: list[SecondHand], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join([HEADER, *some_rows(OF_ALL_KINDS, seed=11)]) + "\n", encoding="utf-8")
    factories.source("list")
    with transaction.atomic():
        by_one = told(taken_in(path)), but_for_turns(snapshot())
        transaction.set_rollback(True)
    alone = len(hands)

    by_two = taken_in(path)

    assert (alone, len(hands)) == (0, 1)
    assert not second_processes()
    assert "one by one" not in caplog.text
    by_two.refusals.sort(key=lambda refusal: refusal.line)
    assert_same((told(by_two), but_for_turns(snapshot())), by_one)


@pytest.mark.usefixtures("model", "ana", "bob")
def test_two_processes_take_a_file_in(tmp_path: Path, olga: User, hands: list[SecondHand]) -> None:
    one, run = asked(tmp_path, by=olga)

    background.work_off(WORK)

    run.refresh_from_db()
    assert len(hands) == 1
    assert (run.status, run.result) == (BackgroundRun.Status.DONE, {"read": ROWS})
    assert_all_in(one)


@pytest.mark.usefixtures("model", "ana", "bob")
def test_what_is_stopped_goes_on_with_the_rows_that_are_not_in(tmp_path: Path, olga: User) -> None:
    one, run = asked(tmp_path, by=olga)

    def stop_in_the_middle(done: int, total: int, *, step: str = "") -> None:
        if done > ROWS // 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        file_importing.work_run(run, stop_in_the_middle)
    one.refresh_from_db()
    stopped_at, left = one.read, second_processes()
    file_importing.work_run(run, nobody_asks)

    assert ROWS // 3 < stopped_at < ROWS
    assert not left
    assert_all_in(one)


@pytest.mark.usefixtures("model", "ana", "bob")
def test_a_second_process_that_is_killed_leaves_the_run_to_whoever_goes_on(
    tmp_path: Path, olga: User
) -> None:
    one, run = asked(tmp_path, by=olga)

    def kill_the_second(done: int, total: int, *, step: str = "") -> None:
        for process in second_processes() if done else ():
            process.kill()

    with pytest.raises(OperationalError):
        file_importing.work_run(run, kill_the_second)
    one.refresh_from_db()
    broke_off_at = one.read
    file_importing.work_run(run, nobody_asks)

    assert 0 < broke_off_at < ROWS
    assert_all_in(one)


@pytest.mark.usefixtures("model", "ana", "bob")
def test_an_error_of_the_second_process_is_told(
    tmp_path: Path, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, run = asked(tmp_path, by=olga)
    monkeypatch.setattr(second_hand, "AS_FORGIVING", "SELECT nonsense(%s)")

    with pytest.raises(OperationalError, match="nonsense"):
        file_importing.work_run(run, nobody_asks)

    assert not second_processes()
    one.refresh_from_db()
    assert one.read < ROWS


@pytest.mark.usefixtures("model", "ana", "bob")
def test_two_workers_at_one_file_count_no_row_twice_and_the_next_ends_it(
    tmp_path: Path, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, run = asked(tmp_path, by=olga)
    went_on: list[int] = []

    def another_goes_on(done: int, total: int, *, step: str = "") -> None:
        if done and not went_on:
            went_on.append(done)
            monkeypatch.setattr(importing, "PROCESSORS", 1)
            file_importing.work_run(run, nobody_asks)

    with pytest.raises(Cancelled):
        file_importing.work_run(run, another_goes_on)
    one.refresh_from_db()
    stopped_at, counted = one.read, sum(end - first for first, end in one.taken)
    stored = Signal.objects.count()
    if stopped_at < ROWS:
        file_importing.work_run(run, nobody_asks)

    assert stopped_at == counted == stored
    assert_all_in(one)


@pytest.mark.usefixtures("model", "ana", "bob")
def test_a_list_of_one_company_is_taken_in_in_order(tmp_path: Path, olga: User) -> None:
    one, _ = asked(tmp_path, by=olga, companies=1)

    background.work_off(WORK)

    assert_all_in(one)
    assert Lead.objects.values("account").distinct().count() == 1


def test_a_file_that_is_not_large_is_taken_in_by_one(
    tmp_path: Path, olga: User, monkeypatch: pytest.MonkeyPatch, hands: list[SecondHand]
) -> None:
    monkeypatch.setattr(importing, "LARGE", 10**9)
    one, _ = asked(tmp_path, by=olga)

    background.work_off(WORK)

    one.refresh_from_db()
    assert (one.read, hands) == (ROWS, [])


def test_a_machine_of_one_processor_takes_a_file_in_by_one(
    tmp_path: Path, olga: User, monkeypatch: pytest.MonkeyPatch, hands: list[SecondHand]
) -> None:
    monkeypatch.setattr(importing, "PROCESSORS", 1)
    one, _ = asked(tmp_path, by=olga)

    background.work_off(WORK)

    one.refresh_from_db()
    assert (one.read, hands) == (ROWS, [])
