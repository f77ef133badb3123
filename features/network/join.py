"""Network features beside account features: the latest snapshot that is visible at each instant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.catalogue import NAMES
from features.compute import FeatureTable
from features.network.families import DEFINITIONS, FEATURES
from features.network.snapshot import Snapshot, values_of
from ledger.view import instant, is_visible, latest_snapshots, microseconds, only, visible


def with_snapshots(table: FeatureTable, snapshots: Sequence[Snapshot]) -> FeatureTable:
    """Put beside each row what the latest snapshot visible at its instant showed of the account.

    Parameters
    ----------
    table : FeatureTable
        Of account features.
    snapshots : sequence of Snapshot
        In any order. Where none is visible, or none showed the account, values are missing.
    """
    values = np.full((len(table.as_of), len(FEATURES)), np.nan)
    for as_of in np.unique(table.as_of).tolist():
        latest = latest_visible(snapshots, as_of)
        if latest is not None:
            rows = np.flatnonzero(table.as_of == as_of)
            values[rows] = _of_accounts(table.account_id[rows], latest.account_id, latest.values)
    return _beside(table, values)


def latest_visible(snapshots: Sequence[Snapshot], as_of: int) -> Snapshot | None:
    """Choose the latest snapshot visible at an instant, in microseconds."""
    seen = [
        each
        for each in snapshots
        if is_visible(microseconds(each.as_of), microseconds(each.known_at), as_of)
    ]
    return max(seen, key=lambda each: (each.as_of, each.known_at), default=None)


def with_rows(table: FeatureTable, rows: pa.Table) -> FeatureTable:
    """Put beside each row what a view's snapshots show of the account.

    Parameters
    ----------
    table : FeatureTable
        Of account features, at the instant of the view.
    rows : pyarrow.Table
        Of the table `snapshots`: at most one for each account (`LedgerView.snapshots`).
    """
    if not len(rows):
        return _beside(table, np.full((len(table.as_of), len(FEATURES)), np.nan))
    shown = rows["account_id"].to_numpy()
    return _beside(table, _of_accounts(table.account_id, shown, values_of(rows)))


def with_latest(table: FeatureTable, rows: pa.Table) -> FeatureTable:
    """Put beside each row what a ledger's snapshots show of the account at the row's instant.

    Parameters
    ----------
    table : FeatureTable
        Of account features.
    rows : pyarrow.Table
        Of the table `snapshots`, in the order in which they were recorded. At each instant those
        are joined that a view of it shows (`LedgerView.snapshots`).
    """
    values = np.full((len(table.as_of), len(FEATURES)), np.nan)
    rows = only(rows, ("definitions",), [DEFINITIONS])
    for as_of in np.unique(table.as_of).tolist():
        latest = latest_snapshots(visible(rows, instant(as_of)))
        if len(latest):
            here = np.flatnonzero(table.as_of == as_of)
            shown = latest["account_id"].to_numpy()
            values[here] = _of_accounts(table.account_id[here], shown, values_of(latest))
    return _beside(table, values)


def shown_after(rows: pa.Table) -> datetime | None:
    """Tell after which instant there is a snapshot to see; None where there is none at all."""
    rows = only(rows, ("definitions",), [DEFINITIONS])
    happened_at, known_at = (rows[name].cast(pa.int64()) for name in ("happened_at", "known_at"))
    first = pc.min(pc.max_element_wise(happened_at, known_at)).as_py()
    return None if first is None else instant(first)


def _of_accounts(
    account_id: NDArray[np.object_], shown: NDArray[np.object_], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    place = pc.index_in(pa.array(account_id, pa.string()), value_set=pa.array(shown, pa.string()))
    missing = np.full((1, values.shape[1]), np.nan)
    row = place.fill_null(len(values)).to_numpy()
    return np.asarray(np.vstack([values, missing])[row])


def _beside(table: FeatureTable, values: NDArray[np.float64]) -> FeatureTable:
    return replace(table, values=np.hstack([table.values, values]), names=NAMES)
