"""What runs on the executors: whole accounts out of batches that split them, through the kernel."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.compute import compute_events
from features.events import TRANSACTION_COLUMNS, lay_out
from features.network.join import with_latest
from features.profiles import ACCOUNT_COLUMNS
from ledger.schema import ACCOUNTS, SNAPSHOTS, TRANSACTIONS

_ACCOUNTS = pa.schema([ACCOUNTS.arrow.field(name) for name in ACCOUNT_COLUMNS])
_TRANSACTIONS = pa.schema([TRANSACTIONS.arrow.field(name) for name in TRANSACTION_COLUMNS])


def features_of(
    batches: Iterable[pa.RecordBatch], as_ofs: Sequence[datetime]
) -> Iterator[pa.RecordBatch]:
    """Compute the features of one partition.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        As `features.spark.compute.by_account` sorts them.
    as_ofs : sequence of datetime
        With a zone.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of a `FeatureTable`.
    """
    for rows in whole_accounts(batches):
        accounts = _given(rows["account"], _ACCOUNTS)
        transactions = _in_time(_given(rows["transaction"], _TRANSACTIONS))
        # Accounts outside the ledger have transactions here, and no row of their own.
        own = rows["account_id"].filter(rows["account"].is_valid()).to_numpy()
        features = compute_events(lay_out(transactions, accounts), own, as_ofs)
        whole = with_latest(features, _given(rows["snapshot"], SNAPSHOTS.arrow))
        yield from whole.to_arrow().to_batches()


def of_one(batches: Iterable[pa.RecordBatch], column: str) -> Iterator[pa.RecordBatch]:
    """Pass on a partition's batches that have rows, all of which must have one number.

    Raises
    ------
    ValueError
        If they have not: what belongs apart would be counted as one.
    """
    number = None
    for batch in filter(len, batches):
        found = pc.unique(batch[column]).to_pylist()
        number = found[0] if number is None else number
        if found != [number]:
            raise ValueError(f"a partition has {column} {number} and {found}; it takes one of them")
        yield batch


def whole_accounts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut rows that are sorted by `account_id` anew, so that no account stands in two tables.

    The last account of each batch is held back until the next one shows where it ends: what is
    held is never more than one batch and one account.
    """
    held: list[pa.RecordBatch] = []
    for batch in filter(len, batches):
        ids = batch["account_id"]
        last = ids[-1]
        if ids[0] == last and held and held[-1]["account_id"][-1] == last:
            held.append(batch)
            continue
        start = pc.index(ids, last).as_py()
        if held or start:
            yield pa.Table.from_batches([*held, batch.slice(0, start)])
        held = [batch.slice(start)]
    if held:
        yield pa.Table.from_batches(held)


def _given(structs: pa.ChunkedArray, schema: pa.Schema) -> pa.Table:
    """Unpack the structs that are not missing, with the types of the ledger."""
    parts = [pa.RecordBatch.from_struct_array(chunk.drop_null()) for chunk in structs.chunks]
    return pa.Table.from_batches(parts).select(schema.names).cast(schema)


def _in_time(transactions: pa.Table) -> pa.Table:
    """Merge the accounts' transactions by time; those of one account keep their order."""
    happened_at = transactions["happened_at"].cast(pa.int64()).to_numpy()
    return transactions.take(np.argsort(happened_at, kind="stable"))
