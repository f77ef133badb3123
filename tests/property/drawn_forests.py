"""LightGBM models of every kind that can be explained, and rows that try their splits."""

from dataclasses import dataclass

import lightgbm
import numpy as np
from hypothesis import strategies as st

EXTREMES = [
    np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-36, -1e-36, 1e300, 1e301, -1e300, 2.0**31, 2.0**31 - 1,
    -0.5, -1.0, 0.5, 7.5, 1e9,
]  # fmt: skip
"""Values that LightGBM treats by rules of their own, as numbers or as categories."""


@dataclass(frozen=True)
class Forest:
    """A model read back from its text, with rows to explain."""

    text: str
    booster: lightgbm.Booster
    rows: np.ndarray


@st.composite
def forests(draw, max_trees=6, max_features=9):
    """Draw training rows, parameters and rows to explain."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    features = draw(st.integers(1, max_features))
    values = _values(random, draw(st.integers(2, 300)), features)
    categories = draw(st.sets(st.integers(0, features - 1), max_size=3))
    for feature in categories:
        values[:, feature] = random.integers(0, draw(st.sampled_from([3, 40, 90])), len(values))
    target = np.nan_to_num(values, posinf=3, neginf=-3) @ random.normal(size=features)
    parameters = draw(
        st.fixed_dictionaries(
            {
                "boosting": st.sampled_from(["gbdt", "dart"]),
                "num_leaves": st.integers(2, 40),
                "min_data_in_leaf": st.integers(1, 30),
                "zero_as_missing": st.booleans(),
                "use_missing": st.booleans(),
                "extra_trees": st.booleans(),
                "max_cat_to_onehot": st.sampled_from([1, 4, 100]),
                "lambda_l1": st.sampled_from([0.0, 1.0]),
            }
        )
    )
    fixed = {
        "objective": "regression", "verbosity": -1, "num_threads": 1, "seed": 1,
        "bagging_freq": 1, "bagging_fraction": 0.7, "min_sum_hessian_in_leaf": 0.0,
        "min_data_per_group": 1, "cat_smooth": 1.0,
    }  # fmt: skip
    data = lightgbm.Dataset(values, target, categorical_feature=sorted(categories))
    trained = lightgbm.train({**fixed, **parameters}, data, draw(st.integers(1, max_trees)))
    return forest_of(trained.model_to_string(), values[: draw(st.integers(1, 40))], random)


def forest_of(text, values, random):
    """Add rows with extremes and with the very thresholds of the model to `values`."""
    booster = lightgbm.Booster(model_str=text)
    lines = [line for line in text.split("\n") if line.startswith("threshold=")]
    thresholds = [float(number) for line in lines for number in line[10:].split()]
    finite = [number for number in thresholds if abs(number) < 1e300]
    near = [np.nextafter(number, side) for number in finite for side in (-np.inf, np.inf)]
    rows = np.repeat(values, 2, axis=0)
    replaced = random.random(rows.shape) < 0.4
    rows[replaced] = random.choice(EXTREMES + thresholds + near, replaced.sum())
    return Forest(text, booster, rows)


def _values(random, count, features):
    """Draw columns that are wide, tied, or mostly zero, with missing and infinite values."""
    values = random.normal(size=(count, features)) * 10.0 ** random.integers(-3, 6, features)
    tied = random.random(features) < 0.4
    values[:, tied] = np.round(random.normal(size=(count, tied.sum())))
    for number, share in ((np.nan, 0.1), (0.0, 0.1), (np.inf, 0.02), (-np.inf, 0.02)):
        values[random.random(values.shape) < share] = number
    return values


def deep_forest(features=40, seed=0):
    """Make a model with paths on many features: each matters only if all before it are high."""
    random = np.random.default_rng(seed)
    values = (random.random((4000, features)) < 0.9).astype(float)
    values[random.random(values.shape) < 0.02] = np.nan
    target = np.cumprod(values == 1, axis=1).sum(axis=1)
    parameters = {
        "objective": "regression", "num_leaves": features + 20, "min_data_in_leaf": 1,
        "verbosity": -1, "num_threads": 1,
    }  # fmt: skip
    trained = lightgbm.train(parameters, lightgbm.Dataset(values, target), 3)
    return forest_of(trained.model_to_string(), values[:40], random)
