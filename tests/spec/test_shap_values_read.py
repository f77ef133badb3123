"""SHAP values that can be checked with a pencil."""

import numpy as np
import pytest

from models.treeshap.shap_values import TreeShap
from tests.model_texts import model_text

# Ten accounts. Six are not new: score 0. Of the four that are new, three keep what they receive,
# score 10, and one passes it on, score 20.
NEW_AND_PASSING_ON = model_text(
    features=2,
    num_leaves=3,
    split_feature="0 1",
    threshold="0.5 0.5",
    decision_type="2 2",
    left_child="-1 -2",
    right_child="1 -3",
    leaf_value="0 10 20",
    leaf_count="6 3 1",
    internal_count="10 4",
)


def explained(*row):
    return TreeShap(NEW_AND_PASSING_ON).values(np.array([row], dtype=float))[0].tolist()


def test_the_base_is_the_mean_score():
    assert TreeShap(NEW_AND_PASSING_ON).base == pytest.approx((6 * 0 + 3 * 10 + 1 * 20) / 10)  # 5


def test_each_feature_counts_what_it_changes_in_either_order():
    # If it is known first that the account is new: (3 * 10 + 1 * 20) / 4 = 12.5; then 20.
    # If it is known first that it passes on: (6 * 0 + 4 * 20) / 10 = 8; then 20.
    new = ((12.5 - 5) + (20 - 8)) / 2
    passes_on = ((20 - 12.5) + (8 - 5)) / 2
    assert explained(1, 1) == pytest.approx([new, passes_on])
    assert 5 + new + passes_on == 20


def test_a_feature_may_count_although_no_split_on_it_was_passed():
    # Not new: 0 in the end. That it passes on would have raised the mean from 5 to 8.
    assert explained(0, 1) == pytest.approx([((0 - 5) + (0 - 8)) / 2, ((0 - 0) + (8 - 5)) / 2])


def test_a_missing_value_goes_where_missing_values_went():
    # Both splits send what is missing to the left.
    assert explained(np.nan, np.nan) == pytest.approx(explained(0, 0))
