"""Features of a ledger that outgrows one machine: Spark moves the rows, the kernel is the same."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from features.catalogue import ACCOUNT_NAMES
from features.compute import FeatureTable
from features.events import TRANSACTION_COLUMNS
from features.profiles import ACCOUNT_COLUMNS
from features.spark.batches import features_of
from ledger.lake import SEQUENCE
from ledger.order import ORDER
from ledger.view import SIDES, VISIBLE_SQL, microseconds

_OWN, _OTHER = "own ", "other "
"""Stand before the ids of accounts and of their counterparties, which so are never equal.

A transaction between two accounts is one row for each of them. Without, both would be taken for
accounts in both rows, and the transaction would count twice.
"""


def compute(
    transactions: DataFrame,
    accounts: DataFrame,
    as_ofs: Sequence[datetime],
    *,
    partitions: int | None = None,
) -> DataFrame:
    """Compute every feature of `accounts` at every instant, as `features.compute.compute` does.

    Parameters
    ----------
    transactions : pyspark.sql.DataFrame
        With the columns of the ledger's table and `recorded_seq`, in any order. Accounts that are
        not in `accounts` occur as counterparties only.
    accounts : pyspark.sql.DataFrame
        The accounts wanted, each once.
    as_ofs : sequence of datetime
        With a zone.
    partitions : int, optional
        Into how many parts the accounts are divided; Spark's own number if left out. The result
        does not depend on it.

    Returns
    -------
    pyspark.sql.DataFrame
        The columns of `FeatureTable.to_arrow`, bit for bit what it holds; its rows have no order.
    """
    rows = by_account(_visible(transactions, max(as_ofs)), accounts, partitions)
    return rows.mapInArrow(partial(features_of, as_ofs=tuple(as_ofs)), _schema())


def by_account(transactions: DataFrame, accounts: DataFrame, partitions: int | None) -> DataFrame:
    """Bring together what concerns an account: its own row, then its transactions in order.

    Returns
    -------
    pyspark.sql.DataFrame
        `account_id` and one of the structs `account` and `transaction`; all rows of an account
        stand in one partition, one after the other.
    """
    payer, payee = SIDES
    own = accounts.select(
        "account_id", sql.struct(*_marked(ACCOUNT_COLUMNS, account_id=_OWN)).alias("account")
    )
    rows = (
        own.unionByName(_seen_from(payer, payee, transactions), allowMissingColumns=True)
        .unionByName(_seen_from(payee, payer, transactions), allowMissingColumns=True)
    )  # fmt: skip
    number = () if partitions is None else (partitions,)
    return (
        rows.repartition(*number, "account_id")
        .sortWithinPartitions("account_id", *_order())
        .select("account_id", "account", "transaction")
    )


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
    """Sort as `ledger.order` does; an account's own row has no time and stands first."""
    keys = [sql.col(f"transaction.{name}") for name in (*ORDER, SEQUENCE.name)]
    return [keys[0].asc_nulls_first(), *(key.asc_nulls_last() for key in keys[1:])]


def _visible(transactions: DataFrame, as_of: datetime) -> DataFrame:
    """Leave out early what no instant may see; the kernel applies the same rule at each of them."""
    return transactions.where(
        VISIBLE_SQL.replace(":as_of", f"timestamp_micros({microseconds(as_of)})")
    )


def _schema() -> StructType:
    none = FeatureTable(
        np.empty(0, object), np.empty(0, np.int64), np.empty((0, len(ACCOUNT_NAMES)))
    )
    return from_arrow_schema(none.to_arrow().schema)
