"""A ledger's tables as Spark reads them, from any file system that the cluster knows.

Only the parts that `ledger.json` lists are read, and as many rows must stand in them as it says.
Their hashes are not checked here: that would read every part whole, in one place each.
"""

from pathlib import Path

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from ledger.errors import MuleriskError
from ledger.lake import MANIFEST, SEQUENCE, Lake, LedgerDamaged, LedgerMissing, from_manifest
from ledger.schema import SNAPSHOTS, TABLES


class SnapshotsMissing(MuleriskError):
    """No snapshots stand at the place named."""


def open_lake(spark: SparkSession, folder: str) -> Lake:
    """Read what a ledger holds; its `folder` is empty, since Spark's are no paths of this machine.

    Raises
    ------
    LedgerMissing
        If no ledger stands there.
    LedgerDamaged
        If its manifest cannot be read.
    """
    try:
        (manifest,) = spark.read.text(f"{folder}/{MANIFEST}", wholetext=True).collect()
    except AnalysisException:
        raise LedgerMissing(
            f"{folder} holds no ledger ({MANIFEST} is missing)."
            " Name the folder with its file system, as in hdfs:///ledgers/bank."
        ) from None
    return from_manifest(Path(), manifest.value.encode())


def read_table(spark: SparkSession, folder: str, table: str) -> DataFrame:
    """Read a table of the ledger in `folder`, `recorded_seq` included; its rows have no order.

    Raises
    ------
    LedgerMissing
        If no ledger stands there.
    LedgerDamaged
        If its manifest cannot be read, or a part is missing or has not the rows it was written
        with.
    """
    lake = open_lake(spark, folder)
    schema = from_arrow_schema(TABLES[table].arrow.append(SEQUENCE))
    files = [f"{folder}/{file}" for file in lake.files(table)]
    if not files:
        return spark.createDataFrame([], schema)
    try:
        rows = spark.read.schema(schema).parquet(*files)
        found = rows.count()  # looks at the ends of the files only
    except AnalysisException as failure:
        raise LedgerDamaged(
            f"{folder}: a part of {table} is missing ({failure.getCondition()})."
            " Restore the file or import the ledger again."
        ) from None
    if found != lake.rows(table):
        raise LedgerDamaged(
            f"{folder}: {table} has {found:,} rows and was written with {lake.rows(table):,}."
            " Restore its parts or import the ledger again."
        )
    return rows


def read_snapshots(spark: SparkSession, ledger: str, beside: str | None) -> DataFrame:
    """Read the snapshots of a ledger, and those that stand in a folder beside it.

    Raises
    ------
    LedgerMissing, LedgerDamaged
        As `read_table` says.
    SnapshotsMissing
        If a folder is named and no table of snapshots stands there.
    """
    held = read_table(spark, ledger, SNAPSHOTS.name)
    if beside is None:
        return held
    try:
        taken = spark.read.parquet(beside).select(SNAPSHOTS.arrow.names)
    except AnalysisException:
        raise SnapshotsMissing(
            f"{beside} holds no snapshots. Name the folder that `mulerisk snapshot --engine spark"
            " --out` wrote."
        ) from None
    return held.unionByName(taken, allowMissingColumns=True)
