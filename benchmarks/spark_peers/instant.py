"""What the task of one instant takes in memory: `python -m benchmarks.spark_peers.instant`."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.feature_peers import random_ledger
from benchmarks.feature_peers.random_ledger import AS_OF
from benchmarks.spark_peers.said import say
from features.network.coded import tables_of
from features.spark.instants import NUMBERED, SCHEMAS, shown_at
from ledger.view import LakeView, microseconds

SIZES = (500_000, 2_000_000, 4_000_000)
_BATCH = 10_000
_MB = 2**20
_DAYS_90 = 90 * 24 * 3600 * 10**6


@click.command()
@click.option(
    "--transactions", type=click.IntRange(1), multiple=True, default=SIZES, show_default=True,
    help="Sizes of ledgers, of which the last 90 days count.",
)  # fmt: skip
def main(transactions: tuple[int, ...]) -> None:
    """Measure the peak of memory of one instant's task, in a process of its own for each ledger.

    The rows come in batches, as Spark sends them. The last line tells what a further payment takes:
    the peaks of the two largest ledgers, compared.

    Example: python -m benchmarks.spark_peers.instant --transactions 100000 --transactions 200000
    """
    found = []
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        for count in transactions:
            folder = Path(name) / str(count)
            found.append({"payments": _write(folder, count), "peak_mb": _measured(folder)})
            print(f"{found[-1]['payments']:,} payments of 90 days: {found[-1]['peak_mb']:,} MB")
    more = {key: found[-1][key] - found[-2][key] for key in found[0]} if found[1:] else {}
    each = round(more["peak_mb"] * _MB / more["payments"]) if more else None
    print(json.dumps({**found[-1], "bytes_per_payment": each}))


def _write(folder: Path, count: int) -> int:
    """Write what counts at the instant as Spark sends it; return how many payments it has."""
    tables = tables_of(LakeView(say(random_ledger.write(folder, count)), AS_OF))
    payments, complaints = tables["transactions"], tables["complaints"]
    happened_at = payments["happened_at"].cast(pa.int64())
    payments = payments.filter(pc.greater_equal(happened_at, microseconds(AS_OF) - _DAYS_90))
    referred = pc.is_in(payments["transaction_id"], value_set=complaints["transaction_id"])
    given = {
        "transaction_id": pc.if_else(referred, payments["transaction_id"], None),
        "device_id": payments["payer_account"],
    }
    for name, column in given.items():
        payments = payments.set_column(payments.column_names.index(name), name, column)
    seen_at = pa.array(np.zeros(len(tables["accounts"]), np.int64))
    tables["accounts"] = tables["accounts"].append_column("seen_at", seen_at)
    tables["transactions"] = payments
    schema = pa.schema({"instant": pa.int32(), **{n: pa.struct(s) for n, s in SCHEMAS.items()}})
    with pa.ipc.new_stream(folder / "rows", schema) as stream:
        for name, table in tables.items():
            for batch in _numbered(table, name).to_batches(_BATCH):
                columns = {n: pa.nulls(len(batch), schema.field(n).type) for n in schema.names[1:]}
                columns[name] = batch.to_struct_array()
                columns["instant"] = pa.array(np.zeros(len(batch), np.int32))
                stream.write(pa.record_batch(columns, schema))
    return len(payments)


def _numbered(table: pa.Table, name: str) -> pa.Table:
    columns = {
        field.name: _numbers(table[field.name])
        if field.name in NUMBERED[name]
        else table[field.name]
        for field in SCHEMAS[name]
    }
    return pa.table(columns).cast(SCHEMAS[name]).combine_chunks()


def _numbers(texts: pa.ChunkedArray) -> pa.Array:
    coded = pa.concat_arrays([pa.array([], pa.string()), *texts.cast(pa.string()).chunks])
    coded = coded.dictionary_encode()
    hashes = [
        blake2b(text.encode(), digest_size=8).digest() for text in coded.dictionary.to_pylist()
    ]
    numbers = pa.array([int.from_bytes(each, signed=True) for each in hashes], pa.int64())
    return numbers.take(coded.indices)


def _measured(folder: Path) -> int:
    """Let a process of its own compute the instant, after one that may have had to compile."""
    code = f"from benchmarks.spark_peers.instant import compute; compute({str(folder)!r})"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True
        )
    return int(done.stdout)


def compute(folder: str) -> None:
    """Compute the instant whose rows were written, and print the peak of this process in MB."""
    shown = sum(len(batch) for batch in shown_at(_batches(Path(folder) / "rows"), [AS_OF]))
    if not shown:
        raise ValueError(f"{folder} shows no account")
    # Not the peak that getrusage tells, which begins with that of the process that began this one.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) // 1024)


def _batches(file: Path) -> Iterator[pa.RecordBatch]:
    with file.open("rb") as source, pa.ipc.open_stream(source) as stream:
        yield from stream


if __name__ == "__main__":
    main()
