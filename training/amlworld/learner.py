"""Learning to tell laundering transactions: one recipe for all contenders.

The parameters were chosen once, on validation rows of two ledgers of other generators, and are
LightGBM's own where nothing stands here.
"""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from training.amlworld.columns import CATEGORIES
from training.amlworld.parts import Part, Parts

PARAMETERS = {
    "objective": "binary",
    "metric": "average_precision",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "feature_fraction": 0.5,
    # The class weight: each tree sees every laundering transaction and half of the others.
    "neg_bagging_fraction": 0.5,
    "bagging_freq": 1,
    # One thread for each model, and models side by side: a second thread saves less.
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbosity": -1,
}
ROUNDS = 300
PATIENCE = 50
"""A model stops growing where so many trees have not helped on the validation part."""


@dataclass(frozen=True)
class Lessons:
    """The rows of a contender as LightGBM holds them, for any number of seeds."""

    training: lgb.Dataset
    validation: lgb.Dataset


def lessons(columns: pa.Table, laundering: NDArray[np.bool_], parts: Parts) -> Lessons:
    """Prepare training and validation. The test part is not looked at."""

    def data(part: Part, reference: lgb.Dataset | None = None) -> lgb.Dataset:
        categories = [name for name in CATEGORIES if name in columns.column_names]
        return lgb.Dataset(
            rows_of(columns, part),
            laundering[part.rows].astype(np.float32),
            reference=reference,
            categorical_feature=categories,
            params=PARAMETERS,
        ).construct()

    training = data(parts.training)
    return Lessons(training, data(parts.validation, training))


def learn(prepared: Lessons, seed: int) -> lgb.Booster:
    """Learn a model; the same lessons and seed give the same one, byte for byte."""
    stop = lgb.early_stopping(PATIENCE, verbose=False)
    return lgb.train(
        PARAMETERS | {"seed": seed},
        prepared.training,
        ROUNDS,
        valid_sets=[prepared.validation],
        callbacks=[stop],
    )


def scores(model: lgb.Booster, columns: pa.Table, part: Part) -> NDArray[np.float64]:
    """Score the transactions of a part."""
    found = model.predict(rows_of(columns, part), num_threads=1)
    return np.asarray(found, dtype=np.float64)


def rows_of(columns: pa.Table, part: Part) -> pa.Table:
    """Return the rows of a part."""
    return columns.slice(part.rows.start, part.count)
