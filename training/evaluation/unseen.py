"""How good the model is where no snapshot of the network shows the account.

So it scores accounts opened since the last snapshot and those that come along with a question. The
model must not take the gap for a sign of guilt: then all scores would move up.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import lightgbm as lgb
import numpy as np

from features.catalogue import NAMES
from training.evaluation.comparison import compared, instead_of
from training.evaluation.tested import Tested
from training.learner import raw_scores
from training.rows import as_if_unseen


def unseen(tested: Tested) -> dict[str, Any]:
    """Score the test rows again, as if no snapshot showed them, by the models of their folds.

    Returns
    -------
    dict
        For each compared figure its value with an interval, and `raw_moved`: the median of how many
        log-odds the scores moved.
    """
    tested.progress("scores without a snapshot")
    values, raw = as_if_unseen(tested.test.values, NAMES), np.empty(len(tested.at))
    for number, text in enumerate(tested.models):
        of_fold = tested.fold == number
        raw[of_fold] = raw_scores(lgb.Booster(model_str=text), values[of_fold])
    figures = compared(tested.scored(raw), tested.parameters.evaluate)
    return {**figures, "raw_moved": float(np.median(raw - tested.raw))}


def section(figures: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[str]:
    """Tell what is left, beside the model's own figures."""
    yield from ("", "## Without a snapshot", "")
    yield (
        "Scored again as if no snapshot of the network showed the accounts, as new accounts are"
        f" scored and those that come along with a question: {instead_of(figures, model)} The"
        f" median move of the scores is {figures['raw_moved']:+.2f} log-odds."
    )
