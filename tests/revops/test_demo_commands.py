"""Where the demo may be loaded, that it is the same each time, and how its arriving signals are stopped."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from leads.models import Lead, Signal, User
from revops.demo import history, marker, organisation
from scoring.models import Scorecard
from tests.processes import database_url

NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_same_day_tells_the_same_history() -> None:
    told = []
    for _ in range(2):
        with transaction.atomic():
            history.tell(now=NOW, people=60, accounts=30)
            told.append(list(Lead.objects.order_by("email").values_list("email", "stage", "owner__email")))
            transaction.set_rollback(True)

    assert told[0] == told[1] != []


@pytest.mark.django_db
def test_database_with_people_of_its_own_is_refused() -> None:
    User.objects.create_user("somebody@firm.example", name="Somebody")

    with pytest.raises(CommandError, match="not a demo's"):
        call_command("load_demo")

    assert not Lead.objects.exists()


@pytest.mark.django_db
def test_signals_are_sent_to_a_demo_only() -> None:
    with pytest.raises(CommandError, match="no demo company"):
        call_command("demo_signals")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_arriving_signals_stop_at_once_and_end_well(model: Scorecard, number: signal.Signals) -> None:
    for email in organisation.SIGN_INS:
        User.objects.create(email=email, name=email)
    assert marker.is_a_demo()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo_signals", "--every", "600"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "revops.settings",
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(number)

    assert process.wait(timeout=30) == 0
    assert Signal.objects.count() == 1
    process.stdout.close()
