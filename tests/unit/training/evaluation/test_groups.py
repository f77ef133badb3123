"""Group ratios, counted by hand."""

import numpy as np

from training.evaluation.bootstrap import bounded_by
from training.evaluation.groups import counted, ratios_of
from training.evaluation.markdown import bounded

INSIDE = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, -1])
FLAGGED = np.array([1.0, 1, 0, 0, 1, 0, 0, 0, 0, 1])


def test_a_ratio_is_the_share_flagged_of_a_group_by_that_of_all_others() -> None:
    # 2 of 4 against 1 of 5; of the last row the group is not known.
    ratios = ratios_of(counted(INSIDE, [0, 1], FLAGGED).sum(axis=0))
    np.testing.assert_allclose(ratios, [2.5, 0.4])


def test_where_nobody_else_is_flagged_a_ratio_is_infinite_and_where_nobody_is_there_is_none() -> (
    None
):
    only_first = np.where(INSIDE == 0, FLAGGED, 0.0)
    assert np.isinf(ratios_of(counted(INSIDE, [0, 1], only_first).sum(axis=0))[0])
    assert np.isnan(ratios_of(counted(INSIDE, [0, 1], 0 * FLAGGED).sum(axis=0))).all()


def test_resamples_with_an_infinite_ratio_make_an_interval_unbounded() -> None:
    drawn = [1.0, 2.0, np.nan, *[3.0] * 20, *[np.inf] * 2]
    found = bounded_by(2.0, drawn)
    assert (found.low, found.high) == (1.0, np.inf)
    assert bounded({"value": 2.0, "low": 1.0, "high": None}) == "2.0000 [1.0000, unbounded]"
