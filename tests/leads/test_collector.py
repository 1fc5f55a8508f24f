"""The collector rests while many objects are made, and always works again."""

from __future__ import annotations

import gc

import pytest

from leads import collector


def test_the_collector_rests_inside_the_block_alone() -> None:
    with collector.resting():
        inside = gc.isenabled()

    assert (inside, gc.isenabled()) == (False, True)


def test_a_block_inside_another_ends_with_the_outer_one() -> None:
    with collector.resting():
        with collector.resting():
            pass
        still = gc.isenabled()

    assert (still, gc.isenabled()) == (False, True)


def test_the_collector_works_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="broken"), collector.resting():
        raise ValueError("broken")

    assert gc.isenabled()


def test_a_long_block_collects_where_very_many_objects_stay() -> None:
    before = gc.get_threshold()

    with collector.seldom():
        inside = gc.isenabled(), gc.get_threshold()

    assert inside == (True, (collector.MANY, *before[1:]))
    assert gc.get_threshold() == before


def test_of_blocks_that_overlap_the_last_to_end_gives_the_measure_back() -> None:
    before, one, other = gc.get_threshold(), collector.seldom(), collector.seldom()

    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    still = gc.get_threshold()
    other.__exit__(None, None, None)

    assert still == (collector.MANY, *before[1:])
    assert gc.get_threshold() == before


def test_what_has_settled_is_looked_through_no_more() -> None:
    kept = [object()]

    collector.settle()

    try:
        assert gc.get_freeze_count() > 0
        assert not any(each is kept for each in gc.get_objects())
    finally:
        gc.unfreeze()
