"""The figures of each fold: whether the model is as good whenever it is tested."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ledger.view import instant
from training.evaluation.comparison import HEADINGS, shown
from training.evaluation.markdown import table
from training.evaluation.metrics import Scored, ranking_figures
from training.evaluation.tested import Tested


def folds(tested: Tested, model: Scored) -> dict[str, dict[str, Any]]:
    """Compute the ranking figures of each fold, by its number."""
    figures = {}
    for number, fold in enumerate(tested.folds, start=1):
        of_fold = ranking_figures(model.only(np.isin(model.as_of, fold.test)))
        first, last = (instant(at).date().isoformat() for at in (fold.test[0], fold.test[-1]))
        figures[str(number)] = {"first_test": first, "last_test": last} | dict(of_fold)
    return figures


def section(folds: Mapping[str, Any]) -> Iterator[str]:
    """Tell the figures of each fold."""
    yield from ("", "## Folds", "")
    yield from table(
        ("tested at", "rows", "positives", *HEADINGS),
        [
            [
                f"{fold['first_test']} to {fold['last_test']}",
                f"{fold['rows']:,}",
                str(fold["positives"]),
                *shown(fold),
            ]
            for fold in folds.values()
        ],
    )
