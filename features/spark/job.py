"""Whole jobs on a cluster: from the Parquet parts of a ledger to a folder of Parquet files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as sql

from features.network.coded import COLUMNS
from features.network.families import DEFINITIONS
from features.spark import network
from features.spark.compute import compute
from features.spark.tables import read_snapshots, read_table
from ledger.errors import MuleriskError
from ledger.view import instant, microseconds


class OutputExists(MuleriskError):
    """Something stands where the table should be written."""


@dataclass(frozen=True)
class Features:
    """What `run` wrote.

    Attributes
    ----------
    rows : int
    shown_after : datetime or None
        After which instant there is a snapshot of the network to see; None where there is none.
    """

    rows: int
    shown_after: datetime | None


@dataclass(frozen=True)
class Shown:
    """What a snapshot shows: how many accounts, and by family what a bound left out."""

    accounts: int
    left_out: Mapping[str, int]


def run(
    spark: SparkSession,
    ledger: str,
    as_ofs: Sequence[datetime],
    out: str,
    *,
    snapshots: str | None = None,
    partitions: int | None = None,
) -> Features:
    """Write every feature of all accounts of a ledger.

    Parameters
    ----------
    ledger, out : str
        Folders on any file system that Spark knows. A file `_SUCCESS` in `out` says that the
        table is whole.
    snapshots : str, optional
        Where `run_snapshots` wrote some, which count beside those that the ledger holds.

    Raises
    ------
    OutputExists
        If `out` exists; nothing is ever deleted.
    LedgerMissing, LedgerDamaged, SnapshotsMissing
        As `features.spark.tables` says.
    """
    _refuse_standing(spark, out)
    transactions, accounts = (
        read_table(spark, ledger, table) for table in ("transactions", "accounts")
    )
    known = read_snapshots(spark, ledger, snapshots)
    _write(compute(transactions, accounts, known, as_ofs, partitions=partitions), out)
    return Features(spark.read.parquet(out).count(), _shown_after(known))


def run_snapshots(
    spark: SparkSession, ledger: str, as_ofs: Sequence[datetime], delay: timedelta, out: str
) -> dict[datetime, Shown]:
    """Write the snapshots of a ledger's network at some instants, as rows of its table.

    Parameters
    ----------
    ledger, out : str
        As in `run`.
    delay : timedelta
        How long after its instant a snapshot is known.

    Returns
    -------
    dict of datetime to Shown
        One of which no transaction was known has no entry.

    Raises
    ------
    OutputExists, LedgerMissing, LedgerDamaged
    """
    _refuse_standing(spark, out)
    tables = {name: read_table(spark, ledger, name) for name in COLUMNS}
    told = Observation()
    values = network.shown(tables, as_ofs).observe(told, *map(_left_out, as_ofs))
    _write(network.rows_of(values, delay), out)
    found = spark.read.parquet(out).groupBy(sql.unix_micros("happened_at")).count().collect()
    accounts = {instant(at): count for at, count in found}
    left_out = told.get
    return {
        as_of: Shown(accounts[as_of], json.loads(left_out[_name(as_of)]))
        for as_of in as_ofs
        if as_of in accounts
    }


def _left_out(as_of: datetime) -> sql.Column:
    of_instant = sql.when(sql.col("as_of") == microseconds(as_of), sql.col("left_out"))
    return sql.max(of_instant).alias(_name(as_of))


def _name(as_of: datetime) -> str:
    return str(microseconds(as_of))


def _shown_after(snapshots: DataFrame) -> datetime | None:
    """Tell what `features.network.join.shown_after` tells."""
    known = sql.greatest(sql.unix_micros("happened_at"), sql.unix_micros("known_at"))
    ((first,),) = (
        snapshots.where(sql.col("definitions") == DEFINITIONS).agg(sql.min(known)).collect()
    )
    return None if first is None else instant(first)


def _refuse_standing(spark: SparkSession, out: str) -> None:
    """Refuse to write where something stands, before anything is computed."""
    try:
        spark.read.format("binaryFile").load(out)
    except AnalysisException as failure:
        if failure.getCondition() != "PATH_NOT_FOUND":
            raise
    else:
        raise _exists(out)


def _write(rows: DataFrame, out: str) -> None:
    try:
        rows.write.parquet(out, compression="zstd")
    except AnalysisException as failure:
        if failure.getCondition() != "PATH_ALREADY_EXISTS":
            raise
        raise _exists(out) from None


def _exists(out: str) -> OutputExists:
    return OutputExists(f"{out} exists. Name another folder, or remove it first.")
