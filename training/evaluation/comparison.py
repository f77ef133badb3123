"""Our model beside the baselines on the same rows, with the intervals of the differences."""

from collections.abc import Mapping
from typing import Any

from training.evaluation.bootstrap import differences, plain
from training.evaluation.metrics import RANKING, Scored, ranking_figures
from training.parameters import Evaluate

COMPARED = ("pr_auc", "precision_at_1pct")
"""The figures whose differences get an interval."""


def compare(
    model: Scored, baselines: Mapping[str, Scored], settings: Evaluate
) -> dict[str, dict[str, Any]]:
    """Compute the figures of all, and how far the model stands above each baseline.

    Returns
    -------
    dict
        `model`: figures; `baselines`: figures of each; `differences`: for each baseline and figure
        a value with its 95 % interval.
    """
    bounds = differences(
        model,
        baselines,
        {name: RANKING[name] for name in COMPARED},
        resamples=settings.resamples,
        seed=settings.seed,
    )
    return {
        "model": dict(ranking_figures(model)),
        "baselines": {name: dict(ranking_figures(rows)) for name, rows in baselines.items()},
        "differences": plain(bounds),
    }
