"""Laws of our own TreeSHAP, against LightGBM, the `shap` library and the definition."""

import warnings

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st

from models.treeshap.forest import lay_out
from models.treeshap.shap_values import TreeShap
from models.treeshap.text import read_model
from tests.property import shap_oracle
from tests.property.drawn_forests import deep_forest, forests


def assert_near(found, expected):
    """Compare row by row, relative to the size of a row's values."""
    bound = 1e-9 * np.maximum(1.0, np.abs(expected).sum(axis=1, keepdims=True))
    assert (np.abs(found - expected) <= bound).all(), np.abs((found - expected) / bound).max()


def explained(forest, **how):
    """Explain the rows; the base stands last, as LightGBM has it."""
    explainer = TreeShap(forest.text)
    values = explainer.values(forest.rows, **how)
    return np.column_stack([values, np.full(len(values), explainer.base)])


@settings(max_examples=120, deadline=None)
@given(forests())
def test_every_model_is_explained_as_lightgbm_does(forest):
    assert_near(explained(forest), forest.booster.predict(forest.rows, pred_contrib=True))


@settings(max_examples=40, deadline=None)
@given(forests())
def test_values_and_base_add_up_to_the_raw_score(forest):
    raw = forest.booster.predict(forest.rows, raw_score=True)
    assert_near(explained(forest).sum(axis=1, keepdims=True), raw[:, None])


@settings(max_examples=15, deadline=None)
@given(forests(max_trees=1, max_features=5))
def test_values_are_what_the_definition_says(forest):
    rows = forest.rows[:4]
    expected = [shap_oracle.shap_values(forest.booster, row) for row in rows]
    assert_near(explained(forest)[:4], np.array(expected))


@pytest.fixture(scope="module")
def deep():
    return deep_forest()


def test_paths_on_more_features_than_one_rule_of_eight_points_can_integrate(deep):
    layout = lay_out(read_model(deep.text).trees, deep.rows.shape[1])
    assert layout.rule.max() == 2  # 24 points: more than 32 features on a path
    assert_near(explained(deep), deep.booster.predict(deep.rows, pred_contrib=True))


def test_values_equal_those_of_the_shap_library_by_its_own_algorithm(deep):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        explainer = shap.TreeExplainer(deep.booster)
        # Else the library asks LightGBM.
        explainer.model.model_type = "internal"
        # The library knows no zeros that are missing and rounds its input to float32.
        rows = np.round(np.nan_to_num(deep.rows, nan=1.0, posinf=1, neginf=0))
        ours = TreeShap(deep.text).values(rows)
        assert_near(ours, explainer.shap_values(rows, check_additivity=False))


@settings(max_examples=10, deadline=None)
@given(forests(), st.integers(2, 5))
def test_a_row_is_explained_alike_alone_in_a_batch_and_on_several_threads(forest, threads):
    together = explained(forest)
    assert np.array_equal(explained(forest, threads=threads), together)
    explainer = TreeShap(forest.text)
    for row, values in zip(forest.rows[:20], together, strict=False):
        assert np.array_equal(explainer.values(row[None])[0], values[:-1])
