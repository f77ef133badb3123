"""The whole job on a cluster: from the Parquet parts of a ledger to a folder of Parquet files."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime

from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession

from features.spark.compute import compute
from features.spark.tables import read_table
from ledger.errors import MuleriskError


class SparkUnavailable(MuleriskError):
    """Spark does not start here."""


class OutputExists(MuleriskError):
    """Something stands where the table should be written."""


def session(**settings: str) -> SparkSession:
    """Begin a session, or join the one that has begun.

    Parameters
    ----------
    **settings : str
        Spark's, such as `master`, without the `spark.` before them. What is not given comes from
        spark-submit and spark-defaults.conf. Executors use the Python of this process, unless
        `PYSPARK_PYTHON` names another.

    Raises
    ------
    SparkUnavailable
        If it does not start; mostly for want of Java.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        builder = SparkSession.builder.appName("mulerisk features")
        for name, value in settings.items():
            builder = builder.config(f"spark.{name}", value)
        started = builder.getOrCreate()
    except PySparkException as failure:
        raise SparkUnavailable(
            f"Spark does not start ({failure.getCondition()}). It needs Java 17 or 21: on Debian"
            " `apt-get install openjdk-17-jre-headless`, or set JAVA_HOME."
        ) from None
    # Else times would be written with nanoseconds, as Hive had them, which others misread.
    started.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    return started


def run(
    spark: SparkSession,
    ledger: str,
    as_ofs: Sequence[datetime],
    out: str,
    *,
    partitions: int | None = None,
) -> int:
    """Write the features of all accounts of a ledger, and count the rows.

    Parameters
    ----------
    ledger, out : str
        Folders on any file system that Spark knows. A file `_SUCCESS` in `out` says that the
        table is whole.

    Raises
    ------
    OutputExists
        If `out` exists; nothing is ever deleted.
    LedgerMissing, LedgerDamaged
        As `features.spark.tables.read_table` says.
    """
    transactions, accounts = (
        read_table(spark, ledger, table) for table in ("transactions", "accounts")
    )
    features = compute(transactions, accounts, as_ofs, partitions=partitions)
    try:
        features.write.parquet(out, compression="zstd")
    except AnalysisException as failure:
        if failure.getCondition() != "PATH_ALREADY_EXISTS":
            raise
        raise OutputExists(f"{out} exists. Name another folder, or remove it first.") from None
    rows: int = spark.read.parquet(out).count()
    return rows
