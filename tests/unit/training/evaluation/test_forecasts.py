"""Forecasts that are too high, too far apart or fitted on their own outcomes are told as such."""

import numpy as np
import pytest

from training.evaluation.forecasts import forecast_figures
from training.evaluation.metrics import ece, scored


def logistic(raw):
    return 1 / (1 + np.exp(-raw))


@pytest.fixture(scope="module")
def drawn():
    """Rows whose outcome follows `logistic(raw)`, at four instants."""
    draw = np.random.default_rng(1)
    raw = draw.normal(-4, 1.5, 80_000)
    label = (draw.random(len(raw)) < logistic(raw)).astype(np.int8)
    account = np.array([f"A{number}" for number in range(len(raw))], object)
    return scored(account, np.repeat(np.arange(4), len(raw) // 4), label, raw)


def test_a_true_forecast_needs_no_correction(drawn):
    found = forecast_figures(logistic(drawn.score), drawn, 15)
    assert found["slope"] == pytest.approx(1, abs=0.05)
    assert found["intercept"] == pytest.approx(0, abs=0.1)
    assert found["forecast"] == pytest.approx(found["observed"], rel=0.05)
    assert found["top_1pct"]["forecast"] == pytest.approx(found["top_1pct"]["observed"], rel=0.1)
    assert found["top_1pct"]["observed"] > 5 * found["observed"]
    assert found["ece_to_prevalence"] < 0.1
    assert found["brier"] < found["brier_of_prevalence"]


def test_a_forecast_too_high_and_too_far_apart_is_told(drawn):
    found = forecast_figures(logistic(2 * drawn.score + 5), drawn, 15)
    assert found["slope"] == pytest.approx(0.5, abs=0.03)
    assert found["intercept"] == pytest.approx(-2.5, abs=0.1)
    assert found["forecast"] > 2 * found["observed"]


def test_a_forecast_of_nothing_has_an_error_of_1_however_small_that_looks(drawn):
    nothing = np.zeros(len(drawn.score))
    found = forecast_figures(nothing, drawn, 15)
    assert found["ece"] == ece(nothing, drawn.label, 15) < 0.06
    assert found["ece_to_prevalence"] == pytest.approx(1)
    innocent = drawn.label == 0
    none = forecast_figures(nothing[innocent], drawn.only(innocent), 15)
    assert np.isnan([none["ece_to_prevalence"], none["slope"], none["intercept"]]).all()
