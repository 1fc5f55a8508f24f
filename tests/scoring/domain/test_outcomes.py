"""What became of a hand-off: who counts as good, who as bad, and who is left out and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leads.domain.stages import Stage
from scoring.domain.outcomes import Outcome, Passage, Target, outcome_of

ACCEPTED = Passage(accepted=True, rejected=False, stage=Stage.SAL)
REJECTED = Passage(accepted=False, rejected=True, stage=Stage.RECYCLED)
WON = Passage(accepted=True, rejected=False, stage=Stage.CUSTOMER, won=True)
OPEN = Passage(accepted=False, rejected=False, stage=Stage.MQL)


@pytest.mark.parametrize(
    ("passage", "outcome"),
    [
        (replace(ACCEPTED, won=True, stage=Stage.CUSTOMER), Outcome.GOOD),
        (
            replace(REJECTED, won=True, stage=Stage.CUSTOMER),
            Outcome.GOOD,
        ),  # a first no, and a customer after all
        (replace(ACCEPTED, lost=True, stage=Stage.LOST), Outcome.BAD),
        (replace(ACCEPTED, lost=True, has_open_deal=True, stage=Stage.OPPORTUNITY), Outcome.UNDECIDED),
        (REJECTED, Outcome.BAD),
        (replace(REJECTED, stage=Stage.SAL), Outcome.UNDECIDED),  # came back and is on its way
        (replace(ACCEPTED, stage=Stage.DISQUALIFIED), Outcome.BAD),
        (replace(ACCEPTED, stage=Stage.RECYCLED), Outcome.UNDECIDED),  # may come back
        (ACCEPTED, Outcome.UNDECIDED),
        (OPEN, Outcome.UNDECIDED),
    ],
)
def test_ending_of_the_deal(passage: Passage, outcome: Outcome) -> None:
    assert outcome_of(passage, Target.WON) is outcome


def test_ending_of_the_decision() -> None:
    endings = [outcome_of(passage, Target.ACCEPTED) for passage in (ACCEPTED, REJECTED, OPEN)]

    assert endings == [Outcome.GOOD, Outcome.BAD, Outcome.UNDECIDED]


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize(
    ("passage", "outcome"),
    [
        (replace(WON, is_first=False), Outcome.LATER_PASSAGE),
        (replace(WON, is_duplicate=True), Outcome.DUPLICATE),
        (replace(WON, is_known_afterwards=True), Outcome.KNOWN_AFTERWARDS),
        (replace(WON, has_snapshot=False), Outcome.NO_SNAPSHOT),
    ],
)
def test_what_cannot_be_known_honestly_is_left_out_even_where_it_was_won(
    target: Target, passage: Passage, outcome: Outcome
) -> None:
    assert outcome_of(passage, target) is outcome
    assert not outcome.is_counted
