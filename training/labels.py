"""The stage `labels`: what became known of each account after each instant.

A label is what a score forecasts: that a mule outcome of the account becomes known in
`[as_of, as_of + horizon)`. Where the bank held or froze the account, nobody can tell what would
have become of it: such rows are censored.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledger.actions import Actions, actions_by_account
from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.outcomes import known_mules, outcomes_by_account
from ledger.schema import UNDETERMINED
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
    events: pa.Table,
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
    events : Table
        The ledger's table `account_events`: holds, freezes and releases, as far as they may be seen
        when the horizon ends.
    horizon, end : int
        How far a row looks ahead, and where the ledger ends, in microseconds.

    Returns
    -------
    array of int8, length n
        1 if a mule outcome becomes known in [as_of, as_of + horizon); 0 if none does and the
        horizon lies inside the ledger; `LEFT_OUT` if one was known before, or if nobody can tell:
        if the account is held or frozen at as_of, or is so in [as_of, as_of + horizon) and no
        investigation that ends by then decides.
    """
    known = _first_known(outcomes).reindex(account_id).to_numpy(dtype="float64", na_value=np.inf)
    labels = np.where(as_of + horizon <= end, 0, LEFT_OUT)
    labels[known < as_of + horizon] = 1
    labels[known < as_of] = LEFT_OUT
    labels[_censored(account_id, as_of, labels, outcomes, events, horizon)] = LEFT_OUT
    return labels.astype(np.int8)


def _first_known(outcomes: pa.Table) -> "pd.Series[int]":
    known = known_mules(outcomes)
    return pd.Series({account: microseconds(at) for account, at in known.items()}, dtype="int64")


def _censored(
    account_id: npt.NDArray[np.object_],
    as_of: npt.NDArray[np.int64],
    labels: npt.NDArray[np.intp],
    outcomes: pa.Table,
    events: pa.Table,
    horizon: int,
) -> list[int]:
    """Find the rows of accounts that were acted upon and that nothing that followed decides."""
    acted = actions_by_account(events)
    decided = _decided(outcomes, acted)
    rows = np.flatnonzero(np.isin(account_id.astype(str), list(acted)) & (labels != LEFT_OUT))
    found = []
    for row in rows.tolist():
        account, start, ends = account_id[row], int(as_of[row]), int(as_of[row]) + horizon
        known = acted[account].known(ends)
        is_decided = labels[row] or _decides(decided[account], known.last_since(start), ends)
        if known.held_at(start) or not is_decided:
            found.append(row)
    return found


def _decides(decided: Sequence[int], last: int | None, ends: int) -> bool:
    """Tell whether an investigation ended in time after the last action, or there was none."""
    return last is None or any(last <= at < ends for at in decided)


def _decided(outcomes: pa.Table, acted: Mapping[str, Actions]) -> dict[str, list[int]]:
    """Tell for each account acted upon when investigations decided what it is."""
    wanted = pc.is_in(outcomes["account_id"], pa.array(acted, pa.string()))
    found = outcomes_by_account(outcomes.filter(wanted))
    return {
        account: [
            microseconds(each.known_at)
            for each in found.get(account, ())
            if each.outcome != UNDETERMINED
        ]
        for account in acted
    }


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
        lake.read("account_events"),
        horizon=horizon_days * DAY,
        end=microseconds(span(lake).last),
    )
    labelled = rows.append_column("label", pa.array(labels)).filter(labels != LEFT_OUT)
    if not pc.max(labelled["label"]).as_py():
        raise NothingToLearn(
            f"{lake.folder}: of no account that was neither held nor frozen before does a mule"
            f" outcome become known within {horizon_days} days of any of the instants. Import more"
            " labels, or change features.burn_in_days or labels.horizon_days."
        )
    out.mkdir(parents=True, exist_ok=True)
    pq.write_table(labelled, out / "labels.parquet", compression="zstd")
    return labelled
