"""Calibration recovers the line that made the outcomes and never turns the order round."""

import numpy as np
import pytest

from training.platt import SLOPE_FLOOR, platt


def each(raw):
    """Name an account for each row."""
    return np.arange(len(raw))


def drawn(seed, accounts=4_000, rows_each=1, intercept=-1.0):
    """Draw outcomes of a line of slope 0.7; an account's rows all end alike."""
    draw = np.random.default_rng(seed)
    raw = draw.normal(-1, 2, accounts)
    label = (draw.random(accounts) < 1 / (1 + np.exp(-(0.7 * raw + intercept)))).astype(np.int8)
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


@pytest.mark.parametrize(
    ("intercept", "rows_each", "positives"),
    [(-1.0, 1, 200), (-1.0, 6, 200), (-4.0, 1, 19), (-4.0, 6, 19), (-6.0, 1, 3)],
)
def test_an_interval_holds_the_truth_as_often_as_it_says(intercept, rows_each, positives):
    """However often rows repeat an account, and however few of the accounts are mules."""
    asked = np.array([-4.0, -1.0, 2.0])
    truth = 1 / (1 + np.exp(-(0.7 * asked + intercept)))
    held, told = [], []
    for seed in range(120):
        raw, label, unit = drawn(seed, 900, rows_each, intercept)
        low, high = platt(raw, label, unit).interval(asked)
        held.append((low <= truth) & (truth <= high))
        told.append(label.sum() / rows_each)
    assert np.mean(told) == pytest.approx(positives, rel=0.25)
    # Of 120 draws at 95 %, fewer than 89 % hold less than once in 200 times.
    assert (np.mean(held, axis=0) >= 0.89).all()


def test_without_a_mule_hardly_anything_is_ruled_out():
    raw = np.random.default_rng(4).normal(-2, 1, 500)
    found = platt(raw, np.zeros(500, np.int8), each(raw))
    low, high = found.interval(np.array([-2.0]))
    # Of 500 accounts without one, 0.6 % are the most that 95 in 100 such samples would show.
    assert low[0] < 0.0005
    assert high[0] > 0.006


def test_more_closed_cases_leave_less_room():
    asked = np.array([0.0])
    widths = [np.subtract(*platt(*drawn(3, n)).interval(asked))[0] for n in (500, 8_000)]
    assert widths[0] == pytest.approx(4 * widths[1], rel=0.3)
