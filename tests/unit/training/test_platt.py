"""Calibration recovers the line that made the outcomes and never turns the order round."""

import numpy as np
import pytest

from training.platt import SLOPE_FLOOR, platt


def test_slope_and_intercept_are_recovered():
    draw = np.random.default_rng(1)
    raw = draw.normal(-2, 2, 60_000)
    label = (draw.random(60_000) < 1 / (1 + np.exp(-(0.7 * raw - 1.0)))).astype(np.int8)
    found = platt(raw, label)
    assert found.slope == pytest.approx(0.7, rel=0.05)
    assert found.intercept == pytest.approx(-1.0, rel=0.1)


def test_the_mean_forecast_is_the_prevalence():
    draw = np.random.default_rng(2)
    label = (draw.random(5000) < 0.02).astype(np.int8)
    raw = draw.normal(label * 3.0, 1.0)
    assert platt(raw, label).probability(raw).mean() == pytest.approx(label.mean(), abs=1e-3)


def test_few_positives_pull_the_forecast_to_the_middle_as_smoothed_targets_say():
    # Without an order to learn from, the mean forecast is that of the smoothed targets.
    raw, label = np.zeros(12), (np.arange(12) < 2).astype(np.int8)
    wanted = (2 * 3 / 4 + 10 * 1 / 12) / 12
    assert platt(raw, label).probability(raw) == pytest.approx(np.full(12, wanted), rel=1e-4)


@pytest.mark.parametrize("positives", [0, 1, 200])
def test_the_order_is_kept_even_where_the_scores_are_wrong(positives):
    raw = np.linspace(-3, 3, 200)
    # The lowest scores are the positives.
    label = (np.arange(200) < positives).astype(np.int8)
    found = platt(raw, label)
    assert found.slope >= SLOPE_FLOOR
    assert np.isfinite(found.probability(raw)).all()
