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
