"""Four ways to learn from what a bank knows.

- `naive`: what nobody found is negative. The way of the pipeline.
- `pu_bagging`: what nobody found is unlabelled. Many models, each of all known mules beside as many
  rows drawn from all others, whose scores are averaged.
- `pu_weighting`: each unlabelled row is learnt as a mule in part and as none for the rest. How far,
  tell a first model's forecast that a row is labelled, and the share of the mules that are: the
  mean forecast of known mules that it has not seen.
- `inverse_probability`: only rows that somebody looked at, each as often as the rows it stands for.

The two `pu` ways take the known mules for a fair sample of all; the last one does not.

References
----------
`pu_bagging`: F. Mordelet and J.-P. Vert, "A bagging SVM to learn from positive and unlabeled
examples", Pattern Recognition Letters 37 (2014), with LightGBM in place of the SVM. `pu_weighting`:
C. Elkan and K. Noto, "Learning classifiers from only positive and unlabeled data", KDD (2008).
`inverse_probability`: D. Horvitz and D. Thompson, "A generalization of sampling without replacement
from a finite universe", JASA 47 (1952).
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from features.catalogue import NAMES
from training.evaluation.metrics import Array
from training.learner import learn, of_each, raw_scores
from training.parameters import Fit
from training.rows import Rows
from training.unlabelled.known import Known

BAGS = 50
Way = Callable[[Known, Array, Fit], Array]
"""From what is known of a fold's past, and the columns of its test rows, to their scores."""


def naive(past: Known, values: Array, settings: Fit) -> Array:
    """Learn as the pipeline does."""
    return raw_scores(learn(past.rows, NAMES, settings), values)


def pu_bagging(past: Known, values: Array, settings: Fit) -> Array:
    """Average models of all known mules, each beside other unlabelled rows."""
    mules, others = (np.flatnonzero(past.rows.label == kind) for kind in (1, 0))
    draw = np.random.default_rng(settings.seed)
    bags = [draw.choice(others, min(len(mules), len(others))) for _ in range(BAGS)]

    def scores(bag: npt.NDArray[np.intp]) -> Array:
        model = learn(past.rows.only(np.append(mules, bag)), NAMES, _all_negatives(settings))
        return raw_scores(model, values)

    mean: Array = np.stack(of_each(bags, settings.threads, scores)).mean(axis=0)
    return mean


def pu_weighting(past: Known, values: Array, settings: Fit) -> Array:
    """Learn each unlabelled row twice, with the weights of a mule and of none."""
    own, rows = _all_negatives(settings), past.rows
    forecast, is_known = _labelled(rows, own), rows.label == 1
    labelled_share = forecast[is_known].mean()
    odds = forecast / (1 - forecast) * (1 - labelled_share) / labelled_share
    part = np.where(is_known, 1.0, np.minimum(odds, 1.0))
    unlabelled = rows.only(~is_known)
    both = replace(rows, label=np.ones_like(rows.label)).and_also(unlabelled)
    weight = np.append(part, 1 - part[~is_known])
    return raw_scores(learn(both, NAMES, own, weight), values)


def _labelled(rows: Rows, settings: Fit) -> Array:
    """Forecast that a row is labelled, by a model of the other half of the accounts."""
    accounts, account = np.unique(rows.account_id.astype(str), return_inverse=True)
    half = np.random.default_rng(settings.seed).permutation(len(accounts))[account] % 2
    forecast = np.empty(len(rows))
    for number in (0, 1):
        model = learn(rows.only(half != number), NAMES, settings)
        forecast[half == number] = expit(raw_scores(model, rows.values[half == number]))
    return forecast


def inverse_probability(past: Known, values: Array, settings: Fit) -> Array:
    """Learn from rows that somebody looked at, each as often as the rows it stands for."""
    looked = past.investigated()
    seen = looked.weight > 0
    rows = replace(past.rows, label=looked.mule.astype(np.int8)).only(seen)
    return raw_scores(learn(rows, NAMES, _all_negatives(settings), looked.weight[seen]), values)


def _all_negatives(settings: Fit) -> Fit:
    """Let every tree see all negatives: without some of them forecasts and weights would shift."""
    return replace(settings, negative_fraction=1.0)


WAYS: dict[str, Way] = {
    "naive": naive,
    "pu_bagging": pu_bagging,
    "pu_weighting": pu_weighting,
    "inverse_probability": inverse_probability,
}
