"""The ways held against the truth and against the labels, all on the same rows and resamples."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from training.evaluation.audit import ESTIMATES, estimates
from training.evaluation.bootstrap import bounded_by, finite, resampled_weights
from training.evaluation.metrics import Array, Scored, pr_auc, reviewed
from training.parameters import Evaluate
from training.unlabelled.learnt import Learnt

BASE = "naive"
"""The way that the others are compared with."""
FIGURES = ("pr_auc", "precision", "recall", "never_found")
"""PR-AUC; of `reviews` alerts at each instant the precision, the recall, and the recall of rows
whose account launders and is never found."""


def compare(learnt: Learnt, reviews: int, settings: Evaluate) -> dict[str, Any]:
    """Compute every figure of every way, and estimate as a bank could what alerts miss.

    Parameters
    ----------
    learnt : Learnt
    reviews : int
        Alerts at each instant.

    Returns
    -------
    dict
        `rows`, `labelled`, `true`, `never_found`: test rows, and those that are positive by the
        ledger's labels, in truth, and in truth though the ledger never tells it; `reviews`; under
        `truth` and `labels` for each way `FIGURES` with 95 % intervals, and under `above` how far
        each stands above `naive` on the same resamples; `folds`: PR-AUC against the truth in each;
        `estimates`: for each way those of `training.evaluation.audit`, and `truth` beside them.
    """
    test = learnt.test
    counts = {
        "rows": len(test.rows),
        "labelled": int(test.labels.sum()),
        "true": int(test.truth.sum()),
        "never_found": int(test.never_found.sum()),
        "reviews": reviews,
    }
    true = {way: learnt.against_truth(way) for way in learnt.scores}
    compared = {
        **counts,
        "truth": _bounded(learnt, true, reviews, settings),
        "labels": _bounded(learnt, learnt.scores, reviews, settings),
        "folds": {way: _folds(learnt, rows) for way, rows in true.items()},
        "estimates": {way: _estimated(learnt, way, reviews, settings) for way in learnt.scores},
    }
    return dict(finite(compared))


def _bounded(
    learnt: Learnt, scores: Mapping[str, Scored], reviews: int, settings: Evaluate
) -> dict[str, Any]:
    def figures(weight: Array) -> dict[str, Array]:
        return {way: _figures(learnt, rows, reviews, weight) for way, rows in scores.items()}

    unit = scores[BASE].unit
    observed = figures(np.ones(len(unit)))
    weights = resampled_weights(unit, settings.resamples, settings.seed)
    drawn = [figures(weight) for weight in weights]
    found: dict[str, Any] = {}
    for way in scores:
        each = np.array([resample[way] for resample in drawn])
        base = np.array([resample[BASE] for resample in drawn])
        found[way] = _named(observed[way], each)
        if way != BASE:
            found[way]["above"] = _named(observed[way] - observed[BASE], each - base)
    return found


def _named(values: Array, drawn: Array) -> dict[str, Any]:
    return {
        name: vars(bounded_by(float(values[place]), drawn[:, place]))
        for place, name in enumerate(FIGURES)
    }


def _figures(learnt: Learnt, rows: Scored, reviews: int, weight: Array) -> Array:
    taken, hidden = reviewed(rows, weight, reviews), learnt.test.never_found
    found = rows.positive_part(taken)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.array([found, found, taken[hidden].sum()]) / np.array(
            [taken.sum(), rows.positive_part(weight), weight[hidden].sum()]
        )
    return np.append(pr_auc(rows, weight), shares)


def _folds(learnt: Learnt, rows: Scored) -> list[float]:
    parts = (rows.only(learnt.fold == number) for number in np.unique(learnt.fold))
    return [pr_auc(part, np.ones(len(part.label))) for part in parts]


def _estimated(learnt: Learnt, way: str, reviews: int, settings: Evaluate) -> dict[str, Any]:
    """Let the bank investigate this way's alerts, and estimate from them and from the draws."""
    test, model = learnt.test, learnt.scores[way]
    alert = reviewed(model, np.ones(len(model.label)), reviews) > 0
    looked = test.investigated(test.findings(alert, 1.0))
    draws = {"resamples": settings.resamples, "seed": settings.seed}
    found = test.truth[alert].sum()
    truth = (test.truth.mean(), found / max(test.truth.sum(), 1), found / alert.sum())
    return {
        **estimates(model, looked, reviews, **draws),
        "truth": dict(zip(ESTIMATES, map(float, truth), strict=True)),
    }
