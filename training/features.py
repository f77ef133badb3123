"""The stage `features`: what every account showed at every instant of the grid."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.catalogue import NAMES
from features.compute import FeatureTable, compute
from features.events import columns_to_read
from features.network.join import with_latest, with_snapshots
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
    return _of_accounts(lake, lake.read("accounts"), None, as_ofs, threads)


def tables(
    lake: Lake, as_ofs: Sequence[datetime], *, threads: int, parts: int
) -> Iterator[FeatureTable]:
    """Compute the whole catalogue for one part of the accounts after the other.

    The network features are those of the snapshots that the ledger holds. It is read once for each
    part, and no more of it is held than touches the part's accounts.
    """
    accounts = lake.read("accounts")
    size = max(1, -(-len(accounts) // parts))
    for first in range(0, max(1, len(accounts)), size):
        own = accounts.slice(first, size)
        ids = own["account_id"] if parts > 1 else None
        features = _of_accounts(lake, own, _among(SIDES, ids), as_ofs, threads)
        snapshots = lake.read("snapshots", among=_among(("account_id",), ids))
        yield with_latest(features, snapshots)


def _of_accounts(
    lake: Lake,
    accounts: pa.Table,
    among: Among | None,
    as_ofs: Sequence[datetime],
    threads: int,
) -> FeatureTable:
    columns = columns_to_read(lake)
    transactions = lake.read("transactions", columns, coded=True, among=among)
    return compute(transactions, accounts, as_ofs, threads=threads)


def _among(columns: Sequence[str], ids: pa.ChunkedArray | None) -> Among | None:
    return None if ids is None else Among(columns, ids)


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


def write_all(parts: Iterable[FeatureTable], path: Path) -> Iterator[FeatureTable]:
    """Write tables one after the other into one file, and hand each on when it stands there."""
    writer = None
    for part in parts:
        rows = part.to_arrow()
        writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd")
        writer.write_table(rows)
        yield part
    if writer:
        writer.close()


def read(path: Path) -> FeatureTable:
    """Read what `write` and `write_all` wrote."""
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
