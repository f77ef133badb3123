"""What a model's text may hold, and what is refused."""

import lightgbm
import numpy as np
import pytest

from models.treeshap.shap_values import TreeShap
from models.treeshap.text import ModelRefused, read_model
from tests.model_texts import MISSING, model_text

STUMP = {
    "num_leaves": 2, "split_feature": "0", "threshold": "0.5", "decision_type": "2",
    "left_child": "-1", "right_child": "-2", "leaf_value": "-1 3", "leaf_count": "3 1",
    "internal_count": "4",
}  # fmt: skip


def stump(header="", **changed):
    return model_text(features=2, header=header, **{**STUMP, **changed})


def trained(**parameters):
    random = np.random.default_rng(0)
    values = random.normal(size=(200, 3))
    target = random.integers(0, 3, 200)
    settings = {"objective": "regression", "num_threads": 1, "verbosity": -1, **parameters}
    return lightgbm.train(settings, lightgbm.Dataset(values, target), 2).model_to_string()


@pytest.mark.parametrize(
    ("parameters", "seen"),
    [
        ({"linear_tree": True}, "is_linear=1; is_linear=0 is expected"),
        ({"objective": "multiclass", "num_class": 3}, "num_tree_per_iteration=3"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "averages its trees"),
    ],
)
def test_a_model_of_another_kind_is_refused(parameters, seen):
    with pytest.raises(ModelRefused, match=seen):
        TreeShap(trained(**parameters))


@pytest.mark.parametrize("text", ["", "tree\nversion=v3\n", "no model"])
def test_text_of_another_version_is_refused(text):
    with pytest.raises(ModelRefused, match="version=v4 is expected"):
        read_model(text)


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"split_feature": "2"}, "feature that the model does not have"),
        ({"split_feature": "-1"}, "feature that the model does not have"),
        ({"right_child": "-3"}, "exactly one split"),
        ({"right_child": "-1"}, "exactly one split"),
        ({"right_child": "0"}, "exactly one split"),
        ({"leaf_value": "-1"}, "1 numbers where 2 are expected"),
        ({"threshold": "high"}, "could not convert"),
        ({"internal_count": "0"}, "no training row"),
        ({"decision_type": "1", "threshold": "0"}, "set of categories that the tree does not"),
        (
            {"decision_type": "1", "threshold": "1", "num_cat": 1, "cat_boundaries": "0 1",
             "cat_threshold": "1"},
            "set of categories that the tree does not",
        ),
        (
            {"decision_type": "1", "threshold": "0", "num_cat": 1, "cat_boundaries": "0 2",
             "cat_threshold": "1"},
            "empty or overlap",
        ),
        (
            {"decision_type": "1", "threshold": "0", "num_cat": 1, "cat_boundaries": "0 0",
             "cat_threshold": ""},
            "empty or overlap",
        ),
        ({"decision_type": "14"}, "kind of missing value"),
    ],
)  # fmt: skip
def test_a_tree_that_would_lead_compiled_code_astray_is_refused(changed, seen):
    with pytest.raises(ModelRefused, match=seen):
        read_model(stump(**changed))


def test_splits_in_a_circle_are_refused():
    circle = {
        "num_leaves": 3, "split_feature": "0 0", "threshold": "0 0", "decision_type": "2 2",
        "left_child": "-1 1", "right_child": "-2 -3", "leaf_value": "1 2 3",
        "leaf_count": "1 1 1", "internal_count": "3 2",
    }  # fmt: skip
    with pytest.raises(ModelRefused, match="above its own parent"):
        read_model(stump(**circle))


def lightgbm_values(text, rows):
    return lightgbm.Booster(model_str=text).predict(np.array(rows), pred_contrib=True)[:, :-1]


SIDES = [[value, 0.0] for value in (np.nan, 0.0, 1e-36, 0.4, 0.6, np.inf, -np.inf, 1e300, 1e301)]


@pytest.mark.parametrize("missing", ["none", "zero", "nan"])
@pytest.mark.parametrize("missing_left", [0, 2])
@pytest.mark.parametrize("threshold", ["0.5", "-0.5", "inf", "1e300", "0"])
def test_each_kind_of_missing_value_goes_where_lightgbm_sends_it(missing, missing_left, threshold):
    decision = MISSING.get(missing, 0) + missing_left
    text = stump(decision_type=str(decision), threshold=threshold)
    expected = lightgbm_values(text, SIDES)
    assert np.allclose(TreeShap(text).values(np.array(SIDES)), expected, rtol=0, atol=1e-15)


def test_categories_go_where_lightgbm_sends_them():
    words = "2147483650 4"  # categories 1, 31 and 34
    text = stump(
        decision_type="1", threshold="0", num_cat=1, cat_boundaries="0 2", cat_threshold=words
    )
    numbers = [0, 1, 1.9, -0.9, -1, -2, 30, 31, 32, 34, 64, 1e9, 2.0**31, 2.0**32 + 1, 1e300]
    rows = [[number, 0.0] for number in (*numbers, np.nan, np.inf, -np.inf)]
    values = TreeShap(text).values(np.array(rows))
    assert np.allclose(values, lightgbm_values(text, rows), rtol=0, atol=1e-15)
    assert {number for number, value in zip(numbers, values[:, 0], strict=False) if value < 0} == {
        1, 1.9, 31, 34,
    }  # fmt: skip


def test_a_branch_that_no_training_row_took_is_explained():
    """LightGBM divides by the share of such a branch and answers with NaN."""
    text = stump(leaf_count="4 0")
    explainer = TreeShap(text)
    assert explainer.base == -1
    values = explainer.values(np.array([[0.0, 0], [1, 0]]))
    assert np.allclose(values, [[0, 0], [4, 0]], rtol=0, atol=1e-15)


def test_trees_without_a_split_are_only_base():
    explainer = TreeShap(model_text(features=2, leaf_value="0.25", leaf_count="0"))
    assert explainer.base == 0.25
    assert explainer.values(np.ones((3, 2))).tolist() == [[0, 0]] * 3
