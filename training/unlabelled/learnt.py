"""The test rows of all folds, scored by each way: every row by a model of what came before it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from training.evaluation.metrics import Scored, scored
from training.evaluation.rings import Rings
from training.parameters import Fit
from training.splits import Fold
from training.unlabelled.known import Known
from training.unlabelled.ways import Way


@dataclass(frozen=True)
class Learnt:
    """Test rows with the scores of every way.

    Attributes
    ----------
    test : Known
    fold : int array, length n
        Which fold tested the row, counted from 0.
    scores : dict of str to Scored
        By way, beside the ledger's own labels.
    """

    test: Known
    fold: npt.NDArray[np.intp]
    scores: Mapping[str, Scored]

    def against_truth(self, way: str) -> Scored:
        """Put a way's scores beside what is true."""
        return replace(self.scores[way], label=self.test.truth.astype(np.float64))


def learn_all(
    known: Known,
    folds: Sequence[Fold],
    rings: Rings,
    settings: Fit,
    progress: Callable[[str], None],
    ways: Mapping[str, Way],
) -> Learnt:
    """Learn these ways in every fold and score its test rows."""
    at = [np.flatnonzero(known.rows.at(fold.test)) for fold in folds]
    raw: dict[str, list[npt.NDArray[np.float64]]] = {name: [] for name in ways}
    for number, fold in enumerate(folds):
        past = known.only(known.rows.at(fold.past))
        values = known.rows.values[at[number]]
        for name, way in ways.items():
            progress(f"{name}, fold {number + 1} of {len(folds)}")
            raw[name].append(way(past, values, settings))
    test = known.only(np.concatenate(at))
    rows, ring = test.rows, rings.of(test.rows.account_id)
    scores = {
        name: scored(rows.account_id, rows.as_of, test.labels, np.concatenate(parts), ring)
        for name, parts in raw.items()
    }
    return Learnt(test, np.repeat(np.arange(len(at)), [len(part) for part in at]), scores)
