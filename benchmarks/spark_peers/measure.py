"""What one contender takes, measured from inside a process of its own."""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.feature_peers.random_ledger import AS_OF
from features.compute import FeatureTable
from ledger.lake import open_lake

Features = Callable[[Path, Path], object]
"""Writes the features of the ledger in one folder to another place."""


def _local(ledger: Path, out: Path) -> None:
    from training.features import table, write  # noqa: PLC0415 not in the other contenders' time

    write(table(open_lake(ledger), [AS_OF], threads=2), out)


def _spark(cores: int, folder: Path) -> Features:
    from features.spark.job import run, session  # noqa: PLC0415

    spark = session(**{
        "master": f"local[{cores}]",
        "driver.memory": "4g",
        "driver.bindAddress": "127.0.0.1",
        "driver.host": "127.0.0.1",
        "ui.enabled": "false",
        "local.dir": str(folder),
        "sql.shuffle.partitions": "16",
    })  # fmt: skip
    spark.sparkContext.setLogLevel("ERROR")
    return lambda ledger, out: run(spark, str(ledger), [AS_OF], str(out))


def _digest(features: FeatureTable) -> str:
    """Hash a table, whatever the order of its rows."""
    order = np.argsort(features.account_id.astype(str))
    digest = hashlib.sha256("\n".join(features.account_id[order]).encode())
    digest.update(features.as_of[order].tobytes())
    digest.update(features.values[order].tobytes())
    return digest.hexdigest()


def main(contender: str, warm_up: Path, ledger: Path) -> None:
    """Compute a small ledger, then measure the large one; print what came out."""
    with tempfile.TemporaryDirectory(prefix="mulerisk-bench-") as name:
        folder = Path(name)
        features = _local if contender == "local" else _spark(int(contender.split()[1]), folder)
        features(warm_up, folder / "warm_up.parquet")
        start = time.perf_counter()
        features(ledger, folder / "out.parquet")
        seconds = time.perf_counter() - start
        made = FeatureTable.from_arrow(pq.read_table(folder / "out.parquet"))
    print(json.dumps({"seconds": seconds, "rows": len(made.account_id), "digest": _digest(made)}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
