"""What goes later goes in the order given: before the next statement, whoever sends it, or with the commit."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from leads import prepared
from leads.models import SignalType
from leads.prepared import Given, Query

ADD = "INSERT INTO leads_signaltype (code, label) VALUES (%s, %s)"
TWICE = "a code that is there already"
pytestmark = pytest.mark.django_db(transaction=True)


def codes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM leads_signaltype WHERE code = ANY(%s)", [["first", "second", TWICE]])
        return sorted(code for (code,) in cursor.fetchall())


def test_outside_of_a_transaction_it_goes_at_once() -> None:
    prepared.run_later(ADD, ["first", "First"])

    assert codes() == ["first"]


def test_it_goes_with_the_commit() -> None:
    with transaction.atomic():
        for code in ("first", "second"):
            prepared.run_later(ADD, [code, "Label"])

    assert codes() == ["first", "second"]


def test_a_transaction_of_which_nothing_waits_is_committed() -> None:
    with transaction.atomic():
        assert prepared.run(ADD, ["first", "First"]) == 1

    connection.close()
    assert codes() == ["first"]


def test_a_cursor_that_was_there_before_finds_what_went_later() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        prepared.run_later(ADD, ["first", "First"])

        cursor.execute("SELECT label FROM leads_signaltype WHERE code = 'first'")
        assert cursor.fetchone() == ("First",)
        prepared.run_later(ADD, ["second", "Second"])
        assert prepared.row("SELECT label FROM leads_signaltype WHERE code = 'second'") == ("Second",)
        assert SignalType.objects.filter(code__in=("first", "second")).count() == 2


def test_what_is_rolled_back_never_goes() -> None:
    with transaction.atomic():
        prepared.run_later(ADD, ["first", "First"])
        with transaction.atomic():
            prepared.run_later(ADD, ["second", "Second"])
            transaction.set_rollback(True)
    assert codes() == ["first"]

    with transaction.atomic():
        prepared.run_later(ADD, ["second", "Second"])
        transaction.set_rollback(True)

    assert codes() == ["first"]


def nothing() -> None:
    """Only the commit is left."""


@pytest.mark.parametrize("then", [nothing, SignalType.objects.count, codes])
def test_what_the_server_refuses_is_told_by_the_next_or_the_commit(then: Callable[[], object]) -> None:
    prepared.run_later(ADD, [TWICE, "Once"])

    with pytest.raises(IntegrityError):
        add_again(then)
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            add_again(codes)  # within: of a savepoint the commit is only said later
        prepared.run_later(ADD, ["second", "Second"])

    assert codes() == sorted([TWICE, "second"])


@transaction.atomic
def add_again(then: Callable[[], object]) -> None:
    prepared.run_later(ADD, ["first", "First"])
    prepared.run_later(ADD, [TWICE, "Twice"])
    then()


CHANGE = "UPDATE leads_signaltype SET label = %s WHERE code = %s"


@pytest.mark.parametrize("then", [nothing, SignalType.objects.count, codes])
def test_what_changes_nothing_is_refused_by_the_next_or_the_commit(then: Callable[[], object]) -> None:
    with pytest.raises(LookupError, match="nobody"):
        change_nobody(then)
    assert codes() == []

    with transaction.atomic():
        prepared.run_later(ADD, ["first", "First"])
        prepared.run_later(CHANGE, ["Second", "first"], refusal=LookupError("nobody"))

    assert SignalType.objects.get(code="first").label == "Second"


@transaction.atomic
def change_nobody(then: Callable[[], object]) -> None:
    prepared.run_later(ADD, ["first", "First"])
    prepared.run_later(CHANGE, ["Label", "nobody"], refusal=LookupError("nobody"))
    then()


def test_what_changes_nothing_outside_of_a_transaction_is_refused_at_once() -> None:
    with pytest.raises(LookupError):
        prepared.run_later(CHANGE, ["Label", "nobody"], refusal=LookupError("nobody"))


def test_a_refused_reference_is_told_by_the_commit() -> None:
    with pytest.raises(IntegrityError):
        refer_to_nobody()

    assert prepared.row("SELECT 1") == (1,)


@transaction.atomic
def refer_to_nobody() -> None:
    prepared.run_later("INSERT INTO leads_visitor (visitor_id, lead_id) VALUES (%s, %s)", ["v", -1])


def test_other_threads_go_on_while_one_waits_for_the_server() -> None:
    with transaction.atomic():
        prepared.run_later(ADD, ["first", "First"])
        waiting = Thread(target=one_who_adds_first_too)
        prepared.row("SELECT 1")
        waiting.start()
        waiting.join(timeout=0.5)  # held up by the code that is not committed; this thread goes on
        assert waiting.is_alive()

    waiting.join(timeout=30)
    assert not waiting.is_alive()
    assert codes() == ["first"]


def one_who_adds_first_too() -> None:
    try:
        with pytest.raises(IntegrityError):
            add_again(codes)
    finally:
        connection.close()


def test_more_than_the_socket_takes_at_once_goes_there_and_back() -> None:
    label = "x" * 50_000_000

    with transaction.atomic():
        prepared.run_later("SELECT %s::text", [label])
        assert prepared.row("SELECT %s::text", [label]) == (label,)


def test_work_beside_a_statement_is_done_while_the_server_thinks() -> None:
    with transaction.atomic():
        prepared.run_later(ADD, ["first", "First"])
        label = "SELECT label FROM leads_signaltype WHERE code = %s"

        assert prepared.rows_beside(label, ["first"], lambda: "done") == ([("First",)], "done")
        assert prepared.row(label, ["first"]) == ("First",)


def test_after_work_that_fails_beside_a_statement_the_connection_goes_on() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        prepared.rows_beside(ADD, ["first", "First"], lambda: 1 // 0)

    assert codes() == []


def test_what_the_server_refuses_beside_work_is_told() -> None:
    prepared.run(ADD, ["first", "First"])

    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.rows_beside(ADD, ["first", "Again"], lambda: None)

    assert codes() == ["first"]


LABEL = "SELECT label FROM leads_signaltype WHERE code = %s"


def test_what_is_asked_ahead_is_answered_in_the_order_in_which_it_was_asked() -> None:
    with transaction.atomic():
        before = prepared.rows_ahead(LABEL, ["first"])
        prepared.run_later(ADD, ["first", "First"])
        after = prepared.rows_ahead(LABEL, ["first"])

        assert prepared.row("SELECT 1") == (1,)
        assert (before(), after()) == ([], [("First",)])
        assert after() == [("First",)]


def test_what_is_asked_ahead_is_sent_for_by_whoever_reads_it() -> None:
    with transaction.atomic():
        prepared.run_later(ADD, ["first", "First"])

        assert prepared.rows_ahead(LABEL, ["first"])() == [("First",)]


def test_what_is_asked_ahead_of_the_commit_is_answered_by_it() -> None:
    prepared.run(ADD, ["first", "First"])
    with transaction.atomic():
        asked = prepared.rows_ahead(LABEL, ["first"])

    assert asked() == [("First",)]


def test_outside_of_a_transaction_it_is_asked_at_once() -> None:
    asked = prepared.rows_ahead(LABEL, ["first"])
    prepared.run_later(ADD, ["first", "First"])

    assert asked() == []


def test_what_was_rolled_back_before_it_was_sent_has_no_answer() -> None:
    with transaction.atomic():
        asked = prepared.rows_ahead(LABEL, ["first"])
        transaction.set_rollback(True)

    with pytest.raises(LookupError):
        asked()
    assert codes() == []


def test_what_the_server_refuses_ahead_is_told_to_whoever_reads_it() -> None:
    prepared.run(ADD, ["first", "First"])
    with transaction.atomic():
        asked = prepared.rows_ahead(ADD, ["first", "Again"])

        with pytest.raises(IntegrityError):
            asked()
        transaction.set_rollback(True)


def test_a_query_asked_ahead_reads_the_same_objects() -> None:
    prepared.run(ADD, ["first", "First"])
    by_code = Query(lambda: SignalType.objects.filter(code=Given("code")))

    with transaction.atomic():
        found, nobody = by_code.ahead(code="first"), by_code.ahead(code="second")

        assert ([one.label for one in found()], nobody()) == (["First"], [])
