"""An import that is killed at random rows and begun again: all are in, who asked is handed over, none twice (P23)."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from leads.models import Lead, Signal, SignalReceipt, StageVisit
from routing.models import Clock, Handoff
from scoring.models import Score
from tests.figures import say
from tests.lists import ASKS, begun, written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

ROWS, KILLS = 12_000, 20  # so many that two processes take them in
PATIENCE = 600  # seconds


def killed_at_some_row(path: Path, random: Random) -> int:
    """Kill the import once some more rows are in; how many there were."""
    before, wanted, deadline = (
        Signal.objects.count(),
        random.randrange(1, ROWS // KILLS),
        time.monotonic() + PATIENCE,
    )
    process = begun(path)
    while process.poll() is None and Signal.objects.count() < before + wanted:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()
    return Signal.objects.count()


@pytest.mark.usefixtures("model", "ana", "bob")
def test_twenty_kills_lose_no_row_and_double_none(tmp_path: Path) -> None:
    path, random = written(tmp_path, rows=ROWS, companies=700), Random(23)

    stopped_at = [killed_at_some_row(path, random) for _ in range(KILLS)]
    out, _ = begun(path).communicate(timeout=PATIENCE)

    signals = Counter(Signal.objects.values_list("lead__email_key", flat=True))
    missing, doubled = ROWS - len(signals), sum(signals.values()) - len(signals)
    say("P23, an import killed at 20 rows", measured=f"missing {missing}, doubled {doubled}", target="0, 0")
    assert stopped_at == sorted(stopped_at)
    assert (missing, doubled) == (0, 0)
    assert f"read={ROWS} " in out.decode()
    assert Lead.objects.count() == SignalReceipt.objects.count() == Score.objects.count() == ROWS
    assert not SignalReceipt.objects.filter(answer__isnull=True).exists()
    assert StageVisit.objects.filter(left_at__isnull=True).count() == ROWS
    assert Handoff.objects.values("lead").distinct().count() == Handoff.objects.count() == ROWS // ASKS
    assert Clock.objects.values("handoff").distinct().count() == ROWS // ASKS
