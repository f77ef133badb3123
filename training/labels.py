"""The stage `labels`: what became known of each account after each instant.

A label is what a score forecasts: that a mule outcome of the account becomes known in
`[as_of, as_of + horizon)`.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.outcomes import known_mules
from ledger.view import microseconds
from training.grid import DAY, span

LEFT_OUT = -1
"""The row is neither positive nor negative."""


class NothingToLearn(MuleriskError):
    """No account's mule outcome becomes known after any of the instants."""


def label(
    account_id: npt.NDArray[np.object_],
    as_of: npt.NDArray[np.int64],
    outcomes: pa.Table,
    *,
    horizon: int,
    end: int,
) -> npt.NDArray[np.int8]:
    """Label rows with what became known after their instant.

    Parameters
    ----------
    account_id, as_of : arrays of length n
        The rows; instants in microseconds, UTC.
    outcomes : Table
        The ledger's table `labels`. An outcome counts from its known_at, which is never before
        its happened_at.
    horizon, end : int
        How far a row looks ahead, and where the ledger ends, in microseconds.

    Returns
    -------
    array of int8, length n
        1 if a mule outcome becomes known in [as_of, as_of + horizon); 0 if none does and the
        horizon lies inside the ledger; `LEFT_OUT` if one was known before, or if nobody can tell.
    """
    known = _first_known(outcomes).reindex(account_id).to_numpy(dtype="float64", na_value=np.inf)
    labels = np.where(as_of + horizon <= end, 0, LEFT_OUT)
    labels[known < as_of + horizon] = 1
    labels[known < as_of] = LEFT_OUT
    return labels.astype(np.int8)


def _first_known(outcomes: pa.Table) -> "pd.Series[int]":
    known = known_mules(outcomes)
    return pd.Series({account: microseconds(at) for account, at in known.items()}, dtype="int64")


def run(lake: Lake, features: Path, out: Path, *, horizon_days: int) -> pa.Table:
    """Label every row of the feature table and write those that are positive or negative.

    Raises
    ------
    NothingToLearn
        If no row is positive.
    """
    rows = pq.read_table(features, columns=["account_id", "as_of"])
    labels = label(
        rows["account_id"].to_numpy(),
        rows["as_of"].cast("int64").to_numpy(),
        lake.read("labels"),
        horizon=horizon_days * DAY,
        end=microseconds(span(lake).last),
    )
    labelled = rows.append_column("label", pa.array(labels)).filter(labels != LEFT_OUT)
    if not pc.max(labelled["label"]).as_py():
        raise NothingToLearn(
            f"{lake.folder}: no mule outcome becomes known within {horizon_days} days of any of the"
            " instants. Import more labels, or change features.burn_in_days or labels.horizon_days."
        )
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(labelled, out / "labels.parquet", compression="zstd")
    return labelled
