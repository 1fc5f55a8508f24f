"""What keeps a scoring model from being published: every fault once, with its field, in a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.domain import seed, seed_account
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.publishable import Fault, faults
from scoring.domain.tiers import TierRow

SEEDED = Model(
    version=1,
    fit=tuple(seed.FIT),
    urgency=tuple(seed.URGENCY),
    behaviours={each.type: each for each in seed.BEHAVIOURS},
    tiers=tuple(seed.TIERS),
    gate=seed.GATE,
    decay_factor=seed.DECAY_FACTOR,
    inactivity_weeks=seed.INACTIVITY_WEEKS,
    urgency_window_days=seed.URGENCY_WINDOW_DAYS,
)


def tier(code: str, fit: float, urgency: float) -> TierRow:
    return TierRow(code, f"Tier {code}", fit, urgency, "watch")


def test_the_seeded_model_can_be_published() -> None:
    assert faults(SEEDED) == []


def test_weights_that_do_not_total_100_are_told_by_their_score() -> None:
    light = (replace(SEEDED.urgency[0], weight=20), *SEEDED.urgency[1:])

    assert faults(replace(SEEDED, urgency=light)) == [
        Fault("weights_urgency", "Urgency weights total 95; they must total 100.")
    ]


def test_a_score_without_criteria_is_told() -> None:
    assert faults(replace(SEEDED, fit=())) == [Fault("weights_fit", "There are no criteria of fit.")]


@pytest.mark.parametrize("fit", [101, 120, -1])
def test_a_gate_that_nobody_can_pass_is_refused(fit: float) -> None:
    found = faults(replace(SEEDED, gate=Gate(fit_at_least=fit)))

    assert found == [Fault("gate_fit", f"The gate asks for fit {fit:g}, and fit lies between 0 and 100.")]


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ([tier("A", 70, 60), tier("B", 50, 40), tier("C", 30, 0)], []),
        ([tier("A", 70, 60), tier("B", 50, 70)], []),
        ([tier("A", 70, 60), tier("B", 70, 60)], ["tier_fit_B"]),
        ([tier("A", 50, 40), tier("B", 70, 60)], ["tier_fit_B"]),
        ([tier("A", 70, 60), tier("B", 30, 0), tier("C", 40, 20), tier("D", 20, 0)], ["tier_fit_C"]),
    ],
)
def test_a_tier_that_an_earlier_one_takes_every_lead_from_is_refused(
    rows: list[TierRow], hidden: list[str]
) -> None:
    assert [fault.field for fault in faults(replace(SEEDED, tiers=tuple(rows)))] == hidden


def test_a_tier_beyond_every_score_is_refused() -> None:
    found = faults(replace(SEEDED, tiers=(tier("A", 70, 101),)))

    assert found == [
        Fault("tier_urgency_A", "Tier A asks for urgency 101, and urgency lies between 0 and 100.")
    ]


@pytest.mark.parametrize(
    ("factor", "refused"), [(0, True), (-0.5, True), (1.01, True), (1, False), (0.01, False)]
)
def test_engagement_fades_by_a_share_of_itself(factor: float, refused: bool) -> None:
    assert bool(faults(replace(SEEDED, decay_factor=factor))) is refused


def test_a_cap_under_0_and_a_silence_of_no_week_are_refused() -> None:
    behaviours = {**SEEDED.behaviours, "chat": replace(SEEDED.behaviours["chat"], weekly_cap=-1)}

    found = faults(replace(SEEDED, behaviours=behaviours, inactivity_weeks=0))

    assert [fault.field for fault in found] == ["inactivity_weeks", "cap_chat"]


def test_grades_out_of_order_are_refused_at_the_better_one() -> None:
    assert faults(replace(SEEDED, grades=(40, 50, 25))) == [
        Fault("grade_a", "Grade A asks for fit 40, less than grade B, 50.")
    ]
    assert not faults(replace(SEEDED, grades=(50, 50, 50)))


def test_account_weights_total_100_too() -> None:
    heavy = tuple(replace(row, weight=row.weight + 1) for row in seed_account.ACCOUNT)

    assert faults(replace(SEEDED, account=heavy)) == [
        Fault("weights_account", "Account weights total 107; they must total 100.")
    ]
    assert not faults(replace(SEEDED, account=tuple(seed_account.ACCOUNT)))
