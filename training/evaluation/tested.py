"""The test rows of all folds with our scores of them: what an evaluation starts from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from training.evaluation.metrics import Scored, scored
from training.evaluation.rings import Rings, rings
from training.features import read
from training.fit import Inputs
from training.fitted import fold_model
from training.grid import DAY
from training.learner import out_of_fold
from training.parameters import Fit, Parameters
from training.rows import Rows, labelled_rows
from training.splits import Fold, read_folds
from training.tuned import read_tuned


@dataclass(frozen=True)
class Tested:
    """What was tested, and what it was learnt from.

    Attributes
    ----------
    inputs : Inputs
    parameters : Parameters
    rows : Rows
        All labelled rows.
    folds : tuple of Fold
    settings : tuple of Fit
        The parameters of each fold's model.
    at : array of int, length n
        Positions of the test rows among `rows`, fold after fold.
    fold : array of int, length n
        Which fold tested the row, counted from 0.
    raw, probability : float64 arrays, length n
    latest : float64 array
        Raw scores that the model for service gives to the accounts at the ledger's end.
    models : tuple of str
        The model of each fold, in LightGBM's text format.
    rings : Rings
        Empty where the ledger does not tell them.
    progress : callable
        Told in a few words what begins.
    """

    inputs: Inputs
    parameters: Parameters
    rows: Rows
    folds: tuple[Fold, ...]
    settings: tuple[Fit, ...]
    at: npt.NDArray[np.intp]
    fold: npt.NDArray[np.intp]
    raw: npt.NDArray[np.float64]
    probability: npt.NDArray[np.float64]
    latest: npt.NDArray[np.float64]
    models: tuple[str, ...]
    rings: Rings
    progress: Callable[[str], None]

    @property
    def test(self) -> Rows:
        """The test rows alone."""
        return self.rows.only(self.at)

    def scored(self, score: npt.NDArray[np.float64]) -> Scored:
        """Put scores beside what became known of the test rows."""
        return self.scored_rows(self.test, score)

    def learnt_from(
        self, rows: Rows, names: Sequence[str], settings: Sequence[Fit] | None = None
    ) -> Scored:
        """Score the test rows among `rows` by models of the same folds, seeing other columns.

        They are learnt with the folds' own parameters, where no others are given.
        """
        tested = out_of_fold(rows, names, self.folds, settings or self.settings)
        test = rows.only(tested.row)
        return self.scored_rows(test, tested.raw)

    @property
    def reviews(self) -> int:
        """Count the accounts that people review between two instants."""
        days = self.parameters.features.stride_days
        return self.parameters.alerts.reviews_per_day * days

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Tell from when until when each fold is in charge: until the next one, or a horizon."""
        starts = [fold.test[0] for fold in self.folds]
        horizon = self.parameters.labels.horizon_days * DAY
        ends = [*starts[1:], self.folds[-1].test[-1] + horizon]
        return tuple(zip(starts, ends, strict=True))

    @property
    def resampled(self) -> str:
        """Tell what intervals resample: `rings and accounts`, or `accounts`."""
        return "rings and accounts" if self.rings.are_told_apart else "accounts"

    def since(self, instant: int) -> "Tested":
        """Keep the test rows from an instant on, and the folds that have any."""
        kept = self.rows.as_of[self.at] >= instant
        left = [
            (number, replace(fold, test=tuple(at for at in fold.test if at >= instant)))
            for number, fold in enumerate(self.folds)
            if fold.test[-1] >= instant
        ]
        numbers = [number for number, _ in left]
        return replace(
            self,
            folds=tuple(fold for _, fold in left),
            settings=tuple(self.settings[number] for number in numbers),
            at=self.at[kept],
            fold=np.searchsorted(numbers, self.fold[kept]),
            raw=self.raw[kept],
            probability=self.probability[kept],
            models=tuple(self.models[number] for number in numbers),
        )

    def units(self, account_id: Iterable[str]) -> npt.NDArray[np.intp]:
        """Return the number of what is resampled whole: the ring where it is known, or itself."""
        names, account = np.unique(list(account_id), return_inverse=True)
        ring = self._ring(names)[account]
        return np.where(ring < 0, account, len(names) + ring)

    def _ring(self, account_id: Iterable[str]) -> npt.NDArray[np.intp]:
        rings = self.rings if self.rings.are_told_apart else Rings()
        return rings.of(account_id)

    def scored_rows(self, test: Rows, score: npt.NDArray[np.float64]) -> Scored:
        """Put scores beside what became known of these rows."""
        ring = self._ring(test.account_id)
        return scored(test.account_id, test.as_of, test.label, score, ring)


def read_tested(
    inputs: Inputs, fitted: Path, parameters: Parameters, progress: Callable[[str], None]
) -> Tested:
    """Read what the stage `fit` tested."""
    rows = labelled_rows(read(inputs.features), inputs.labels)
    folds = read_folds(inputs.splits)
    scores = pq.read_table(fitted / "scores.parquet")
    at = np.concatenate([np.flatnonzero(rows.at(fold.test)) for fold in folds])
    return Tested(
        inputs,
        parameters,
        rows,
        folds,
        read_tuned(inputs.tuned).folds,
        at,
        scores["fold"].to_numpy(),
        scores["raw"].to_numpy(),
        scores["probability"].to_numpy(),
        pq.read_table(fitted / "latest.parquet", columns=["raw"])["raw"].to_numpy(),
        tuple(fold_model(fitted, number).read_text() for number in range(len(folds))),
        rings(inputs.lake),
        progress,
    )


_SCORES = "scores.parquet"


def write_scores(scores: Mapping[str, Scored], out: Path) -> None:
    """Keep how others score the test rows, in the order of those rows."""
    pq.write_table(pa.table({name: rows.score for name, rows in scores.items()}), out / _SCORES)


def read_scores(tested: Tested, evaluated: Path) -> dict[str, Scored]:
    """Read what `write_scores` wrote."""
    columns = pq.read_table(evaluated / _SCORES)
    return {name: tested.scored(columns[name].to_numpy()) for name in columns.column_names}
