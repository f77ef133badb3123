"""The first known mules are told and nobody later; what cannot be learnt is not told."""

import numpy as np
import pytest

from training.cold_start import figures, section, with_known
from training.rows import Rows

BOUNDS = {"value": 0.3, "low": 0.2, "high": 0.4}


def rows():
    """Rows in disorder: mules m1 and m2 at the first instant, m3 at the second, m4 at the third."""
    names = np.array(["i1", "m4", "m2", "m1", "m3", "i2"], object)
    as_of = np.array([0, 2, 0, 0, 1, 2])
    label = np.array([0, 1, 1, 1, 1, 0], np.int8)
    return Rows(names, as_of, label, np.arange(6.0)[:, None])


@pytest.mark.parametrize(
    ("known", "told"),
    [(0, set()), (1, {"m1"}), (3, {"m1", "m2", "m3"}), (9, {"m1", "m2", "m3", "m4"})],
)
def test_the_first_mules_that_became_known_are_told(known, told):
    found = with_known(rows(), known)
    assert set(found.account_id[found.label == 1]) == told
    assert np.array_equal(found.values, rows().values)


def test_all_are_told_where_no_number_is_given():
    assert np.array_equal(with_known(rows(), None).label, rows().label)


def test_what_is_surely_above_the_rules_is_bold_and_what_was_not_learnt_is_empty():
    step = {
        "known": 0, "rules": BOUNDS, "simulated": BOUNDS, "own": None, "both": BOUNDS,
        "above_rules": {"simulated": {**BOUNDS, "low": 0.01}, "both": {**BOUNDS, "low": -0.01}},
    }  # fmt: skip
    row = list(section("bank", [step]))[-2]
    told = "0.3000 [0.2000, 0.4000]"
    assert row == f"| 0 | {told} | **{told}** |  | {told} |"
    assert figures([step]) == {"0": {"rules": 0.3, "simulated": 0.3, "own": None, "both": 0.3}}
