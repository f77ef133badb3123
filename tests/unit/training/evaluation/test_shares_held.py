"""Bands are placed on what is scored first, and what they hold is counted on what comes later."""

import numpy as np
import pytest

from training.bands import thresholds
from training.evaluation.bands import shares_held
from training.evaluation.metrics import scored
from training.parameters import Bands
from training.splits import Fold

BANDS = Bands(critical=0.01, high=0.1, elevated=0.5)


def test_each_band_holds_its_share_with_those_above():
    raw = np.random.default_rng(1).permutation(np.arange(1000.0))
    placed = thresholds(raw, BANDS)
    counts = [int((raw >= at).sum()) for at in (placed.critical, placed.high, placed.elevated)]
    assert counts == [10, 100, 500]


def rows(*instants):
    """Make rows scored 0, 1, 2, ... plus what each instant adds."""
    size = 100
    return scored(
        np.array([f"A{number}" for number in range(size)] * len(instants), object),
        np.repeat([at for at, _ in instants], size),
        np.zeros(size * len(instants), np.int8),
        np.concatenate([np.arange(float(size)) + added for _, added in instants]),
    )


def test_what_is_held_is_counted_after_the_first_test_instant_fold_by_fold():
    # The second fold's model scores everything 1000 higher, so its own thresholds stand higher too.
    model = rows((3, 0.0), (4, 10.0), (5, 1000.0), (6, 1000.0))
    folds = [Fold((1,), (2,), (3, 4)), Fold((1, 2), (3,), (5, 6))]
    held = shares_held(model, folds, BANDS)
    assert held["critical"] == {"promised": 0.01, "held": pytest.approx((0.11 + 0.01) / 2)}
    assert held["elevated"] == {"promised": 0.5, "held": pytest.approx((0.6 + 0.5) / 2)}


def test_a_fold_tested_once_tells_nothing_of_later():
    assert shares_held(rows((3, 0.0)), [Fold((1,), (2,), (3,))], BANDS) == {}
