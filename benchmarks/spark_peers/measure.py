"""What one contender takes, measured from inside a process of its own."""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.feature_peers.random_ledger import AS_OF
from benchmarks.spark_peers.said import SHOWN_AT
from features.compute import FeatureTable
from ledger.lake import open_lake

Features = Callable[[Path, Path], object]
"""Writes a snapshot and the whole catalogue of the ledger in one folder to another place."""


def _local(ledger: Path, out: Path) -> None:
    # Here, so that no import is in another contender's time.
    from features.network.coded import coded, tables_of  # noqa: PLC0415
    from features.network.join import with_snapshots  # noqa: PLC0415
    from features.network.snapshot import take  # noqa: PLC0415
    from ledger.view import LakeView  # noqa: PLC0415
    from training.features import table, write  # noqa: PLC0415

    lake = open_lake(ledger)
    network = coded(tables_of(LakeView(lake, SHOWN_AT)))
    taken = take(network, SHOWN_AT, with_payments=False)
    write(with_snapshots(table(lake, [AS_OF], threads=2), [taken]), out)


def _spark(cores: int, folder: Path) -> Features:
    from features.spark.job import run, run_snapshots  # noqa: PLC0415
    from features.spark.session import session  # noqa: PLC0415

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

    def compute(ledger: Path, out: Path) -> None:
        taken = f"{out}.snapshots"
        run_snapshots(spark, str(ledger), [SHOWN_AT], timedelta(), taken)
        run(spark, str(ledger), [AS_OF], str(out), snapshots=taken)

    return compute


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
