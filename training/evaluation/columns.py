"""The strongest single column: what sorting by one feature alone would find.

It is chosen in hindsight, by its PR-AUC on the very test rows it is then compared on. No analyst
could have chosen as well, so a model that stands above it needed more than one feature.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation.comparison import HEADINGS, Scores, compare, shown
from training.evaluation.markdown import bounded, table
from training.evaluation.metrics import Scored, pr_auc
from training.parameters import Evaluate


@dataclass(frozen=True)
class Column:
    """A feature as a score.

    Attributes
    ----------
    feature : str
    first : str
        Whether its `highest` or its `lowest` values come first; a missing value comes last.
    rows : Scored
        The test rows, scored by it.
    """

    feature: str
    first: str
    rows: Scored

    def compared(self, model: Scored, settings: Evaluate) -> dict[str, Any]:
        """Compute its figures, and how far the model stands above it."""
        figures = compare(Scores(model, {"column": self.rows}), settings)
        return {
            "feature": self.feature,
            "first": self.first,
            **figures["baselines"]["column"],
            "differences": figures["differences"]["column"],
        }


def strongest_column(
    values: npt.NDArray[np.float64], names: Sequence[str], model: Scored
) -> Column:
    """Find the feature, and the direction, with the highest PR-AUC on the test rows.

    Parameters
    ----------
    values : float64 array, shape (n, features)
    names : sequence of str
        The features, in the order of the columns.
    model : Scored, of n rows
    """
    once = np.ones(len(model.label))
    return max(_columns(values, names, model), key=lambda column: pr_auc(column.rows, once))


def _columns(
    values: npt.NDArray[np.float64], names: Sequence[str], model: Scored
) -> Iterator[Column]:
    for feature, column in zip(names, values.T, strict=True):
        for first, sign in (("highest", 1.0), ("lowest", -1.0)):
            score = np.where(np.isnan(column), -np.inf, sign * column)
            yield Column(feature, first, replace(model, score=score))


def section(column: Mapping[str, Any]) -> Iterator[str]:
    """Tell which column it is, and how far the model stands above it."""
    differences = column["differences"]
    yield ""
    yield from table(("strongest single column", *HEADINGS), [[column["feature"], *shown(column)]])
    yield ""
    yield (
        f"Of all features `{column['feature']}`, {column['first']} values first, sorts these rows"
        " best: chosen in hindsight, as nobody could have done. mulerisk stands above it by"
        f" {bounded(differences['pr_auc'])} in PR-AUC and by"
        f" {bounded(differences['precision_at_1pct'])} in precision at 1 %."
    )
