"""SHAP values from their definition, over all sets of features; slow and plain.

It reads LightGBM's description of the model, not its text, and shares nothing with the code.
"""

from itertools import combinations
from math import factorial

import numpy as np

ZERO = float(np.float32(1e-35))
"""LightGBM takes values up to this size for zero."""


def shap_values(booster, row):
    """Explain one row; the last number is the base."""
    features = range(booster.num_feature())
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]

    def mean(known):
        return sum(_mean(tree, row, known) for tree in trees)

    count = len(features)
    values = []
    for feature in features:
        others = [other for other in features if other != feature]
        value = 0.0
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for known in combinations(others, size):
                value += weight * (mean({*known, feature}) - mean(set(known)))
        values.append(value)
    return np.array([*values, mean(set())])


def _mean(node, row, known):
    """Return the mean of the leaves below, following the splits on what is known."""
    if "split_feature" not in node:
        return node["leaf_value"]
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        goes_left = _goes_left(node, row[node["split_feature"]])
        return _mean(left if goes_left else right, row, known)
    share = _count(left) / node["internal_count"]
    return share * _mean(left, row, known) + (1 - share) * _mean(right, row, known)


def _count(node):
    return node["internal_count"] if "internal_count" in node else node["leaf_count"]


def _goes_left(node, value):
    if node["decision_type"] == "==":
        chosen = [int(category) for category in node["threshold"].split("||")]
        return bool(np.isfinite(value)) and int(value) in chosen and value > -1
    if (np.isnan(value) and node["missing_type"] != "NaN") or abs(value) <= ZERO:
        value = 0.0
    missing = {"None": False, "Zero": value == 0.0, "NaN": np.isnan(value)}
    if missing[node["missing_type"]]:
        return node["default_left"]
    return value <= _threshold(node)


def _threshold(node):
    # Where the model has infinity or the lowest number, LightGBM describes it as 1e300 or -1e300.
    if abs(node["threshold"]) < 1e300:
        return node["threshold"]
    return np.inf if node["threshold"] > 0 else np.finfo(float).min
