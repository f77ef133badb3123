"""Features of a ledger that outgrows one machine: Spark moves the rows, what counts is the same."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from features.catalogue import NAMES
from features.compute import FeatureTable
from features.events import TRANSACTION_COLUMNS
from features.network.families import DEFINITIONS
from features.profiles import ACCOUNT_COLUMNS
from features.spark.batches import features_of
from ledger.lake import SEQUENCE
from ledger.order import ORDER
from ledger.schema import SNAPSHOTS
from ledger.view import SIDES, VISIBLE_SQL, microseconds

_OWN, _OTHER = "own ", "other "
"""Stand before the ids of accounts and of their counterparties, which so are never equal.

A transaction between two accounts is one row for each of them. Without, both would be taken for
accounts in both rows, and the transaction would count twice.
"""


def compute(
    transactions: DataFrame,
    accounts: DataFrame,
    snapshots: DataFrame,
    as_ofs: Sequence[datetime],
    *,
    partitions: int | None = None,
) -> DataFrame:
    """Compute every feature of `accounts` at every instant, those of the network included.

    Parameters
    ----------
    transactions : pyspark.sql.DataFrame
        With the columns of the ledger's table and `recorded_seq`, in any order. Accounts that are
        not in `accounts` occur as counterparties only.
    accounts : pyspark.sql.DataFrame
        The accounts wanted, each once.
    snapshots : pyspark.sql.DataFrame
        With the columns of the ledger's table and `recorded_seq`: what is known of the network.
    as_ofs : sequence of datetime
        With a zone.
    partitions : int, optional
        Into how many parts the accounts are divided; Spark's own number if left out. The result
        does not depend on it.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `FeatureTable.to_arrow`, bit for bit what `features.compute.compute` and
        `features.network.join.with_latest` give; its rows have no order.
    """
    last = max(as_ofs)
    shown = visible(snapshots, last).where(sql.col("definitions") == DEFINITIONS)
    rows = by_account(
        visible(transactions, last), accounts, _ever_latest(shown, as_ofs), partitions
    )
    return rows.mapInArrow(partial(features_of, as_ofs=tuple(as_ofs)), _schema())


def by_account(
    transactions: DataFrame, accounts: DataFrame, snapshots: DataFrame, partitions: int | None
) -> DataFrame:
    """Bring together what concerns an account: itself, its snapshots, its transactions in order.

    Returns
    -------
    pyspark.sql.DataFrame
        `account_id` and one of the structs `account`, `snapshot` and `transaction`; all rows of
        an account stand in one partition, one after the other.
    """
    payer, payee = SIDES
    own = accounts.select(
        "account_id", sql.struct(*_marked(ACCOUNT_COLUMNS, account_id=_OWN)).alias("account")
    )
    shown = snapshots.select(
        "account_id", sql.struct(*SNAPSHOTS.arrow.names, SEQUENCE.name).alias("snapshot")
    )
    rows = (
        own.unionByName(shown, allowMissingColumns=True)
        .unionByName(_seen_from(payer, payee, transactions), allowMissingColumns=True)
        .unionByName(_seen_from(payee, payer, transactions), allowMissingColumns=True)
    )  # fmt: skip
    number = () if partitions is None else (partitions,)
    return (
        rows.repartition(*number, "account_id")
        .sortWithinPartitions("account_id", *_order())
        .select("account_id", "account", "snapshot", "transaction")
    )


def _ever_latest(snapshots: DataFrame, as_ofs: Sequence[datetime]) -> DataFrame:
    """Leave out the snapshots that at no instant are the latest of any account.

    Which they are takes little to find out; what they show takes much to move.
    """
    instants = sql.array(*(sql.lit(microseconds(as_of)) for as_of in as_ofs))
    seen = snapshots.select("*", sql.explode(instants).alias("as_of")).where(visible_sql("as_of"))
    taken = sql.max(sql.struct("happened_at", "known_at")).alias("taken")
    latest = seen.groupBy("account_id", "as_of").agg(taken).select("taken.*").distinct()
    return snapshots.join(sql.broadcast(latest), ["happened_at", "known_at"], "left_semi")


def _seen_from(side: str, other: str, transactions: DataFrame) -> DataFrame:
    """Give each transaction to the account on one side of it."""
    names = dict.fromkeys([*TRANSACTION_COLUMNS, *ORDER, SEQUENCE.name])
    columns = _marked(tuple(names), **{side: _OWN, other: _OTHER})
    return transactions.where(sql.col(side).isNotNull()).select(
        sql.col(side).alias("account_id"), sql.struct(*columns).alias("transaction")
    )


def _marked(names: Sequence[str], **marks: str) -> list[Column]:
    return [
        sql.concat(sql.lit(marks[name]), name).alias(name) if name in marks else sql.col(name)
        for name in names
    ]


def _order() -> list[Column]:
    """Sort as `ledger.order` does; an account itself and its snapshots have no time here."""
    names = (*ORDER[1:], SEQUENCE.name)
    keys = [*(f"transaction.{name}" for name in names), f"snapshot.{SEQUENCE.name}"]
    first = sql.col(f"transaction.{ORDER[0]}").asc_nulls_first()
    return [first, *(sql.col(key).asc_nulls_last() for key in keys)]


def visible(facts: DataFrame, as_of: datetime, happened_at: str = "happened_at") -> DataFrame:
    """Leave out early what no instant may see; the same rule is applied at each of them."""
    return facts.where(visible_sql(str(microseconds(as_of)), happened_at))


def visible_sql(as_of: str, happened_at: str = "happened_at") -> str:
    """Write the rule as Spark reads it; `as_of` is a number or a column of microseconds."""
    rule = VISIBLE_SQL.replace("happened_at", happened_at)
    return rule.replace(":as_of", f"timestamp_micros({as_of})")


def _schema() -> StructType:
    no_values = np.empty((0, len(NAMES)))
    none = FeatureTable(np.empty(0, object), np.empty(0, np.int64), no_values, NAMES)
    return from_arrow_schema(none.to_arrow().schema)
