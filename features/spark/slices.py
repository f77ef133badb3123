"""What runs on the executors for patterns: one slice of time, through the compiled engine."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES
from features.patterns.settings import Settings
from features.patterns.slices import Slice, SliceCounts, count_slice
from features.patterns.transfers import Transfers, read
from features.spark.batches import of_one

OF_TRANSACTION = pa.schema([
    pa.field("recorded_seq", pa.int64()),
    *(pa.field(name, pa.int32()) for name in TRANSACTION_VALUES),
    pa.field("cut", pa.bool_()),
])  # fmt: skip
OF_ACCOUNT = pa.schema([
    pa.field("account", pa.int64()), *(pa.field(name, pa.int64()) for name in ACCOUNT_VALUES),
])  # fmt: skip
UNDECIDED = pa.schema({"slice": pa.int32(), "before": pa.bool_(), "after": pa.bool_()})


def undecided(
    batches: Iterable[pa.RecordBatch], slices: Sequence[Slice], settings: Settings
) -> Iterator[pa.RecordBatch]:
    """Tell to which sides the chains of a slice must be followed further."""
    place, rows = _held(batches)
    if rows is not None:
        chains = replace(settings, families=("chain",))
        _, _, counted = _counted(rows, slices[place], chains)
        told = {"slice": place, **counted.unknown._asdict()}
        yield pa.RecordBatch.from_pylist([told], UNDECIDED)


def transactions_of(
    batches: Iterable[pa.RecordBatch], slices: Sequence[Slice], settings: Settings
) -> Iterator[pa.RecordBatch]:
    """Count what each transaction of a slice completes."""
    place, rows = _held(batches)
    if rows is None:
        return
    transfers, _, counted = _counted(rows, slices[place], settings)
    own = slice(*np.searchsorted(transfers.happened_at, [slices[place].start, slices[place].end]))
    payer, payee = transfers.payer[own], transfers.payee[own]
    alone = (payer < 0) | (payee < 0) | (payer == payee)
    values = {
        name: pa.array(counted.counts.transactions[:, number].copy(), mask=alone)
        for number, name in enumerate(TRANSACTION_VALUES)
    }
    number = rows["recorded_seq"][own]
    cut = counted.counts.cut.any(axis=1)
    yield from pa.table({"recorded_seq": number, **values, "cut": cut}, OF_TRANSACTION).to_batches()


def accounts_of(
    batches: Iterable[pa.RecordBatch], slices: Sequence[Slice], settings: Settings
) -> Iterator[pa.RecordBatch]:
    """Count what each account is in by what the transactions of a slice complete."""
    place, rows = _held(batches)
    if rows is None:
        return
    _, accounts, counted = _counted(rows, slices[place], settings)
    values = {
        name: counted.counts.accounts[:, number].copy()
        for number, name in enumerate(ACCOUNT_VALUES)
    }
    yield from pa.table({"account": accounts, **values}, OF_ACCOUNT).to_batches()


def _held(batches: Iterable[pa.RecordBatch]) -> tuple[int, pa.Table | None]:
    """Take the rows of the one slice that stands in a partition, and tell its number."""
    held = list(of_one(batches, "slice"))
    if not held:
        return 0, None
    return held[0]["slice"][0].as_py(), pa.Table.from_batches(held)


def _counted(
    rows: pa.Table, here: Slice, settings: Settings
) -> tuple[Transfers, pa.Array, SliceCounts]:
    transfers, accounts = read(rows)
    return transfers, accounts, count_slice(transfers, len(accounts), settings, here)
