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


@settings(max_examples=100, deadline=None)
@given(st.floats(0.01, 5), st.floats(-5, 5), finite, finite)
def test_calibration_never_changes_the_order(slope, intercept, one, other):
    probability = Calibration(slope, intercept).probability(np.array(sorted([one, other])))
    assert probability[0] <= probability[1]
    assert ((probability >= 0) & (probability <= 1)).all()


@settings(max_examples=100, deadline=None)
@given(finite)
def test_calibration_is_the_logistic_function(raw):
    assert np.isclose(Calibration(1, 0).probability(np.array([raw]))[0], 1 / (1 + np.exp(-raw)))


def test_calibration_is_finite_at_any_score():
    extreme = np.array([-1e300, -800.0, 800.0, 1e300])
    assert Calibration(1, 0).probability(extreme).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("slope", "intercept"), [(0, 0), (-1, 0), (float("nan"), 0), (1, float("inf"))]
)
def test_a_calibration_that_could_change_the_order_is_refused(slope, intercept):
    with pytest.raises(CalibrationRefused, match="slope"):
        Calibration(slope, intercept)
