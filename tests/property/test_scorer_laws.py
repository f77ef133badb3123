import warnings

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calibration import Calibration, CalibrationRefused
from tests.property.drawn_models import rows, scorer_of

seeds = st.integers(0, 4)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(0, 10**6))
def test_base_and_shap_values_add_up_to_the_raw_score(model, data):
    scorer, values = scorer_of(model), rows(data, 20, 4)
    raw = scorer.raw(values)
    total = scorer.base + scorer.shap(values, raw).sum(axis=1)
    assert np.allclose(total, raw, rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_shap_values_equal_those_of_the_shap_library(seed):
    scorer, values = scorer_of(seed, trees=30), rows(seed + 50, 30, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        explainer = shap.TreeExplainer(scorer.booster)
        expected = explainer.shap_values(values)
    assert np.allclose(scorer.shap(values, scorer.raw(values)), expected, rtol=0, atol=1e-12)
    assert np.isclose(scorer.base, explainer.expected_value, rtol=0, atol=1e-12)


finite = st.floats(-30, 30)


def certain(slope, intercept):
    """Calibrate by a line that leaves no doubt."""
    return Calibration(slope, intercept, 0.0, 0.0, 0.0, 2.0)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 5), st.floats(-5, 5), finite, finite)
def test_calibration_never_changes_the_order(slope, intercept, one, other):
    probability = certain(slope, intercept).probability(np.array(sorted([one, other])))
    assert probability[0] <= probability[1]
    assert ((probability >= 0) & (probability <= 1)).all()


@settings(max_examples=100, deadline=None)
@given(finite)
def test_calibration_is_the_logistic_function(raw):
    assert np.isclose(certain(1, 0).probability(np.array([raw]))[0], 1 / (1 + np.exp(-raw)))


def test_calibration_is_finite_at_any_score():
    extreme = np.array([-1e300, -800.0, 800.0, 1e300])
    assert certain(1, 0).probability(extreme).tolist() == [0, 0, 1, 1]


@settings(max_examples=100, deadline=None)
@given(finite, st.floats(0, 2), st.floats(0, 2), st.floats(-1, 1))
def test_an_interval_holds_the_forecast_and_is_a_point_only_where_nothing_varies(
    raw, slope_variance, intercept_variance, correlation
):
    both = correlation * np.sqrt(slope_variance * intercept_variance)
    calibration = Calibration(0.8, -1.0, slope_variance, intercept_variance, both, 2.0)
    asked = np.array([raw])
    low, high = calibration.interval(asked)
    assert 0 <= low[0] <= calibration.probability(asked)[0] <= high[0] <= 1
    assert certain(0.8, -1.0).interval(asked)[0] == certain(0.8, -1.0).probability(asked)


@pytest.mark.parametrize(
    ("slope", "intercept"), [(0, 0), (-1, 0), (float("nan"), 0), (1, float("inf"))]
)
def test_a_calibration_that_could_change_the_order_is_refused(slope, intercept):
    with pytest.raises(CalibrationRefused, match="slope"):
        certain(slope, intercept)


@pytest.mark.parametrize(
    "moved",
    [
        (-0.1, 0.1, 0.0, 2),
        (0.1, -0.1, 0.0, 2),
        (0.1, 0.1, 0.2, 2),
        (np.nan, 0.1, 0.0, 2),
        (0.1, 0.1, 0.0, -2),
    ],
)
def test_an_uncertainty_that_nothing_has_is_refused(moved):
    with pytest.raises(CalibrationRefused, match=r"covariance|finite"):
        Calibration(1.0, 0.0, *moved)
