"""P11: signals that raise, hang or end their worker do not block the rest, and become dead letters with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leads.models import FailedSignal, Lead, Signal, User
from tests import factories
from tests.figures import say
from tests.kept_signals import keep, time_passes
from tests.processes import Processes, kill, until

RETRY = "revops.tasks.retry_failed_signals"
POISON = """
    CREATE FUNCTION poison() RETURNS trigger AS $$
    BEGIN
        IF NEW.email_key = 'raises@acme.example' THEN
            RAISE EXCEPTION 'this one raises';
        ELSIF NEW.email_key = 'hangs@acme.example' THEN
            PERFORM pg_sleep(3600);
        ELSIF NEW.email_key = 'ends@acme.example' THEN
            PERFORM set_config('application_name', 'ends its worker', true);
            PERFORM pg_sleep(10);
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    CREATE TRIGGER poison BEFORE INSERT ON leads_lead FOR EACH ROW EXECUTE FUNCTION poison()
"""
ANTIDOTE = "DROP TRIGGER IF EXISTS poison ON leads_lead; DROP FUNCTION IF EXISTS poison"
NAMES = ("raises", "hangs", "ends")


@pytest.fixture
def poisoned(transactional_db: None) -> Iterator[None]:
    """The database raises, sleeps, or says whom to kill, when one of three people comes in."""
    with connection.cursor() as cursor:
        cursor.execute(POISON)
    yield
    with connection.cursor() as cursor:
        cursor.execute(ANTIDOTE)


def session_at_the_worst_moment() -> int | None:
    """The database's session in which the one that ends its worker is being worked on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'ends its worker'")
        found = cursor.fetchone()
    return found[0] if found else None


def end_session(session: int) -> None:
    """A database notices that its client is dead only when it next has something to say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [session])


@pytest.mark.faults
def test_three_poison_signals_among_a_thousand(processes: Processes, poisoned: None, ana: User) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    for name in (*NAMES, *(f"good-{number}" for number in range(997))):
        keep(factories.signal(email=f"{name}@acme.example", signal_id=name), at=hour_ago)
    time_passes()
    worker = processes.start_worker()
    deaths = 0

    def all_is_decided() -> bool:
        nonlocal deaths
        processes.tick(RETRY)
        if (session := session_at_the_worst_moment()) is not None:
            kill(worker, whole=False)
            end_session(session)
            deaths += 1
        if not FailedSignal.objects.filter(attempts=0).exists():
            time_passes()
        return not FailedSignal.objects.filter(dead_at__isnull=True).exists()

    took = until(all_is_decided, what="every signal went through or is a dead letter", within=550, every=1)

    through = Signal.objects.filter(signal_id__startswith="good-").count()
    dead = {letter.signal_id: letter for letter in FailedSignal.objects.filter(dead_at__isnull=False)}
    attempts = max(letter.attempts for letter in dead.values())
    kept = (through, set(dead), Lead.objects.count()) == (997, set(NAMES), 997) and attempts <= 5
    say(
        "P11, one raises, one hangs, one ends its worker, among 1,000 kept signals",
        measured=f"done {through}, dead letters {len(dead)} after {attempts} attempts, {deaths} deaths, {took:.0f} s",
        target="997, 3 after ≤ 5",
        is_kept=kept,
    )
    assert kept
    assert "this one raises" in dead["raises"].error
    assert "timeout" in dead["hangs"].error
    assert "ended its worker" in dead["ends"].error
