"""A big file is taken in beside live signals of the same companies and a rep at the queue (P24).

Nobody waits long, the page is nearly as quick as without, and memory stays small.
"""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import quantiles

import psutil
import pytest
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, Signal, Team, User
from tests import factories
from tests.figures import say
from tests.lists import begun, written
from tests.processes import Processes
from tests.visits import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

COMPANIES = 300
A_FILE, THE_BIGGEST = 20_000, 1_000_000  # rows
WAITING = 50  # hand-offs in the rep's queue
REPS = 50  # of each of two teams: one has what the file brings, the other what comes meanwhile
LOOKS = 200  # at the queue, before and after
PAUSE = 0.2  # seconds between two looks, and between two signals
LONGEST_WAIT = 5.0  # seconds
MOST_MEMORY = 512  # MB
MOST_OF_IDLE = 1.5  # times the page's 95th percentile where nothing else is done


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


def looked(rep: Visitor) -> float:
    """How long the rep's queue takes to come."""
    began = time.monotonic()
    page = rep.get(reverse("queue"))
    assert page.status == 200
    return time.monotonic() - began


def idle_looks(rep: Visitor) -> list[float]:
    """How long the queue takes to come where nothing else is done."""
    looks = []
    for _ in range(LOOKS):
        looks.append(looked(rep))
        time.sleep(PAUSE)
    return looks


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


@pytest.fixture
def rep(ana: User, dach: Team, processes: Processes) -> Visitor:
    """An SDR with a queue, whose team is not the one of the file's people, on the site as it is deployed."""
    for number in range(WAITING):
        factories.waiting(f"first{number}", now=timezone.now())
    others = factories.territory("North America", countries=["US"]).team
    for number in range(1, REPS):
        factories.rep(f"colleague{number}", team=dach)
        factories.rep(f"other{number}", team=others)
    visitor = Visitor(f"http://127.0.0.1:{processes.start_web()}", ana)
    looked(visitor)  # what is read once a process is read now
    return visitor


@pytest.mark.parametrize("rows", [A_FILE, THE_BIGGEST])
def test_people_work_on_while_a_file_is_taken_in(rows: int, rep: Visitor, tmp_path: Path) -> None:
    numbers = count()
    waited(next(numbers))  # what is read once a process is read now
    before, idle = Lead.objects.count(), idle_looks(rep)
    process = begun(written(tmp_path, rows=rows, companies=COMPANIES))
    began, waits, looks, memory = time.monotonic(), [], [], 0

    while process.poll() is None:
        memory = max(memory, most_memory(process))
        waits.append(waited(next(numbers)))
        looks.append(looked(rep))
        time.sleep(PAUSE)
    process.communicate()

    rate = rows / (time.monotonic() - began)
    slower = p95(looks) / p95([*idle, *idle_looks(rep)])
    told = f"waited {max(waits):.1f} s at most of {len(waits)}, {memory} MB, queue {slower:.2f} ×, {rate:,.0f} rows/s"
    say(
        f"P24, a file of {rows:,} rows beside live signals and a queue",
        measured=told,
        target=f"{LONGEST_WAIT:g} s, {MOST_MEMORY} MB, {MOST_OF_IDLE:g} ×",
    )
    assert process.returncode == 0
    assert Lead.objects.count() == before + rows + len(waits)
    assert Signal.objects.filter(source__name="list").count() == rows
    assert max(waits) <= LONGEST_WAIT
    assert 0 < memory <= MOST_MEMORY
    assert slower <= MOST_OF_IDLE
