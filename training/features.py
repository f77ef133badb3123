"""The stage `features`: what every account showed at every instant of the grid."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from features.compute import FeatureTable, compute
from features.events import columns_to_read
from features.network.join import with_snapshots
from ledger.lake import Lake
from training.grid import grid, span
from training.parameters import Features
from training.snapshots import snapshots, tables_of
from training.snapshots import write as write_snapshots

SNAPSHOTS = "snapshots.parquet"
"""Stands beside the feature table."""


def table(lake: Lake, as_ofs: Sequence[datetime], *, threads: int) -> FeatureTable:
    """Compute the account features of all accounts of a ledger at several instants."""
    transactions = lake.read("transactions", columns_to_read(lake), coded=True)
    return compute(transactions, lake.read("accounts"), as_ofs, threads=threads)


def write(features: FeatureTable, path: Path) -> None:
    """Write a feature table as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(features.to_arrow(), path, compression="zstd")


def read(path: Path) -> FeatureTable:
    """Read a feature table from Parquet."""
    return FeatureTable.from_arrow(pq.read_table(path))


def run(lake: Lake, out: Path, settings: Features, *, horizon_days: int) -> FeatureTable:
    """Write what every account showed at every instant of the grid.

    `features.parquet` has a row for each account seen before an instant, and instant;
    `snapshots.parquet` the snapshots of the network that its network features are of.
    """
    as_ofs = grid(
        span(lake),
        burn_in_days=settings.burn_in_days,
        stride_days=settings.stride_days,
        horizon_days=horizon_days,
    )
    taken = snapshots(tables_of(lake), as_ofs, settings, with_payments=True)
    features = with_snapshots(table(lake, as_ofs, threads=settings.threads), taken)
    write(features, out / "features.parquet")
    write_snapshots(taken, out / SNAPSHOTS)
    return features
