"""A ledger's features by shares of its accounts, where memory does not hold them all."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.catalogue import NAMES
from features.compute import FeatureTable, compute
from features.events import columns_to_read
from features.network.join import with_latest
from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.parquet import Among
from ledger.view import SIDES

# Bytes, measured (docs/scale.md). A batch of rows is read whole, with a dictionary of its accounts.
_AT_LEAST = 3 * 2**29
_OF_TRANSACTION, _OF_ACCOUNT = 200, 200
_OF_ROW = 3.5 * 8 * len(NAMES)
"""Of an account at an instant: values are copied beside those of the network, and into columns."""


def shares_within(memory: int, lake: Lake, instants: int) -> int:
    """Tell into how many shares accounts must be divided to stay within so many bytes.

    It is what an average share takes: an account is never divided, however many transactions it
    has.

    Raises
    ------
    MuleriskError
        If there would be more shares than accounts.
    """
    accounts = lake.rows("accounts")
    divided = lake.rows("transactions") * _OF_TRANSACTION + accounts * instants * _OF_ROW
    free = memory - _AT_LEAST - accounts * _OF_ACCOUNT
    if free * accounts < divided:
        raise MuleriskError(
            f"{memory / 2**30:.1f} GB are too little: reading a ledger of {accounts:,} accounts"
            f" takes {(memory - free) / 2**30:.1f} GB by itself. Allow more."
        )
    return max(1, -int(-divided // max(1, free)))


def tables(
    lake: Lake, as_ofs: Sequence[datetime], *, threads: int, shares: int
) -> Iterator[FeatureTable]:
    """Compute the whole catalogue for one share of the accounts after the other.

    The network features are those of the snapshots that the ledger holds. It is read once for each
    share, and no more of it is held than touches the share's accounts.
    """
    accounts, columns = lake.read("accounts"), columns_to_read(lake)
    size = max(1, -(-len(accounts) // shares))
    for first in range(0, max(1, len(accounts)), size):
        own = accounts.slice(first, size)
        ids = own["account_id"] if shares > 1 else None
        # Nothing of a share has a name that would keep it while the next one is computed.
        yield with_latest(
            compute(
                lake.read("transactions", columns, coded=True, among=_among(SIDES, ids)),
                own,
                as_ofs,
                threads=threads,
            ),
            lake.read("snapshots", among=_among(("account_id",), ids)),
        )


def _among(columns: Sequence[str], ids: pa.ChunkedArray | None) -> Among | None:
    return None if ids is None else Among(columns, ids)


def write(shares: Iterable[FeatureTable], path: Path) -> Iterator[int]:
    """Write tables one after the other into one file; tell of how many accounts each is."""
    writer = None
    for share in shares:
        rows = share.to_arrow()
        writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd")
        writer.write_table(rows)
        accounts = len(set(share.account_id))
        del share, rows
        yield accounts
    if writer:
        writer.close()
