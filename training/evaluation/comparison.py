"""Our model beside the baselines on the same rows, with the intervals of the differences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation.bootstrap import differences, interval, plain
from training.evaluation.markdown import bounded, number, table
from training.evaluation.metrics import RANKING, Scored, ranking_figures
from training.parameters import Evaluate

COMPARED = ("pr_auc", "precision_at_1pct")
"""The figures whose differences get an interval."""


@dataclass(frozen=True)
class Scores:
    """The same rows in the same order, scored by our model and by each baseline."""

    model: Scored
    baselines: Mapping[str, Scored]

    def only(self, mask: npt.NDArray[np.bool_]) -> "Scores":
        """Keep the rows where `mask` holds."""
        baselines = {name: rows.only(mask) for name, rows in self.baselines.items()}
        return Scores(self.model.only(mask), baselines)

    @property
    def by_name(self) -> dict[str, Scored]:
        """All of them, our model first as `mulerisk`."""
        return {"mulerisk": self.model, **self.baselines}


def compare(scores: Scores, settings: Evaluate) -> dict[str, dict[str, Any]]:
    """Compute the figures of all, and how far the model stands above each baseline.

    Returns
    -------
    dict
        `model`: figures; `baselines`: figures of each; `differences`: for each baseline and figure
        a value with its 95 % interval.
    """
    bounds = differences(
        scores.model,
        scores.baselines,
        {name: RANKING[name] for name in COMPARED},
        resamples=settings.resamples,
        seed=settings.seed,
    )
    return {
        "model": dict(ranking_figures(scores.model)),
        "baselines": {name: dict(ranking_figures(r)) for name, r in scores.baselines.items()},
        "differences": plain(bounds),
    }


def compared(scores: Scored, settings: Evaluate) -> dict[str, Any]:
    """Compute the compared figures of one way of scoring, each with its interval."""
    resamples, seed = settings.resamples, settings.seed
    return {
        name: vars(interval(scores, RANKING[name], resamples=resamples, seed=seed))
        for name in COMPARED
    }


def instead_of(figures: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    """Tell compared figures beside those of the model as it is."""
    return (
        f"PR-AUC {bounded(figures['pr_auc'])} instead of {model['pr_auc']:.4f}, precision at 1 %"
        f" {bounded(figures['precision_at_1pct'])} instead of {model['precision_at_1pct']:.4f}."
    )


_COLUMNS = ("pr_auc", "precision_at_1pct", "recall_at_1pct", "roc_auc")
HEADINGS = ("PR-AUC", "precision at 1 %", "recall at 1 %", "ROC-AUC")
"""Of the columns of `shown`."""


def section(title: str, figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell what `compare` found."""
    yield from ("", f"## {title}", "")
    rows = {"mulerisk": figures["model"], **figures["baselines"]}
    yield from table(("", *HEADINGS), [[name, *shown(row)] for name, row in rows.items()])
    yield ""
    yield from table(
        ("mulerisk above", *HEADINGS[:2]),
        [
            [name, *(bounded(bounds[column]) for column in _COLUMNS[:2])]
            for name, bounds in figures["differences"].items()
        ],
    )


def shown(figures: Mapping[str, Any]) -> list[str]:
    """Write the ranking figures of one model."""
    return [number(figures[column]) for column in _COLUMNS]
