"""Snapshots of a network that outgrows one machine.

Texts are what outgrows it. Spark puts numbers in their place, finds by joins which payments are
complained of or recalled and when an account was first seen, and gives each instant what counts at
it, in the ledger's order. One task computes one instant, with the functions that compute it on one
machine; then Spark joins the account ids again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial, reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import from_arrow_schema

from features.history import WINDOWS
from features.spark.compute import visible, visible_sql
from features.spark.instants import NUMBERED, SCHEMAS, SEEN_AT, SHOWN, shown_at, written
from features.spark.numbers import number, salt_of
from ledger.lake import SEQUENCE
from ledger.order import ORDER
from ledger.schema import SNAPSHOTS
from ledger.view import HAPPENED, MICROSECOND, SIDES, microseconds

_REFERRING = ("complaints", "recalls")

_COUNTS_AT = {
    "transactions": "transaction_id IS NOT NULL"
    f" OR unix_micros(happened_at) >= as_of - {WINDOWS['90d']}",
    "identifiers": f"seen_until IS NULL OR unix_micros(seen_until) >= as_of - {WINDOWS['30d']}",
    "accounts": f"{SEEN_AT.name} < as_of OR holder_id IS NOT NULL",
}
"""Table -> which of its visible rows can change a value; where it is not named, all of them."""


def shown(tables: Mapping[str, DataFrame], as_ofs: Sequence[datetime]) -> DataFrame:
    """Compute the snapshots of some instants, each in a task of its own.

    Parameters
    ----------
    tables : mapping of str to pyspark.sql.DataFrame
        Each of `features.network.coded.COLUMNS`, with the columns of the ledger's tables and
        `recorded_seq`, in any order.
    as_ofs : sequence of datetime
        With a zone, different ones.

    Returns
    -------
    pyspark.sql.DataFrame
        `account_id` beside the columns of `features.spark.instants.SHOWN`, whose values are bit for
        bit those of `features.network.snapshot.take`.
    """
    last = max(as_ofs)
    facts = {
        name: rows if name == "accounts" else visible(rows, last, HAPPENED.get(name, "happened_at"))
        for name, rows in tables.items()
    }
    numbered, salt = _numbered(facts)
    rows = by_instant(numbered, as_ofs)
    values = rows.mapInArrow(partial(shown_at, as_ofs=tuple(as_ofs)), from_arrow_schema(SHOWN))
    ids = facts["accounts"].select("account_id", number("account_id", salt).alias("account"))
    return values.join(ids, "account").select("account_id", *SHOWN.names)


def rows_of(values: DataFrame, delay: timedelta) -> DataFrame:
    """Write what `shown` computed as rows of the table `snapshots`, without payments."""
    micros = delay // MICROSECOND
    return values.mapInArrow(partial(written, delay=micros), from_arrow_schema(SNAPSHOTS.arrow))


def by_instant(facts: Mapping[str, DataFrame], as_ofs: Sequence[datetime]) -> DataFrame:
    """Give each instant the facts that count at it, transactions in the ledger's order.

    Returns
    -------
    pyspark.sql.DataFrame
        `instant`, the number of an instant, and one struct by the name of each table; a partition
        holds what counts at one instant.
    """
    instants = sql.array(*(sql.lit(microseconds(as_of)) for as_of in as_ofs))
    parts = [
        rows.select("*", sql.posexplode(instants).alias("instant", "as_of"))
        .where(f"({_visible_at(name)}) AND ({_COUNTS_AT.get(name, 'TRUE')})")
        .select("instant", *_keys(name), sql.struct(*SCHEMAS[name].names).alias(name))
        for name, rows in facts.items()
    ]
    together = reduce(partial(DataFrame.unionByName, allowMissingColumns=True), parts)
    return (
        together.repartitionById(len(as_ofs), "instant")
        .sortWithinPartitions(*(sql.col(key).asc_nulls_last() for key in _KEYS))
        .select("instant", *facts)
    )


_KEYS = ("happened_at", "source_sequence", "id", SEQUENCE.name)
"""The ledger's order of transactions; other facts stand in the order in which they came."""


def _visible_at(table: str) -> str:
    if table == "accounts":
        return "TRUE"
    return visible_sql("as_of", HAPPENED.get(table, "happened_at"))


def _keys(table: str) -> list[Column]:
    if table != "transactions":
        return [sql.col(SEQUENCE.name)]
    return [*map(sql.col, ORDER[:2]), sql.col("id"), sql.col(SEQUENCE.name)]


def _numbered(facts: Mapping[str, DataFrame]) -> tuple[dict[str, DataFrame], int]:
    """Put numbers in the place of texts; of transactions, only those referred to have one."""
    referring = [facts[name].select("transaction_id") for name in _REFERRING]
    referred = reduce(DataFrame.union, referring).distinct()
    payments = facts["transactions"].withColumnRenamed("transaction_id", "id")
    payments = payments.join(referred, payments["id"] == referred["transaction_id"], "left")
    facts = {**facts, "transactions": payments}
    salt = salt_of(facts, NUMBERED)
    coded = {
        name: rows.withColumns({text: number(text, salt) for text in NUMBERED[name]})
        for name, rows in facts.items()
    }
    seen = _first_seen(coded["transactions"])
    accounts = coded["accounts"].join(seen, "account_id", "left")
    return {**coded, "accounts": accounts}, salt


def _first_seen(transactions: DataFrame) -> DataFrame:
    """Tell of every account after which instant one of its transactions is visible."""
    known = sql.greatest(sql.unix_micros("happened_at"), sql.unix_micros("known_at"))
    sides = transactions.select(
        sql.explode(sql.array(*SIDES)).alias("account_id"), known.alias(SEEN_AT.name)
    )
    return sides.groupBy("account_id").agg(sql.min(SEEN_AT.name).alias(SEEN_AT.name))
