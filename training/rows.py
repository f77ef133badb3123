"""Labelled rows: what was shown at an instant beside what became known after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from features.catalogue import NETWORK_NAMES
from features.compute import FeatureTable


@dataclass(frozen=True)
class Rows:
    """Rows to learn from or to score.

    Attributes
    ----------
    account_id : array of str, length n
    as_of : int64 array, length n
        Microseconds, UTC.
    label : int8 array, length n
        1 if a mule outcome became known within the horizon, else 0.
    values : float64 array, shape (n, columns)
        Missing is NaN.
    """

    account_id: npt.NDArray[np.object_]
    as_of: npt.NDArray[np.int64]
    label: npt.NDArray[np.int8]
    values: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.label)

    def at(self, as_ofs: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """Tell which rows stand at one of these instants."""
        return np.isin(self.as_of, as_ofs)

    def only(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Rows":
        """Take the rows of a mask, or at positions."""
        return Rows(
            self.account_id[which], self.as_of[which], self.label[which], self.values[which]
        )

    def and_also(self, more: "Rows") -> "Rows":
        """Put more rows behind these."""
        pairs = zip(vars(self).values(), vars(more).values(), strict=True)
        return Rows(*(np.concatenate(pair) for pair in pairs))

    def seen_with(self, values: npt.NDArray[np.float64]) -> "Rows":
        """Put other columns beside the same labels."""
        return replace(self, values=values)


def as_if_unseen(values: npt.NDArray[np.float64], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Show accounts as they look while no snapshot of the network shows them.

    Parameters
    ----------
    values : float64 array, shape (n, len(names))
    names : sequence of str
        Of the columns.
    """
    return np.where([name in NETWORK_NAMES for name in names], np.nan, values)


def positions(
    rows: Rows,
    account_id: npt.NDArray[np.object_],
    as_of: npt.NDArray[np.int64],
) -> npt.NDArray[np.intp]:
    """Find each row's account and instant in another table; -1 where it is not there."""
    there = pd.MultiIndex.from_arrays([account_id, as_of])
    found = there.get_indexer(pd.MultiIndex.from_arrays([rows.account_id, rows.as_of]))
    return np.asarray(found, dtype=np.intp)


def labelled_rows(features: FeatureTable, labels: Path) -> Rows:
    """Join a feature table with the rows that the stage `labels` kept.

    A row whose account had no visible transaction in `features` is left out.
    """
    kept = pq.read_table(labels)
    rows = Rows(
        account_id=kept["account_id"].to_numpy(),
        as_of=kept["as_of"].cast("int64").to_numpy(),
        label=kept["label"].to_numpy(),
        values=np.empty((len(kept), 0)),
    )
    found = positions(rows, features.account_id, features.as_of)
    return rows.only(found >= 0).seen_with(features.values[found[found >= 0]])
