"""Whether test rows still look like those that were learnt from (`training.drift.groups`)."""

from collections.abc import Iterator, Mapping
from typing import Any

import lightgbm as lgb
import numpy as np

from features.catalogue import NAMES
from training.drift.groups import ACT, WATCH, psi
from training.evaluation.markdown import number, table
from training.evaluation.tested import Tested
from training.learner import raw_scores

_SHOWN = 5


def stability(tested: Tested) -> dict[str, Any]:
    """Compare test rows with those that their fold learnt from.

    Returns
    -------
    dict
        `score`: the index of each fold's scores, by its number; `features`: `above_0.1` and
        `above_0.25`, how many features, and `largest`: the five that moved most in any fold.
    """
    rows, score = tested.rows, {}
    moved = np.zeros(len(NAMES))
    for number_, (fold, text) in enumerate(zip(tested.folds, tested.models, strict=True), start=1):
        past, test = rows.values[rows.at(fold.past)], rows.values[rows.at(fold.test)]
        model = lgb.Booster(model_str=text)
        score[str(number_)] = psi(raw_scores(model, past), raw_scores(model, test))
        moved = np.maximum(moved, [psi(*pair) for pair in zip(past.T, test.T, strict=True)])
    first = np.argsort(-moved, kind="stable")[:_SHOWN]
    return {
        "score": score,
        "features": {
            "above_0.1": int((moved > WATCH).sum()),
            "above_0.25": int((moved > ACT).sum()),
            "largest": {NAMES[place]: float(moved[place]) for place in first},
        },
    }


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell what moved between training and test."""
    features = figures["features"]
    yield from ("", "## Stability", "")
    scores = ", ".join(number(value) for value in figures["score"].values())
    yield (
        f"Population stability index of the scores, fold after fold: {scores}. Of {len(NAMES)}"
        f" features {features['above_0.1']} are above {WATCH} in some fold (watch) and"
        f" {features['above_0.25']} above {ACT} (act)."
    )
    yield ""
    yield from table(
        ("moved most", "index"),
        [[f"`{name}`", number(value)] for name, value in features["largest"].items()],
    )
