"""A lead moves as the table says, and nowhere else."""

import itertools

import pytest

from leads.domain.stages import (
    ALLOWED_MOVES,
    FORWARD,
    OPEN_STAGES,
    PROFILES,
    MoveNotAllowed,
    Stage,
    StageKind,
    check_move,
    check_reinstatement,
    path,
)

PAIRS = list(itertools.product(Stage, Stage))


def allowed(from_: Stage, to: Stage, *, hand_raise: bool = False) -> bool:
    try:
        check_move(from_, to, hand_raise=hand_raise)
    except MoveNotAllowed:
        return False
    return True


@pytest.mark.parametrize(("from_", "to"), PAIRS)
def test_a_move_is_in_the_table_or_names_both_stages(from_: Stage, to: Stage) -> None:
    if to in ALLOWED_MOVES[from_]:
        check_move(from_, to)
        return

    with pytest.raises(MoveNotAllowed) as refused:
        check_move(from_, to)

    assert f"from {from_.label} to {to.label}" in str(refused.value)


def test_forward_moves_skip_nothing() -> None:
    for place, from_ in enumerate(FORWARD[:-1]):
        forward = {to for to in FORWARD[place + 1 :] if allowed(from_, to)}

        assert forward == {FORWARD[place + 1]}


def test_a_hand_raise_opens_the_way_to_mql_and_nothing_else() -> None:
    opened = {
        pair for pair in PAIRS if allowed(*pair, hand_raise=True) and not allowed(*pair, hand_raise=False)
    }

    assert opened == {
        (Stage.SUBSCRIBER, Stage.MQL),
        (Stage.RECYCLED, Stage.MQL),
        (Stage.LOST, Stage.MQL),
    }


def test_a_disqualified_lead_comes_back_by_reinstatement_alone() -> None:
    assert not any(allowed(Stage.DISQUALIFIED, to, hand_raise=True) for to in Stage)
    assert check_reinstatement(Stage.DISQUALIFIED) is Stage.LEAD
    for stage in set(Stage) - {Stage.DISQUALIFIED}:
        with pytest.raises(MoveNotAllowed):
            check_reinstatement(stage)


def test_a_customer_stays_and_every_open_stage_can_be_disqualified() -> None:
    assert not any(allowed(Stage.CUSTOMER, to, hand_raise=True) for to in Stage)
    assert all(allowed(stage, Stage.DISQUALIFIED) for stage in OPEN_STAGES)


def test_what_sales_gives_back_is_recycled_and_released_to_lead() -> None:
    for stage in (Stage.LEAD, Stage.MQL, Stage.SAL, Stage.SQL, Stage.LOST):
        assert allowed(stage, Stage.RECYCLED)
    assert allowed(Stage.RECYCLED, Stage.LEAD)
    assert not allowed(Stage.RECYCLED, Stage.MQL)


@pytest.mark.parametrize(("from_", "to"), PAIRS)
def test_every_step_of_a_path_is_an_allowed_move(from_: Stage, to: Stage) -> None:
    try:
        steps = path(from_, to)
    except MoveNotAllowed as refused:
        message = str(refused)
    else:
        message = f"from {from_.label} to {to.label}"
        check_steps(from_, to, steps)

    assert f"from {from_.label} to {to.label}" in message


def check_steps(from_: Stage, to: Stage, steps: tuple[Stage, ...]) -> None:
    for before, after in itertools.pairwise((from_, *steps)):
        check_move(before, after, hand_raise=before in (Stage.RECYCLED, Stage.LOST))
    assert steps[-1:] == (() if from_ is to else (to,))


def test_a_direct_opportunity_passes_through_the_stages_it_skipped() -> None:
    assert path(Stage.LEAD, Stage.OPPORTUNITY) == (Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY)
    assert path(Stage.RECYCLED, Stage.SAL) == (Stage.MQL, Stage.SAL)
    assert path(Stage.SAL, Stage.SAL) == ()
    with pytest.raises(MoveNotAllowed):
        path(Stage.SAL, Stage.LEAD)
    with pytest.raises(MoveNotAllowed):
        path(Stage.DISQUALIFIED, Stage.OPPORTUNITY)


def test_a_skip_is_refused_with_what_it_would_skip() -> None:
    with pytest.raises(MoveNotAllowed, match="from Lead to SQL: it would skip MQL, SAL"):
        check_move(Stage.LEAD, Stage.SQL)


def test_every_stage_has_its_words_and_its_kind() -> None:
    assert set(PROFILES) == set(Stage)
    assert Stage.MQL.kind is StageKind.TIMED
    assert Stage.SUBSCRIBER.kind is StageKind.INVENTORY
    assert Stage.RECYCLED.label == "Nurture hold"
