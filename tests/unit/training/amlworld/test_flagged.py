"""The threshold, and what it flags."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.amlworld.flagged import best_threshold, figures

scored = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9])), min_size=1, max_size=20
).filter(lambda rows: any(guilty for guilty, _ in rows))


@given(scored)
def test_no_other_threshold_has_a_larger_f1(rows):
    laundering, score = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    chosen = best_threshold(laundering, score)
    best = figures(laundering, score, chosen).f1
    for other in np.unique(score):
        f1 = figures(laundering, score, other).f1
        assert f1 < best or (f1 == pytest.approx(best) and other <= chosen)


def test_figures_are_of_the_laundering_transactions():
    laundering = np.array([True, True, True, False, False])
    found = figures(laundering, np.array([0.9, 0.2, 0.7, 0.7, 0.1]), 0.7)
    assert (found.precision, found.recall, found.f1) == (2 / 3, 2 / 3, 2 / 3)


def test_nothing_flagged_is_nothing_found():
    found = figures(np.array([True, False]), np.array([0.1, 0.2]), 0.5)
    assert (found.precision, found.recall, found.f1) == (0, 0, 0)
