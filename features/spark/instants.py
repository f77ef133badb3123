"""What runs on the executors for a snapshot: one instant's facts, through the local functions."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.network.coded import COLUMNS, coded
from features.network.facts import network
from features.network.families import FEATURES
from features.network.snapshot import Snapshot, computed, rows_of
from features.spark.batches import of_one
from ledger.schema import TABLES
from ledger.view import instant, microseconds

NUMBERED: Mapping[str, tuple[str, ...]] = {
    "transactions": (
        "transaction_id", "payer_account", "payee_account", "device_id", "ip", "phone",
    ),
    "labels": ("account_id",),
    "complaints": ("transaction_id",),
    "recalls": ("transaction_id",),
    "list_entries": ("account_id",),
    "identifiers": ("account_id", "value"),
    "accounts": ("account_id", "holder_id"),
}  # fmt: skip
"""Table -> the columns in which numbers stand for texts."""

SEEN_AT = pa.field("seen_at", pa.int64())
"""Of an account: after which instant one of its transactions is visible, microseconds."""


def _schema(table: str) -> pa.Schema:
    numbers = NUMBERED[table]
    fields = [TABLES[table].arrow.field(name) for name in COLUMNS[table]]
    fields = [pa.field(f.name, pa.int64()) if f.name in numbers else f for f in fields]
    return pa.schema([*fields, SEEN_AT] if table == "accounts" else fields)


SCHEMAS = {table: _schema(table) for table in COLUMNS}
"""What a task reads of each table."""

SHOWN = pa.schema({
    "as_of": pa.int64(),
    "account": pa.int64(),
    "values": pa.list_(pa.float64()),
    "left_out": pa.string(),
})  # fmt: skip
"""An account of a snapshot: its number, its values, and in the first row what a bound left out."""

_ROWS = 10_000


def shown_at(
    batches: Iterable[pa.RecordBatch], as_ofs: Sequence[datetime]
) -> Iterator[pa.RecordBatch]:
    """Compute the snapshot of the one instant whose facts stand in a partition.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        As `features.spark.network.by_instant` sorts them.
    as_ofs : sequence of datetime
        By their numbers.

    Yields
    ------
    pyarrow.RecordBatch
        Of the schema `SHOWN`: the ledger's accounts with a visible transaction.
    """
    place, tables = _held(batches)
    if place is None:
        return
    as_of, accounts = as_ofs[place], tables["accounts"]
    seen = network(coded(tables), as_of)
    del tables  # else the payments were there twice
    values, left_out = computed(seen)
    seen_at = accounts[SEEN_AT.name].fill_null(microseconds(as_of)).to_numpy()
    shown = np.flatnonzero(seen_at < microseconds(as_of))
    ids = accounts["account_id"].to_numpy()
    told = json.dumps(left_out)
    for start in range(0, len(shown), _ROWS):
        rows = shown[start : start + _ROWS]
        yield pa.record_batch(
            {
                "as_of": np.full(len(rows), microseconds(as_of)),
                "account": ids[rows],
                "values": list(values[rows]),
                "left_out": pa.array([None if start or row else told for row in range(len(rows))]),
            },
            SHOWN,
        )


def _held(batches: Iterable[pa.RecordBatch]) -> tuple[int | None, dict[str, pa.Table]]:
    """Part the rows by their tables, and tell the instant's number."""
    place, parts = None, {name: [schema.empty_table()] for name, schema in SCHEMAS.items()}
    for batch in of_one(batches, "instant"):
        place = batch["instant"][0].as_py()
        for name, held in parts.items():
            given = pc.indices_nonzero(batch[name].is_valid())
            if len(given):
                # Taken, and not filtered: a copy, so that the whole batch need not be kept.
                rows = pa.RecordBatch.from_struct_array(batch[name].take(given))
                held.append(pa.Table.from_batches([rows]).cast(SCHEMAS[name]))
    return place, {name: pa.concat_tables(held) for name, held in parts.items()}


def written(batches: Iterable[pa.RecordBatch], delay: int) -> Iterator[pa.RecordBatch]:
    """Write what was shown as rows of the table `snapshots`.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
        `account_id` beside the columns of `SHOWN`.
    delay : int, microseconds
        How long after its instant a snapshot is known.
    """
    for batch in batches:
        for as_of in pc.unique(batch["as_of"]).to_pylist():
            rows = batch.filter(pc.equal(batch["as_of"], as_of))
            values = rows["values"].flatten().to_numpy().reshape(len(rows), len(FEATURES))
            ids = rows["account_id"].to_numpy(zero_copy_only=False)
            snapshot = Snapshot(instant(as_of), instant(as_of + delay), ids, values, {})
            yield from rows_of(snapshot).to_batches()
