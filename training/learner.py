"""Learning a model, and scoring rows with models that never saw them.

One recipe for our model, for the baselines that are LightGBM and for the controls. What differs
follows from the columns they see, and from the parameters of `aggregates`.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from features.catalogue import BY_NAME, NETWORK_NAMES
from models.calibration import Calibration
from training.parameters import Fit
from training.platt import platt
from training.rows import Rows, as_if_unseen
from training.splits import Fold

Item = TypeVar("Item")
Done = TypeVar("Done")


@dataclass(frozen=True)
class OutOfFold:
    """Raw scores of test rows, each by the model of its fold.

    Attributes
    ----------
    row : array of int, length n
        Position among the rows given.
    fold : int array, length n
        Which fold tested it, counted from 0.
    raw : float64 array, length n
        Log-odds.
    models : tuple of lightgbm.Booster
        That of each fold.
    """

    row: npt.NDArray[np.intp]
    fold: npt.NDArray[np.intp]
    raw: npt.NDArray[np.float64]
    models: tuple[lgb.Booster, ...]


def learn(
    rows: Rows,
    names: Sequence[str],
    settings: Fit,
    weight: npt.NDArray[np.float64] | None = None,
) -> lgb.Booster:
    """Learn a LightGBM model; the same rows and settings give the same model, byte for byte.

    It keeps to the direction of every feature of the catalogue that is `Feature.one_way`. A row
    counts `weight` times; where none is given, once.
    """
    rows, place = and_unseen(rows, names, settings)
    parameters = parameters_of(settings) | {
        "objective": "binary",
        "neg_bagging_fraction": settings.negative_fraction,
        "bagging_freq": 1,
        "monotone_constraints": [
            BY_NAME[name].constraint if name in BY_NAME else 0 for name in names
        ],
    }
    data = lgb.Dataset(
        rows.values,
        rows.label,
        weight=None if weight is None else weight[place],
        feature_name=list(names),
        params=parameters,
    )
    return lgb.train(parameters, data, num_boost_round=settings.rounds)


def parameters_of(settings: Fit) -> dict[str, Any]:
    """Name for LightGBM what every model is learnt with."""
    return {
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "max_bin": settings.max_bin,
        "min_data_in_leaf": settings.min_data_in_leaf,
        "min_sum_hessian_in_leaf": settings.min_sum_hessian_in_leaf,
        "lambda_l2": settings.lambda_l2,
        "feature_fraction": settings.feature_fraction,
        "extra_trees": settings.extra_trees,
        "seed": settings.seed,
        # With few leaves a second thread saves nothing; it had better learn another model.
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }


def and_unseen(
    rows: Rows, names: Sequence[str], settings: Fit
) -> tuple[Rows, npt.NDArray[np.intp]]:
    """Put some rows behind all once more, as if no snapshot of the network showed them.

    Few rows of a pipeline look so, but in service every account that is new or comes along with a
    question does: a model that has hardly met the gap takes it for a sign of guilt.

    Returns
    -------
    Rows, and where among the rows given each of them stood
    """
    place = np.arange(len(rows))
    if not set(names) & set(NETWORK_NAMES):
        return rows, place
    chosen = np.random.default_rng(settings.seed).random(len(rows)) < settings.unseen_share
    again = rows.only(chosen)
    both = rows.and_also(again.seen_with(as_if_unseen(again.values, names)))
    return both, np.append(place, place[chosen])


def of_each(folds: Sequence[Item], threads: int, task: Callable[[Item], Done]) -> list[Done]:
    """Do the same with each fold, or what stands for one, some at the same time.

    The last folds have the longest past: begun first, they keep nobody waiting at the end.
    """
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(task, folds[::-1]))[::-1]


def raw_scores(model: lgb.Booster, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Score rows in log-odds."""
    # The number of threads is one for the whole process: left out, it would change under a model
    # that is being learnt beside this one.
    return np.asarray(model.predict(values, raw_score=True, num_threads=1), dtype=np.float64)


def out_of_fold(
    rows: Rows,
    names: Sequence[str],
    folds: Sequence[Fold],
    settings: Sequence[Fit],
) -> OutOfFold:
    """Score the test rows of every fold with a model of all that was known before them.

    Parameters
    ----------
    settings : sequence of Fit
        Of each fold.
    """

    def tested(
        each: tuple[Fold, Fit],
    ) -> tuple[lgb.Booster, npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        fold, own = each
        model = learn(rows.only(rows.at(fold.past)), names, own)
        where = np.flatnonzero(rows.at(fold.test))
        return model, where, raw_scores(model, rows.values[where])

    pairs = list(zip(folds, settings, strict=True))
    models, row, raw = zip(*of_each(pairs, settings[0].threads, tested), strict=True)
    fold = [np.full(len(where), number) for number, where in enumerate(row)]
    return OutOfFold(np.concatenate(row), np.concatenate(fold), np.concatenate(raw), models)


def validated_calibrations(
    rows: Rows, names: Sequence[str], folds: Sequence[Fold], settings: Sequence[Fit]
) -> list[Calibration]:
    """Calibrate on each fold's validation rows with a model that has not learnt from them.

    Where a search chose the model's parameters, these rows have had a part in that.
    """

    def calibrated(each: tuple[Fold, Fit]) -> Calibration:
        fold, own = each
        model = learn(rows.only(rows.at(fold.training)), names, own)
        held_out = rows.only(rows.at(fold.validation))
        return platt(raw_scores(model, held_out.values), held_out.label, held_out.account_id)

    return of_each(list(zip(folds, settings, strict=True)), settings[0].threads, calibrated)
