"""Calibration recovers the line that made the outcomes and never turns the order round."""

import numpy as np
import pytest

from training.platt import SLOPE_FLOOR, platt


def each(raw):
    """Name an account for each row."""
    return np.arange(len(raw))


def drawn(seed, accounts=4_000, rows_each=1):
    """Draw outcomes of a line of slope 0.7 and intercept -1; an account's rows all end alike."""
    draw = np.random.default_rng(seed)
    raw = draw.normal(-1, 2, accounts)
    label = (draw.random(accounts) < 1 / (1 + np.exp(-(0.7 * raw - 1.0)))).astype(np.int8)
    return [np.repeat(column, rows_each) for column in (raw, label, np.arange(accounts))]


def test_slope_and_intercept_are_recovered():
    found = platt(*drawn(1, 60_000))
    assert found.slope == pytest.approx(0.7, rel=0.05)
    assert found.intercept == pytest.approx(-1.0, rel=0.1)


def test_the_mean_forecast_is_the_prevalence():
    draw = np.random.default_rng(2)
    label = (draw.random(5000) < 0.02).astype(np.int8)
    raw = draw.normal(label * 3.0, 1.0)
    found = platt(raw, label, each(raw))
    assert found.probability(raw).mean() == pytest.approx(label.mean(), abs=1e-3)


def test_few_positives_pull_the_forecast_to_the_middle_as_smoothed_targets_say():
    # Without an order to learn from, the mean forecast is that of the smoothed targets.
    raw, label = np.zeros(12), (np.arange(12) < 2).astype(np.int8)
    wanted = (2 * 3 / 4 + 10 * 1 / 12) / 12
    forecast = platt(raw, label, each(raw)).probability(raw)
    assert forecast == pytest.approx(np.full(12, wanted), rel=1e-4)


@pytest.mark.parametrize("positives", [0, 1, 200])
def test_the_order_is_kept_even_where_the_scores_are_wrong(positives):
    raw = np.linspace(-3, 3, 200)
    # The lowest scores are the positives.
    label = (np.arange(200) < positives).astype(np.int8)
    found = platt(raw, label, each(raw))
    assert found.slope >= SLOPE_FLOOR
    low, high = found.interval(raw)
    assert np.isfinite([low, found.probability(raw), high]).all()


@pytest.mark.parametrize("rows_each", [1, 6])
def test_an_interval_holds_the_truth_as_often_as_it_says_however_rows_repeat_an_account(rows_each):
    asked = np.array([-4.0, -1.0, 2.0])
    truth = 1 / (1 + np.exp(-(0.7 * asked - 1.0)))
    held = []
    for seed in range(200):
        low, high = platt(*drawn(seed, 600, rows_each)).interval(asked)
        held.append((low <= truth) & (truth <= high))
    # Of 200 draws at 95 %, fewer than 90 % or more than 99.5 % hold less than once in 500 times.
    assert (np.mean(held, axis=0) >= 0.90).all()
    assert (np.mean(held, axis=0) <= 0.995).all()


def test_more_closed_cases_leave_less_room():
    asked = np.array([0.0])
    widths = [np.subtract(*platt(*drawn(3, n)).interval(asked))[0] for n in (500, 8_000)]
    assert widths[0] == pytest.approx(4 * widths[1], rel=0.3)
