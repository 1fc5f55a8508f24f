"""What keeps a cadence from being published, said in words."""

from __future__ import annotations

import pytest

from routing.domain.cadence_faults import DraftStep, faults
from routing.domain.cadence_seed import CADENCES, TEMPLATES, Seeded

CODES = frozenset(code for code, _, _ in TEMPLATES)
CALL = DraftStep(0, "CALL")


@pytest.mark.parametrize("seeded", CADENCES, ids=lambda one: one.tier)
def test_the_seeded_cadences_have_no_fault(seeded: Seeded) -> None:
    assert faults(seeded.draft.steps, ends_on_day=seeded.draft.ends_on_day, templates=CODES) == []


@pytest.mark.parametrize(
    ("steps", "ends", "says"),
    [
        ((), 3, "Add a step"),
        ((DraftStep(-1, "CALL"),), 3, "Step 1 comes before day 0"),
        ((CALL, CALL), 3, "Day 0 has two steps by call"),
        ((DraftStep(0, "EMAIL"),), 3, "Step 1 is an e-mail without a text"),
        ((DraftStep(3, "CALL"), DraftStep(1, "CALL")), 9, "Day 1 stands after day 3"),
        ((DraftStep(0, "EMAIL", "unheard-of"),), 3, "Step 1 names the template “unheard-of”"),
        ((DraftStep(0, "CALL", "first-words"),), 3, "Step 1 is a call, which has no template"),
        ((DraftStep(0, "PIGEON"),), 3, "Step 1 names no way to contact somebody"),
        ((CALL, DraftStep(5, "CALL")), 5, "Let it end on a day after the last step, from 6"),
        ((DraftStep(99, "CALL"),), 100, "Step 1 comes after day 60"),
    ],
)
def test_each_fault_is_said(steps: tuple[DraftStep, ...], ends: int, says: str) -> None:
    assert any(said.startswith(says) for said in faults(steps, ends_on_day=ends, templates=CODES))
