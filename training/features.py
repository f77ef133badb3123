"""The stage `features`: what every account showed at every instant of the grid."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from features.catalogue import NAMES
from features.compute import FeatureTable, compute
from features.events import columns_to_read
from features.network.join import with_snapshots
from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.parquet import Among
from ledger.view import SIDES
from training.grid import grid, span
from training.parameters import Features
from training.snapshots import snapshots, tables_of
from training.snapshots import write as write_snapshots

SNAPSHOTS = "snapshots.parquet"
"""Stands beside the feature table."""

# Bytes, measured (docs/scale.md). A group of rows is read whole, with a dictionary of its accounts.
_AT_LEAST = 3 * 2**29
_OF_TRANSACTION, _OF_ROW, _OF_ACCOUNT = 200, 8 * len(NAMES), 200


def table(lake: Lake, as_ofs: Sequence[datetime], *, threads: int) -> FeatureTable:
    """Compute the account features of all accounts of a ledger at several instants."""
    (whole,) = tables(lake, as_ofs, threads=threads, parts=1)
    return whole


def tables(
    lake: Lake, as_ofs: Sequence[datetime], *, threads: int, parts: int
) -> Iterator[FeatureTable]:
    """Compute them for one part of the accounts after the other.

    The ledger is read once for each part, and no more of it is held than touches its accounts.
    """
    accounts, columns = lake.read("accounts"), columns_to_read(lake)
    size = max(1, -(-len(accounts) // parts))
    for first in range(0, max(1, len(accounts)), size):
        own = accounts.slice(first, size)
        among = Among(SIDES, own["account_id"]) if parts > 1 else None
        transactions = lake.read("transactions", columns, coded=True, among=among)
        yield compute(transactions, own, as_ofs, threads=threads)


def parts_within(memory: int, lake: Lake, instants: int) -> int:
    """Tell into how many parts accounts must be divided to stay within so many bytes.

    Raises
    ------
    MuleriskError
        If not even a single account would.
    """
    accounts = lake.rows("accounts")
    divided = lake.rows("transactions") * _OF_TRANSACTION + accounts * instants * _OF_ROW
    free = memory - _AT_LEAST - accounts * _OF_ACCOUNT
    if free <= 0:
        raise MuleriskError(
            f"{memory / 2**30:.1f} GB are less than {(memory - free) / 2**30:.1f} GB, which reading"
            f" a ledger of {accounts:,} accounts takes by itself. Allow more."
        )
    return -(-divided // free)


def write(features: FeatureTable, path: Path) -> None:
    """Write a feature table as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(features.to_arrow(), path, compression="zstd")


def read(path: Path) -> FeatureTable:
    """Read what `write` wrote."""
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
