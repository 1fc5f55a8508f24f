"""The table of `make faults` leaves out no promise, and what is said to prove one is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import figures
from tests.figures import PROOFS

ROOT = Path(__file__).parent.parent
PROMISES = [f"P{number}" for number in range(1, 41)]


def test_every_promise_has_its_proof_and_every_proof_is_there() -> None:
    lost = [proof for proof in PROOFS if f"def {proof.function}(" not in (ROOT / proof.file).read_text()]

    assert lost == []
    assert sorted({proof.promise for proof in PROOFS}, key=PROMISES.index) == PROMISES


def test_table_holds_every_promise_once_it_was_said_failed_or_is_proven_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(figures, "SAID", [])
    figures.say("P1, killed 50 times", measured="lost 0", target="0")
    figures.say("P15, shares", measured="spread 2", target="1", is_kept=False)

    head, *lines = figures.table(
        ["test_ten_restarts_of_the_database_under_load", "test_unheard_of[x]"]
    ).splitlines()

    assert head.split() == ["promise", "figure", "target", "kept"]
    said = {line.split()[0].strip(","): line for line in lines}
    assert set(PROMISES) <= set(said)
    assert (said["P1"].split()[-1], said["P15"].split()[-1], said["P4"].split()[-1]) == ("yes", "NO", "NO")
    assert "test_unheard_of[x] failed" in said["test_unheard_of"]
    assert "by make test" in said["P20"]
    assert "not run" in said["P2"]
