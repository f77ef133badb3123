"""Searching parameters for one fold, on rows of its past that the trial did not learn from.

A search that simply takes the best trial takes luck for skill where few mules are held out. So the
parameters that were declared stay unless another trial beats them by more than a standard error,
as the simplest tree does that is within one of the best. Where nothing can be told apart a lucky
trial may still pass, and does no harm.

References
----------
One standard error: L. Breiman et al., "Classification and regression trees" (1984), section 3.4.
The sampler: J. Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS (2011), as
Optuna (T. Akiba et al., KDD 2019) has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import optuna

from training.evaluation.bootstrap import resampled_weights
from training.evaluation.metrics import Scored, pr_auc, scored
from training.learner import learn, raw_scores
from training.parameters import Fit, Tune
from training.rows import Rows
from training.splits import Fold
from training.tuned import searched


@dataclass(frozen=True)
class Trial:
    """Parameters that were tried.

    Attributes
    ----------
    settings : Fit
    pr_auc : float
        On the fold's validation rows, of a model that learnt from its training rows.
    """

    settings: Fit
    pr_auc: float


@dataclass(frozen=True)
class Search:
    """What was tried for one fold.

    Attributes
    ----------
    trials : tuple of Trial
        The declared parameters first; none where no mule is held out, and nothing can be told.
    standard_error : float
        Of how far the best trial stands above the declared parameters; 0 where none does.
    chosen : Fit
    """

    trials: tuple[Trial, ...]
    standard_error: float
    chosen: Fit


def search(rows: Rows, names: Sequence[str], fold: Fold, declared: Fit, tune: Tune) -> Search:
    """Try parameters on a fold's validation rows; the same rows and settings choose the same.

    Parameters
    ----------
    rows : Rows
        All labelled rows; only those of the fold's past are looked at.
    names : sequence of str
        Of the columns.
    fold : Fold
    declared : Fit
        What the first trial takes.
    tune : Tune
    """
    past, held_out = rows.only(rows.at(fold.training)), rows.only(rows.at(fold.validation))
    if not held_out.label.any():
        return Search((), 0.0, declared)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=declared.seed)
    )
    study.enqueue_trial(searched(declared))
    tried: list[tuple[Fit, Scored]] = []
    for _ in range(tune.trials):
        trial = study.ask()
        settings = replace(declared, **_drawn(trial))
        raw = raw_scores(learn(past, names, settings), held_out.values)
        result = scored(held_out.account_id, held_out.as_of, held_out.label, raw)
        tried.append((settings, result))
        study.tell(trial, _value(result))
    return _chosen(tried, tune)


def _drawn(trial: optuna.Trial) -> dict[str, Any]:
    return {
        "num_leaves": trial.suggest_int("num_leaves", 4, 31, log=True),
        "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 100, log=True),
        "lambda_l2": trial.suggest_float("lambda_l2", 0.3, 100.0, log=True),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.2, 1.0),
        "extra_trees": trial.suggest_categorical("extra_trees", [False, True]),
    }


def _value(result: Scored) -> float:
    return pr_auc(result, np.ones(len(result.label)))


def _chosen(tried: Sequence[tuple[Fit, Scored]], tune: Tune) -> Search:
    trials = tuple(Trial(settings, _value(result)) for settings, result in tried)
    best = max(range(len(trials)), key=lambda number: trials[number].pr_auc)
    above = trials[best].pr_auc - trials[0].pr_auc
    error = _standard_error(tried[best][1], tried[0][1], tune, tried[0][0].seed) if best else 0.0
    is_better = above > tune.standard_errors * error
    return Search(trials, error, trials[best if is_better else 0].settings)


def _standard_error(one: Scored, other: Scored, tune: Tune, seed: int) -> float:
    """Tell how far the difference of two PR-AUCs varies over other accounts."""
    weights = resampled_weights(one.unit, tune.resamples, seed)
    return float(np.nanstd([pr_auc(one, each) - pr_auc(other, each) for each in weights], ddof=1))
