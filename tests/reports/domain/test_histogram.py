"""Percentiles from slots: within the error that is stated, of the percentile that NumPy and PostgreSQL give."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reports.domain import histogram

MILLISECONDS = st.floats(0, 5 * 365 * 86_400_000, allow_nan=False)


@given(st.lists(MILLISECONDS, min_size=1, max_size=200), st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_a_percentile_is_within_the_error(spans: list[float], share: float) -> None:
    values = np.array(spans)
    counts = np.bincount(histogram.slots_of(values), minlength=histogram.SLOTS)

    (found,) = histogram.quantiles(counts[None, :], share)

    exact = float(np.quantile(values, share))
    assert abs(found - exact) <= exact * histogram.ERROR + 1


@given(MILLISECONDS)
def test_a_span_lies_in_its_slot(span: float) -> None:
    (slot,) = histogram.slots_of(np.array([span]))

    middle = float(histogram.MIDDLES[slot])
    assert abs(middle - span) <= span * histogram.ERROR + 1


def test_nothing_measured_has_no_percentile() -> None:
    assert histogram.quantiles(np.zeros((2, histogram.SLOTS), dtype=np.int64), 0.5).tolist() == [0, 0]


def test_counts_of_two_halves_add_up_to_those_of_the_whole() -> None:
    values = np.geomspace(1, 1e9, 500)
    halves = [
        np.bincount(histogram.slots_of(part), minlength=histogram.SLOTS) for part in np.split(values, 2)
    ]

    whole = np.bincount(histogram.slots_of(values), minlength=histogram.SLOTS)

    assert (halves[0] + halves[1]).tolist() == whole.tolist()


def test_a_span_below_nothing_counts_as_nothing() -> None:
    assert histogram.slots_of(np.array([-5.0, 0.0, 0.5])).tolist() == [0, 0, 0]
