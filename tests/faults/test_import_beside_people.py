"""A big file is taken in beside live signals of the same companies: nobody waits long, memory stays small (P24)."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import pytest
from django.utils import timezone

from leads.models import Lead, Signal, User
from tests import factories
from tests.figures import say
from tests.lists import begun, written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

COMPANIES = 300
A_FILE, THE_BIGGEST = 20_000, 1_000_000  # rows
LONGEST_WAIT = 5.0  # seconds
MOST_MEMORY = 512  # MB


def most_memory(process: subprocess.Popen[bytes]) -> int:
    """The most that the process and those that it began ever held, in MB."""
    with suppress(psutil.NoSuchProcess):
        begun_by_it = [each.pid for each in psutil.Process(process.pid).children()]
        return sum(map(_most_memory, [process.pid, *begun_by_it]))
    return 0


def _most_memory(pid: int) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
    return 0


def waited(number: int) -> float:
    """How long somebody's demo request takes who works at a company of the list."""
    email, began = f"live{number}@firm{number % COMPANIES}.example", time.monotonic()
    factories.receive(factories.signal(email=email), now=timezone.now())
    return time.monotonic() - began


@pytest.mark.parametrize("rows", [A_FILE, THE_BIGGEST])
def test_live_signals_wait_for_seconds_at_most_and_memory_is_bounded(
    rows: int, ana: User, tmp_path: Path
) -> None:
    numbers = count()
    waited(next(numbers))  # what is read once a process is read now
    process = begun(written(tmp_path, rows=rows, companies=COMPANIES))
    began, waits, memory = time.monotonic(), [], 0

    while process.poll() is None:
        memory = max(memory, most_memory(process))
        waits.append(waited(next(numbers)))
        time.sleep(0.1)
    process.communicate()

    rate = rows / (time.monotonic() - began)
    told = f"waited {max(waits):.1f} s at most of {len(waits)}, {memory} MB, {rate:,.0f} rows/s"
    say(
        f"P24, a file of {rows:,} rows beside live signals",
        measured=told,
        target=f"{LONGEST_WAIT:g} s, {MOST_MEMORY} MB",
    )
    assert process.returncode == 0
    assert Lead.objects.count() == Signal.objects.count() == rows + len(waits) + 1
    assert max(waits) <= LONGEST_WAIT
    assert 0 < memory <= MOST_MEMORY
